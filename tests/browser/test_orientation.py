"""From somebody's own words to the right next step: by keyboard, without a script, on the smallest phone."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import product
from uuid import UUID

import pytest
from django.conf import settings
from django.http import QueryDict
from django.utils import timezone, translation
from playwright.sync_api import Browser, Locator, Page, expect

from kesher.areas.models import Area
from kesher.base.translated import in_language
from kesher.demo.district import LOCALITY_SCHEME
from kesher.directory.catalogue import services
from kesher.directory.facts import QUESTION_OF
from kesher.directory.served import AREA, living_in
from kesher.engine.eligibility import Verdict, facts_in, verdict
from kesher.www.front.orientation.asking import BY_KEY, Asked, answer
from tests.browser.axe import axe_violations
from tests.browser.conftest import NARROWEST, sideways
from tests.browser.test_journeys import Traveller
from tests.browser.town import Town
from tests.browser.ways import each_way

pytestmark = pytest.mark.xdist_group("orientation")  # one worker, one town
HOW = ("by keyboard", "without a script")
#: Where whoever says nothing else lives: Beer Sheva.
HOME = "9000"


@pytest.fixture(autouse=True)
def portal() -> None:
    """The town brings its own portal."""


class Visitor(Traveller):
    """Somebody at the front door, on a phone of 320 pixels."""

    def says(self, words: str) -> None:
        field = self.page.locator("main form[role=search] input[name=words]")
        self.types(field, words)
        self.goes(self.page.locator("main form[role=search] button"))

    @property
    def question(self) -> Locator:
        return self.page.locator("#question .ask")

    def answers(self, known: dict[str, str]) -> list[str]:
        """Answer what is asked until nothing is; what is not ``known`` is skipped. Returns the keys asked."""
        known = {"area": HOME, "business_area": HOME, **known}
        asked: list[str] = []
        while self.question.count():
            about = self.question.locator("form:has([value=about_unsaid]) button")
            if about.count():  # what is it most about? They have said it
                assert "about" not in asked
                asked.append("about")
                self.goes(about)
                continue
            key = self.question.locator(".ask__form [name=question]").input_value()
            assert key not in asked, "nothing is asked twice"
            asked.append(key)
            assert self.question.locator("summary").count() == 1, "why do we ask?"
            if key in known:
                self.answers_in(self.question, known[key])
            else:
                self.goes(self.question.locator("form:has([value=skip]) button"))
        assert len(asked) <= 5
        return asked

    def answers_in(self, place: Locator, given: str) -> None:
        form = place.locator(".ask__form")
        if form.locator("select").count():
            place_of = Area.objects.get(scheme=LOCALITY_SCHEME, code=given)
            self.reaches(form.locator("select"))
            form.locator("select").select_option(value=str(place_of.pk))
            self.goes(form.locator("button"))
        elif form.locator("[type=number]").count():
            self.types(form.locator("[type=number]"), given)
            self.goes(form.locator("button"))
        elif form.locator("[type=checkbox]").count():
            self.presses(form.locator(f"[value={given}]"), "Space")
            self.goes(form.locator("button"))
        else:
            self.goes(form.locator(f"button[value='{given}']"))

    def answers_in_the_card(self, of: str, known: dict[str, str]) -> None:
        """What nobody asked, because five questions are enough, may still be said in the card that waits for it."""
        waits = self.page.locator(".offer--ask", has=self.page.locator(".offer__name", has_text=of)).first
        question = waits.locator(".offer__ask")
        if not question.evaluate("details => details.open"):
            self.presses(question.locator("> summary"))
        self.answers_in(question, known[question.locator(".ask__form [name=question]").input_value()])

    def narrows(self, **choices: str) -> None:
        filters = self.page.locator(".finder__filters")
        if not filters.evaluate("details => details.open"):
            self.presses(filters.locator("summary").first)
        for name, label in choices.items():
            field = filters.locator(f"select[name={name}]")
            self.reaches(field)
            field.select_option(label=label)
        self.goes(filters.locator("form:has([value=narrow]) > button"))

    def sees(self, kind: str) -> list[str]:
        """Names of the services of one colour that are shown outside the fold."""
        return self.page.locator(f".finder__results > section .offer--{kind} .offer__name").all_inner_texts()

    def looks_right(self) -> None:
        assert not sideways(self.page), sideways(self.page)
        if self.page.locator("html.has-script").count():  # axe itself is a script
            assert not axe_violations(self.page)


@contextmanager
def visitors(browser: Browser, there: Town, how: str) -> Iterator[Callable[[], Visitor]]:
    """Each call brings somebody new, on a small phone: by keyboard, or without a script."""
    contexts = []

    def come() -> Visitor:
        context = browser.new_context(
            viewport={"width": NARROWEST, "height": 640},
            reduced_motion="reduce",
            java_script_enabled=how == "by keyboard",
        )
        contexts.append(context)
        return Visitor(context.new_page(), there.address)

    yield come
    for context in contexts:
        context.close()


@pytest.fixture
def comes(browser: Browser, built: Town, how: str) -> Iterator:
    with visitors(browser, built, how) as come:
        yield come


NEWCOMER = {"age": "34", "status": "newcomer", "children": "child_under_3", "studied_abroad": "yes", "gender": "woman"}
WORDS = {
    "en": "I want to learn Hebrew",
    "he": "אני רוצה ללמוד עברית",
    "ar": "أريد أن أتعلم العبرية",
    "am": "ዕብራይስጥ መማር እፈልጋለሁ",
}
DIPLOMA = {"en": "recognition of my foreign diploma", "he": "הכרה בתעודה מחוץ לארץ", "ar": "الاعتراف بشهادتي من الخارج"}
NURSERY = {"en": "a nursery for my baby", "he": "מעון לתינוקת שלי", "ar": "حضانة لطفلي"}
NAMED = {
    "en": ("Hebrew", "Recognition of diplomas", "nursery"),
    "he": ("עברית", "הכרה", "מעון"),
    "ar": ("عبرية", "الاعتراف", "حضانة"),
}


@pytest.mark.parametrize(("language", "how"), each_way(NAMED, HOW))
def test_a_newcomer_finds_a_course_the_recognition_office_and_childcare(comes, language: str) -> None:
    """ "I came two years ago with my little daughter. I speak some Hebrew. At home I was a nurse." """
    visitor = comes()
    visitor.opens(f"/{language}/")
    asked: set[str] = set()
    for words, name in zip((WORDS, DIPLOMA, NURSERY), NAMED[language], strict=True):
        visitor.says(words[language])
        asked |= set(visitor.answers(NEWCOMER))
        if not any(name.lower() in one.lower() for one in visitor.sees("fits")):
            visitor.answers_in_the_card(name, NEWCOMER)
        fitting = visitor.sees("fits")
        assert any(name.lower() in one.lower() for one in fitting[:5]), (name, fitting)
        assert re.search(r"/find/person/#(found|question|s-[0-9a-f-]{36})$", visitor.page.url), (
            "no words in the address"
        )
        visitor.looks_right()
    assert 2 <= len(asked) <= 5, "five questions in all, whatever one looks for"
    told = visitor.page.locator(".told").inner_text()
    assert "34" in told


@pytest.mark.parametrize("how", ["without a script"])
def test_a_newcomer_may_change_the_language_and_keeps_what_was_said(comes) -> None:
    visitor = comes()
    page: Page = visitor.page
    visitor.opens("/am/")
    visitor.says(WORDS["am"])
    visitor.answers(NEWCOMER)
    visitor.goes(page.locator(".languages a[hreflang=he], .languages a[lang=he]").first)
    assert "/he/find/person/" in page.url
    assert page.locator("[name=words]").first.input_value() == WORDS["am"]
    assert "34" in page.locator(".told").inner_text()
    assert any("עברית" in one for one in visitor.sees("fits"))


def settling(page: Page, home: Area, said: dict[str, object], wanted: Verdict) -> tuple[str, dict[str, str]]:
    """Of the cards that wait for an answer the last that answers settle so: its id, and what to answer to each question.

    The engine's plain interpreter tells it from the service's rule; what the page does with the answers is looked at."""
    cards = page.locator(".finder__results > section .offer--ask:has(.offer__ask)")
    waiting = [UUID(key[2:]) for key in cards.evaluate_all("all => all.map(one => one.id)")]
    behind = {UUID(one.key): one for one in services(timezone.localdate(), waiting)}
    for key in reversed(waiting):
        service = behind[key]
        asks = facts_in(service.rule)
        here = {AREA: living_in(home.path, asks)}
        questions = sorted({QUESTION_OF[fact].key for fact in asks if fact in QUESTION_OF and fact not in said})
        for given in product(*([one.value for one in Asked(BY_KEY[key]).choices] or ["34", "16"] for key in questions)):
            answers = dict(zip(questions, given, strict=True))
            facts: dict[str, object] = {}
            for question, value in answers.items():
                facts |= answer(BY_KEY[question], QueryDict(f"value={value}"))
            if verdict(service.rule, {**here, **said, **facts}) is wanted and not (
                service.unsaid and wanted is Verdict.YES
            ):
                return f"s-{key}", answers
    raise AssertionError(f"no card can be settled: {wanted}, {waiting}")


@pytest.mark.parametrize(("language", "how"), each_way(NAMED, HOW))
def test_who_answers_in_a_card_sees_it_change_and_stays_with_it(comes, language: str) -> None:
    """The question on top is skipped. A card that waits gets its answers until it fits, and stands where what fits stands;
    another gets one that it does not fit, and goes to those that do not."""
    visitor = comes()
    page: Page = visitor.page
    home = Area.objects.get(scheme=LOCALITY_SCHEME, code=HOME)
    visitor.opens(f"/{language}/")
    visitor.says(WORDS[language])
    visitor.narrows(area=in_language(home.name, language).text)
    if (about := page.locator("#question form:has([value=about_unsaid]) button")).count():
        visitor.goes(about)
    said: dict[str, object] = {}
    order = "all => all.map(one => one.id)"
    for wanted, colour in ((Verdict.YES, "fits"), (Verdict.NO, "no")):
        key, answers = settling(page, home, said, wanted)
        card = page.locator(f"[id='{key}']")
        question = card.locator(".offer__ask")
        before = page.locator(".finder__results .offer").evaluate_all(order)
        while question.count():
            asked = question.locator(".ask__form [name=question]").input_value()
            value = answers.pop(asked)  # nothing is asked twice, and nothing that its rule does not need
            said |= answer(BY_KEY[asked], QueryDict(f"value={value}"))
            if not question.evaluate("details => details.open"):
                visitor.presses(question.locator("> summary"))
            visitor.answers_in(question, value)
            assert page.url.endswith(f"#{key}"), "whoever answered stays with the card"
            assert card.count() == 1, "wherever it stands now"
        assert f"offer--{colour}" in (card.get_attribute("class") or "").split(), "what was answered settles it"
        after = page.locator(".finder__results .offer").evaluate_all(order)
        refused = page.locator(".refused .offer").evaluate_all(order)
        assert (key in refused) == (colour == "no")
        if colour == "fits":
            assert after != before, "the cards were sorted anew"
            fitting = page.locator(".finder__results .offer--fits").evaluate_all(order)
            overtook = set(after[: after.index(key)]) - set(before[: before.index(key)])
            assert overtook <= set(fitting), "only what the same answers let fit too went past it"
        assert page.locator(".told").inner_text().strip()
        visitor.looks_right()


PARENT = {
    "en": ("find work", "Yeruham"),
    "he": ("מחפשת עבודה", "ירוחם"),
    "ar": ("أبحث عن عمل", "يروحام"),
}


@pytest.mark.parametrize(("language", "how"), each_way(PARENT, HOW))
def test_a_parent_in_the_periphery_without_a_car(comes, language: str) -> None:
    """ "We live in Yeruham, I have no car, and I look for work. Two children at school." """
    visitor = comes()
    words, town = PARENT[language]
    with translation.override(language):
        phone, five = translation.gettext("by phone or online"), translation.gettext("%(km)s km") % {"km": 5}
    visitor.opens(f"/{language}/")
    visitor.says(words)
    everywhere = visitor.page.locator("#how-many").inner_text()
    visitor.narrows(area=town, within=five)
    near = visitor.page.locator(".offer .service__who").all_inner_texts()
    assert near
    assert all(town in one or phone in one for one in near), near
    assert visitor.page.locator("#how-many").inner_text() != everywhere
    visitor.answers({"age": "41", "work": "unemployed", "children": "child_7_to_17"})
    assert visitor.sees("fits")
    chosen = visitor.page.locator("select[name=area]").evaluate("field => field.selectedOptions[0].text")
    assert chosen == town, "filters stay"
    visitor.looks_right()


FIRM = {
    "en": ("help to pay the wage of a new worker", "wage"),
    "he": ("עזרה בשכר של עובד חדש", "שכר"),
    "ar": ("مساعدة في أجر عامل جديد", "الأجور"),
}


@pytest.mark.parametrize(("language", "how"), each_way(FIRM, HOW))
def test_a_plumbers_firm_of_five_looks_for_help(comes, language: str) -> None:
    """ "Five of us, open for eight years. I need two more people and cannot pay full wages while they learn." """
    visitor = comes()
    page: Page = visitor.page
    words, named = FIRM[language]
    visitor.opens(f"/{language}/")
    page.locator(".door h2 a").last.focus()  # the whole door shows the focus: test_keyboard.py
    with page.expect_navigation():
        page.keyboard.press("Enter")
    visitor.says(words)
    asked = visitor.answers({"business_stage": "established", "employees": "5", "sector": "building"})
    of_businesses = {"about", "business_area", "business_stage", "employees", "sector"}
    assert set(asked) <= of_businesses, "a business is asked about the business"
    assert any(named in one.lower() for one in visitor.sees("fits")[:5]), visitor.sees("fits")
    visitor.looks_right()
    visitor.goes(page.locator(".offer--fits .offer__name a").first)
    expect(page.locator("h1")).to_be_visible()
    visitor.looks_right()


@pytest.mark.parametrize("how", HOW)
def test_what_was_answered_is_forgotten_when_one_says_so_and_when_one_leaves(comes) -> None:
    visitor = comes()
    page: Page = visitor.page
    kept = lambda: [c for c in page.context.cookies() if c["name"] == "kesher_answers"]  # noqa: E731
    visitor.opens("/en/")
    assert not kept(), "nothing is kept of who only looks"
    visitor.says("find work")
    assert {(c["httpOnly"], c["sameSite"], c["expires"]) for c in kept()} == {(True, "Lax", -1)}
    assert {c["path"] for c in kept()} == {f"/{code}/find/" for code, _ in settings.LANGUAGES}
    visitor.goes(page.locator("form:has([value=forget]) button"))
    assert not kept()
    visitor.says("find work")
    visitor.reaches(page.locator("[data-quick-exit]"))
    with page.expect_request("https://www.wikipedia.org/**"):
        page.keyboard.press("Enter")
    assert not kept()
