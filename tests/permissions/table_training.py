"""Who may open what, of learning at work and of a business's home; part of :mod:`tests.permissions.table`."""

from dataclasses import replace

from kesher.accounts.roles import Role
from kesher.casework.hosting.hosts import PERMITTERS
from tests.permissions.table import FILES, NOBODY, OF_A_PERSON, OWN_FILE, Row

EMPLOYERS = frozenset({Role.EMPLOYER.value})
NO_ONES = "01890000-0000-7000-8000-000000000000"

TRAINING: dict[str, Row] = {
    "person_training": OF_A_PERSON,
    "training": Row(own=FILES, objects="training"),
    "training_terms": Row(own=FILES, objects="training proposed"),
    "training_certificate": Row(own=FILES, objects="training certified"),
    "training_certificate_file": Row(own=FILES, objects="training certified"),
    "hosts": Row(own=FILES | PERMITTERS, nothing=True),
    "my_training": replace(OWN_FILE, nothing=True),
    # Whoever has no file is told how one begins; certificates of others are no pages: tests/www/test_hosting.py
    "my_training_certificate": replace(OWN_FILE, kwargs={"pk": NO_ONES}, may_miss=True),
    "my_training_certificate_file": replace(OWN_FILE, kwargs={"pk": NO_ONES}, may_miss=True),
    "employer_home": Row(own=EMPLOYERS),
    "employer_agreement": Row(own=EMPLOYERS, objects="training of a host"),
    # The key is in the address; without a right one there is nothing for anybody: tests/www/test_hosting.py
    "workplace_link": Row(own=NOBODY, kwargs={"key": "not-a-key"}),
    "workplace_link_refresh": Row(own=NOBODY, kwargs={"key": "not-a-key"}, method="post"),
}
