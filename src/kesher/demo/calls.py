"""Who answers the telephone in the demo town's offices, and the two people who wait for a call of Samir's association."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from kesher.accounts.models import Membership, Organisation, User
from kesher.accounts.roles import Role
from kesher.demo.directory import service_id
from kesher.demo.organisations import MARK, OFFICES
from kesher.directory.call_backs import ask, callers_of
from kesher.directory.models import CallBack, Service

ASKED = "bridge-association"
#: Of these nobody is in the portal: their pages say whom to ring instead.
WITHOUT_ACCOUNT = frozenset({Organisation.Kind.HEALTH, Organisation.Kind.EMPLOYER})

#: Offer, how to call them, number (of a range no exchange gives out), language, when, their words, days ago, hour.
WAITING: tuple[tuple[str, str, str, str, tuple[str, ...], str, int, time], ...] = (
    (
        "interview-practice",
        f"أمل {MARK['ar']}",
        "08-555-0142",
        "ar",
        (CallBack.When.MORNING,),
        "عندي مقابلة عمل الأسبوع القادم وأريد أن أتدرّب عليها. أولادي في المدرسة حتى الساعة الواحدة.",
        4,
        time(20, 40),
    ),
    (
        "rights-check",
        f"ትዕግስት {MARK['am']}",
        "08-555-0187",
        "am",
        (CallBack.When.NOON, CallBack.When.EVENING),
        "ዕብራይስጥ ጥቂት ብቻ እችላለሁ። አማርኛ የሚናገር ሰው ቢደውልልኝ ደስ ይለኛል።",
        1,
        time(9, 15),
    ),
)


def build_calls(today: date) -> int:
    """Give offices somebody who calls back, and write down who waits; returns how many wait."""
    _desks(today)
    for offer, called, phone, language, when, note, ago, hour in WAITING:
        at = timezone.make_aware(datetime.combine(today - timedelta(days=ago), hour))
        service = Service.objects.get(external_id=_service_of(offer))
        ask(service, called=called, phone=phone, language=language, when=when, note=note, now=at)
    return len(WAITING)


def _service_of(offer: str) -> str:
    from kesher.demo.services import OFFERS

    return service_id(next(one for one in OFFERS if one.key == offer), ASKED)


def desks() -> list[str]:
    """The offices with somebody at a desk, whom nobody logs in as: all that have an account and no visitor who calls."""
    organisations = Organisation.objects.filter(profile__external_id__in=OFFICES).exclude(kind__in=WITHOUT_ACCOUNT)
    return [
        str(organisation.profile.external_id)
        for organisation in organisations.select_related("profile").order_by("id")
        if not callers_of(organisation.pk).exists()
    ]


def _desks(today: date) -> None:
    for key in desks():
        user = User.objects.create_user(f"{key}@demo.example", name=f"{OFFICES[key].name['en']}, desk", language="he")
        Membership.objects.create(
            user=user,
            organisation=Organisation.objects.get(profile__external_id=key),
            role=Role.CASEWORKER,
            since=today - timedelta(days=200),
        )
