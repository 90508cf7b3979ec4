"""Pages of those who offer services and of the town's officers; part of :mod:`tests.browser.pages`."""

from typing import Any

from playwright.sync_api import Page

from tests.browser.rows import Act, Row, sends_areas, submits


def opens(selector: str) -> Act:
    """Open a <details>."""
    return lambda page: page.locator(f"{selector}").evaluate("details => { details.open = true }")


DMN = """<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/"><decision name="Rent"><decisionTable>
<input id="age"><inputExpression typeRef="number"><text>age</text></inputExpression></input><output id="out"/>
<rule id="first"><inputEntry id="cell-1"><text>&gt;= minimum + 3</text></inputEntry><outputEntry><text>true</text>
</outputEntry></rule></decisionTable></decision></definitions>"""


def sends_a_decision_table(page: Page) -> None:
    """One with an expression that is not read."""
    file: Any = {"name": "rent.dmn", "mimeType": "application/xml", "buffer": DMN.encode()}
    page.locator("main [type=file]").set_input_files(file)
    with page.expect_navigation():
        page.locator("main form:has([type=file]) button").click()


def sends_back_without_a_word(page: Page) -> None:
    opens("#decide ~ details")(page)
    with page.expect_navigation():
        page.locator("#decide ~ details button").click()


def writes_a_rule_badly(page: Page) -> None:
    """Two facts, an age that ends before it begins, an example of somebody of minus three."""
    for fact in ("age", "work"):
        page.locator("[name=new-column]").select_option(fact)
        with page.expect_navigation():
            page.locator("button[value=column-add]").click()
    with page.expect_navigation():
        page.locator("button[value=test-add]").click()
    page.locator("#r0-age-low").fill("67")
    page.locator("#r0-age-high").fill("18")
    page.locator("#t0-f-age").fill("-3")
    with page.expect_navigation():
        page.locator(".editor__save button").first.click()


def decides_without_a_word(page: Page) -> None:
    page.locator("main form:has([name=reason]) button").last.click()


def closes_without_a_word(page: Page) -> None:
    page.locator("main details:has([name=reason]) > summary").click()
    submits("main form:has([name=reason])")(page)


PROVIDER: dict[str, Row] = {
    "my-services": Row("provider_services", visitor="partner"),
    "my-services-due": Row("provider_services", visitor="partner", query="?show=due"),
    "my-services-archived": Row("provider_services", visitor="partner", query="?show=archived"),
    "my-services-none": Row("provider_services", visitor="newcomer"),
    "my-services-waiting": Row("provider_services", visitor="founder"),
    "my-services-refused": Row("provider_services", visitor="refused"),
    "service-new": Row("provider_service_new", visitor="partner"),
    "service-new-refused": Row(
        "provider_service_new", visitor="partner", act=submits("main form.editor", ".editor__save button"), status=400
    ),
    "service-edit": Row("provider_service_edit", thing="own service", visitor="partner"),
    "service-sections": Row("provider_service_sections", thing="own draft", visitor="partner"),
    "service-section": Row("provider_service_section", thing="section of own service", visitor="partner"),
    "service-section-refused": Row(
        "provider_service_section",
        thing="section of own service",
        visitor="partner",
        act=submits("main form.editor", ".editor__save button[name=next]", email="not an address"),
        status=400,
    ),
    "still-right": Row("still_right", thing="link that asks", visitor="forgetful"),
    "service-preview": Row("provider_service_preview", thing="own service", visitor="partner"),
    "service-preview-draft": Row("provider_service_preview", thing="own draft", visitor="partner"),
    "service-preview-arabic": Row(
        "provider_service_preview", thing="own suspended service", visitor="partner", query="?in=ar"
    ),
    "service-history": Row("provider_service_history", thing="own suspended service", visitor="partner"),
    "service-reports": Row("provider_service_reports", thing="reported service", visitor="partner"),
    "service-reports-none": Row("provider_service_reports", thing="own service", visitor="partner"),
    "calls": Row("provider_call_backs", visitor="partner"),
    "calls-done": Row("provider_call_backs", visitor="partner", query="?show=done"),
    "calls-none": Row("provider_call_backs", visitor="founder"),
    "call": Row("provider_call_back", thing="call to make", visitor="partner"),
    "call-refused": Row(
        "provider_call_back",
        thing="call to make",
        visitor="partner",
        act=closes_without_a_word,
        status=400,
    ),
    "call-done": Row("provider_call_back", thing="call made", visitor="partner"),
    "register": Row("register_organisation", visitor="newcomer"),
    "register-refused": Row(
        "register_organisation", visitor="newcomer", act=submits("main form", email="x"), status=400
    ),
}
OFFICER: dict[str, Row] = {
    "moderation": Row("moderation", visitor="moderator"),
    "moderation-refused": Row("moderation", visitor="moderator", query="?show=refused"),
    "moderation-suspended": Row("moderation", visitor="moderator", query="?show=suspended"),
    "moderation-reports": Row("moderation", visitor="moderator", query="?show=reports"),
    "duplicates": Row("duplicates", visitor="officer"),
    "duplicates-organisations": Row("duplicates", visitor="officer", query="?kind=organisation"),
    "duplicates-places": Row("duplicates", visitor="officer", query="?kind=location"),
    "duplicates-merged": Row("duplicates", visitor="officer", query="?state=merged"),
    "duplicates-none": Row("duplicates", visitor="officer", query="?state=not_the_same"),
    "duplicate": Row("duplicate", thing="pair", visitor="officer"),
    "duplicate-organisations": Row("duplicate", thing="pair of organisations", visitor="officer"),
    "duplicate-places": Row("duplicate", thing="pair of places", visitor="officer"),
    "duplicate-places-merged": Row("duplicate", thing="merged pair of places", visitor="officer"),
    "duplicate-merged": Row("duplicate", thing="merged pair", visitor="officer"),
    "imports": Row("imports", visitor="officer"),
    "imports-refused": Row("imports", visitor="officer", act=submits("main form:has([type=file])"), status=400),
    "import-columns": Row("import_columns", thing="table sent", visitor="officer"),
    "import-trial": Row("import_trial", thing="table tried", visitor="officer"),
    "import-trial-refused": Row("import_trial", thing="bad table tried", visitor="officer"),
    "import-loaded": Row("import_trial", thing="table loaded", visitor="officer"),
    "import-run": Row("import_run", thing="run", visitor="officer"),
    "areas": Row("areas", visitor="officer"),
    "areas-found": Row("areas", visitor="officer", query="?q=רהט"),
    "area": Row("area", thing="area", visitor="officer"),
    "area-import": Row("area_import", visitor="officer"),
    "area-import-trial": Row(
        "area_import", visitor="officer", act=sends_areas("name_he,code,level\nערד,2560,authority\n")
    ),
    "area-import-refused": Row("area_import", visitor="officer", act=sends_areas("name_he,code,level\n,2560,city\n")),
    "rules": Row("rules", visitor="officer"),
    "rules-second": Row("rules", visitor="second officer"),
    "rules-none": Row("rules", visitor="officer", query="?q=zzzz&show=waiting"),
    "rule": Row("rule", thing="rule waiting", visitor="officer"),
    "rule-withdrawn": Row("rule", thing="rule withdrawn", visitor="officer"),
    "rule-version-own": Row("rule_version", thing="version waiting", visitor="officer"),
    "rule-version-second": Row("rule_version", thing="version waiting", visitor="second officer"),
    "rule-version-unsaid": Row(
        "rule_version", thing="version waiting", visitor="second officer", act=sends_back_without_a_word, status=400
    ),
    "rule-version-in-force": Row(
        "rule_version", thing="version in force", visitor="officer", act=opens("#decide ~ details")
    ),
    "rule-version-draft": Row("rule_version", thing="draft of a rule", visitor="officer"),
    "rule-version-no-table": Row("rule_version", thing="version no table shows", visitor="officer"),
    "rule-version-withdrawn": Row("rule_version", thing="version withdrawn", visitor="officer"),
    "rule-edit": Row("rule_edit", thing="rule being written", visitor="officer"),
    "rule-edit-empty": Row("rule_edit", thing="rule without rows", visitor="officer"),
    "rule-edit-no-table": Row("rule_edit", thing="rule no table shows", visitor="officer"),
    "rule-edit-refused": Row(
        "rule_edit", thing="rule without rows", visitor="officer", act=writes_a_rule_badly, status=400
    ),
    "rule-new": Row("rule_new", visitor="officer"),
    "rule-new-refused": Row("rule_new", visitor="officer", act=submits("main form.editor"), status=400),
    "rule-services": Row("rule_services", thing="rule waiting", visitor="officer"),
    "rule-services-found": Row("rule_services", thing="rule waiting", visitor="officer", query="?q=עברית"),
    "rule-table": Row("rule_table", visitor="officer"),
    "rule-table-refused": Row("rule_table", visitor="officer", act=sends_a_decision_table, status=400),
    "partners": Row("partners", visitor="administrator"),
    "portal": Row("portal", visitor="administrator"),
    "portal-refused": Row(
        "portal", visitor="administrator", act=submits("main form.editor", contact_phone="call us"), status=400
    ),
    "colleagues": Row("colleagues_of", thing="organisation with colleagues", visitor="administrator"),
    "invitation": Row("invitation", thing="invitation", visitor="forgetful"),
    "invitation-none": Row("invitation", thing="no invitation", status=404),
    "first-week": Row("first_week", visitor="administrator"),
    "first-week-partner": Row("first_week", visitor="founder"),
}
