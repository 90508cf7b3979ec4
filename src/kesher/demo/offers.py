"""How a service of the demo is written down, and what an office makes of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from kesher.demo import phrases
from kesher.demo.texts import words
from kesher.formats.records import ReferralMode, ScheduleRecord, ServiceStatus, Text

SELF, PROFESSIONAL = ReferralMode.SELF, ReferralMode.PROFESSIONAL
EITHER = (SELF, PROFESSIONAL)


@dataclass(frozen=True, slots=True)
class Price:
    """``amount`` in new shekels; ``option`` says who pays it, ``per`` for what."""

    amount: int
    per: Text
    option: Text | None = None

    @property
    def decimal(self) -> Decimal:
        return Decimal(self.amount)


COURSE = words(
    "for the whole course", "לכל הקורס", "للدورة كلها", "за весь курс", "за весь курс", "pour tout le cours", "ለሙሉው ኮርስ"
)
MONTH = words("a month", "לחודש", "في الشهر", "в месяц", "на місяць", "par mois", "በወር")
MEETING = words("a meeting", "לפגישה", "للقاء", "за встречу", "за зустріч", "par rendez-vous", "ለአንድ ቀጠሮ")
RIDE = words("a ride", "לנסיעה", "للسفرة", "за поездку", "за поїздку", "par trajet", "ለአንድ ጉዞ")
OTHERS_PAY = words(
    "Everybody else", "כל השאר", "الآخرون", "Все остальные", "Усі інші", "Toutes les autres personnes", "ሌሎች ሁሉ"
)
NEWCOMERS_FREE = words(
    "In the first ten years in Israel",
    "בעשר השנים הראשונות בישראל",
    "في السنوات العشر الأولى في إسرائيل",
    "В первые десять лет в Израиле",
    "У перші десять років в Ізраїлі",
    "Les dix premières années en Israël",
    "በእስራኤል በመጀመሪያዎቹ አሥር ዓመታት",
)
LOW_INCOME_PAYS = words(
    "With a low income",
    "לבעלי הכנסה נמוכה",
    "لذوي الدخل المحدود",
    "При низком доходе",
    "За низького доходу",
    "Avec un faible revenu",
    "ዝቅተኛ ገቢ ላላቸው",
)
NOTHING = words("free", "ללא תשלום", "مجانًا", "бесплатно", "безкоштовно", "gratuit", "በነፃ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A kind of service, given by one or several offices in the same way; each gives its own service record.

    ``languages`` are BCP 47 tags parted by blanks; ``cefr`` the level of Hebrew one needs to follow, if any; no ``prices``
    means free. ``checked`` is how many days ago somebody said
    "still right", of the first office; the others follow some days apart.
    """

    key: str
    at: tuple[str, ...]
    terms: tuple[str, ...]
    name: Text
    what: Text
    who: Text = field(default_factory=lambda: phrases.EVERYBODY)
    how: Text = field(default_factory=lambda: phrases.CALL)
    bring: tuple[Text, ...] = ()
    hours: tuple[ScheduleRecord, ...] = phrases.OFFICE
    languages: str = "he ar ru"
    cefr: str | None = None
    prices: Sequence[Price] = ()
    refer: tuple[ReferralMode, ...] = EITHER
    remote: bool = False
    phone: bool = True
    weekly_hours: int | None = None
    weeks: int | None = None
    learn: Text | None = None
    seats: int | None = None
    ages: tuple[int | None, int | None] = (None, None)
    wait: Text | None = None
    alert: Text | None = None
    status: ServiceStatus = ServiceStatus.ACTIVE
    suspended: bool = False
    checked: int = 40
    district_wide: bool = False
