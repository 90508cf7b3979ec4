"""The pages of logging in, of one's account and of one's organisations; part of :mod:`tests.browser.pages`."""

from playwright.sync_api import Page

from tests.browser.rows import Row, submits


def second_step(page: Page) -> None:
    submits("main form.form", login="secured@demo.example", password="a-day-in-town")(page)


ACCOUNT: dict[str, Row] = {
    "login": Row("account_login"),
    "login-refused": Row("account_login", act=submits("main form.form", login="a@example.org", password="wrong")),
    "signup": Row("account_signup"),
    "signup-refused": Row("account_signup", act=submits("main form", email="no", password1="1", password2="2")),
    "password-reset": Row("account_reset_password"),
    "password-reset-sent": Row("account_reset_password_done"),
    "password-from-mail": Row("account_reset_password_from_key", thing="password link", visitor="forgetful"),
    "password-from-mail-used": Row("account_reset_password_from_key", thing="old password link"),
    "password-set": Row("account_reset_password_from_key_done"),
    "address-to-confirm": Row("account_email_verification_sent"),
    "address-from-mail": Row("account_confirm_email", thing="mail link"),
    "inactive": Row("account_inactive"),
    "logout": Row("account_logout", visitor="newcomer"),
    "email": Row("account_email", visitor="careless"),
    "password-change": Row("account_change_password", visitor="newcomer"),
    "password-change-refused": Row(
        "account_change_password",
        visitor="newcomer",
        act=submits("main form", oldpassword="wrong", password1="short", password2="other"),
    ),
    "password-first": Row("account_set_password", visitor="careless"),
    "sessions": Row("usersessions_list", visitor="newcomer"),
    "log-ins": Row("log_ins", visitor="newcomer"),
    "organisations": Row("working_for", visitor="of two"),
    "organisations-one": Row("working_for", visitor="partner"),
    "organisations-none": Row("working_for", visitor="newcomer"),
    "organisations-invited": Row("working_for", visitor="invited"),
    "organisation-leave": Row("leave_organisation", thing="organisation of the head", visitor="of two"),
    "organisation-leave-refused": Row(
        "leave_organisation",
        thing="organisation of the head",
        visitor="head",
        act=submits("main form"),
        status=409,
    ),
    "second-why": Row("second_step", visitor="partner"),
    "authority-cancelled": Row("socialaccount_login_cancelled"),
    "authority-error": Row("socialaccount_login_error", status=401),
    "authorities": Row("socialaccount_connections", visitor="newcomer"),
    "again": Row("account_reauthenticate", visitor="sleepy"),
    "second-none": Row("mfa_index", visitor="newcomer"),
    "second": Row("mfa_index", visitor="secured"),
    "second-step": Row("account_login", visitor="halfway", act=second_step, ends="mfa_authenticate"),
    "second-again": Row("mfa_reauthenticate", visitor="sleepy"),
    "app": Row("mfa_activate_totp", visitor="newcomer"),
    "app-off": Row("mfa_deactivate_totp", visitor="secured"),
    "codes": Row("mfa_view_recovery_codes", visitor="secured"),
    "codes-new": Row("mfa_generate_recovery_codes", visitor="secured"),
    "keys-none": Row("mfa_list_webauthn", visitor="newcomer"),
    "keys": Row("mfa_list_webauthn", visitor="secured"),
    "key-add": Row("mfa_add_webauthn", visitor="newcomer"),
    "key-edit": Row("mfa_edit_webauthn", thing="security key", visitor="secured"),
    "key-remove": Row("mfa_remove_webauthn", thing="security key", visitor="secured"),
    "key-again": Row("mfa_reauthenticate_webauthn", visitor="sleepy"),
}
