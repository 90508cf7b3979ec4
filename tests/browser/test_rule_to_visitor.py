"""What an officer decides reaches the visitor: a new rule, a second person's approval, and the result is another.

By keyboard alone, with and without a script, on the narrowest phone, in English, Hebrew and Arabic; where there is a script,
each page on the way is looked at by axe.
"""

from collections.abc import Iterator

import pytest
from django.utils import translation
from playwright.sync_api import Browser, BrowserContext, Locator, expect

from kesher.areas.models import Area
from kesher.base.translated import in_language
from kesher.demo.district import LOCALITY_SCHEME
from kesher.directory.models import EligibilityRule, Service
from tests.browser.axe import axe_violations
from tests.browser.conftest import NARROWEST, sideways
from tests.browser.test_journeys import Traveller
from tests.browser.test_orientation import HOME, Visitor
from tests.browser.town import Town

pytestmark = pytest.mark.xdist_group("rule to visitor")  # one worker, one town
LANGUAGES = ("en", "he", "ar")


@pytest.fixture(autouse=True)
def portal() -> None:
    """The town brings its own portal."""


class Officer(Traveller):
    """Somebody who writes or publishes rules, on a phone."""

    def steps_to(self, target: Locator, value: str) -> None:
        """In a list: down, until the entry is the one. Letters would need a keyboard of the page's own script."""
        self.reaches(target)
        for _ in range(target.locator("option").count()):
            if target.input_value() == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"the arrow key does not lead to {value}")

    def goes(self, target: Locator) -> None:
        super().goes(target)
        assert not sideways(self.page), (self.page.url, sideways(self.page))
        if self.page.locator("html.has-script").count():  # axe itself is a script
            assert not axe_violations(self.page), self.page.url

    def writes_a_rule_for_fifty_and_more(self, language: str, name: str, service: Service) -> None:
        page = self.page
        self.opens(f"/{language}/officer/rules/")
        self.goes(page.locator("main a[href$='/rules/new/']"))
        self.types(page.locator("[name=name_en]"), name)
        self.goes(page.locator("main form.editor .row button"))
        self.steps_to(page.locator("[name=new-column]"), "age")
        self.goes(page.locator("button[value=column-add]"))
        self.types(page.locator("#r0-age-low"), "50")
        for number, age in enumerate(("64", "30")):
            self.goes(page.locator("button[value=test-add]"))
            self.types(page.locator(f"#t{number}-f-age"), age)
        self.steps_to(page.locator("#t1-verdict"), "no")
        self.types(page.locator("[name=source_title]"), "Decision 14 of the town")
        self.goes(page.locator(".editor__save button").first)
        self.goes(page.locator("button[value=propose]"))
        expect(page.locator("button[value=publish]")).to_have_count(0)
        rule = EligibilityRule.objects.get(name__en=name)
        self.opens(f"/{language}/officer/rules/{rule.pk}/")
        self.goes(page.locator("main a[href$='/services/']").last)
        self.types(page.locator("#q"), in_language(service.name, language).text)
        self.goes(page.locator("main form[role=search] button"))
        self.goes(page.locator(f"main form:has([value='{service.pk}']) button[value=add]"))

    def publishes(self, language: str, name: str) -> None:
        """The second person finds it waiting."""
        page = self.page
        self.opens(f"/{language}/officer/rules/")
        self.goes(page.locator("section[aria-labelledby=for-me] li").filter(has_text=name).locator("a"))
        self.goes(page.locator("button[value=publish]"))
        with translation.override(language):
            expect(page.locator("[role=status]").first).to_contain_text(
                translation.gettext("Published. It counts from its first day on.")
            )


@pytest.fixture
def comes(browser: Browser, built: Town, how: str) -> Iterator:
    contexts: list[BrowserContext] = []

    def come(who: str) -> Officer | Visitor:
        context = browser.new_context(
            viewport={"width": NARROWEST, "height": 640},
            reduced_motion="reduce",
            java_script_enabled=how == "by keyboard",
        )
        contexts.append(context)
        if key := built.sessions.get(who):
            context.add_cookies([{"name": "kesher_session", "value": key, "url": built.address}])
        return (Officer if key else Visitor)(context.new_page(), built.address)

    yield come
    for context in contexts:
        context.close()


@pytest.mark.parametrize(("language", "how"), [
    pytest.param("en", "by keyboard", marks=pytest.mark.long),
    ("he", "by keyboard"),
    pytest.param("ar", "by keyboard", marks=pytest.mark.long),
    pytest.param("he", "without a script", marks=pytest.mark.long),
    ("ar", "without a script"),
])  # fmt: skip
def test_a_rule_two_people_agreed_on_changes_what_a_visitor_sees(comes, built: Town, language: str, how: str) -> None:
    """A service was for everybody of the district. Now it is for people of fifty and more."""
    free = Service.objects.published().filter(status="active", rule_links__isnull=True, open_to_all=True)
    open_to_all = free.filter(minimum_age=None, maximum_age=None).order_by("id")
    of_people = open_to_all.filter(
        terms__term__code__startswith="human_services:", service_areas__area__level="district"
    )
    number = LANGUAGES.index(language) + len(LANGUAGES) * (how == "without a script")
    service = of_people.distinct()[number]  # each its own: a rule stays
    name = in_language(service.name, language).text
    rule = f"People of fifty and more ({language}, {how})"

    visitor = comes("anonymous")
    visitor.opens(f"/{language}/")
    visitor.says(name)
    here = in_language(Area.objects.get(scheme=LOCALITY_SCHEME, code=HOME).name, language).text
    visitor.narrows(area=here)  # it is for who lives in the district
    card = visitor.page.locator(f"#s-{service.pk}")  # by its key: the demo has pairs of one name
    expect(card).to_have_class("ds-card offer offer--fits")

    comes("officer").writes_a_rule_for_fifty_and_more(language, rule, service)
    visitor.opens(f"/{language}/find/person/")
    expect(card).to_have_class("ds-card offer offer--fits")  # what nobody has published decides nothing

    comes("second officer").publishes(language, rule)
    visitor.opens(f"/{language}/find/person/")
    expect(card).to_have_class("ds-card offer offer--ask")
    visitor.answers({"age": "30"})
    expect(card).to_have_class("ds-card offer offer--no")
    visitor.presses(visitor.page.locator(".refused > summary"))
    expect(card.locator(".because").first).to_contain_text("50")
    visitor.looks_right()

    visitor.goes(visitor.page.locator("button[name=question][value=age]"))
    visitor.answers_in(visitor.question, "64")
    assert name in visitor.sees("fits"), visitor.sees("fits")
    visitor.goes(visitor.page.locator(f"#n-{service.pk} a"))
    expect(visitor.page.locator(".rule")).to_contain_text("Decision 14 of the town")
    expect(visitor.page.locator(".rule")).to_contain_text("50")
    visitor.looks_right()
