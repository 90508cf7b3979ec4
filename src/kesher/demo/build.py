"""Builds the demo town: same seed, same town. Everything is invented but the places, and every page says so."""

from collections.abc import Callable

from django.db import transaction

from kesher.accounts.models import Membership, Organisation, User
from kesher.base.history import acting
from kesher.base.models import Portal
from kesher.demo.visitors import PASSWORD, VISITORS

Progress = Callable[[str], object]

ORGANISATIONS = {
    "municipality": (
        "municipality",
        {"en": "Demo Town Municipality", "he": "עיריית עיר לדוגמה", "ar": "بلدية المدينة النموذجية"},
    ),
    "employment-service": (
        "employment_service",
        {
            "en": "Employment Service, Demo Town",
            "he": "שירות התעסוקה, עיר לדוגמה",
            "ar": "خدمة التشغيل، المدينة النموذجية",
        },
    ),
    "bridge-association": ("charity", {"en": "Bridge Association", "he": "עמותת גשר", "ar": "جمعية الجسر"}),
    "garage": ("employer", {"en": "Katz Garage", "he": "מוסך כץ", "ar": "كراج كاتس"}),
    "college": ("college", {"en": "Demo Town College", "he": "מכללת עיר לדוגמה", "ar": "كلية المدينة النموذجية"}),
}


class NotEmpty(Exception):
    """The database holds a portal already: the demo town is never built over anything."""


def build(*, seed: int, people: int, progress: Progress) -> None:
    """Fill an empty portal, all or nothing."""
    with transaction.atomic(), acting(actor=None, reason="demo town"):
        if Portal.objects.exists():
            raise NotEmpty("This database holds a portal already; the demo town needs an empty one.")
        Portal.objects.create(
            name={"en": "Work in Demo Town", "he": "עבודה בעיר לדוגמה", "ar": "العمل في المدينة النموذجية"},
            is_demo=True,
            seed=seed,
        )
        organisations = {
            key: Organisation.objects.create(kind=kind, name=name, state=Organisation.State.APPROVED)
            for key, (kind, name) in ORGANISATIONS.items()
        }
        for visitor in VISITORS:
            user = User.objects.create_user(visitor.email, PASSWORD, name=visitor.name, language=visitor.language)
            user.emailaddress_set.create(email=user.email, verified=True, primary=True)  # type: ignore[attr-defined]
            if visitor.organisation:
                Membership.objects.create(
                    user=user, organisation=organisations[visitor.organisation], role=visitor.role
                )
        progress("organisations and visitors")
