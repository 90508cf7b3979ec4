"""The three ways people take through the house, by keyboard alone and without a script."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page, expect

from kesher.accounts import invitations
from kesher.accounts.models import Organisation, User
from kesher.accounts.roles import Role
from kesher.directory.models import DuplicateCandidate, MistakeReport, Service
from tests.browser.town import Town

pytestmark = pytest.mark.xdist_group("journeys")  # one worker, one town
HOW = ("by keyboard", "without a script")


@pytest.fixture(autouse=True)
def portal() -> None:
    """The town brings its own portal."""


class Traveller:
    """Does things with the keyboard only: Tab until there, then Enter, Space or letters. No mouse is ever moved."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address

    def opens(self, path: str) -> None:
        self.page.goto(self.address + path)

    def reaches(self, target: Locator, *, most: int = 400) -> None:
        """Tab until the target has the focus; fails when it cannot be reached so, or when the focus is not to be seen."""
        expect(target).to_be_visible()
        for _ in range(most):
            if target.evaluate("e => e === document.activeElement"):
                seen = target.evaluate("e => [getComputedStyle(e).outlineStyle, getComputedStyle(e).boxShadow]")
                assert seen != ["none", "none"], "the focus must be seen"
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"the Tab key does not lead to {target}")

    def presses(self, target: Locator, key: str = "Enter") -> None:
        self.reaches(target)
        self.page.keyboard.press(key)

    def goes(self, target: Locator) -> None:
        """Follow a link or press a button that leads to another page."""
        self.reaches(target)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def chooses(self, target: Locator, words: str) -> None:
        """In a list: by the letters its entry begins with."""
        self.reaches(target)
        self.page.keyboard.type(words)
        assert target.evaluate("e => e.selectedOptions[0].text") == words

    def types(self, target: Locator, words: str) -> None:
        self.reaches(target)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(words)


@pytest.fixture
def travel(browser: Browser, built: Town, how: str) -> Iterator:
    contexts = []

    def set_out(visitor: str) -> Traveller:
        context = browser.new_context(
            viewport={"width": 1280, "height": 900}, reduced_motion="reduce", java_script_enabled=how == "by keyboard"
        )
        contexts.append(context)
        if key := built.sessions.get(visitor):
            context.add_cookies([{"name": "kesher_session", "value": key, "url": built.address}])
        return Traveller(context.new_page(), built.address)

    yield set_out
    for context in contexts:
        context.close()


@pytest.mark.parametrize("how", HOW)
def test_from_a_word_to_a_service_to_a_report(travel, built: Town) -> None:
    """Search, list, filter, service, report a mistake: a reader in Hebrew."""
    before = MistakeReport.objects.count()
    reader = travel("anonymous")
    page = reader.page
    reader.opens("/he/services/")
    reader.types(page.locator("main [type=search]"), "עברית")
    reader.goes(page.locator("main form.search button"))
    found = page.locator(".services > li").count()
    assert found

    filters = page.locator(".finder__filters")
    if not filters.evaluate("details => details.open"):
        reader.presses(filters.locator("summary"))
    reader.presses(filters.locator("[name=free]"), "Space")
    reader.goes(filters.locator("button"))
    expect(page.locator(".pills li")).to_have_count(1)
    assert 0 < page.locator(".services > li").count() <= found
    assert page.locator("main [type=search]").input_value() == "עברית", "the words stay"

    name = page.locator(".service__name a").first.inner_text()
    reader.goes(page.locator(".service__name a").first)
    expect(page.locator("h1")).to_have_text(name)
    reader.presses(page.locator("#mistake > summary"))
    reader.presses(page.locator("#mistake [type=radio]").first, "Space")
    reader.types(page.locator("#mistake [name=text]"), "אין מענה בטלפון")
    reader.goes(page.locator("#mistake form button"))
    expect(page.locator('[role="status"]').first).to_be_visible()
    assert MistakeReport.objects.count() == before + 1
    assert MistakeReport.objects.latest("created_at").text == "אין מענה בטלפון"


@pytest.mark.parametrize("how", HOW)
def test_an_officer_publishes_a_new_rule_with_a_second_persons_approval(travel, built: Town, how: str) -> None:
    """Write it as a table, try it on two people, give it on; a colleague finds it waiting, reads it and publishes it."""
    officer = travel("officer")
    page = officer.page
    name = f"People of fifty and more, {how}"
    officer.opens("/en/officer/rules/")
    officer.goes(page.locator("main a[href$='/rules/new/']"))
    officer.types(page.locator("[name=name_en]"), name)
    officer.goes(page.locator("main form.editor .row button"))

    officer.chooses(page.locator("[name=new-column]"), "age")
    officer.goes(page.locator("button[value=column-add]"))
    officer.types(page.locator("#r0-age-low"), "50")
    for number, age in enumerate(("64", "30")):
        officer.goes(page.locator("button[value=test-add]"))
        officer.types(page.locator(f"#t{number}-f-age"), age)
    expect(page.locator("#r0-age-low")).to_have_value("50")
    officer.types(page.locator("[name=source_title]"), "Decision 12 of the town")
    officer.goes(page.locator(".editor__save button").first)
    expect(page.locator("#decide ~ .ds-alert")).to_contain_text("Add an example of somebody who may not come.")
    officer.goes(page.locator("main a[href$='/edit/']"))
    officer.chooses(page.locator("#t1-verdict"), "no")
    officer.goes(page.locator(".editor__save button").first)
    expect(page.locator("main")).to_contain_text("age: 30 years: no")
    officer.goes(page.locator("button[value=propose]"))
    expect(page.locator("main")).to_contain_text("You have written in this version yourself")
    expect(page.locator("button[value=publish]")).to_have_count(0)
    address = page.url

    colleague = travel("second officer")
    page = colleague.page
    colleague.opens("/en/officer/rules/")
    waiting = page.locator("section[aria-labelledby=for-me] li").filter(has_text=name)
    colleague.goes(waiting.locator("a"))
    assert page.url == address
    expect(page.locator("main")).to_contain_text("at least 50")
    colleague.goes(page.locator("button[value=publish]"))
    expect(page.locator("[role=status]").first).to_contain_text("Published.")
    colleague.goes(page.locator("nav.breadcrumb a").nth(2))
    expect(page.locator("h1")).to_have_text(name)
    expect(page.locator("#counting")).to_have_text("What counts today: version 1")
    expect(page.locator("main")).to_contain_text("published · Yoav Ben-Dugma")


@pytest.mark.parametrize("how", HOW)
def test_a_partner_mends_a_service(travel, built: Town) -> None:
    """My services, a section of one, save and go on, look at it as visitors see it."""
    partner = travel("partner")
    page = partner.page
    service = Service.objects.get(pk=built.things["own service"]["pk"])
    partner.opens("/ar/provider/services/")
    partner.goes(page.locator(f'.own-service__name a[href*="{service.pk}"]'))
    partner.goes(page.locator(".contents__list a").first)
    partner.types(page.locator("[name=name_en]"), "CV and interview practice, evenings")
    partner.goes(page.locator(".editor__save button[name=next]"))
    assert f"/ar/provider/services/{service.pk}/" in page.url
    service.refresh_from_db()
    assert service.name["en"] == "CV and interview practice, evenings"
    partner.opens(f"/en/services/{service.pk}/")
    expect(page.locator("h1")).to_have_text("CV and interview practice, evenings")


@pytest.mark.parametrize("how", HOW)
def test_an_officer_merges_two_and_takes_it_back(travel, built: Town) -> None:
    """The list of pairs, two side by side, one of two, two again."""
    officer = travel("officer")
    page = officer.page
    key = built.things["pair to merge"]["pk"]
    row = DuplicateCandidate.objects.get(pk=key)
    pair = Service.objects.filter(pk__in=[row.first, row.second])
    officer.opens("/he/officer/duplicates/")
    officer.goes(page.locator(f'main a[href*="{key}"]').first)
    officer.types(page.locator("[name=reason]"), "אותו שירות, נרשם פעמיים")
    officer.goes(page.locator("[name=decision][value=merge]"))
    row.refresh_from_db()
    assert row.state == row.State.MERGED
    assert pair.filter(state=Service.State.PUBLISHED).count() == 1
    officer.types(page.locator("[name=reason]"), "בכל זאת שניים")
    officer.goes(page.locator("[name=decision][value=undo]"))
    row.refresh_from_db()
    assert row.state == row.State.OPEN
    assert pair.filter(state=Service.State.PUBLISHED).count() == 2


@pytest.mark.parametrize("how", HOW)
def test_somebody_who_is_invited_makes_an_account(travel, built: Town, how: str) -> None:
    """The link of the mail, a name and a password: a browser sends the form, and is let in."""
    administrator = User.objects.get(email="administrator@demo.example")
    office = Organisation.objects.get(pk=administrator.memberships_in_force[0].organisation_id)
    email = f"{how.replace(' ', '-')}@demo.example"
    by = administrator.as_actor(office.pk)
    invited = invitations.invite(office, email, Role.OFFICER, by=by, language="ar")
    guest = travel("anonymous")
    page = guest.page
    guest.opens(f"/ar/invitation/{invitations.token_of(invited)}/")
    guest.types(page.locator("main [name=name]"), "رنا")
    guest.types(page.locator("main [name=password]"), "a sentence is good")
    guest.types(page.locator("main [name=again]"), "a sentence is good")
    guest.goes(page.locator("main form button"))
    expect(page.locator(".top-band__account")).to_contain_text("رنا")
    assert User.objects.get(email=email).has_role(Role.OFFICER)


@pytest.mark.parametrize("how", HOW)
def test_the_link_that_asks_is_answered_with_one_press(travel, built: Town) -> None:
    due = timezone.localdate() - timedelta(days=1)
    Service.objects.filter(pk=built.things["own service"]["pk"]).update(check_by=due, assured_date=None)
    asked = travel("anonymous")
    asked.opens(f"/he/still-right/{built.things['link that asks']['token']}/")
    with asked.page.expect_response(lambda response: response.request.method == "POST") as answer:
        asked.goes(asked.page.locator("main form button").first)
    assert answer.value.status == 302, "a form that a browser sends from a page with a key is taken"
