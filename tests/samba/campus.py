"""Fills the database of a domain that was just provisioned: people, groups, and what is odd about them.

    campus.py SAM.LDB
"""
import sys

from samba.auth import system_session
from samba.param import LoadParm
from samba.samdb import SamDB

TOP = "DC=ad,DC=campus,DC=example"
PEOPLE = "OU=People," + TOP
GROUPS = "OU=Groups," + TOP
SECURITY, DISTRIBUTION = -2147483646, 2  # global

lp = LoadParm()
lp.load_default()
sam = SamDB(url=sys.argv[1], session_info=system_session(), lp=lp)


def person(uid, cn, **more):
    dn = "CN=%s,%s" % (cn, PEOPLE)
    entry = {"dn": dn, "objectClass": "user", "sAMAccountName": uid,
             "userPrincipalName": uid + "@ad.campus.example", "displayName": cn.replace("\\", "")}
    sam.add(dict(entry, **more))
    sam.setpassword("(sAMAccountName=%s)" % uid, uid.capitalize() + "-secret-1")
    sam.enable_account("(sAMAccountName=%s)" % uid)
    return dn


def group(cn, members, kind=SECURITY, name=None):
    dn = "CN=%s,%s" % (cn, GROUPS)
    sam.add({"dn": dn, "objectClass": "group", "sAMAccountName": name or cn, "groupType": str(kind)})
    hold(dn, members)
    return dn


def hold(dn, members):
    if members:
        sam.modify_ldif("dn: %s\nchangetype: modify\nadd: member\n%s" % (
            dn, "".join("member: %s\n" % m for m in members)))


def replace(dn, attribute, value):
    sam.modify_ldif("dn: %s\nchangetype: modify\nreplace: %s\n%s: %s\n" % (dn, attribute, attribute, value))


def number(dn):
    sid = sam.search(base=dn, scope=0, attrs=["objectSid"])[0]["objectSid"][0]
    return int.from_bytes(sid[-4:], "little")


for ou in (PEOPLE, GROUPS):
    sam.add({"dn": ou, "objectClass": "organizationalUnit"})

person("loket", "Loket")
plain = person("bert", "Bert Smit")
switched = person("anna", "Anna Bakker")
comma = person("eva", "Jansen\\, Eva")
utf8 = person("zoe", "Zoë Çelik (İnci) *")
decomposed = person("rene", "Rene\u0301 Nguyễn")
circle = person("carl", "Carl Rond")
disabled = person("dirk", "Dirk Uit")
expired = person("els", "Els Oud")
later = person("lena", "Lena Later")

# The primary group is in no list of members; what holds it counts all the same.
staff = group("Staff", [switched])
all_staff = group("All staff", [staff])
replace(switched, "primaryGroupID", number(staff))

# Distribution groups, nested in and around security groups.
news = group("News", [switched, comma], DISTRIBUTION)
readers = group("Readers, all (of them)".replace(",", "\\,"), [news], DISTRIBUTION, "readers")
letters = group("Lëttérs \\\"İ\\\" \\+ \\#", [utf8, decomposed, readers], SECURITY, "letters")

# A circle with a group above it.
one = group("Round one", [circle])
two = group("Round two", [one])
hold(one, [two])
group("Above the circle", [two])

# A chain of thirty.
below = later
for i in range(1, 31):
    below = group("Deep %02d" % i, [below])

# Ended accounts keep all their groups.
hold(staff, [disabled, expired])
replace(disabled, "userAccountControl", "514")
replace(expired, "accountExpires", "129000000000000000")
replace(later, "accountExpires", "159017472000000000")
