"""The front room's pages, for the browser tests: path after the language."""

PAGES = {
    "front": "",
    "person": "person/",
    "business": "business/",
    "design": "design/",
    "accessibility": "accessibility/",
    "privacy": "privacy/",
    "status": "status/",
    "software": "software/",
    "outbox": "outbox/",
    "not-found": "no-such-page/",
    "login": "accounts/login/",
    "signup": "accounts/signup/",
    "password-reset": "accounts/password/reset/",
}
LANGUAGES = ("en", "he", "ar")
SCHEMES = ("light", "dark")
