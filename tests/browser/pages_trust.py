"""The pages of complaints, legal demands and Bundles; part of :mod:`tests.browser.pages`."""

from playwright.sync_api import Page

from tests.browser.pages_lists import FIND
from tests.browser.rows import Row, submits


def tells_the_authority_nothing(page: Page) -> None:
    page.locator("main details").nth(1).evaluate("one => one.open = true")
    submits("main details >> nth=1 >> form", words="By its form")(page)


TRUST: dict[str, Row] = {
    "complain": Row("complain"),
    "complain-refused": Row("complain", act=submits("main form.form", words="", email="no"), status=400),
    "complaint": Row("complaint", thing="complaint link"),
    "complaint-answered": Row("complaint", thing="complaint link answered"),
    "complaints-mine": Row("my_complaints", visitor="newcomer"),
    "complaints-desk": Row("complaints", visitor="convenor"),
    "complaint-to-answer": Row("complaint_answer", thing="complaint", visitor="convenor"),
    "complaint-figures": Row("complaint_figures", visitor="convenor"),
    "legal": Row("legal", visitor="caseworker"),
    "legal-log": Row("legal", visitor="auditor"),
    "legal-demand": Row("legal_demand", thing="legal demand", visitor="auditor"),
    "data-protection": Row("data_protection", visitor="caseworker"),
    "data-protection-kept": Row("data_protection", visitor="administrator"),
    "breach": Row("breach", thing="breach", visitor="administrator"),
    "breach-refused": Row(
        "breach", thing="breach", visitor="administrator", act=tells_the_authority_nothing, status=400
    ),
    "audit": Row("audit", visitor="auditor"),
    "audit-deeds": Row("audit", visitor="auditor", query="?show=deeds"),
    "audit-none": Row("audit", visitor="auditor", act=submits("main form.finder", FIND, words="zzzz")),
    "consent-texts": Row("consent_texts", visitor="auditor"),
    "helping": Row("helping", visitor="founder"),
    "help-contact": Row("helped_contact", thing="somebody helped", visitor="founder"),
    "person-helpers": Row("caseworker_helpers", thing="person", visitor="caseworker"),
    "suspended": Row("provider_referrals", visitor="suspended", status=403),
    "person-looked": Row("caseworker_looked", thing="person", visitor="caseworker"),
    "person-erase": Row("caseworker_erase", thing="person", visitor="caseworker"),
    "erased": Row("caseworker_erased", visitor="caseworker"),
    "bundle": Row("referral_bundle_in", visitor="partner"),
}
