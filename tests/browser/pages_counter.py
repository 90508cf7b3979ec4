"""The counter, and what a person reads of where they were sent; part of :mod:`tests.browser.pages`."""

from urllib.parse import urlsplit

from playwright.sync_api import Page

from tests.browser.rows import Act, Row


def speaks(language: str, words: str = "") -> Act:
    """Somebody stands there who speaks it, and perhaps says what they need."""

    def act(page: Page) -> None:
        with page.expect_navigation():
            page.locator(f"main button[name=visitor][value={language}]").click()
        if words:
            page.locator(f"#words-{language}").fill(words)
            with page.expect_navigation():
                page.locator(f"section[lang={language}] form:has(textarea) button").click()

    return act


def own_language(page: Page) -> str:
    return urlsplit(page.url).path.split("/")[1]


def goes_to(page: Page, path: str) -> None:
    page.goto(f"{page.url.split('/' + own_language(page) + '/')[0]}/{own_language(page)}/{path}")


def prints(page: Page) -> None:
    """For somebody who reads the language of the page: the printed one is in theirs."""
    speaks(own_language(page), "ulpan")(page)
    with page.expect_navigation():
        page.locator(".after a").first.click()


def looks_for_a_file(page: Page) -> None:
    """A visitor says they have a file already, and nobody of that name is found."""
    speaks(own_language(page))(page)
    goes_to(page, "caseworker/counter/file/")
    page.locator("main [name=q]").fill("zzzz")
    with page.expect_navigation():
        page.locator("main form[role=search] button").click()


def keeps(page: Page) -> None:
    """The one whose file it is stands at the counter and has said what they need."""
    file = page.url
    goes_to(page, "caseworker/counter/")
    speaks("am", "ዕብራይስጥ መማር እፈልጋለሁ")(page)
    page.goto(file)


def answers_at_the_door(page: Page) -> None:
    """One question is answered; then the file is asked whether it wants the answer."""
    form = page.locator("#question-top form.ask__form, .offer__ask form.ask__form").first
    with page.expect_navigation():
        form.evaluate(
            """form => { const first = form.querySelector("input[type=number]"); if (first) first.value = 34;
                         const place = form.querySelector("select"); if (place) place.selectedIndex = 1;
                         form.querySelector("button").click(); }"""
        )
    goes_to(page, "find/keep/")


COUNTER: dict[str, Row] = {
    "counter": Row("counter", visitor="of two"),
    "counter-two-languages": Row("counter", visitor="caseworker", act=speaks("am", "ዕብራይስጥ መማር እፈልጋለሁ")),
    "counter-print": Row("counter", visitor="caseworker", act=prints, ends="counter_print"),
    "counter-file": Row("counter", visitor="caseworker", act=looks_for_a_file, ends="counter_file"),
    "counter-keep": Row("counter_keep", thing="person", visitor="caseworker", act=keeps),
    "counter-answers": Row("caseworker_answers", thing="person", visitor="caseworker"),
    "sensitive": Row("sensitive_organisations", visitor="administrator"),
    "mine-sent": Row("my_referrals", visitor="newcomer"),
    "mine-plan": Row("my_plan", visitor="newcomer"),
    "mine-answers": Row("my_answers", visitor="newcomer"),
    "mine-keep-answers": Row(
        "find_person", visitor="newcomer", query="?need=human_services:work", act=answers_at_the_door, ends="find_keep"
    ),
}
