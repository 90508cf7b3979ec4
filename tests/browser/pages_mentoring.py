"""The pages of mentoring: the mentor's, the person's, the caseworker's, and of whom concerns go to."""

from playwright.sync_api import Page

from tests.browser.rows import Row, submits


def agrees_without_a_name(page: Page) -> None:
    """What the mentor may know is left empty."""
    for box in page.locator("[id^=agree-told] [name=shows]").all():
        box.uncheck()
    submits("[id^=agree-told] form")(page)


MENTORING: dict[str, Row] = {
    "mentors": Row("mentors", visitor="caseworker"),
    "mentors-offers": Row("mentors", visitor="caseworker", query="?show=waiting"),
    "mentors-named": Row("mentors_safeguarding", visitor="head"),
    "mentor": Row("mentor", thing="mentor", visitor="caseworker"),
    "mentor-offered": Row("mentor", thing="mentor offered", visitor="caseworker"),
    "person-mentor": Row("person_mentor", thing="person for a mentor", visitor="caseworker"),
    "person-mentor-unasked": Row("person_mentor", thing="person not to be compared", visitor="caseworker"),
    "match-proposed": Row("match", thing="match proposed", visitor="caseworker"),
    "match-proposed-refused": Row(
        "match", thing="match proposed", visitor="caseworker", act=agrees_without_a_name, status=400
    ),
    "match": Row("match", thing="match", visitor="caseworker"),
    "concern": Row("concern", thing="concern", visitor="caseworker"),
    "mentor-home": Row("mentor_home", visitor="mentor"),
    "mentor-home-none": Row("mentor_home", visitor="partner"),
    "mentor-offer": Row("mentor_offer", visitor="partner"),
    "mentor-offer-refused": Row(
        "mentor_offer", visitor="partner", act=submits("main form.form", button=".form__actions button"), status=400
    ),
    "mentor-match": Row("mentor_match", thing="match", visitor="mentor"),
    "mentor-match-asked": Row("mentor_match", thing="match asked", visitor="mentor"),
    "my-mentor": Row("my_mentor", visitor="newcomer"),
}
