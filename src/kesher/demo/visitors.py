"""The visitors one can spend a day as in the demo town: who they are, where they work, what to try first."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kesher.accounts.roles import Role

PASSWORD = "a-day-in-town"  # noqa: S105 - of invented people in a demo that says so on every page


@dataclass(frozen=True, slots=True)
class Visitor:
    """``email`` logs in with :data:`PASSWORD`; ``organisation`` is a key of the demo's organisations."""

    key: str
    name: str
    title: str | Promise
    email: str
    language: str
    organisation: str
    role: str


VISITORS: tuple[Visitor, ...] = (
    Visitor("newcomer", "Almaz T.", _("newcomer"), "almaz@demo.example", "am", "", ""),
    Visitor("caseworker", "Noa Levi", _("caseworker"), "noa@demo.example", "he", "employment-service", Role.CASEWORKER),
    Visitor("convenor", "Yael Mizrahi", _("convenor"), "yael@demo.example", "he", "municipality", Role.CONVENOR),
    Visitor(
        "partner", "Samir Abu-Rabia", _("partner"), "samir@demo.example", "ar", "bridge-association", Role.PROVIDER
    ),
    Visitor("employer", "Dina Katz", _("employer"), "dina@demo.example", "he", "garage", Role.EMPLOYER),
    Visitor("college", "Prof. Omar Haddad", _("college"), "omar@demo.example", "ar", "college", Role.COLLEGE),
)
