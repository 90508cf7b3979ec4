"""The demo town's offices: invented bodies, with names that say so, in the real towns of the district.

Every name carries "(demo)"; streets are streets of fables; telephone numbers are of a range no exchange gives out; web
and mail addresses end in ``.example``, which nobody can own (RFC 2606).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from kesher.demo.district import AUTHORITIES
from kesher.demo.offices import MARK, SINGLE, Office
from kesher.demo.texts import words
from kesher.formats.records import Text

__all__ = ["MARK", "OFFICES", "Office"]


@dataclass(frozen=True, slots=True)
class Unit:
    """A department that several towns have."""

    key: str
    name: Text
    description: Text
    places: tuple[tuple[str, str], ...]  # (short name used in keys, code of the authority)


UNITS = (
    Unit(
        "newcomers",
        words(
            "Newcomers' Office",
            "לשכת הקליטה",
            "مكتب استيعاب القادمين الجدد",
            "Отдел по приёму репатриантов",
            "Відділ прийому репатріантів",
            "Bureau des nouveaux arrivants",
            "የአዲስ መጤዎች ቢሮ",
        ),
        words(
            "The town's first address for people who have just arrived: papers, school, home, language and work.",
            "הכתובת הראשונה בעיר למי שהגיעו לא מזמן: מסמכים, בית ספר, דיור, שפה ועבודה.",
            "العنوان الأول في البلدة لمن وصلوا حديثًا: المستندات والمدرسة والسكن واللغة والعمل.",
        ),
        (
            ("beer-sheva", "9000"),
            ("ashdod", "70"),
            ("ashkelon", "7100"),
            ("dimona", "2200"),
            ("arad", "2560"),
            ("ofakim", "31"),
            ("kiryat-gat", "2630"),
        ),
    ),
    Unit(
        "jobs",
        words(
            "Career Guidance Centre",
            "מרכז הכוון תעסוקתי",
            "مركز التوجيه المهني",
            "Центр профориентации",
            "Центр профорієнтації",
            "Centre d'orientation professionnelle",
            "የሥራ መመሪያ ማዕከል",
        ),
        words(
            "Advisers who go with you from the first talk to the first months in the job.",
            "יועצים ויועצות שמלווים מהשיחה הראשונה ועד החודשים הראשונים בעבודה.",
            "مرشدون ومرشدات يرافقونكم من المحادثة الأولى حتى الأشهر الأولى في العمل.",
        ),
        (
            ("beer-sheva", "9000"),
            ("rahat", "1161"),
            ("hura", "1303"),
            ("netivot", "246"),
            ("eilat", "2600"),
            ("ashkelon", "7100"),
        ),
    ),
    Unit(
        "family",
        words(
            "Family and Social Services",
            "המחלקה לשירותים חברתיים",
            "قسم الخدمات الاجتماعية",
            "Отдел социальных услуг",
            "Відділ соціальних послуг",
            "Service social et familial",
            "የቤተሰብ እና ማህበራዊ አገልግሎት",
        ),
        words(
            "Social workers for families, older people and everybody who goes through a hard time.",
            "עובדות ועובדים סוציאליים למשפחות, לאזרחים ותיקים ולכל מי שעוברים תקופה קשה.",
            "عاملون وعاملات اجتماعيون للعائلات وكبار السن ولكل من يمر بفترة صعبة.",
        ),
        (("rahat", "1161"), ("dimona", "2200"), ("kuseife", "1059"), ("segev-shalom", "1286")),
    ),
    Unit(
        "children",
        words(
            "Early Childhood Centre",
            "המרכז לגיל הרך",
            "مركز الطفولة المبكرة",
            "Центр раннего детства",
            "Центр раннього дитинства",
            "Centre de la petite enfance",
            "የሕፃናት ማዕከል",
        ),
        words(
            "Care, play and advice for children up to age 6 and their parents.",
            "טיפול, משחק וייעוץ לילדים עד גיל 6 ולהורים שלהם.",
            "رعاية ولعب واستشارة للأطفال حتى عمر 6 سنوات ولأهاليهم.",
        ),
        (("beer-sheva", "9000"), ("rahat", "1161"), ("sderot", "1031"), ("tel-sheva", "1054")),
    ),
    Unit(
        "library",
        words(
            "Library and Learning House",
            "ספרייה ובית לימוד",
            "مكتبة وبيت تعلّم",
            "Библиотека и учебный дом",
            "Бібліотека й навчальний дім",
            "Bibliothèque et maison du savoir",
            "ቤተ መጻሕፍት እና የመማሪያ ቤት",
        ),
        words(
            "Books, computers, quiet rooms and courses for adults, near home.",
            "ספרים, מחשבים, חדרים שקטים וקורסים למבוגרים, קרוב לבית.",
            "كتب وحواسيب وغرف هادئة ودورات للكبار، قريبًا من البيت.",
        ),
        (
            ("yeruham", "831"),
            ("mitzpe-ramon", "99"),
            ("lakiya", "1060"),
            ("meitar", "1268"),
            ("arara", "1192"),
        ),
    ),
)


#: Opened later, and after all others in the list: telephone numbers go by the place in it. The people of the town the portal is
#: for are served by an office of their own.
OPENED_LATER = (("family", "beer-sheva", "9000"),)


def _unit_offices(places: Iterable[tuple[Unit, str, str]]) -> list[Office]:
    return [
        Office(
            f"{unit.key}-{town}",
            "municipality",
            code,
            {
                language: f"{name} – {AUTHORITIES[code].name[language]} {MARK[language]}"
                for language, name in unit.name.items()
            },
            unit.description,
        )
        for unit, town, code in places
    ]


_FIRST = [(unit, town, code) for unit in UNITS for town, code in unit.places]
_LATER = [(unit, town, code) for key, town, code in OPENED_LATER for unit in UNITS if unit.key == key]
OFFICES: dict[str, Office] = {office.key: office for office in (*SINGLE, *_unit_offices([*_FIRST, *_LATER]))}
