"""The pages of lists and of groups of courses: a filter, a wrong one, several rows at once, a view of one's own."""

from playwright.sync_api import Page

from tests.browser.rows import Act, Row, submits

#: The first button of the filters; the other is folded away.
FIND = "button >> nth=0"


def ticks_all_and_presses(button: str) -> Act:
    """Tick every row, then press the verb."""

    def act(page: Page) -> None:
        for box in page.locator("main input[name=chosen]").all():
            box.check()
        verb = page.locator(f"main button[name=do][value={button}]")
        verb.evaluate("button => { const folded = button.closest('details'); if (folded) folded.open = true; }")
        with page.expect_navigation():
            verb.click()

    return act


def keeps_a_view(page: Page) -> None:
    """Filter, and give it a name."""
    page.locator(".finder__more > summary").first.click()
    with page.expect_navigation():
        page.locator("form.finder").evaluate("form => { form.language.value = 'am'; form.submit(); }")
    page.locator("details.finder__more > summary").nth(1).click()
    page.locator("#view_name").fill("አማርኛ / אמהרית")
    with page.expect_navigation():
        page.locator("button[name=save_view]").click()


LISTS: dict[str, Row] = {
    "steps": Row("caseworker_steps", visitor="caseworker"),
    "steps-wrong": Row(
        "caseworker_steps", visitor="caseworker", act=submits("main form.finder", FIND, words="al\u202emaz"), status=400
    ),
    "steps-none": Row("caseworker_steps", visitor="caseworker", act=submits("main form.finder", FIND, words="zzzz")),
    "people-several": Row("caseworker_people", visitor="caseworker", act=ticks_all_and_presses("mine")),
    "people-asks-for-a-day": Row(
        "caseworker_people", visitor="caseworker", act=ticks_all_and_presses("date"), status=400
    ),
    "people-view": Row("caseworker_people", visitor="caseworker", act=keeps_a_view),
    "cohorts": Row("college_cohorts", visitor="partner"),
    "cohort-new": Row("college_cohort_new", visitor="partner"),
    "cohort-new-refused": Row("college_cohort_new", visitor="partner", act=submits("main form.form"), status=400),
    "cohort": Row("college_cohort", thing="cohort", visitor="partner"),
}
