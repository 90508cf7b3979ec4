"""Towns, areas and themes of a file that nobody here knows: the row comes in, and a note names the word."""

from pathlib import Path

import pytest

from kesher.areas.models import Area
from kesher.directory.importing import Report, load, load_reading
from kesher.directory.importing.notes import MOST_LOOKED_FOR
from kesher.directory.models import Location, Service, Taxonomy, Term
from kesher.formats import records as r
from kesher.formats.records import Refusal

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def town() -> None:
    for code, name in (
        ("2560", {"en": "Arad", "he": "ערד", "ar": "عراد"}),
        ("9000", {"en": "Be'er Sheva", "he": "באר שבע"}),
    ):
        Area.objects.create(scheme="il-cbs-locality", code=code, level="authority", name=name, path=f"il/{code}/")
    shelves = Taxonomy.objects.create(slug="open-eligibility", name={"en": "Open Eligibility"})
    for code, name, words in (
        ("work", {"en": "Work", "he": "עבודה"}, {"en": ["jobs", "a start"], "he": ["משרה"]}),
        ("education", {"en": "Education", "he": "חינוך"}, {"en": ["a start", "work"]}),
    ):
        Term.objects.create(
            taxonomy=shelves, code=f"human_services:{code}", name=name, synonyms=words,
            path=f"open-eligibility/human_services/{code}/",
        )  # fmt: skip


def loaded(tmp_path: Path, table: str, **options: object) -> Report:
    path = tmp_path / "services.csv"
    path.write_text(table, encoding="utf-8")
    return load(path, dataset="town", **options)  # type: ignore[arg-type]


def notes(report: Report) -> list[tuple[str, int | None, str | None]]:
    return [(one.code, one.row, one.field) for one in report.refusals]


def the_one(report: Report) -> Refusal:
    (found,) = report.refusals
    assert not found.fatal
    return found


@pytest.mark.parametrize(
    ("heading", "written", "near"),
    [
        ("city", "Aradd", "Arad"),
        ("יישוב", "באר שבה", "באר שבע"),
        ("البلدة", "عرادد", "عراد"),
        ("city", "beer shewa", "Be'er Sheva"),
        ("city", "Timbuktu", None),
        ("city", "x" * 90, None),
        ("area", "באר שבעה", "באר שבע"),
        ("area", "Atlantis", None),
    ],
)
def test_an_unknown_town_is_noted_with_the_nearest_spelling(
    tmp_path: Path, heading: str, written: str, near: str | None
) -> None:
    report = loaded(tmp_path, f"id,name,{heading}\n1,First,\n2,Course,{written}\n")
    assert Service.objects.published().count() == 2
    note = the_one(report)
    assert (note.code, note.row, note.field) == ("nearly-a-place" if near else "unknown-place", 3, heading)
    assert note.said.params["value"] == (written if len(written) <= 60 else written[:60] + "…")
    assert note.said.params.get("near") == near


def test_a_known_town_is_tied_and_nothing_is_said(tmp_path: Path) -> None:
    report = loaded(tmp_path, "id,name,city,area\n1,Course,beer-sheva,\n2,Course,ARAD,ערד\n3,Course,באר־שבע,Arad\n")
    assert [one.said.params["value"] for one in report.refusals] == ["beer-sheva"]  # Be'er is not spelt so
    assert Location.objects.exclude(area=None).count() == 2


def test_each_unknown_word_is_said_once_after_what_was_left_out(tmp_path: Path) -> None:
    rows = "".join(f"{number},Course,Nowhere\n" for number in range(2, 40))
    report = loaded(tmp_path, f"id,name,city\n{rows}40,,\n41,Course,NOWHERE\n42,Course,Elsewhere\n")
    assert notes(report) == [
        ("no-service-name", 40, "name"),
        ("unknown-place", 2, "city"),
        ("unknown-place", 42, "city"),
    ]


@pytest.mark.parametrize("dry_run", [True, False])
def test_it_is_said_at_every_reading_until_it_is_mended(tmp_path: Path, dry_run: bool) -> None:
    table = "id,name,city,area,theme\n1,Course,Aradd,Aradd Valley,Wrok\n"
    first = loaded(tmp_path, table, dry_run=dry_run)
    again = loaded(tmp_path, table, dry_run=dry_run)
    assert notes(first) == notes(again)
    assert {code for code, _row, _field in notes(first)} == {"nearly-a-place", "unknown-place", "nearly-a-theme"}
    assert loaded(tmp_path, "id,name,city,area,theme\n1,Course,Arad,Arad,Work\n").refusals == []


def test_a_place_that_comes_later_is_tied_when_the_file_is_sent_again(tmp_path: Path) -> None:
    table = "id,name,city\n1,Course,Dimona\n"
    assert the_one(loaded(tmp_path, table)).code == "unknown-place"
    Area.objects.create(
        scheme="il-cbs-locality", code="2200", level="authority", name={"en": "Dimona"}, path="il/2200/"
    )
    report = loaded(tmp_path, table)
    assert report.refusals == []
    assert Location.objects.get().area == Area.objects.get(code="2200")


def area_record(**fields: object) -> r.Reading:
    record = r.ServiceRecord(external_id="s1", name={"en": "Course"}, areas=(r.AreaRecord(**fields),))  # type: ignore[arg-type]
    return r.Reading(source="test", language="en", services=iter([record]))


def test_an_unknown_code_names_its_list() -> None:
    note = the_one(load_reading(area_record(code="1", scheme="il-cbs-locality")))
    assert note.said.params == {"code": "1", "list": "il-cbs-locality"}
    note = the_one(load_reading(area_record(code="59350", scheme="insee-commune")))
    assert (note.code, note.said.params) == ("unknown-list-of-areas", {"list": "insee-commune"})
    assert load_reading(area_record(code="1", scheme="other", name={"he": "ערד"})).refusals == []
    assert load_reading(area_record(extent="POINT(1 2)", extent_type="wkt")).refusals == []


# --- themes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written", ["Work", "work", "WORK", "עבודה", "human_services:work", "Human-Services:Work", "Jobs", "משרה"]
)
def test_a_theme_of_the_portal_is_that_theme(tmp_path: Path, written: str) -> None:
    report = loaded(tmp_path, f"id,name,theme\n1,Course,{written}\n")
    assert report.refusals == []
    attribute = Service.objects.get().terms.get()
    assert attribute.term.code == "human_services:work"
    assert not Term.objects.filter(taxonomy__slug="themes").exists()


@pytest.mark.parametrize(
    ("written", "near"),
    [
        ("Wrok", "Work"),
        ("Worck", "Work"),
        ("חינוח", "חינוך"),
        ("Educatoin", "Education"),
        ("Cheese", None),
        ("A start", None),
    ],
)
def test_an_unknown_theme_is_kept_as_a_word_and_noted(tmp_path: Path, written: str, near: str | None) -> None:
    report = loaded(tmp_path, f"id,name,theme\n1,Course,Education\n2,Course,{written}; Work\n")
    note = the_one(report)
    assert (note.row, note.field) == (3, "theme")
    assert note.code == ("nearly-a-theme" if near else "unknown-theme")
    assert (note.said.params["value"], note.said.params.get("near")) == (written, near)
    service = Service.objects.get(external_id="2")
    assert {attribute.term.taxonomy.slug for attribute in service.terms.all()} == {"themes", "open-eligibility"}
    assert Term.objects.get(taxonomy__slug="themes").name["en"] == written


def test_two_words_for_one_theme_are_one(tmp_path: Path) -> None:
    report = loaded(tmp_path, "id,name,theme\n1,Course,Work; עבודה; work\n")
    assert report.refusals == []
    assert Service.objects.get().terms.count() == 1


def test_a_theme_that_is_here_at_last_takes_the_place_of_the_word(tmp_path: Path) -> None:
    table = "id,name,theme\n1,Course,Housing\n2,Other,Work\n"
    assert the_one(loaded(tmp_path, table)).code == "unknown-theme"
    shelves = Taxonomy.objects.get(slug="open-eligibility")
    Term.objects.create(
        taxonomy=shelves,
        code="human_services:housing",
        name={"en": "Housing"},
        path="open-eligibility/human_services/housing/",
    )
    report = loaded(tmp_path, table)
    assert report.refusals == []
    assert (report.counts["service"].changed, report.counts["service"].unchanged) == (1, 1)
    assert Service.objects.get(external_id="1").terms.get().term.code == "human_services:housing"


def test_a_term_named_by_code_has_its_nearest_too() -> None:
    def reading(code: str) -> r.Reading:
        ref = r.TermRef(taxonomy="open-eligibility", code=code)
        record = r.ServiceRecord(external_id="s1", name={"en": "Course"}, terms=(ref,))
        return r.Reading(source="test", language="en", services=iter([record]))

    note = the_one(load_reading(reading("human_services:worc")))
    assert (note.code, note.said.params["near"]) == ("nearly-a-term", "human_services:work")
    assert the_one(load_reading(reading("TX-450"))).code == "unknown-term"
    Term.objects.create(
        taxonomy=Taxonomy.objects.get(), code="TX-450", name={"en": "x"}, path="open-eligibility/TX-450/"
    )
    report = load_reading(reading("TX-450"))  # "load the taxonomy, then this file again"
    assert report.refusals == []
    assert Service.objects.get().terms.get().term.code == "TX-450"


def test_a_file_of_another_country_does_not_keep_the_portal_waiting(tmp_path: Path) -> None:
    """Hundreds of unknown names: all are told, for the first of them a spelling is looked for."""
    count = MOST_LOOKED_FOR + 20
    rows = "".join(f"{number},Course,Aradd{chr(97 + number % 26)}{number}\n" for number in range(count))
    report = loaded(tmp_path, "id,name,city\n" + rows)
    assert len(report.refusals) == count
    assert all(one.code in {"unknown-place", "nearly-a-place"} for one in report.refusals)
