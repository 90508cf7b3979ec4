"""The pages of the interview, of recognition and of the profile: the caseworker's, and the person's own."""

from typing import Any

from playwright.sync_api import Page

from kesher.people.models import InterviewSection
from tests.browser.rows import Act, Row, submits

HTML = b"<!doctype html><html><script>alert(1)</script></html>"
CV = b'{"work": [{"position": "Baker"}], "education": [{"institution": "School of bread", "area": "Baking"}]}'


def brings(data: bytes) -> Act:
    """Send a CV to be read."""

    def act(page: Page) -> None:
        file: Any = {"name": "cv.json", "mimeType": "application/json", "buffer": data}
        page.locator("main [type=file]").set_input_files(file)
        with page.expect_navigation():
            page.locator("main form:has([type=file]) button").click()

    return act


def opens_and_submits_nothing(page: Page) -> None:
    """The form of a talk, sent as it stands."""
    page.locator("main section[aria-labelledby=new] summary").click()
    submits("main form:has([name=talk-purpose])")(page)


def says_no_meaning(page: Page) -> None:
    """Which occupation is meant, sent without a choice among what is proposed."""
    page.locator("main details:has([name=meant-meant]) > summary").click()
    submits("main form:has([name=meant-meant])")(page)


def gives(data: bytes) -> Act:
    """Send a paper under a name that promises a PDF."""

    def act(page: Page) -> None:
        file: Any = {"name": "diploma.pdf", "mimeType": "application/pdf", "buffer": data}
        page.locator("main [name=file]").set_input_files(file)
        with page.expect_navigation():
            page.locator("main form:has([type=file]) button").click()

    return act


INTERVIEW: dict[str, Row] = {
    "interview": Row("caseworker_interview", thing="interviewed", visitor="caseworker"),
    **{
        f"interview-{key}": Row("caseworker_interview_section", thing=f"interview {key}", visitor="caseworker")
        for key in InterviewSection.Section.values
    },
    "interview-refused": Row(
        "caseworker_interview_section",
        thing="interview schooling",
        visitor="caseworker",
        act=submits("main form.form", "[value=on]", title="Nurse"),
        status=400,
    ),
    "recognition": Row("caseworker_recognition", thing="interviewed", visitor="caseworker"),
    "young": Row("caseworker_young", thing="interviewed", visitor="caseworker"),
    "profile": Row("caseworker_profile", thing="interviewed", visitor="caseworker"),
    "bring": Row("caseworker_bring", thing="interviewed", visitor="caseworker"),
    "bring-read": Row("caseworker_bring", thing="interviewed", visitor="caseworker", act=brings(CV)),
    "bring-refused": Row("caseworker_bring", thing="interviewed", visitor="caseworker", act=brings(b"{"), status=400),
    "papers": Row("caseworker_papers", thing="interviewed", visitor="caseworker"),
    "papers-refused": Row("caseworker_papers", thing="interviewed", visitor="caseworker", act=gives(HTML), status=400),
    "mine-papers": Row("my_papers", visitor="newcomer"),
    "interview-pace": Row("interview_pace", visitor="caseworker"),
    "mine-skills": Row("my_skills", visitor="newcomer"),
    "mine-goal": Row("my_goal", visitor="newcomer"),
    "interview-language": Row(
        "caseworker_interview_section", thing="interview languages", visitor="caseworker", query="?of=ar"
    ),
    "talks": Row("person_talks", thing="interviewed", visitor="caseworker"),
    "talks-refused": Row(
        "person_talks",
        thing="interviewed",
        visitor="caseworker",
        act=opens_and_submits_nothing,
        status=400,
    ),
    "talks-meant-refused": Row(
        "person_talks", thing="interviewed", visitor="caseworker", act=says_no_meaning, status=400
    ),
    "mine-profile": Row("my_profile", visitor="newcomer"),
    "mine-bring": Row("my_bring", visitor="newcomer"),
}
