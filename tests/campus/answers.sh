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

# The account with thousands of groups has them from a size on.
sheet 3000 larger
head -n "$(wc -l <"$scratch/small.tsv")" "$scratch/large.tsv" | grep -v ^s2000500 >"$scratch/beginning"
grep -v ^s2000500 "$scratch/small.tsv" | cmp -s - "$scratch/beginning" && rc=0 || rc=1
head -n "$(wc -l <"$scratch/large.tsv")" "$scratch/larger.tsv" | cmp -s - "$scratch/large.tsv" || rc=1
say $rc "a small directory is the beginning of a large one, directory groups too"

# A name with other letters makes a DN in base64: c24 is "sn=".
listed=$(($(wc -l <"$scratch/large.tsv") - 1))
[ "$(grep -cE '^dn: (sn=[^+]*\+)?uid=.*,ou=people,|^dn:: c24' "$scratch/large.ldif")" = $listed ] &&
	[ "$(wc -l <"$scratch/large.tsv")" -ge 1001 ] && rc=0 || rc=1
say $rc "the directory and the answer sheet have the same number of people"

pairs "$scratch/large.tsv" | cut -f2 | sort -u >"$scratch/held"
awk -F, 'FNR > 1 { print $1 }' "$here/groups.csv" | sort | cmp -s - "$scratch/held" && rc=0 || rc=1
say $rc "among a thousand people somebody holds each of the groups"

grep -q '^s2000002	.*student' "$scratch/small.tsv" && ! grep -q '^s2000002	.*employee' "$scratch/small.tsv" && rc=0 || rc=1
say $rc "the student whose job ended yesterday is no employee any more"

keys=$(awk -F'\t' '$1 == "s2000001" || $1 == "m2000001" { print $3 }' "$scratch/small.tsv" | sort -u | wc -l)
[ "$keys" = 1 ] && rc=0 || rc=1
say $rc "two accounts of one person have one person key"

nested=$(sed -n 's/^s2000500	.*	//p' "$scratch/large.tsv" | tr ';' '\n' | sort -u | wc -l)
[ "$nested" = 2500 ] && rc=0 || rc=1
say $rc "one account is in 500 groups and through them in 2,000 more"

# Programmes, courses, departments, lists: about a hundred per thousand people.
groups() { grep -cE '^dn::? (cn=|Y249)' "$1"; }
per=$(grep -o ',[0-9]*/1000,' "$data/levels.csv" | awk -F'[,/]' '{ sum += $2 } END { print sum }')
more=$(($(groups "$scratch/larger.ldif") - $(groups "$scratch/large.ldif")))
[ "$per" -ge 100 ] && [ $more = $((2 * per)) ] && rc=0 || rc=1
say $rc "with every thousand people the directory groups of a thousand people are added"

# shown COUNT LEAST MOST
shown() { [ "$1" -ge "$2" ] && [ "$1" -le "$3" ]; }
ldif=$scratch/larger.ldif
rc=0
shown "$(grep -cE '^(uniqueMember|member): UserId = ' "$ldif")" 40 200 || rc=1
shown "$(grep -cE '^(uniqueMember|member): uid=gone' "$ldif")" 50 400 || rc=1
shown "$(grep -cE '^dn: sn=[^+]*\+uid=' "$ldif")" 1 12 || rc=1
shown "$(grep -c '^dn: cn=Opleiding.2C jaargroep' "$ldif")" 36 36 || rc=1
shown "$(grep -c '^dn: cn=Keten' "$ldif")" 30 30 || rc=1
awk '/^dn: / { dn = substr($0, 5) } /^(member|uniqueMember): / && substr($0, index($0, " ") + 1) == dn { own++ }
	END { exit !(own > 20 && own < 200) }' "$ldif" || rc=1
say $rc "what is wrong in real directories is there in its share"

rc=0
"$program" --data "$data" --people 3000 --now $now --every 100 --answers "$scratch/some.tsv" >/dev/null
[ "$(grep -vxcFf "$scratch/larger.tsv" "$scratch/some.tsv")" = 0 ] && shown "$(wc -l <"$scratch/some.tsv")" 90 130 || rc=1
say $rc "a sheet of one in a hundred is a part of the whole sheet"

rc=0
for desk in $(awk -F, 'FNR > 1 { print "balie-" $1 }' "$here/desks.csv") \
	$(awk -F, 'FNR > 1 { print "eigenaar-" $1 }' "$here/departments.csv") beheer; do
	grep -q "^userPassword: welkom-$desk\$" "$scratch/small.ldif" || { echo "# $desk has none"; rc=1; }
done
say $rc "every desk, every owner and the caretaker has an account"
exit $failed
