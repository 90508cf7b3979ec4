"""The pages of referrals: the sender's, the receiver's, and those behind a link."""

from playwright.sync_api import Page

from tests.browser.rows import Row, submits

FOR_WORK = "?need=human_services:work&as=professional"


def refers_from_a_service(page: Page) -> None:
    with page.expect_navigation():
        page.locator(".offer a[href*='/people/?service=']").first.click()


def refers_somebody_there(page: Page) -> None:
    refers_from_a_service(page)
    with page.expect_navigation():
        page.locator("main button[form=refer]").first.click()


REFERRALS: dict[str, Row] = {
    "people-refer": Row(
        "find_person", visitor="caseworker", query=FOR_WORK, act=refers_from_a_service, ends="caseworker_people"
    ),
    "refer-proposed": Row(
        "find_person", visitor="caseworker", query=FOR_WORK, act=refers_somebody_there, ends="referral_new"
    ),
    "refer": Row(
        "referral_new",
        thing="person to refer",
        visitor="caseworker",
        act=submits("main form[role=search]", wish="Hebrew"),
    ),
    "referral-draft": Row("referral", thing="referral draft", visitor="caseworker"),
    "referral-draft-refused": Row(
        "referral", thing="referral draft", visitor="caseworker", act=submits("main .consent"), status=400
    ),
    "referral-waiting": Row("referral", thing="referral waiting", visitor="caseworker"),
    "referral-refused": Row("referral", thing="referral refused", visitor="caseworker"),
    "referral-on-paper": Row("referral", thing="referral on paper", visitor="caseworker"),
    "referral-sheet": Row("referral_sheet", thing="referral on paper", visitor="caseworker"),
    "referral-to-nobody": Row("referral", thing="referral to nobody", visitor="caseworker"),
    "referral-under-way": Row("referral", thing="referral under way", visitor="caseworker"),
    "referral-done": Row("referral", thing="referral done", visitor="caseworker"),
    "referrals-sent": Row("referrals_sent", visitor="caseworker"),
    "referrals-sent-waiting": Row("referrals_sent", visitor="caseworker", query="?show=waits"),
    "referral-figures": Row("referral_figures", visitor="caseworker"),
    "inbox": Row("provider_referrals", visitor="partner"),
    "inbox-places": Row("provider_referrals", visitor="partner", query="?show=places"),
    "received": Row("provider_referral", thing="referral waiting", visitor="partner"),
    "received-under-way": Row("provider_referral", thing="referral under way", visitor="partner"),
    "received-recalled": Row("provider_referral", thing="referral recalled", visitor="partner"),
    "link-answer": Row("answer", thing="link to answer"),
    "link-report": Row("answer", thing="link to report"),
    "link-erase": Row("answer", thing="link to erase"),
    "link-gone": Row("answer", thing="link to say it is erased"),
    "link-place": Row("answer", thing="link for a place"),
    "link-helped": Row("answer", thing="link that helped"),
    "link-used": Row("answer", thing="link that is used"),
}
