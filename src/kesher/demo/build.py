"""Builds the demo town: same seed and same day, same town. Everything is invented but the places; every page says so."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from graphlib import TopologicalSorter
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models, transaction
from django.utils import timezone

from kesher.accounts.models import Membership, Organisation, User
from kesher.areas.models import Area, choose_home
from kesher.base.history import System, acting, begin_statement_free_writing
from kesher.base.models import Portal
from kesher.base.rights import append_only_tables, is_append_only
from kesher.base.rows import acting_for
from kesher.demo import district, twins
from kesher.demo.calls import build_calls
from kesher.demo.directory import SOURCE, reading, suspended_ids
from kesher.demo.figures import build_figures
from kesher.demo.goals import build_goals
from kesher.demo.mentors import build_mentoring
from kesher.demo.organisations import MARK, OFFICES
from kesher.demo.people import build_people
from kesher.demo.plans import build_plans
from kesher.demo.referrals import build_referrals
from kesher.demo.rules import build_rules, let_a_rule_wait
from kesher.demo.shortage import build_judgements, build_shortage
from kesher.demo.texts import words
from kesher.demo.training import build_training
from kesher.demo.trust import build_trust
from kesher.demo.visitors import EVERYBODY, PASSWORD
from kesher.demo.words import build_words
from kesher.directory.duplicates import find_duplicates
from kesher.directory.importing import load_reading
from kesher.directory.importing.report import Report
from kesher.directory.models import Dataset, Service
from kesher.directory.registration import register_organisation
from kesher.directory.taxonomies import load_taxonomies
from kesher.formats.records import Reading, Text
from kesher.people.models import ConsentText

Progress = Callable[[str], object]
Fact = dict[str, int | float | str]

NAME = words(
    "Work in the South",
    "עובדים בדרום",
    "نعمل في الجنوب",
    "Работа на Юге",
    "Робота на Півдні",
    "Travailler dans le Sud",
    "ሥራ በደቡብ",
)
CONTACT = words(
    "The table's coordination office in Be'er Sheva (invented, like everybody here)",
    "לשכת התיאום של השולחן בבאר שבע (מומצאת, כמו כולם כאן)",
    "مكتب تنسيق الطاولة في بئر السبع (مُختلَق، مثل الجميع هنا)",
    "Координационный отдел стола в Беэр-Шеве (вымышлен, как и все здесь)",
    "Координаційний відділ столу в Беер-Шеві (вигаданий, як і всі тут)",
    "Le bureau de coordination à Beer-Sheva (inventé, comme tout le monde ici)",
    "በቤር ሼቫ የሚገኝ የጠረጴዛው ማስተባበሪያ ቢሮ (ምናባዊ)",
)
STEPS = 18  # lines of progress that ``build`` gives
CONTACT_PHONE = "08-555-0199"
CONTACT_MAIL = "table@demo.example"
OFFICER = next(visitor.email for visitor in EVERYBODY if visitor.key == "officer")
ASKS = "kitchen@demo.example"  # asks to be let in; nobody logs in as her

#: Apps of others whose rows belong to somebody of the town: their addresses, second factors and sessions.
OTHERS = ("account", "mfa", "usersessions", "sessions")


class NotEmpty(Exception):
    """The database holds a portal already: the demo town is never built over anything."""


class NotADemo(Exception):
    """The portal is not a demo: it is never emptied."""


@dataclass(frozen=True, slots=True)
class Town:
    """What was built, in numbers."""

    areas: int
    organisations: int
    services: int
    pairs: int
    log_ins: int


def build(*, seed: int, people: int, progress: Progress, today: date | None = None) -> Town:
    """Fill an empty portal, all or nothing; raises :class:`NotEmpty` when it is not.

    ``progress`` gets a line for each part that is done. ``today`` anchors the dates of the directory. ``people`` is how
    many people are to live here: their tables come with a later version, and a line says so.
    """
    with transaction.atomic(), acting(actor=System("demo town"), reason="demo town"):
        _alone()
        if Portal.objects.exists():
            raise NotEmpty("This database holds a portal already; the demo town needs an empty one.")
        today = today or timezone.localdate()
        Portal.objects.create(
            name=NAME,
            contact=CONTACT,
            contact_email=CONTACT_MAIL,
            contact_phone=CONTACT_PHONE,
            is_demo=True,
            seed=seed,
        )
        areas = _areas()
        choose_home([Area.objects.get(scheme=district.LOCALITY_SCHEME, code=district.HOME)])
        progress(f"{areas} areas: {len(district.AUTHORITIES)} towns of the Southern District and what they lie in")
        progress(f"{build_figures(today)} published figures of these towns")
        progress(f"{build_shortage(today)} invented figures of occupations, and named so")
        terms = [f"{taxonomy.terms.count()} of {taxonomy.name['en']}" for taxonomy in load_taxonomies()]
        progress(f"terms of taxonomies: {', '.join(terms)}")
        organisations, services = _directory(seed, today)
        progress(f"{organisations} invented organisations with {services} services")
        pairs = sum(find_duplicates().values())
        progress(f"{pairs} pairs of them that may be one: the officer decides")
        progress(f"{build_rules()} rules that say who may come")
        _accounts(today)
        progress(f"{len(EVERYBODY)} log-ins")
        judged = build_judgements(today, {visitor.key: visitor.email for visitor in EVERYBODY})
        progress(f"{judged} times somebody at the table said how short an occupation is")
        _waiting()
        progress(f"{build_calls(today)} people who wait for a call")
        progress(f"{build_words(today)} times somebody's words for their work wait for a caseworker")
        progress(f"{build_people(today)} people have a file; the {people} that are noted come with a later version")
        progress(f"of {build_goals(today)} goals it is said which work is meant, or that none of the lists is")
        progress(f"{build_plans()} steps, appointments and dates of theirs: the caseworker's today")
        progress(f"{build_referrals(today)} times somebody was sent on: what waits, what is silent, what came back")
        progress(f"{build_mentoring()} person goes along with a mentor")
        progress(build_trust(today))
        progress(f"{build_training()} agreements on learning at work: one under way, one with its certificate")
        return Town(areas=areas, organisations=organisations, services=services, pairs=pairs, log_ins=len(EVERYBODY))


def reset(*, people: int = 0, progress: Progress = lambda line: None, today: date | None = None) -> Town:
    """Empty the demo's tables and build the town anew from its seed, all or nothing.

    Raises :class:`NotADemo` when the portal is a real one or there is none. History and logs stay: nobody may take rows out
    of them, not even here.
    """
    with transaction.atomic(), acting(actor=System("demo town reset"), reason="demo town reset"):
        _alone()
        portal = Portal.objects.first()
        if portal is None or not portal.is_demo:
            raise NotADemo("This portal is not a demo; it is not emptied.")
        seed = portal.seed or 0
        _empty()
        return build(seed=seed, people=people, progress=progress, today=today)


def _alone() -> None:
    """One builder at a time: of two resets at once the second waits and finds the town whole."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('demo town', 0))")


#: Came with the migrations, and stays: which models there are, and the words people agree to.
STAYING = (ContentType, ConsentText)


def _empty() -> None:
    """Delete the rows of every table of ours, and of others' that hang on our users; not logs, not history."""
    emptied: list[type[models.Model]] = [
        model
        for configuration in apps.get_app_configs()
        if configuration.name.startswith("kesher.") or configuration.label in OTHERS
        for model in configuration.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and not is_append_only(model) and model not in STAYING
    ]
    # Foreign keys are checked at the end of the transaction, so the order does not matter.
    begin_statement_free_writing()
    _empty_protected()
    with connection.cursor() as cursor:
        for model in emptied:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")  # noqa: S608
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


ACCESSES = "people_access"


def _empty_protected() -> None:
    """Rows behind row-level security, which the application sees only as the one they belong to: as each of them."""
    organisations = list(Organisation.objects.order_by().values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
        tables = _as_they_are_seen({table for (table,) in cursor.fetchall()} - set(append_only_tables()))
        for user in User.objects.order_by().values_list("pk", flat=True):
            with acting_for(user_id=user, organisation_ids=organisations):
                # a file taken back is seen by nobody: once more, so that it goes, too
                cursor.execute(f"UPDATE {ACCESSES} SET until = now() + interval '1 day'")  # noqa: S608
                for table in tables:
                    cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")  # noqa: S608


def _as_they_are_seen(tables: set[str]) -> list[str]:
    """What hangs on a row before that row, for it is often seen through it; and last what lets one see a file: whatever
    came after would stay, hidden from everybody."""
    order = TopologicalSorter[str](dict.fromkeys(sorted(tables - {ACCESSES}), ()))
    for model in apps.get_models():
        table = model._meta.db_table
        for field in model._meta.concrete_fields:
            above = field.related_model._meta.db_table if isinstance(field, models.ForeignKey) else table
            if above != table and {table, above} <= tables - {ACCESSES}:
                order.add(above, table)
    return [*order.static_order(), *({ACCESSES} & tables)]


def _areas() -> int:
    """The places; one that a pack has brought before is taken over, with our names in more languages."""
    made: dict[str, Area] = {}
    for key, region in district.REGIONS.items():
        above = made.get(region.parent)
        made[key] = _area(
            region.scheme,
            region.code,
            above,
            key,
            level=region.level,
            name=region.name,
            population=region.population,
            facts={
                "population": {
                    "value": region.population,
                    "year": district.POPULATION_YEAR,
                    "source": district.LOCALITIES_SOURCE,
                    "note": district.SUM_NOTE,
                }
            },
        )
    for town in district.AUTHORITIES.values():
        _area(
            district.LOCALITY_SCHEME,
            town.code,
            made[town.sub_district],
            town.code,
            level=Area.Level.AUTHORITY,
            name=town.name,
            latitude=town.latitude,
            longitude=town.longitude,
            population=town.population,
            facts=town_facts(town),
        )
    return len(district.REGIONS) + len(district.AUTHORITIES)


def _area(scheme: str, code: str, above: Area | None, step: str, **values: Any) -> Area:
    area = Area.objects.filter(scheme=scheme, code=code).first()
    if area is None:
        path = f"{above.path if above else ''}{step}/"
        return Area.objects.create(scheme=scheme, code=code, parent=above, path=path, **values)
    for name, value in values.items():
        setattr(area, name, {**area.name, **value} if name == "name" else value)
    area.save(update_fields=[*values, "updated_at"])
    return area


def town_facts(town: district.Authority) -> dict[str, Fact]:
    """The published facts on a town, each with its year and source, as :attr:`Area.facts` keeps them."""
    located: Fact = {"year": district.POPULATION_YEAR, "source": district.LOCALITIES_SOURCE}
    classed: Fact = {"year": district.CLUSTER_YEAR, "source": district.CLUSTER_SOURCE}
    return {
        "population": {"value": town.population, **located},
        "centre": {"latitude": town.latitude, "longitude": town.longitude, **located},
        "socio_economic_cluster": {"value": town.cluster, "lowest": 1, "highest": 10, **classed},
        "socio_economic_index": {"value": town.index, **classed},
        "socio_economic_rank": {"value": town.rank, "of": 255, **classed},
    }


def _directory(seed: int, today: date) -> tuple[int, int]:
    """Take the invented directory in as any other is taken in, then say what no file can: kinds and a suspension.

    A partner's list comes after it, as lists do: it names again what is there already.
    """
    name = words("Invented directory of the demo town", "מדריך מומצא של עיר ההדגמה", "دليل مُختلَق لمدينة العرض")
    loaded = [
        _load(reading(seed, today=today), name, "en"),
        _load(twins.reading(seed, today=today), twins.NAME, "ar"),
    ]
    dataset = Dataset.objects.get(slug=SOURCE)
    for kind in {office.kind for office in OFFICES.values()}:
        keys = [office.key for office in OFFICES.values() if office.kind == kind]
        Organisation.objects.filter(profile__dataset=dataset, profile__external_id__in=keys).update(kind=kind)
    Service.objects.filter(dataset=dataset, external_id__in=suspended_ids()).update(state=Service.State.SUSPENDED)
    organisations, services = (
        sum(report.counts[what].created for report in loaded) for what in ("organisation", "service")
    )
    return organisations, services


def _load(records: Reading, name: Text, language: str) -> Report:
    Dataset.objects.create(
        slug=records.source, name=name, publisher=f"Kesher {MARK['en']}", licence="CC0-1.0", language=language
    )
    report = load_reading(records, dataset=records.source, format="records", file_name="demo town")
    if report.refusals:
        raise RuntimeError(f"The demo's own directory was refused in part: {report.refusals[0]}")
    return report


def _accounts(today: date) -> None:
    offices = {
        organisation.profile.external_id: organisation
        for organisation in Organisation.objects.select_related("profile").order_by("id")
    }
    for visitor in EVERYBODY:
        user = User.objects.create_user(visitor.email, PASSWORD, name=visitor.name, language=visitor.language)
        user.emailaddress_set.create(email=user.email, verified=True, primary=True)  # type: ignore[attr-defined]
        if visitor.office:
            Membership.objects.create(
                user=user,
                organisation=offices[visitor.office],
                role=visitor.role,
                since=today - timedelta(days=200),
            )
        if visitor.also is not None:
            office, role = visitor.also
            Membership.objects.create(
                user=user, organisation=offices[office], role=role, since=today - timedelta(days=100)
            )


def _waiting() -> None:
    """What waits for decisions, so that the tasks can be done: an organisation that asks to join, and a rule."""
    let_a_rule_wait(User.objects.get(email=OFFICER))
    asks = User.objects.create_user(ASKS, name="Rivka Stern", language="he")
    asks.emailaddress_set.create(email=asks.email, verified=True, primary=True)  # type: ignore[attr-defined]
    register_organisation(
        asks,
        name=words("Shared Kitchen of Yeruham (demo)", "המטבח המשותף – ירוחם (הדגמה)", "المطبخ المشترك – يروحام (عرض)"),
        kind=Organisation.Kind.CHARITY,
        description=words(
            "A kitchen where people who cook for a living, or want to, work side by side and pay by the hour.",
            "מטבח שבו עובדים זה לצד זה מי שמתפרנסים מבישול או רוצים בכך, ומשלמים לפי שעה.",
            "مطبخ يعمل فيه جنبًا إلى جنب من يعيشون من الطبخ أو يريدون ذلك، والدفع بالساعة.",
        ),
        email=ASKS,
    )
