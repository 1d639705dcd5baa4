#!/bin/sh
# The answer sheet of loket-people against the campus files: who holds which group.
#     tests/campus/answers.sh PROGRAM DATA      (build/dev/bin/loket-people conf/sample)
set -eu
program=$1 data=$2
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d "${TMPDIR:-/tmp}/answers.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
failed=0
now=2026-07-15T10:00:00Z

say() # outcome sentence
{
	if [ "$1" = 0 ]; then echo "ok - $2"; else echo "not ok - $2"; failed=1; fi
}

sheet() # people file
{
	"$program" --data "$data" --people "$1" --now $now --answers "$scratch/$2.tsv" >"$scratch/$2.ldif"
}

# Counted from campus/ alone: the assigned groups, their parents, everyone's, and the visitor.
awk -F, '
	function held(id,   n, i, up) {
		if (id in seen) return
		seen[id] = 1
		n = split(parents[id], up, " ")
		for (i = 1; i <= n; i++) held(up[i])
	}
	FNR == 1 { next }
	FILENAME ~ /groups.csv$/ { parents[$1] = $4; hat[$1] = $5 == "yes"; next }
	{
		split("", seen); split("", up)
		held("everyone")
		n = split($5, assigned, " ")
		for (i = 1; i <= n; i++) held(assigned[i])
		worn = 0
		for (id in seen) worn += hat[id]
		if (!worn) held("visitor")
		for (id in seen) print $2 "\t" id
	}' "$here/groups.csv" "$here/personas.csv" | LC_ALL=C sort >"$scratch/counted"

pairs() # sheet
{
	awk -F'\t' 'NR > 1 { n = split($2, g, " "); for (i = 1; i <= n; i++) print $1 "\t" g[i] }' "$1"
}

sheet 25 small
sheet 1000 large
pairs "$scratch/small.tsv" >"$scratch/small"
cut -f1 "$scratch/counted" | sort -u >"$scratch/uids"
awk -F'\t' 'NR == FNR { ours[$1]; next } $1 in ours' "$scratch/uids" "$scratch/small" |
	LC_ALL=C sort | cmp -s - "$scratch/counted" && rc=0 || rc=1
say $rc "every persona holds the groups that campus says, and no other"

[ "$(wc -l <"$scratch/uids")" = 25 ] && rc=0 || rc=1
say $rc "there are 25 personas"

head -n "$(wc -l <"$scratch/small.tsv")" "$scratch/large.tsv" | cmp -s - "$scratch/small.tsv" && rc=0 || rc=1
say $rc "a small directory is the beginning of a large one"

[ "$(grep -c '^dn: uid=.*,ou=people,' "$scratch/large.ldif")" = "$(($(wc -l <"$scratch/large.tsv") - 1))" ] &&
	[ "$(wc -l <"$scratch/large.tsv")" -ge 1001 ] && rc=0 || rc=1
say $rc "the directory and the answer sheet have the same number of people"

pairs "$scratch/large.tsv" | cut -f2 | sort -u >"$scratch/held"
awk -F, 'FNR > 1 { print $1 }' "$here/groups.csv" | sort | cmp -s - "$scratch/held" && rc=0 || rc=1
say $rc "among a thousand people somebody holds each of the groups"

grep -q '^s2000002	.*student' "$scratch/small.tsv" && ! grep -q '^s2000002	.*employee' "$scratch/small.tsv" && rc=0 || rc=1
say $rc "the student whose job ended yesterday is no employee any more"

[ "$(awk -F'\t' '$1 == "s2000001" || $1 == "m2000001" { print $3 }' "$scratch/small.tsv" | sort -u | wc -l)" = 1 ] && rc=0 || rc=1
say $rc "two accounts of one person have one person key"

rc=0
for desk in $(awk -F, 'FNR > 1 { print "balie-" $1 }' "$here/desks.csv") \
	$(awk -F, 'FNR > 1 { print "eigenaar-" $1 }' "$here/departments.csv") beheer; do
	grep -q "^userPassword: welkom-$desk\$" "$scratch/small.ldif" || { echo "# $desk has none"; rc=1; }
done
say $rc "every desk, every owner and the caretaker has an account"
exit $failed
