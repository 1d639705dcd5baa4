#!/bin/bash
# Every group of everybody in campus.py, "login<TAB>DN", worked out by hand.
set -uo pipefail

top=DC=ad,DC=campus,DC=example
in_groups() { # login cn…
	local login=$1 cn
	shift
	for cn; do
		printf '%s\tCN=%s,OU=Groups,%s\n' "$login" "$cn" "$top"
	done
}
as_user() { # login: who still has the primary group that everybody begins with
	printf '%s\tCN=Domain Users,CN=Users,%s\n' "$1" "$top"
	printf '%s\tCN=Users,CN=Builtin,%s\n' "$1" "$top"
}
letters='Lëttérs \"İ\" \+ \#'

as_user bert
as_user anna # an ordinary membership, once the primary group is another one
in_groups anna Staff 'All staff' News 'Readers\, all (of them)' "$letters"
as_user eva
in_groups eva News 'Readers\, all (of them)' "$letters"
as_user zoe
in_groups zoe "$letters"
as_user rene
in_groups rene "$letters"
as_user carl
in_groups carl 'Round one' 'Round two' 'Above the circle'
as_user lena
for i in {01..30}; do
	in_groups lena "Deep $i"
done
