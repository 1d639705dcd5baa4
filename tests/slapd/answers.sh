#!/bin/bash
# Every group of everybody in traps.sh, "login<TAB>RDN below ou=groups", worked out by hand.
in_groups() { # login RDN…
	local login=$1
	shift
	printf "$login\t%s\n" "$@"
}
in_groups isil 'cn=Türkçe İşler' 'cn=Above the names'
in_groups hanh 'cn=Tiếng Việt' 'cn=Above the names'
in_groups zoe cn=Composed 'cn=Above the names'
in_groups eva 'cn=Comma\2C \22quoted\22 \2B #' 'cn=Above the names'
in_groups multi cn=Turned 'cn=Above the names'
in_groups spelled cn=by\ {quotes,semicolons,hexadecimals,capitals,spaces,numbers} 'cn=by other names' \
	'cn=by a space that does not break'
in_groups ligature 'cn=By a ligature'
in_groups capek 'cn=By its own letter'
in_groups deep cn=deep{01..30}
in_groups circle cn=round cn=about 'cn=above the circle'
in_groups boards cn=Board,ou={arts,law,science}
in_groups abroad ''
in_groups nobody ''
in_groups kinds cn=Unique cn=posix cn=primary cn=Examiner 'cn=Above the role' cn=netted cn=Subclass \
	'cn=Above the subclass' 'cn=Groups by pattern' urn:x:Exact
in_groups many cn=many{01..12}
in_groups hidden cn=open
in_groups values 'cn=Not empty' 'cn=Holds the empty one' urn:x:Exact urn:x:exact cn=Managed,ou=other,dc=plain cn=Filtered 'cn=by number'
in_groups net cn=inner cn=outer cn=outermost
in_groups pattern 'cn=One level' cn=Itself cn=Spelled 'cn=Above the pattern'
