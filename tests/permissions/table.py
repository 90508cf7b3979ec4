"""Who may open what: one row per route. A route without a row fails the test beside this file.

A row names the visitors who get an answer. ``own`` is for an object of the visitor's own organisation (or a route with
no object), ``other`` for the same object of another organisation, in which the visitor has no role. Who belongs to two
organisations and works for the second now is a stranger at what is of the first. Everybody else gets ``refused``: 404
where even the existence is nobody's business, 403 where it is not, or the way to log in.
"""

from dataclasses import dataclass, field, replace

from kesher.accounts.roles import Role

ANONYMOUS, SIGNED_IN = "anonymous", "signed in"
#: With an account and no role: whose own file the organisation keeps, and who helps somebody of whom it does.
WITH_A_FILE, HELPS = "with a file", "helps"
ROLES = frozenset(role.value for role in Role)
EVERYBODY = frozenset({ANONYMOUS, SIGNED_IN, WITH_A_FILE, HELPS}) | ROLES
WITH_ACCOUNT = EVERYBODY - {ANONYMOUS}
NOBODY: frozenset[str] = frozenset()

OVERSEERS = frozenset({Role.PLATFORM_ADMIN.value, Role.MODERATOR.value, Role.OFFICER.value, Role.AUDITOR.value})
DIRECTORY_KEEPERS = frozenset({Role.PLATFORM_ADMIN.value, Role.MODERATOR.value, Role.OFFICER.value})
#: Those who say how short an occupation is, and those who write beside a figure of their place.
JUDGES = frozenset({"convenor", "officer", "partner", "employer", "college"})
ANNOTATORS = frozenset({"convenor", "officer"})

LOGIN = "login"


@dataclass(frozen=True)
class Row:
    """One route. ``objects`` names the kind of object its address holds ("draft service"), if any."""

    own: frozenset[str]
    other: frozenset[str] = NOBODY
    objects: str = ""
    refused: int | str = 404
    kwargs: dict[str, str] = field(default_factory=dict)
    method: str = "get"
    #: Who gets an answer when they send something, where those are not all who may read.
    writes: frozenset[str] | None = None
    #: What is sent, where an empty form is nothing anybody could have meant (404).
    sends: dict[str, str] = field(default_factory=dict)
    #: An empty form names nothing of what one could mean: 404 for who is let in, too. The pages' own tests name something.
    nothing: bool = False
    #: Who gets an answer at their own object while they work for another of their organisations, in which they are observer;
    #: None = whoever an observer of another organisation is.
    away: frozenset[str] | None = None
    may_miss: bool = False  # for those let in too, there may be nothing of their own yet (404)


PUBLIC = Row(own=EVERYBODY)
ACCOUNT = Row(own=WITH_ACCOUNT, refused=LOGIN)
OWN_THINGS = Row(own=WITH_ACCOUNT, refused=LOGIN, may_miss=True)
#: allauth's pages of a moment (a code just sent, a key just clicked): without the moment they send one elsewhere.
PASSING = Row(own=EVERYBODY)

ROUTES: dict[str, Row] = {
    "root": PUBLIC,
    "robots": PUBLIC,
    "sitemap": PUBLIC,
    "sitemap_section": Row(own=EVERYBODY, kwargs={"section": "services"}),
    "health_live": PUBLIC,
    "health_ready": PUBLIC,
    "metrics": PUBLIC,  # to the machine itself; tests/www/test_metrics.py refuses strangers
    "front": PUBLIC,
    "person": PUBLIC,
    "business": PUBLIC,
    "find_person": PUBLIC,
    "find_business": PUBLIC,
    "find_send": PUBLIC,
    "find_compare": PUBLIC,
    "find_service": Row(own=OVERSEERS | ROLES, other=OVERSEERS, objects="draft service"),  # as "service"
    "leave": PUBLIC,
    "words": PUBLIC,
    "words_suggest": PUBLIC,
    "own_words": PUBLIC,
    "own_words_file": PUBLIC,
    "services": PUBLIC,
    "places": PUBLIC,
    "insights": PUBLIC,
    "insights_numbers": PUBLIC,
    "insights_ask": PUBLIC,
    "insights_compare": PUBLIC,
    "insights_changes": PUBLIC,
    # Published figures: everybody's.
    "insights_place": Row(own=EVERYBODY, other=EVERYBODY, objects="place in numbers"),
    "insights_figure": Row(own=EVERYBODY, other=EVERYBODY, objects="place in numbers", kwargs={"code": "median-age"}),
    # A place with one figure has no picture: tests/www/insights/test_pictures.py
    "insights_picture": Row(
        own=EVERYBODY,
        other=EVERYBODY,
        objects="place in numbers",
        kwargs={"code": "median-age", "kind": "beside", "ending": "csv"},
        may_miss=True,
    ),
    "insights_shortage": PUBLIC,
    "insights_shortage_of": Row(own=EVERYBODY, other=EVERYBODY, objects="place in numbers"),
    # A place belongs to no organisation: whoever sits at the table in any of them speaks of it.
    "insights_judge": Row(own=JUDGES, other=JUDGES, objects="home in numbers"),
    "insights_note": Row(own=ANNOTATORS, other=ANNOTATORS, objects="home in numbers", kwargs={"code": "median-age"}),
    "insights_note_withdraw": Row(own=ANNOTATORS, objects="note beside a figure", method="post"),
    "service": Row(
        own=OVERSEERS | ROLES, other=OVERSEERS, objects="draft service"
    ),  # a draft: every member of its organisation sees it
    "about": PUBLIC,
    "guides": PUBLIC,
    "guide": Row(own=EVERYBODY, kwargs={"key": "visitor"}),
    "accessibility": PUBLIC,
    "privacy": PUBLIC,
    "status": PUBLIC,
    "software": PUBLIC,
    "outbox": Row(own=NOBODY),  # exists in the demo only
    "design": PUBLIC,
    "design_charts": PUBLIC,
    "account_login": PASSING,
    "account_logout": PASSING,
    "account_inactive": PASSING,
    "account_signup": PASSING,
    "account_reauthenticate": ACCOUNT,
    "account_email": ACCOUNT,
    "account_email_verification_sent": PASSING,
    "account_change_password": ACCOUNT,
    "account_set_password": ACCOUNT,
    "account_reset_password": PASSING,
    "account_confirm_login_code": ACCOUNT,  # in the middle of logging in; else the way to log in
    "account_confirm_email": Row(own=EVERYBODY, kwargs={"key": "x:y"}, may_miss=True),
    "account_reset_password_from_key": Row(own=EVERYBODY, kwargs={"uidb36": "1", "key": "x-y"}, may_miss=True),
    "account_reset_password_from_key_done": PASSING,
    "account_reset_password_done": PASSING,
    "mfa_index": ACCOUNT,
    "mfa_authenticate": ACCOUNT,  # in the middle of logging in; else the way to log in
    "mfa_reauthenticate": ACCOUNT,
    "mfa_activate_totp": ACCOUNT,
    "mfa_deactivate_totp": OWN_THINGS,
    "mfa_view_recovery_codes": OWN_THINGS,
    "mfa_generate_recovery_codes": OWN_THINGS,
    "mfa_download_recovery_codes": OWN_THINGS,
    "mfa_list_webauthn": ACCOUNT,
    "mfa_add_webauthn": ACCOUNT,
    "mfa_reauthenticate_webauthn": ACCOUNT,
    "mfa_remove_webauthn": Row(own=WITH_ACCOUNT, refused=LOGIN, kwargs={"pk": "1"}, may_miss=True),
    "mfa_edit_webauthn": Row(own=WITH_ACCOUNT, refused=LOGIN, kwargs={"pk": "1"}, may_miss=True),
    "usersessions_list": ACCOUNT,
    "log_ins": ACCOUNT,
    "kept_form": ACCOUNT,  # without anything kept it leads home: tests/www/test_idle.py
    "still_here": PUBLIC,
    # Without an authority of that name there is nothing: tests/www/test_openid.py
    "openid_connect_login": Row(own=NOBODY, kwargs={"provider_id": "nobody"}),
    "openid_connect_callback": Row(own=NOBODY, kwargs={"provider_id": "nobody"}),
    "socialaccount_connections": ACCOUNT,
    "socialaccount_login_cancelled": PASSING,
    "socialaccount_login_error": Row(own=NOBODY, refused=401),  # a page that says so
    "socialaccount_signup": Row(own=NOBODY, refused=LOGIN),  # nobody chooses an address: the authority has said it
}

ROUTES |= {
    # Exist in the demo town only; tests/demo opens them there.
    "demo_visitors": Row(own=NOBODY),
    "demo_log_in": Row(own=NOBODY, kwargs={"key": "caseworker"}),
    "demo_reset": Row(own=NOBODY),
    "first_week": Row(own=frozenset({Role.PLATFORM_ADMIN, Role.ORGANISATION_ADMIN}), refused=403),
    "services_template": PUBLIC,
}

EDITORS = frozenset({Role.PROVIDER.value, Role.COLLEGE.value, Role.ORGANISATION_ADMIN.value})
MODERATORS = frozenset({Role.MODERATOR.value, Role.PLATFORM_ADMIN.value})
EDITABLE = Row(own=EDITORS | DIRECTORY_KEEPERS, other=DIRECTORY_KEEPERS, objects="draft service", refused=404)

EDITABLE_BY_POST = replace(EDITABLE, method="post")

ROUTES |= {
    "provider_report_settle": replace(EDITABLE_BY_POST, objects="report"),
    "organisation_ask_again": Row(
        own=frozenset({Role.ORGANISATION_ADMIN}), objects="refused organisation", method="post"
    ),
    "moderation_decide": Row(
        own=MODERATORS, other=MODERATORS, objects="pending organisation", method="post", may_miss=True
    ),
    "home": ACCOUNT,
    "second_step": ACCOUNT,
    "working_for": replace(ACCOUNT, nothing=True),
    # Who is in it may leave it, whatever their role and whichever they work for now.
    "leave_organisation": Row(own=ROLES, away=ROLES, objects="approved organisation"),
    # The link is the key: tests/www/provider/test_still_right.py
    "still_right": Row(own=EVERYBODY, kwargs={"token": "x:y:z"}, may_miss=True),
    "provider_services": ACCOUNT,
    "provider_service_new": Row(own=EDITORS),
    "provider_service_edit": EDITABLE,
    "provider_service_sections": EDITABLE,
    "provider_service_section": replace(EDITABLE, kwargs={"section": "where"}),
    "provider_service_preview": EDITABLE,
    "provider_service_history": EDITABLE,
    "provider_service_reports": EDITABLE,
    "provider_service_confirm": EDITABLE_BY_POST,
    "provider_service_move": EDITABLE_BY_POST,
    "register_organisation": ACCOUNT,
    "duplicates": Row(own=DIRECTORY_KEEPERS, refused=403),
    "duplicate": Row(own=DIRECTORY_KEEPERS, other=DIRECTORY_KEEPERS, objects="duplicate", refused=403),
    "moderation": Row(own=DIRECTORY_KEEPERS),
}

LOADERS = frozenset({Role.OFFICER.value, Role.PLATFORM_ADMIN.value})
ADMINISTRATORS = frozenset({Role.PLATFORM_ADMIN.value, Role.ORGANISATION_ADMIN.value})
PLATFORM_ADMIN = frozenset({Role.PLATFORM_ADMIN.value})
#: What an officer sent is for officers of the same organisation.
SENT = Row(own=LOADERS, other=PLATFORM_ADMIN, objects="upload")

ROUTES |= {
    "imports": Row(own=LOADERS),
    "import_columns": SENT,
    "import_trial": SENT,
    "import_remarks": SENT,
    "import_remove": replace(SENT, method="post", may_miss=True),
    "import_run": Row(own=LOADERS, other=PLATFORM_ADMIN, objects="import run"),
    "areas": Row(own=DIRECTORY_KEEPERS),
    "areas_template": Row(own=DIRECTORY_KEEPERS),
    "area_import": Row(own=LOADERS),
    "area": Row(own=DIRECTORY_KEEPERS, other=DIRECTORY_KEEPERS, objects="area"),
    "area_choose": Row(own=LOADERS, other=LOADERS, objects="area", method="post"),
    "partners": Row(own=PLATFORM_ADMIN),
    "portal": Row(own=PLATFORM_ADMIN),
    "colleagues": Row(own=ADMINISTRATORS),
    "colleagues_of": Row(own=ADMINISTRATORS, other=PLATFORM_ADMIN, objects="approved organisation"),
    "invitation_withdraw": Row(own=ADMINISTRATORS, other=PLATFORM_ADMIN, objects="invitation", method="post"),
    "membership_end": Row(own=ADMINISTRATORS, other=PLATFORM_ADMIN, objects="membership", method="post", may_miss=True),
    # the key is in the address; without a right one there is nothing for anybody
    "invitation": Row(own=NOBODY, kwargs={"token": "not-a-key"}),
}

CALLERS = EDITORS | {Role.CASEWORKER.value}

ROUTES |= {
    "call_back": Row(own=EVERYBODY, other=EVERYBODY, objects="public service"),
    # The key is in the address; without a right one there is nothing for anybody: tests/www/front/test_call_backs.py
    "call_back_thanks": Row(own=NOBODY, kwargs={"key": "not-a-key"}),
    "call_back_take_back": Row(own=NOBODY, kwargs={"key": "not-a-key"}),
    "provider_call_backs": Row(own=CALLERS),
    "provider_call_back": Row(own=CALLERS, objects="call back"),
    "provider_call_back_erase": Row(own=CALLERS, objects="call back", method="post", may_miss=True),
}

CODERS = frozenset({Role.CASEWORKER.value, Role.REFERRER.value})
WORD_OVERSEERS = frozenset({Role.OFFICER.value, Role.PLATFORM_ADMIN.value, Role.AUDITOR.value})

ROUTES |= {
    "coding_queue": Row(own=CODERS),
    "coding_new": Row(own=CODERS),
    "coding_account": Row(own=CODERS),
    "coding_decide": Row(own=CODERS, objects="proposal"),
    "local_words": Row(own=CODERS | WORD_OVERSEERS),
    "local_word_decide": Row(own=CODERS | WORD_OVERSEERS, other=WORD_OVERSEERS, objects="local word", method="post"),
}

#: A person's file: for those who work with files in the organisation that keeps it, and for nobody of another.
FILE_WORKERS = frozenset({Role.CASEWORKER.value, Role.REFERRER.value})
NO_PAPER = {"paper": "00000000-0000-7000-8000-000000000000"}
FILE = Row(own=FILE_WORKERS, objects="person")

ROUTES |= {
    "sensitive_organisations": Row(own=frozenset({Role.PLATFORM_ADMIN.value, Role.MODERATOR.value})),
    "counter": Row(own=FILE_WORKERS),
    "counter_print": Row(own=FILE_WORKERS),
    "counter_file": Row(own=FILE_WORKERS),
    "counter_keep": FILE,
    "caseworker_people": Row(own=FILE_WORKERS),
    "caseworker_steps": Row(own=FILE_WORKERS),
    "caseworker_person_new": Row(own=FILE_WORKERS),
    "caseworker_person": FILE,
    "caseworker_person_edit": FILE,
    "caseworker_answers": FILE,
    "caseworker_worries": FILE,
    "caseworker_part": replace(FILE, kwargs={"part": "languages"}),
    "caseworker_interview": FILE,
    "caseworker_interview_section": replace(FILE, kwargs={"section": "work"}),
    "caseworker_young": FILE,
    "caseworker_recognition": FILE,
    "caseworker_profile": FILE,
    "caseworker_profile_file": replace(FILE, kwargs={"file": "resume.json"}),
    "caseworker_bring": FILE,
    "caseworker_papers": FILE,
    "caseworker_paper": replace(FILE, objects="paper of a person", kwargs=NO_PAPER),
    "caseworker_consents": FILE,
    "caseworker_erase": replace(FILE, sends={"verb": "ask"}),
    "caseworker_page_asked": replace(FILE, sends={"verb": "refuse"}),
    "caseworker_helpers": FILE,
    "caseworker_looked": FILE,
    "caseworker_erased": Row(own=FILE_WORKERS, writes=NOBODY),  # only of what one was asked to erase: tests/people
    "caseworker_receipt": replace(FILE, objects="consent of a person"),
    "caseworker_merge": replace(FILE, objects="two people"),
    "caseworker_merge_undo": replace(FILE, objects="merge of people", method="post"),
}

#: One's own file: each account has a page that says so, or how one begins.
OWN_FILE = Row(own=WITH_ACCOUNT, refused=LOGIN)

ROUTES |= {
    **dict.fromkeys(
        (
            "my_file_edit",
            "my_worries",
            "my_skills",
            "my_profile",
            "my_bring",
            "my_papers",
            "my_file_archive",
            "my_consents",
            "who_looked",
            "my_file_take",
            "my_file_data",
            "my_file_paper",
            "my_file_erase",
            "my_helpers",
            "my_goal",
            "my_answers",
            "find_keep",
        ),
        OWN_FILE,
    ),
    "my_file": replace(OWN_FILE, sends={"verb": "keep"}),
    "my_referrals": replace(OWN_FILE, nothing=True),
    "my_plan": replace(OWN_FILE, nothing=True),
    "my_profile_file": replace(OWN_FILE, kwargs={"file": "resume.json"}),
    # Without a file, how one begins; of whose it is, tests/www/test_papers.py asks.
    "my_paper": replace(OWN_FILE, kwargs=NO_PAPER, may_miss=True),
    "my_appointment": replace(OWN_FILE, kwargs={"pk": "00000000-0000-7000-8000-000000000000"}, may_miss=True),
    # The link is the key: tests/www/jobseeker
    "claim_file": Row(own=WITH_ACCOUNT, refused=LOGIN, kwargs={"key": "not-a-key"}),
    "help_accept": Row(own=WITH_ACCOUNT, refused=LOGIN, kwargs={"key": "not-a-key"}),
    "helping": Row(own=WITH_ACCOUNT, refused=LOGIN),
    "helped_contact": Row(own=NOBODY, objects="person"),
    "helped": Row(own=NOBODY, objects="person"),  # only whom the person asked: tests/www/jobseeker
}

RULE_READERS = LOADERS | {Role.AUDITOR.value}
#: Rules are of the town: a keeper of any organisation reads and writes them.
RULE = Row(own=RULE_READERS, other=RULE_READERS, objects="rule")
RULE_IN_WORK = Row(own=LOADERS, other=LOADERS, objects="rule")

ROUTES |= {
    "rules": Row(own=RULE_READERS),
    "rule_new": Row(own=LOADERS),
    "rule_table": Row(own=LOADERS),
    "rule": RULE,
    "rule_version": replace(RULE, kwargs={"number": "1"}, writes=LOADERS, sends={"event": "publish"}),
    "rule_services": replace(RULE_IN_WORK, nothing=True),
    "rule_edit": RULE_IN_WORK,
    "rule_begin": replace(RULE_IN_WORK, method="post"),
    "rule_discard": replace(RULE_IN_WORK, method="post", may_miss=True),
}

ROUTES |= {
    # What was signed is of the town: a keeper of any organisation records and ends it.
    "agreements": Row(own=RULE_READERS, writes=LOADERS),
    "agreement_end": Row(own=LOADERS, other=LOADERS, objects="agreement", method="post"),
}

SENDERS = CODERS
COHORT_KEEPERS = frozenset({Role.PROVIDER.value, Role.COLLEGE.value, Role.ORGANISATION_ADMIN.value})
PACE_READERS = SENDERS | {Role.OFFICER.value, Role.MANAGER.value, Role.ORGANISATION_ADMIN.value}
FIGURE_READERS = SENDERS | CALLERS | RULE_READERS | {Role.CONVENOR.value, Role.PARTNER.value, Role.MANAGER.value}

ROUTES |= {
    "referrals_sent": Row(own=SENDERS),
    "referral": Row(own=SENDERS, objects="sent referral", sends={"event": "withdraw"}),
    "referral_new": Row(own=SENDERS, objects="person", sends={"event": "look"}),
    "referral_figures": Row(own=FIGURE_READERS),
    "interview_pace": Row(own=PACE_READERS),
    "provider_referrals": Row(own=CALLERS),
    "provider_referral": Row(own=CALLERS, objects="received referral", sends={"event": "accept"}),
    "college_cohorts": Row(own=COHORT_KEEPERS),
    "college_cohort_new": Row(own=COHORT_KEEPERS),
    "college_cohort": Row(own=COHORT_KEEPERS, objects="cohort"),
    "provider_place_answer": Row(own=CALLERS, objects="place question", method="post"),
    # The key is in the address; without a right one there is nothing for anybody: tests/www/referrals/test_links.py
    "answer": Row(own=NOBODY, kwargs={"key": "not-a-key"}),
    # the same: tests/casework/test_appointment_notices.py
    "meeting_link": Row(own=NOBODY, kwargs={"key": "not-a-key"}),
    "meeting_link_calendar": Row(own=NOBODY, kwargs={"key": "not-a-key"}),
    "answer_refresh": Row(own=NOBODY, kwargs={"key": "not-a-key"}, method="post"),
}

#: Machines read what the public reads; each answers what is published and nothing else (tests/api proves it).
OPEN_DATA_NAMESPACES = ("hsds", "insights-api")

FILES = frozenset({Role.CASEWORKER.value, Role.REFERRER.value})
OF_A_PERSON = Row(own=FILES, objects="person")

ROUTES |= {
    "caseworker_today": Row(own=FILES),
    "caseworker_today_how": Row(own=FILES),
    "person_plan": OF_A_PERSON,
    "person_step_new": OF_A_PERSON,
    "person_plan_print": OF_A_PERSON,
    "person_notes": OF_A_PERSON,
    "person_talks": OF_A_PERSON,
    "person_team": OF_A_PERSON,
    "person_conference": OF_A_PERSON,
    "person_appointments": OF_A_PERSON,
    "step": Row(own=FILES, objects="step", sends={"event": "postpone"}),
    "appointment": Row(own=FILES, objects="appointment"),
    "appointment_calendar": Row(own=FILES, objects="appointment"),
    "interpreters": Row(own=FILES),
    "bookings": Row(own=FILES),
    "booking": Row(own=FILES, objects="booking"),
    "interpreter": Row(own=FILES, objects="interpreter"),
}

from tests.permissions.table_training import TRAINING  # rows of these are made of what stands above
from tests.permissions.table_trust import TRUST

ROUTES |= TRUST | TRAINING
ROUTES |= {
    "mentors": Row(own=FILES),
    "mentors_safeguarding": Row(own=frozenset({Role.ORGANISATION_ADMIN.value})),
    "mentor": Row(own=FILES, objects="mentor"),
    "person_mentor": OF_A_PERSON,
    "match": Row(own=FILES, objects="match"),
    # Only whom the organisation has named: tests/www/test_mentoring.py
    "concern": Row(own=NOBODY, objects="concern"),
    "mentor_home": replace(ACCOUNT, nothing=True),  # only who has offered: tests/www/test_mentoring.py
    "mentor_offer": ACCOUNT,
    # Only the mentor it names: tests/www/test_mentoring.py
    "mentor_match": Row(own=NOBODY, objects="match"),
    "my_mentor": replace(OWN_FILE, nothing=True),
}
