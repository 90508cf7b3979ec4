"""The whole way from the front page to a call, on a cheap telephone: no script, 320 pixels, the network of a village.

What is looked at is what each page carries and whether each step can be done; how long it takes depends on this machine.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.utils import translation
from playwright.sync_api import Browser, Page, expect
from pytest_django.plugin import DjangoDbBlocker

from kesher.directory.models import CallBack
from tests.browser.conftest import NARROWEST, sideways
from tests.browser.serving import FIRST, FOLLOWING, Meter, collect_into, serve
from tests.browser.town_served import town

pytestmark = pytest.mark.xdist_group("slow network")  # one worker, one town
SLOW = {"kilobits_down": 250, "kilobits_up": 50, "latency": 300}  # 2G, as the slowest village still has it
WORDS = {"he": "אני רוצה ללמוד עברית", "ar": "أريد أن أتعلم العبرية"}
NUMBERS = {"he": "08-555-0171", "ar": "08-555-0172"}


@pytest.fixture(autouse=True)
def portal() -> None:
    """The town brings its own portal."""


@pytest.fixture(scope="module")
def address(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[str]:
    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    folder: Path = tmp_path_factory.mktemp("slow_network")
    collect_into(folder)
    with django_db_blocker.unblock(), town(f"slow_{worker}"), serve(folder) as there:
        yield there


@pytest.mark.parametrize("language", ["ar", pytest.param("he", marks=pytest.mark.long)])
def test_from_the_front_page_to_a_call(
    browser: Browser, address: str, language: str, record_testsuite_property: Callable[[str, object], None]
) -> None:
    context = browser.new_context(viewport={"width": NARROWEST, "height": 568}, java_script_enabled=False)
    page = context.new_page()
    page.set_default_timeout(120_000)  # the network is slow on purpose
    meter = Meter(page)
    meter.slow_down(**SLOW)
    carried: dict[str, dict[str, int]] = {}

    def step(name: str, does: Callable[[], object]) -> None:
        meter.carried = {}
        with page.expect_navigation(wait_until="networkidle"):
            does()
        carried[name] = dict(meter.carried)
        record_testsuite_property(f"2G, {language}, {name}, bytes", sum(meter.carried.values()))
        assert not sideways(page), (name, sideways(page))

    step("front page", lambda: page.goto(f"{address}/{language}/"))
    latency, megabits = page.evaluate("[navigator.connection.rtt, navigator.connection.downlink]")
    assert latency >= 300, "the browser itself says that the network is slow"
    assert megabits <= 0.3
    page.locator("main form[role=search] input[name=words]").fill(WORDS[language])
    step("what fits", page.locator("main form[role=search] button").click)
    asked = 0
    while page.locator("#question .ask").count():
        asked += 1
        answers(page, lambda press, n=asked: step(f"question {n}", press))
    assert 1 <= asked <= 5
    card = page.locator(".offer:has(a[href$='/call-back/'])").first
    step("service", card.locator(".offer__name a").click)
    step("form", page.locator("main a[href$='/call-back/']").first.click)
    page.locator("[name=called]").fill("נ")
    page.locator("[name=phone]").fill(NUMBERS[language])
    page.locator("[name=consent]").check()
    step("thanks", page.locator("main form button").click)
    with translation.override(language):
        expect(page.locator("h1")).to_have_text(translation.gettext("Thank you. You will be called"))
    assert CallBack.objects.filter(phone=NUMBERS[language]).count() == 1
    context.close()

    most = dict.fromkeys(carried, FOLLOWING) | {"front page": FIRST}
    wrong = {name: one for name, one in carried.items() if sum(one.values()) > most[name]}
    assert not wrong, wrong
    assert all(carried.values()), "every step was counted"


def answers(page: Page, presses: Callable[[Callable[[], object]], None]) -> None:
    """Answer the question asked: thirty where a number is asked, the first place in a list, else the first choice."""
    form = page.locator("#question .ask__form")
    if form.locator("[type=number]").count():
        form.locator("[type=number]").fill("30")
    elif form.locator("select").count():
        form.locator("select").select_option(index=1)
    elif form.locator("[type=checkbox]").count():
        form.locator("[type=checkbox]").first.check()
    presses(form.locator("button").first.click)
