"""Who may open what, of complaints, legal demands and Bundles; part of :mod:`tests.permissions.table`, which reads it last."""

from kesher.accounts.roles import Role
from kesher.referrals.models import HANDLERS
from kesher.referrals.vocabularies import RECEIVERS, SENDERS
from tests.permissions.table import EVERYBODY, LOGIN, WITH_ACCOUNT, Row

ANSWERS = frozenset(role.value for role in HANDLERS)
EITHER = frozenset(role.value for role in SENDERS | RECEIVERS)
AUDITOR = frozenset({Role.AUDITOR.value})
PLATFORM_ADMIN = frozenset({Role.PLATFORM_ADMIN.value})
TEXT_KEEPERS = frozenset({Role.OFFICER.value, Role.PLATFORM_ADMIN.value})

TRUST: dict[str, Row] = {
    "complain": Row(own=EVERYBODY),
    "privacy_record": Row(own=EVERYBODY),
    # The key is in the address; without a right one there is nothing for anybody: tests/www/complaints
    "complaint": Row(own=frozenset(), kwargs={"key": "not-a-key"}),
    "my_complaints": Row(own=WITH_ACCOUNT, refused=LOGIN),
    "complaints": Row(own=ANSWERS),
    "complaint_answer": Row(own=ANSWERS, objects="complaint", sends={"event": "answer"}),
    "complaint_figures": Row(own=ANSWERS | AUDITOR | {Role.OFFICER.value, Role.PARTNER.value}),
    # Everybody with an account is told to whom to pass a demand; what is in the log, tests/www/admin/test_legal.py says.
    "legal": Row(own=WITH_ACCOUNT, refused=LOGIN, nothing=True),
    # Only the named officer writes: tests/www/admin/test_legal.py
    "legal_demand": Row(own=AUDITOR, other=AUDITOR, objects="legal demand", writes=frozenset()),
    # Everybody with an account is told whom to tell; the register and who keeps it: tests/www/admin/test_data_protection.py
    "data_protection": Row(own=WITH_ACCOUNT, refused=LOGIN, nothing=True),
    # The named officer writes, too: tests/www/admin/test_data_protection.py
    "breach": Row(own=PLATFORM_ADMIN, other=PLATFORM_ADMIN, objects="breach", sends={"verb": "deed"}),
    "audit": Row(own=AUDITOR),
    "consent_texts": Row(
        own=AUDITOR | TEXT_KEEPERS, writes=TEXT_KEEPERS, sends={"verb": "propose", "purpose": "statistics"}
    ),
    "referral_bundle_in": Row(own=EITHER),
    # There is one only where nobody there has an account: tests/www/referrals/test_sheet.py
    "referral_sheet": Row(own=frozenset({role.value for role in SENDERS}), objects="sent referral", may_miss=True),
    "referral_bundle": Row(own=frozenset({role.value for role in SENDERS}), objects="sent referral"),
}
