#!/bin/bash
# A directory full of traps, as LDIF, for the suffix named; people, then groups of every kind.
#     tests/slapd/traps.sh SUFFIX >FILE
set -uo pipefail

top=$1
people=ou=people,$top
groups=ou=groups,$top

unit() {
	printf 'dn: ou=%s\nobjectClass: organizationalUnit\n\n' "$1"
}
entry() { # DN, then lines; names beyond ASCII go through base64, as LDIF wants
	printf 'dn:: %s\n' "$(printf %s "$1" | base64 -w0)"
	shift
	local line
	for line; do
		if [[ $line == *[!\ -~]* ]]; then
			printf '%s:: %s\n' "${line%%: *}" "$(printf %s "${line#*: }" | base64 -w0)"
		else
			printf '%s\n' "$line"
		fi
	done
	echo
}
person() { # uid RDN lines…
	local uid=$1 rdn=$2
	shift 2
	entry "$rdn,$people" 'objectClass: inetOrgPerson' 'objectClass: trapPerson' "$@" "uid: $uid" 'sn: Trap'
}
group() { # cn member…
	local cn=$1 m lines=()
	shift
	for m; do lines+=("member: $m"); done
	entry "cn=$cn,$groups" 'objectClass: groupOfNames' "${lines[@]}"
}

printf 'dn: %s\nobjectClass: organization\nobjectClass: dcObject\no: Traps\ndc: %s\n\n' "$top" "$(sed 's/dc=\([^,]*\).*/\1/' <<<"$top")"
unit "people,$top"
unit "groups,$top"
unit "other,$top"
entry "cn=loket,$top" 'objectClass: organizationalRole' 'objectClass: simpleSecurityObject' 'userPassword: service-secret'
entry "cn=limited,$top" 'objectClass: organizationalRole' 'objectClass: simpleSecurityObject' 'userPassword: service-secret'

# ---- names ----
isil='cn=Işıl İnce,'$people
hanh='cn=Nguyễn Thị Hạnh,'$people
zoe=$'cn=Zoe\u0308 Smits,'$people
eva='cn=Jansen\, Eva \22jr\22 \2B \#1 (x)*,'$people
multi='uid=multi+cn=Multi Valued,'$people
person isil "cn=Işıl İnce"
person hanh "cn=Nguyễn Thị Hạnh"
person zoe $'cn=Zoe\u0308 Smits'
person eva 'cn=Jansen\, Eva \22jr\22 \2B \#1 (x)*'
person multi 'uid=multi+cn=Multi Valued' 'cn: Multi Valued'
group 'Türkçe İşler' "$isil"
group 'Tiếng Việt' "$hanh"
group Composed "cn=Zoë Smits,$people" # the person's own name is decomposed: the server knows they are one
group 'Comma\, \22quoted\22 \2B \#' "$eva"
group Turned "cn=Multi Valued+uid=multi,$people"
group 'Above the names' "cn=Türkçe İşler,$groups" "cn=Tiếng Việt,$groups" "CN=composed, OU=Groups,$top" \
	"cn=Comma\2C \\\"quoted\\\" \\+ \\23,$groups" "2.5.4.3=Turned,$groups"

# Spelled in every way that the server takes for the same, and in ways that it does not.
here=ou=people,$top
dc=${top#dc=}
person spelled 'cn=Vries\, Jan  de' 'cn: Vries, Jan  de'
group 'by quotes' "cn=\"Vries, Jan de\",$here"
group 'by semicolons' "cn=Vries\\2C Jan de;ou=people;dc=$dc"
group 'by hexadecimals' "cn=\\56ries\\, J\\61n de,$here"
group 'by capitals' "CN=VRIES\\, JAN DE,OU=PEOPLE,DC=${dc^^}"
group 'by spaces' "cn =  Vries\\,   Jan   de ,  ou = people , dc = $dc"
group 'by other names' "commonName=Vries\\, Jan de,organizationalUnitName=people,domainComponent=$dc"
group 'by numbers' "2.5.4.3=Vries\\, Jan de,2.5.4.11=people,0.9.2342.19200300.100.1.25=$dc"
group 'by a space that does not break' $'cn=Vries\\,\u00a0Jan de,'"$here"
group 'of somebody like that' "cn=Vries\\, Jan,$here" "cn=Vries Jan de,$here" "cn=Vries\\, Jan de,ou=other,$top"
person ligature 'cn=Sofie Weiß'
group 'By a ligature' $'cn=So\ufb01e Weiß,'"$here"
group 'Another name' "cn=Sofie Weiss,$here"
person capek 'cn=Čapek'
group 'By its own letter' "cn=čapek,$here"
group 'By another letter' "cn=Capek,$here"

# ---- shapes ----
person deep cn=Deep 'cn: Deep'
below=cn=Deep,$people
for i in {01..30}; do
	group "deep$i" "$below"
	below=cn=deep$i,$groups
done
person circle cn=Circle
group round "cn=Circle,$people" "cn=round,$groups" "cn=about,$groups"
group about "cn=round,$groups"
group 'above the circle' "cn=about,$groups"
person boards cn=Boards
for place in arts law science; do
	unit "$place,$groups"
	entry "cn=Board,ou=$place,$groups" 'objectClass: groupOfNames' "member: cn=Boards,$people"
done
person nobody cn=Nobody
group dangling "cn=gone,$people" "cn=gone,$groups"
person abroad cn=Abroad
entry "cn=Away,ou=other,$top" 'objectClass: groupOfNames' "member: cn=Abroad,$people"
group 'Holds a group from elsewhere' "cn=Away,ou=other,$top" # the link is outside the base: not found

# ---- kinds ----
person kinds cn=Kinds 'objectClass: posixAccount' 'uidNumber: 1000' 'gidNumber: 500' 'homeDirectory: /' \
	'isMemberOf: urn:x:Exact' 'employeeType: phd'
entry "cn=Unique,$groups" 'objectClass: groupOfUniqueNames' "uniqueMember: cn=Kinds,$people"
entry "cn=Unique with an id,$groups" 'objectClass: groupOfUniqueNames' "uniqueMember: cn=Kinds,$people#'0110'B"
entry "cn=posix,$groups" 'objectClass: posixGroup' 'gidNumber: 501' 'memberUid: kinds'
entry "cn=otherposix,$groups" 'objectClass: posixGroup' 'gidNumber: 502' 'memberUid: Kinds'
entry "cn=primary,$groups" 'objectClass: posixGroup' 'gidNumber: 500'
entry "cn=Examiner,$groups" 'objectClass: organizationalRole' "roleOccupant: cn=Kinds,$people"
entry "cn=Above the role,$groups" 'objectClass: groupOfNames' "member: cn=Examiner,$groups"
entry "cn=netted,$groups" 'objectClass: nisNetgroup' 'nisNetgroupTriple: (-,kinds,)'
entry "cn=Subclass,$groups" 'objectClass: groupOfURLs' \
	"memberURL: ldap:///$people??sub?(&(objectClass=person)(employeeType=PhD))"
entry "cn=One level up,$groups" 'objectClass: groupOfURLs' "memberURL: ldap:///$top??one?(employeeType=phd)"
entry "cn=Values only,$groups" 'objectClass: groupOfURLs' "memberURL: ldap:///$people?cn,mail?sub?(employeeType=phd)"
group 'Above the subclass' "cn=Subclass,$groups"
entry "cn=Groups by pattern,$groups" 'objectClass: groupOfURLs' "memberURL: ldap:///$groups??sub?(cn=above the sub*)"

# ---- kinds that need the configuration to say so ----
person values cn=Values 'objectClass: posixAccount' 'uidNumber: 1042' 'gidNumber: 999' 'homeDirectory: /' \
	'isMemberOf: urn:x:exact' 'isMemberOf: urn:x:Exact' "nsRole: cn=Managed,ou=other,$top" \
	"nsRole: CN=filtered, OU=Groups,$top" "nsRole: cn=gone,$groups"
entry "cn=Managed,ou=other,$top" 'objectClass: organizationalRole'
entry "cn=Filtered,$groups" 'objectClass: organizationalRole'
entry "cn=by number,$groups" 'objectClass: posixGroup' 'gidNumber: 503' 'memberUid: 1042'
entry "cn=not by number,$groups" 'objectClass: posixGroup' 'gidNumber: 504' 'memberUid: 42'
entry "cn=Empty,$groups" 'objectClass: trapGroup'
entry "cn=Not empty,$groups" 'objectClass: trapGroup' "member: cn=Values,$people"
group 'Holds the empty one' "cn=Empty,$groups" "cn=Not empty,$groups"
person net cn=Net
entry "cn=inner,$groups" 'objectClass: nisNetgroup' 'nisNetgroupTriple: (-,net,)' 'memberNisNetgroup: outer'
entry "cn=outer,$groups" 'objectClass: nisNetgroup' 'memberNisNetgroup: inner'
entry "cn=outermost,$groups" 'objectClass: nisNetgroup' 'memberNisNetgroup: nothing' 'memberNisNetgroup: outer'
entry "cn=other net,$groups" 'objectClass: nisNetgroup' 'nisNetgroupTriple: (net,-,net)' 'nisNetgroupTriple: (,Net,)'

# ---- members by a pattern ----
person pattern cn=Pattern 'employeeType: guest' 'telephoneNumber: +31 50 1'
url() { # cn URL
	entry "cn=$1,$groups" 'objectClass: groupOfURLs' "memberURL: $2"
}
url 'One level' "ldap:///$people??one?(employeeType=guest)"
url 'Itself' "ldap:///cn=Pattern,$people??base?(objectClass=*)"
url 'Spelled' "ldap:///OU=People,%20$top??sub?(%26(TELEPHONENUMBER=%2b31501)(!(sn=x)))"
url 'Base only' "ldap:///$people??base?(objectClass=*)"
url 'No scope' "ldap:///$people???(employeeType=guest)"
url 'Elsewhere' "ldap:///ou=other,$top??sub?(employeeType=guest)"
url 'Another server' "ldap://directory.example/$people??sub?(employeeType=guest)"
url 'Nobody' "ldap:///$people??sub?(employeeType=none)"
url 'Unknown attribute' "ldap:///$people??sub?(noSuchAttribute=x)"
group 'Above the pattern' "cn=One level,$groups"

# ---- many ----
person many cn=Many
for i in {01..12}; do
	group "many$i" "cn=Many,$people"
done
person hidden cn=Hidden
group open "cn=Hidden,$people"
group veiled "cn=open,$groups"
group 'above the veil' "cn=veiled,$groups"
