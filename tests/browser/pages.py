"""Every page of the product, for the browser tests and the photographer: who opens it, where, and what they do there.

A route of the portal that answers with a page and has no row here fails ``test_every_page.py``.
"""

from playwright.sync_api import Page

from tests.browser.pages_account import ACCOUNT
from tests.browser.pages_counter import COUNTER
from tests.browser.pages_insights import INSIGHTS
from tests.browser.pages_interview import INTERVIEW
from tests.browser.pages_lists import LISTS
from tests.browser.pages_mentoring import MENTORING
from tests.browser.pages_offices import OFFICER, PROVIDER
from tests.browser.pages_referrals import REFERRALS
from tests.browser.pages_training import TRAINING
from tests.browser.pages_trust import TRUST
from tests.browser.rows import LANGUAGES, SCHEMES, Act, Row, submits

__all__ = ["LANGUAGES", "NOT_PAGES", "OTHER_STATES", "PAGES", "SCHEMES", "Act", "Row"]


def opens_map(page: Page) -> None:
    page.locator("[data-map] > summary").click()
    page.locator(".map__town").first.wait_for()


def sees_charts(page: Page) -> None:
    """Every chart is drawn, and the tables beside them are open."""
    page.locator("html[data-charts=drawn]").wait_for(state="attached")
    page.locator(".chart__table").evaluate_all("all => all.forEach(one => { one.open = true })")


def loses_the_cookie(page: Page) -> None:
    """A form that was open for too long."""
    page.context.clear_cookies(name="kesher_csrf")
    submits("main form.form", login="a@example.org", password="x")(page)


def reports_badly(page: Page) -> None:
    page.locator("#mistake > summary").click()
    submits("#mistake form", email="not an address")(page)


def reports(page: Page) -> None:
    page.locator("#mistake > summary").click()
    page.locator("#mistake [type=radio]").first.check()
    submits("#mistake form", text="08-555-0123?")(page)


def asks_and_answers(page: Page) -> None:
    """Answer the first question, skip the second, and open what does not fit and why."""
    with page.expect_navigation():
        answers(page)
    with page.expect_navigation():
        page.locator("#question form").last.locator("button").click()
    page.locator(".refused, .offer__why").evaluate_all("all => all.forEach(one => { one.open = true })")


def is_too_young_for_most(page: Page) -> None:
    """Answer a low number to the first question, and ask for all that does not fit."""
    with page.expect_navigation():
        answers(page, number="9")
    page.goto(page.url.partition("#")[0].partition("?")[0] + "?show=0")


def answers(page: Page, *, number: str = "34") -> None:
    """The question above the results: a number, a place, a box, or the first choice."""
    form = page.locator("#question .ask__form")
    if form.locator("[type=number]").count():
        form.locator("[type=number]").fill(number)
        form.locator("button").click()
    elif form.locator("select").count():
        form.locator("select").select_option(index=1)
        form.locator("button").click()
    elif form.locator("[type=checkbox]").count():
        form.locator("[type=checkbox]").first.check()
        form.locator("button").click()
    else:
        form.locator("button").first.click()


def compares(page: Page) -> None:
    """Tick the first three and see them side by side."""
    for box in page.locator("[name=s]").all()[:3]:
        box.check()
    with page.expect_navigation():
        page.locator("#compare button").click()


def misreads(page: Page) -> None:
    """An answer that is none, past the browser's own checks: a choice nobody offered, or a number that is none."""
    form = page.locator("#question .ask__form")
    form.evaluate(
        """form => { form.noValidate = true; form.querySelectorAll('[name=value]').forEach(one => { one.value = '' }) }"""
    )
    with page.expect_navigation():
        form.locator("button").first.click()


def finds_work(words: str) -> Act:
    """Write words into the coding field and press "Find"."""

    def act(page: Page) -> None:
        page.locator("[data-coding] input[type=text]").fill(words)
        page.locator("[data-coding-find]").click()
        page.locator(".coding__choices").wait_for()

    return act


def chooses_work(words: str) -> Act:
    """Find, take the first proposal, and send it."""

    def act(page: Page) -> None:
        finds_work(words)(page)
        page.locator(".coding__choices input").first.check()
        with page.expect_navigation():
            page.locator("main form .form__actions button").click()

    return act


def corrects_account(page: Page) -> None:
    """Say "none of these" of every experience and go on to the list."""
    submits("main form", text=STORY)(page)
    for choice in page.locator("[name$=-work-choice][value=none]").all():
        choice.check()
    with page.expect_navigation():
        page.locator(".account__form .form__actions button").click()


def leaves_account(page: Page) -> None:
    """Go on to the list without having chosen anything."""
    submits("main form", text=STORY)(page)
    with page.expect_navigation():
        page.locator(".account__form .form__actions button").click()


def sends_file(name: str, content: bytes) -> Act:
    """Choose a file and send it."""

    def act(page: Page) -> None:
        page.locator("main input[type=file]").set_input_files({"name": name, "mimeType": "", "buffer": content})
        with page.expect_navigation():
            page.locator("main form .form__actions button").click()

    return act


#: Several experiences, a wish, and words nobody understands.
STORY = (
    "Ten years in my uncle's garage, mostly brakes. Then I drove a taxi from 2015 to 2019 without a contract.\n"
    "አሁን ሥራ እፈልጋለሁ። Vbnm qwzx."
)
#: An account in Hebrew, for pages in every direction.
STORY_HE = (
    "עבדתי כאחות בבית חולים סורוקה עשר שנים (2004–2014). אחר כך טיפלתי באמא שלי שנתיים בלי שכר, ועכשיו אני לומדת עברית."
)


FRONT: dict[str, Row] = {
    "front": Row("front"),
    "person": Row("person"),
    "business": Row("business"),
    "find": Row("find_person"),
    "find-need": Row("find_person", query="?need=human_services:education"),
    "find-all": Row("find_person", query="?need=human_services:work&need=human_services:education&show=1&page=2"),
    "find-refused": Row("find_person", query="?need=human_services:education", act=is_too_young_for_most),
    "find-asked": Row("find_person", query="?need=human_services:care&speaks=am", act=asks_and_answers),
    "find-misread": Row("find_person", query="?need=human_services:housing", act=misreads, status=400),
    "find-none": Row("find_person", act=submits("main form[role=search]", words="zzzzqqqq")),
    "find-two": Row("find_person", act=submits("main form[role=search]", words="קורס עברית, nursery")),
    "find-work": Row("find_person", act=submits("main form[role=search]", words="I was a nurse in Addis")),
    "find-professional": Row("find_person", visitor="caseworker", query="?need=human_services:work&as=professional"),
    "find-send": Row("find_send", query="?need=human_services:work&speaks=am"),
    "find-compare": Row("find_person", query="?need=human_services:work", act=compares, ends="find_compare"),
    "find-map": Row("find_person", query="?need=human_services:work", act=opens_map),
    "find-where": Row("find_person", query="?need=human_services:work&ask=area"),
    "find-compare-none": Row("find_compare"),
    "find-service": Row("find_service", thing="any service"),
    "find-business": Row("find_business"),
    "find-business-topic": Row("find_business", query="?topic=people"),
    "design": Row("design"),
    "design-charts": Row("design_charts", act=sees_charts),
    "about": Row("about"),
    "accessibility": Row("accessibility"),
    "privacy": Row("privacy"),
    "status": Row("status"),
    "software": Row("software"),
    "guides": Row("guides", visitor="caseworker"),
    "guide": Row("guide", thing="guide of a visitor"),
    "guide-table": Row("guide", thing="guide of an officer"),
    "outbox": Row("outbox"),
    "services": Row("services"),
    "services-found": Row("services", query="?q=עברית"),
    "services-filtered": Row("services", query="?q=course&language=he&free=1&refer=self"),
    "services-misspelt": Row("services", query="?q=hebrwe"),
    "services-own-work": Row("services", query="?q=הייתי אחות בבית חולים"),
    "services-none": Row("services", query="?q=zzzzqqqq&remote=1"),
    "services-page-2": Row("services", query="?page=2"),
    "services-map": Row("services", act=opens_map),
    "service": Row("service", thing="any service"),
    "service-free": Row("service", thing="free service"),
    "service-full": Row("service", thing="full service"),
    "service-stale": Row("service", thing="stale service"),
    "service-remote": Row("service", thing="remote service"),
    "service-closed": Row("service", thing="closed service"),
    "service-alert": Row("service", thing="service with an alert"),
    "service-rules": Row("service", thing="service with rules"),
    "service-map": Row("service", thing="any service", act=opens_map),
    "mistake-refused": Row("service", thing="any service", act=reports_badly, status=400),
    "mistake-thanks": Row("service", thing="any service", act=reports),
    "call-back": Row("call_back", thing="service that calls back"),
    "call-back-refused": Row(
        "call_back", thing="service that calls back", act=submits("main form", called="Almaz", phone="05"), status=400
    ),
    "call-back-nobody": Row("call_back", thing="service that does not call back"),
    "call-back-thanks": Row("call_back_thanks", thing="call that was asked for"),
    "call-back-over": Row("call_back_thanks", thing="call that was long ago", status=410),
    "take-back": Row("call_back_take_back", thing="call that was asked for"),
    "taken-back": Row("call_back_take_back", thing="call that was asked for twice", act=submits("main form")),
    "words": Row("words"),
    "words-found": Row("words", act=finds_work("نجّار من حلب")),
    "words-asked": Row("words", act=finds_work("driver")),
    "words-nothing": Row("words", act=finds_work("qwzx vbnm")),
    "words-unchosen": Row("words", act=submits("main form", words="נהג משאית"), status=400),
    "words-chosen": Row("words", act=chooses_work("מנופאי")),
    "own-words": Row("own_words"),
    "own-words-empty": Row("own_words", act=submits("main form"), status=400),
    "own-words-read": Row("own_words", act=submits("main form", text=STORY)),
    "own-words-read-he": Row("own_words", act=submits("main form", text=STORY_HE)),
    "own-words-nothing": Row("own_words", act=submits("main form", text="qwzx vbnm")),
    "own-words-unchosen": Row("own_words", act=leaves_account, status=400),
    "own-words-told": Row("own_words", act=corrects_account),
    "own-words-file": Row("own_words_file"),
    "own-words-file-read": Row(
        "own_words_file", act=sends_file("cv.txt", "אחות בבית חולים סורוקה, 2009–2016\n".encode())
    ),
    "own-words-file-refused": Row(
        "own_words_file", act=sends_file("cv.jpg", b"\xff\xd8\xff\xe0" + bytes(90)), status=400
    ),
    "demo": Row("demo_visitors"),
}
ERRORS: dict[str, Row] = {
    "form-too-old": Row("account_login", act=loses_the_cookie, visitor="forgetful", status=403),
    "forbidden": Row("first_week", visitor="partner", status=403),
    "not-found": Row("", path="no-such-page/", status=404),
    "gone": Row("service", thing="archived service", status=410),
    "broken": Row("person", status=500),
}


def looks_for(name: str) -> Act:
    """Send the filter of the list of people."""

    def act(page: Page) -> None:
        page.locator(".finder [name=words]").fill(name)
        with page.expect_navigation():
            page.locator(".finder__words button").click()

    return act


def opens_a_file(page: Page) -> None:
    """The first talk with somebody who may have a file already; the next page asks whether they agree."""
    form = page.locator("main form.form")
    form.locator("[value=papers]").check()
    form.locator("[name=called]").fill("Muhammad")
    form.locator("[name=language]").select_option("ar")
    form.locator("[name=phone]").fill("08-555-0155")
    with page.expect_navigation():
        form.locator("button").last.click()


def does_not_agree(page: Page) -> None:
    opens_a_file(page)
    with page.expect_navigation():
        page.locator("button[value=agree]").click()


def asks_for_help(page: Page) -> None:
    page.locator("main [name=relation]").first.check()
    with page.expect_navigation():
        page.locator("main form button").last.click()


MINE: dict[str, Row] = {
    "mine": Row("my_file", visitor="newcomer"),
    "mine-none": Row("my_file", visitor="careless"),
    "mine-edit": Row("my_file_edit", visitor="newcomer"),
    "mine-edit-refused": Row(
        "my_file_edit", visitor="newcomer", act=submits("main form.form", called=" ", phone="no"), status=400
    ),
    "mine-worries": Row("my_worries", visitor="newcomer"),
    "mine-consents": Row("my_consents", visitor="newcomer"),
    "mine-share": Row("my_consents", visitor="newcomer", query="?new=share"),
    "mine-looked": Row("who_looked", visitor="newcomer"),
    "mine-take": Row("my_file_take", visitor="newcomer"),
    "mine-erase": Row("my_file_erase", visitor="newcomer"),
    "mine-erase-refused": Row("my_file_erase", visitor="newcomer", act=submits("main form.form"), status=400),
    "mine-helpers": Row("my_helpers", visitor="newcomer", act=asks_for_help),
    "mine-claim": Row("claim_file", thing="link to a file", visitor="careless"),
    "mine-claim-waits": Row("claim_file", thing="handed link to a file", visitor="careless", act=submits("main form")),
    "mine-claim-over": Row(
        "claim_file", thing="bad link to a file", visitor="careless", act=submits("main form"), status=410
    ),
    "help-accept": Row("help_accept", thing="link to help", visitor="careless"),
    "help-given": Row("helped", thing="somebody helped", visitor="founder"),
}
PEOPLE: dict[str, Row] = {
    "people": Row("caseworker_people", visitor="caseworker"),
    "people-found": Row("caseworker_people", visitor="caseworker", act=looks_for("Muhammad")),
    "people-none": Row("caseworker_people", visitor="caseworker", act=looks_for("zzzz")),
    "person-new": Row("caseworker_person_new", visitor="caseworker"),
    "person-new-refused": Row("caseworker_person_new", visitor="caseworker", act=submits("main form.form"), status=400),
    "person-agree": Row("caseworker_person_new", visitor="caseworker", act=opens_a_file),
    "person-agree-refused": Row("caseworker_person_new", visitor="caseworker", act=does_not_agree, status=400),
    "person-file": Row("caseworker_person", thing="person", visitor="caseworker"),
    "person-twice": Row("caseworker_person", thing="person written down twice", visitor="caseworker"),
    "person-edit": Row("caseworker_person_edit", thing="person", visitor="caseworker"),
    "person-worries": Row("caseworker_worries", thing="person", visitor="caseworker"),
    "person-part": Row("caseworker_part", thing="languages of a person", visitor="caseworker"),
    "person-part-work": Row("caseworker_part", thing="work of a person", visitor="caseworker"),
    "person-part-goal": Row(
        "caseworker_part",
        thing="goal of a person",
        visitor="caseworker",
        act=submits("main #add ~ form", goal=""),
        status=400,
    ),
    "person-part-wishes": Row("caseworker_part", thing="wishes of a person", visitor="caseworker"),
    "person-part-schooling": Row("caseworker_part", thing="schooling of a person", visitor="caseworker"),
    "person-part-permit": Row("caseworker_part", thing="permit of a person", visitor="caseworker"),
    "person-consents": Row("caseworker_consents", thing="person", visitor="caseworker"),
    "person-share": Row("caseworker_consents", thing="person", visitor="caseworker", query="?new=share"),
    "person-receipt": Row("caseworker_receipt", thing="receipt", visitor="caseworker"),
    "person-page": Row("caseworker_page_asked", thing="person without a step", visitor="caseworker"),
    "person-page-asked": Row(
        "caseworker_page_asked",
        thing="person who is asked for",
        visitor="caseworker",
        act=submits("main form.form", number="0"),
        status=400,
    ),
    "person-merge": Row("caseworker_merge", thing="two files of one", visitor="caseworker"),
}
CASEWORKER: dict[str, Row] = {
    "coding": Row("coding_queue", visitor="caseworker"),
    "coding-decided": Row("coding_queue", visitor="caseworker", query="?show=decided"),
    "coding-new": Row("coding_new", visitor="caseworker"),
    "coding-new-refused": Row("coding_new", visitor="caseworker", act=submits("main form"), status=400),
    "coding-account": Row("coding_account", visitor="caseworker"),
    "coding-account-empty": Row("coding_account", visitor="caseworker", act=submits("main form"), status=400),
    "coding-account-read": Row("coding_account", visitor="caseworker", act=submits("main form", text=STORY)),
    "coding-account-read-he": Row("coding_account", visitor="caseworker", act=submits("main form", text=STORY_HE)),
    "coding-decide": Row("coding_decide", thing="words to decide", visitor="caseworker"),
    "coding-decide-refused": Row(
        "coding_decide", thing="words to decide", visitor="caseworker", act=submits("main form >> nth=0"), status=400
    ),
    "coding-decided-one": Row("coding_decide", thing="words decided", visitor="caseworker"),
    "local-words": Row("local_words", visitor="caseworker"),
    "local-words-second": Row("local_words", visitor="officer"),
    "local-words-none": Row("local_words", visitor="officer", query="?show=ended"),
    "agreements": Row("agreements", visitor="officer"),
}
DAY: dict[str, Row] = {
    "today": Row("caseworker_today", visitor="caseworker"),
    "today-all": Row("caseworker_today", visitor="caseworker", query="?whose=all"),
    "today-how": Row("caseworker_today_how", visitor="caseworker"),
    "plan": Row("person_plan", thing="person", visitor="caseworker"),
    "plan-none": Row("person_plan", thing="person without a step", visitor="caseworker"),
    "plan-print": Row("person_plan_print", thing="person", visitor="caseworker"),
    "step-new": Row("person_step_new", thing="person", visitor="caseworker"),
    "step-new-refused": Row(
        "person_step_new", thing="person", visitor="caseworker", act=submits("main form.form"), status=400
    ),
    "step": Row("step", thing="step", visitor="caseworker"),
    "step-done": Row("step", thing="step done", visitor="caseworker"),
    "notes": Row("person_notes", thing="person", visitor="caseworker"),
    "team": Row("person_team", thing="person", visitor="caseworker"),
    "conference": Row("person_conference", thing="person", visitor="caseworker"),
    "conference-refused": Row(
        "person_conference",
        thing="person",
        visitor="caseworker",
        act=submits("main form.form", **{"what-1": "x"}),
        status=400,
    ),
    "appointments": Row("person_appointments", thing="person", visitor="caseworker"),
    "appointments-refused": Row(
        "person_appointments", thing="person", visitor="caseworker", act=submits("main form.form"), status=400
    ),
    "appointment": Row("appointment", thing="appointment", visitor="caseworker"),
    "meeting-link": Row("meeting_link", thing="appointment link"),
    "meeting-link-over": Row("meeting_link", thing="appointment link over", status=410),
    "interpreters": Row("interpreters", visitor="caseworker"),
    "bookings": Row("bookings", visitor="caseworker"),
    "booking": Row("booking", thing="booking", visitor="caseworker"),
    "interpreter": Row("interpreter", thing="interpreter", visitor="caseworker"),
}
CASEWORKERS: dict[str, Row] = CASEWORKER | DAY | PEOPLE | INTERVIEW | REFERRALS | COUNTER | LISTS | MENTORING | TRAINING
PAGES: dict[str, Row] = FRONT | MINE | CASEWORKERS | ERRORS | ACCOUNT | PROVIDER | OFFICER | TRUST | INSIGHTS


def _other_states() -> frozenset[str]:
    seen: set[tuple[str, bool]] = set()
    again = set()
    for name, row in PAGES.items():
        page = (row.shows, row.status in (200, 400))  # an error page is a page of its own
        if page in seen:
            again.add(name)
        seen.add(page)
    return frozenset(again)


#: Names of rows that show a page which an earlier row has shown already, in another state.
OTHER_STATES = _other_states()

#: Routes that never answer with a page of their own, and what they answer with; the test beside looks.
NOT_PAGES: dict[str, str] = {
    "root": "redirect",
    "home": "redirect",
    "kept_form": "redirect",  # with something kept it is a page: tests/www/test_idle.py
    "still_here": "application/json",
    "leave": "redirect",
    "account_confirm_login_code": "redirect",  # logging in by a code sent by mail is switched off
    "socialaccount_signup": "redirect",  # nobody chooses an address here: the authority has said it
    "openid_connect_login": "nothing",  # tests/www/test_openid.py
    "openid_connect_callback": "nothing",
    "robots": "text/plain",
    "sitemap": "application/xml",
    "sitemap_section": "application/xml",
    "health_live": "application/json",
    "health_ready": "application/json",
    "metrics": "text/plain",
    "places": "application/json",
    "services_template": "text/csv",
    "insights_picture": "text/csv",
    "privacy_record": "application/ld+json",
    "referral_bundle": "nothing",  # a file, for its two sides: tests/www/referrals/test_bundles.py
    "mfa_download_recovery_codes": "text/plain",
    "demo_log_in": "post",
    "demo_reset": "post",
    "insights_note_withdraw": "nothing",
    "provider_report_settle": "post",
    "organisation_ask_again": "post",
    "moderation_decide": "post",
    "provider_service_confirm": "post",
    "provider_service_move": "post",
    "provider_call_back_erase": "post",
    "caseworker_merge_undo": "post",
    "my_file_data": "redirect",
    "my_file_paper": "redirect",
    "my_profile_file": "redirect",
    "training_certificate_file": "nothing",  # a file, for those who may see it: tests/www/test_hosting.py
    "my_training_certificate_file": "redirect",
    "workplace_link_refresh": "redirect",
    "my_file_archive": "redirect",
    "my_paper": "redirect",
    "caseworker_paper": "nothing",  # a file, for those who may see it: tests/www/test_papers.py
    "my_appointment": "redirect",
    "caseworker_profile_file": "nothing",  # a file, for those who may see it: tests/www/caseworker/test_interview.py
    "words_suggest": "post",
    "meeting_link_calendar": "nothing",  # a file, for who has the link: tests/casework/test_appointment_notices.py
    "appointment_calendar": "nothing",  # a file, for those who may see the person's: tests/www/caseworker/test_day.py
    "local_word_decide": "post",
    "colleagues": "redirect",
    "invitation_withdraw": "post",
    "membership_end": "post",
    "area_choose": "post",
    "areas_template": "text/csv",
    "agreement_end": "post",
    "answer_refresh": "redirect",
    "provider_place_answer": "post",
    "rule_begin": "post",
    "rule_discard": "post",
    "import_remarks": "text/csv",
    "import_remove": "post",
}
