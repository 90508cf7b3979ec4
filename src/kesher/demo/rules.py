"""Who may come, in the demo town: a dozen rules, invented like the offices that keep them, each with its examples."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from kesher.accounts.models import User
from kesher.demo.texts import words
from kesher.directory.facts import VOCABULARY
from kesher.directory.models import EligibilityRule, RuleVersion, Service, ServiceRule
from kesher.directory.rules import NAME
from kesher.engine.eligibility import Row, TableError, expression_of, outline_of
from kesher.engine.eligibility.tables import ANYTHING, Cell, Comparison, DecisionTable, HitPolicy, Interval, Test
from kesher.formats.records import Text

SOURCE = "Working rules of the demo town (invented)"
FIRST_DAY = date(2026, 1, 1)


@dataclass(frozen=True, slots=True)
class DemoRule:
    """``rows``: each a way to be eligible: fact -> tests of its cell. ``yes``, ``no``: facts of an example each."""

    key: str
    name: Text
    rows: tuple[Mapping[str, tuple[Test, ...]], ...]
    yes: Mapping[str, Any]
    no: Mapping[str, Any]
    offers: tuple[str, ...]

    def table(self) -> DecisionTable:
        columns = list(dict.fromkeys(path for row in self.rows for path in row))
        return DecisionTable(
            tuple(VOCABULARY[path] for path in columns),
            tuple(
                Row(tuple(Cell(row[path]) if path in row else ANYTHING for path in columns), (True,))
                for row in self.rows
            ),
            policy=HitPolicy.FIRST,
        )


def is_(*values: Any) -> tuple[Test, ...]:
    return tuple(Comparison("=", value) for value in values)


ADULT: tuple[Test, ...] = (Comparison(">=", 18),)
FIFTY: tuple[Test, ...] = (Comparison("<=", 50),)

RULES: tuple[DemoRule, ...] = (
    DemoRule(
        "newcomers",
        words(
            "Newcomers of the last ten years", "עולים ועולות בעשר השנים האחרונות", "قادمون جدد في السنوات العشر الأخيرة"
        ),
        ({"status": is_("newcomer"), "age": ADULT},),
        {"status": "newcomer", "age": 34},
        {"status": "permanent", "age": 34},
        ("first-hour", "ulpan-a", "ulpan-evening", "ulpan-b", "hebrew-medical", "mentor"),
    ),
    DemoRule(
        "diplomas",
        words("A profession learned abroad", "מקצוע שנלמד בחוץ לארץ", "مهنة تُعلِّمت في الخارج"),
        ({"studied_abroad": is_(True), "age": ADULT},),
        {"studied_abroad": True, "age": 41},
        {"studied_abroad": False, "age": 41},
        ("diploma-advice",),
    ),
    DemoRule(
        "seeking-work",
        words(
            "Looking for work, or for other work", "מחפשי ומחפשות עבודה, או עבודה אחרת", "الباحثون عن عمل أو عن عمل آخر"
        ),
        ({"work": is_("unemployed", "employed", "self-employed"), "age": ADULT},),
        {"work": "unemployed", "age": 52},
        {"work": "unemployed", "age": 16},
        ("adviser", "register-jobseeker", "interview-practice", "job-club", "hebrew-for-work", "digital-office"),
    ),
    DemoRule(
        "without-work",
        words("Without work", "בלי עבודה כרגע", "بدون عمل حاليًا"),
        ({"work": is_("unemployed"), "age": ADULT},),
        {"work": "unemployed", "age": 30},
        {"work": "employed", "age": 30},
        ("course-voucher",),
    ),
    DemoRule(
        "women",
        words("Women from 18", "נשים מגיל 18", "نساء من سنّ 18"),
        ({"gender": is_("woman", "other"), "age": ADULT},),
        {"gender": "woman", "age": 29},
        {"gender": "man", "age": 29},
        ("women-to-work", "safe-place-women", "home-business-women"),
    ),
    DemoRule(
        "under-three",
        words("Parents of a child under three", "הורים לילד או ילדה עד גיל שלוש", "أهل لطفل دون الثالثة"),
        ({"child_under_3": is_(True)},),
        {"child_under_3": True},
        {"child_under_3": False},
        ("day-nursery",),
    ),
    DemoRule(
        "small-children",
        words("Parents of a child up to six", "הורים לילד או ילדה עד גיל שש", "أهل لطفل حتى السادسة"),
        ({"child_under_3": is_(True)}, {"child_3_to_6": is_(True)}),
        {"child_under_3": False, "child_3_to_6": True},
        {"child_under_3": False, "child_3_to_6": False},
        ("nursery-discount", "play-and-talk"),
    ),
    DemoRule(
        "disability",
        words("A disability, seen or unseen", "מוגבלות, נראית או לא נראית", "إعاقة ظاهرة أو غير ظاهرة"),
        ({"disability": is_(True), "age": ADULT},),
        {"disability": True, "age": 25},
        {"disability": False, "age": 25},
        ("deaf-desk", "supported-work", "workplace-adaptation"),
    ),
    DemoRule(
        "low-income",
        words("A low income", "הכנסה נמוכה", "دخل محدود"),
        ({"low_income": is_(True)},),
        {"low_income": True},
        {"low_income": False},
        ("school-costs", "small-repairs", "personal-loan", "food-basket"),
    ),
    DemoRule(
        "rent",
        words("A low income and a rented home", "הכנסה נמוכה ודירה שכורה", "دخل محدود وبيت مستأجَر"),
        ({"low_income": is_(True), "rents": is_(True)},),
        {"low_income": True, "rents": True},
        {"low_income": True, "rents": False},
        ("rent-help",),
    ),
    DemoRule(
        "beginning-business",
        words("A business at its beginning", "עסק בתחילת דרכו", "مصلحة في بدايتها"),
        ({"business_stage": is_("idea", "new")},),
        {"business_stage": "idea"},
        {"business_stage": "established"},
        ("business-first-steps", "business-licence"),
    ),
    DemoRule(
        "small-business",
        words(
            "An open business of up to 50 people",
            "עסק פעיל עם עד 50 עובדים ועובדות",
            "مصلحة قائمة فيها حتى 50 عاملًا وعاملة",
        ),
        ({"business_stage": is_("new", "established"), "employees": FIFTY},),
        {"business_stage": "established", "employees": 5},
        {"business_stage": "established", "employees": 120},
        ("wage-subsidy", "train-on-job", "business-loan"),
    ),
    DemoRule(
        "own-business",
        words("A small business, or soon", "עסק קטן, או בקרוב", "مصلحة صغيرة، أو قريبًا"),
        ({"business_stage": is_("idea")}, {"employees": FIFTY}),
        {"business_stage": "idea"},
        {"business_stage": "established", "employees": 80},
        ("business-mentor",),
    ),
    DemoRule(
        "employers",
        words("An open business that employs people", "עסק פעיל שמעסיק עובדים ועובדות", "مصلحة قائمة تشغّل عاملين"),
        ({"business_stage": is_("new", "established")},),
        {"business_stage": "new"},
        {"business_stage": "idea"},
        ("find-staff", "inclusive-recruiting", "employer-hotline"),
    ),
    DemoRule(
        "trade-courses",
        words("Vocational courses", "קורסים מקצועיים", "دورات مهنية"),
        ({"age": (Interval(18, 66),)},),
        {"age": 19},
        {"age": 17},
        ("course-care", "course-mechanic", "course-solar", "course-kitchen", "course-welding", "mechanic-apprentice"),
    ),
)


#: What waits for a second person: rent also for those who bring up children alone, from the new year on.
WAITING = DemoRule(
    "rent",
    words(
        "A low income or a single parent, in a rented home",
        "הכנסה נמוכה או הורה יחיד או יחידה, בדירה שכורה",
        "دخل محدود أو والد وحيد أو والدة وحيدة، في بيت مستأجَر",
    ),
    ({"low_income": is_(True), "rents": is_(True)}, {"single_parent": is_(True), "rents": is_(True)}),
    {"low_income": False, "single_parent": True, "rents": True},
    {"low_income": False, "single_parent": False, "rents": True},
    (),
)
WAITS_FROM = date(2027, 1, 1)


def build_rules() -> int:
    """Write the rules and set them before their services; returns how many. Raises for a rule whose examples fail."""
    for rule in RULES:
        kept = EligibilityRule.objects.create(name=rule.name)
        _version(rule, kept, number=1, state=RuleVersion.State.PUBLISHED, valid_from=FIRST_DAY).save()
        for offer in rule.offers:
            services = Service.objects.filter(external_id__startswith=f"{offer}.").order_by("pk")
            ServiceRule.objects.bulk_create([ServiceRule(service=service, rule=kept) for service in services])
    return len(RULES)


def let_a_rule_wait(writer: User) -> None:
    """One version waits for a second person: the task of the second officer."""
    kept = EligibilityRule.objects.get(versions__source_section=WAITING.key)
    state = RuleVersion.State.PROPOSED
    version = _version(WAITING, kept, number=2, state=state, valid_from=WAITS_FROM)
    version.outline[NAME] = dict(WAITING.name)
    version.written_by_id = writer.pk
    version.save()


def _version(rule: DemoRule, kept: EligibilityRule, **more: Any) -> RuleVersion:
    table = rule.table()
    version = RuleVersion(
        rule=kept,
        source_title=SOURCE,
        source_section=rule.key,
        source_language="en",
        when=expression_of(table),
        outline=outline_of(table),
        tests=[
            {"name": "", "facts": dict(rule.yes), "verdict": "yes"},
            {"name": "", "facts": dict(rule.no), "verdict": "no"},
        ],
        **more,
    )
    if found := version.as_rule().hindrances(VOCABULARY):
        raise TableError(f"demo rule {rule.key}: {'; '.join(map(str, found))}")
    return version
