"""Every setting of the portal, read from the environment once, here and nowhere else.

With nothing set, the portal runs on a private PostgreSQL in a folder of its own (see
:mod:`kesher.adapters.local_postgres`); a town in production sets ``DATABASE_URL``, ``KESHER_SECRET_KEY``,
``KESHER_HOSTS`` and ``KESHER_PUBLIC_URL`` (docs/operations.md).
"""

import os
import secrets
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qsl, unquote, urlsplit

import django.conf.locale
import pgtrigger
from django.core.exceptions import ImproperlyConfigured

from kesher.adapters.antivirus import Antivirus, antivirus_of
from kesher.adapters.local_postgres import APPLICATION, OWNER, LocalPostgres
from kesher.adapters.openid import Authority, read_authorities
from kesher.adapters.text_messages import HttpGateway, Numbers
from kesher.base.field_keys import checked_keys, new_key

PACKAGE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Environment:
    """What the outside may decide. Names of the variables stand beside each field."""

    data: Path  # KESHER_DATA: folder of the private PostgreSQL, collected static files and generated secrets
    attachments: Path  # KESHER_ATTACHMENTS: of papers people give; default "attachments" in the data folder
    antivirus: str  # KESHER_ANTIVIRUS: tcp://host:3310 or unix:///path of clamd; empty = none
    database_url: str  # DATABASE_URL: application role; empty = the private PostgreSQL
    database_owner_url: str  # DATABASE_OWNER_URL: owner role, for migrations; default DATABASE_URL
    database_role: Literal["app", "owner"]  # KESHER_DB_ROLE: which of the two this process uses
    secret_key: str = field(repr=False)  # KESHER_SECRET_KEY
    field_keys: tuple[str, ...] = field(
        repr=False
    )  # KESHER_FIELD_KEYS: of encrypted fields, the newest first, with commas
    second_step: bool  # KESHER_SECOND_STEP: "required" (default) or "offered"; in the demo "offered"
    openid: tuple[Authority, ...] = field(repr=False)  # KESHER_OPENID: JSON list or the file of one (adapters.openid)
    debug: bool  # KESHER_DEBUG
    demo: bool  # KESHER_DEMO: the demo town; every page says so
    hosts: tuple[str, ...]  # KESHER_HOSTS: comma-separated host names the portal answers to
    public_url: str  # KESHER_PUBLIC_URL: "https://work.example.org"; https turns secure cookies and HSTS on
    tile_url: str  # KESHER_TILE_URL: "https://tiles.example.org/{z}/{x}/{y}.png" of a map server the town may use; empty = none
    metrics_token: str = field(repr=False)  # KESHER_METRICS_TOKEN: who may read /metrics; empty = this machine only
    time_zone: str  # KESHER_TIME_ZONE: of the site, IANA name
    country: str  # KESHER_COUNTRY: ISO 3166, whose labour law holds (casework/data/work_limits.toml); default "IL"
    mail_url: str = field(repr=False)  # KESHER_MAIL_URL: smtp://user:password@host:587?tls=1; empty = none
    mail_from: str  # KESHER_MAIL_FROM
    mail_from_neutral: str  # KESHER_MAIL_FROM_NEUTRAL: "Info <info@example.org>", for people; empty = KESHER_MAIL_FROM
    text_url: str = field(repr=False)  # KESHER_TEXT_URL: https://user:password@host/path of the gateway; empty = none
    text_body: str = field(repr=False)  # KESHER_TEXT_BODY: form or JSON document; default "to={number}&text={text}"
    text_body_neutral: str = field(repr=False)  # KESHER_TEXT_BODY_NEUTRAL: the same with a sender that says nothing
    text_header: str = field(repr=False)  # KESHER_TEXT_HEADER: one more header, "Authorization: Bearer …"
    text_numbers: str  # KESHER_TEXT_NUMBERS: numbers the town pays for, "+972 5, +970 5"; the first country is its own
    idle_staff: (
        int  # KESHER_IDLE_STAFF: after how many minutes without a page staff are logged out, 5 to 240; default 30
    )
    idle: int  # KESHER_IDLE: the same of everybody else with an account, 5 to 720; default 120
    complaint_days: int  # KESHER_COMPLAINT_DAYS: within how many days a complaint is answered, 1 to 90; default 30
    log_format: Literal["json", "plain"]  # KESHER_LOG; default "json", in the demo and with KESHER_DEBUG "plain"

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> "Environment":
        data = Path(environ.get("KESHER_DATA") or ".kesher").absolute()
        database_url = environ.get("DATABASE_URL", "")
        role = environ.get("KESHER_DB_ROLE", "app")
        if role not in ("app", "owner"):
            raise ImproperlyConfigured(f"KESHER_DB_ROLE is {role!r}; it must be 'app' or 'owner'.")
        debug, demo = _flag(environ, "KESHER_DEBUG"), _flag(environ, "KESHER_DEMO")
        log_format = environ.get("KESHER_LOG") or ("plain" if debug or demo else "json")
        if log_format not in ("json", "plain"):
            raise ImproperlyConfigured(f"KESHER_LOG is {log_format!r}; it must be 'json' or 'plain'.")
        second_step = environ.get("KESHER_SECOND_STEP") or ("offered" if demo else "required")
        if second_step not in ("required", "offered"):
            raise ImproperlyConfigured(f"KESHER_SECOND_STEP is {second_step!r}; it must be 'required' or 'offered'.")
        try:
            openid = read_authorities(environ.get("KESHER_OPENID", ""))
        except ValueError as wrong:
            raise ImproperlyConfigured(f"KESHER_OPENID: {wrong}.") from None
        try:
            given = environ.get("KESHER_FIELD_KEYS") or (
                "" if database_url else _kept_secret(data, "field_keys", make=new_key)
            )
            field_keys = checked_keys(given.replace("\n", ",").split(","))
        except ValueError as wrong:
            raise ImproperlyConfigured(f"KESHER_FIELD_KEYS: {wrong}.") from None
        return cls(
            data=data,
            attachments=Path(environ.get("KESHER_ATTACHMENTS") or data / "attachments").absolute(),
            antivirus=environ.get("KESHER_ANTIVIRUS", "").strip(),
            database_url=database_url,
            database_owner_url=environ.get("DATABASE_OWNER_URL") or database_url,
            database_role="owner" if role == "owner" else "app",
            secret_key=environ.get("KESHER_SECRET_KEY") or _secret_key(data, allowed=not database_url),
            field_keys=field_keys,
            second_step=second_step == "required",
            openid=openid,
            debug=debug,
            demo=demo,
            hosts=tuple(h.strip() for h in environ.get("KESHER_HOSTS", "").split(",") if h.strip()),
            public_url=environ.get("KESHER_PUBLIC_URL", "").rstrip("/"),
            tile_url=environ.get("KESHER_TILE_URL", ""),
            metrics_token=environ.get("KESHER_METRICS_TOKEN", ""),
            time_zone=environ.get("KESHER_TIME_ZONE") or "Asia/Jerusalem",
            country=_country(environ.get("KESHER_COUNTRY") or "IL"),
            mail_url=environ.get("KESHER_MAIL_URL", ""),
            mail_from=environ.get("KESHER_MAIL_FROM") or "kesher@localhost",
            mail_from_neutral=environ.get("KESHER_MAIL_FROM_NEUTRAL", ""),
            text_url=environ.get("KESHER_TEXT_URL", ""),
            text_body=environ.get("KESHER_TEXT_BODY") or "to={number}&text={text}",
            text_body_neutral=environ.get("KESHER_TEXT_BODY_NEUTRAL", ""),
            text_header=environ.get("KESHER_TEXT_HEADER", ""),
            text_numbers=environ.get("KESHER_TEXT_NUMBERS") or "+972 5",
            idle_staff=_minutes(environ, "KESHER_IDLE_STAFF", 30, most=240),
            idle=_minutes(environ, "KESHER_IDLE", 120, most=720),
            complaint_days=_days(environ, "KESHER_COMPLAINT_DAYS", 30, most=90),
            log_format="json" if log_format == "json" else "plain",
        )


def _minutes(environ: Mapping[str, str], name: str, default: int, *, most: int) -> int:
    """Below five nobody finishes a form; above ``most`` it would be no rule."""
    said = environ.get(name) or str(default)
    if not said.isascii() or not said.isdigit() or not 5 <= int(said) <= most:
        raise ImproperlyConfigured(f"{name} is {said!r}; it must be a number of minutes from 5 to {most}.")
    return int(said)


def _country(code: str) -> str:
    if len(code) != 2 or not (code.isascii() and code.isupper()):
        raise ImproperlyConfigured(f"KESHER_COUNTRY is {code!r}; it must be two capital letters of ISO 3166, 'IL' say.")
    return code


def _flag(environ: Mapping[str, str], name: str) -> bool:
    value = environ.get(name, "").strip().lower()
    if value in ("", "0", "no", "false", "off"):
        return False
    if value in ("1", "yes", "true", "on"):
        return True
    raise ImproperlyConfigured(f"{name} is {value!r}; it must be 1 or 0.")


def _days(environ: Mapping[str, str], name: str, default: int, *, most: int) -> int:
    value = environ.get(name, "").strip()
    if not value:
        return default
    if not value.isdecimal() or not 1 <= int(value) <= most:
        raise ImproperlyConfigured(f"{name} is {value!r}; it must be a number of days, 1 to {most}.")
    return int(value)


def _secret_key(data: Path, *, allowed: bool) -> str:
    """The secret of a private portal; a portal with a database elsewhere must be given its own."""
    if not allowed:
        raise ImproperlyConfigured(
            "KESHER_SECRET_KEY is not set. With DATABASE_URL set, the portal needs a secret of its own: "
            "50 random characters, for example from `openssl rand -base64 48`, the same for all its processes."
        )
    return _kept_secret(data, "secret_key", make=lambda: secrets.token_urlsafe(48))


def _kept_secret(data: Path, name: str, *, make: Callable[[], str]) -> str:
    """A secret made once and kept in the data folder, readable by its owner alone."""
    path = data / name
    try:
        return path.read_text()
    except FileNotFoundError:
        data.mkdir(parents=True, exist_ok=True)
    # Written whole under another name, then given its own: of several processes that start at once one gives it, and
    # none reads a secret half written.
    descriptor, draft = tempfile.mkstemp(dir=data, prefix=name)  # mode 0600
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(make())
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        os.unlink(draft)
    return path.read_text()


def _database(environment: Environment, database_role: str) -> dict[str, Any]:
    """Django's DATABASES entry for one of the two roles."""
    common: dict[str, Any] = {
        "ENGINE": "django.db.backends.postgresql",
        "ATOMIC_REQUESTS": True,
        "CONN_MAX_AGE": 0,  # the pool keeps the connections
        # jit: of Today's two dozen queries the planner expects so much that it would compile them, for longer than they take
        "OPTIONS": {"pool": {"min_size": 1, "max_size": 8, "timeout": 10}, "options": "-c jit=off"},
        "TEST": {"TEMPLATE": "template0"},
    }
    url = environment.database_owner_url if database_role == "owner" else environment.database_url
    if not url:
        role = OWNER if database_role == "owner" else APPLICATION
        dsn = LocalPostgres(environment.data / "postgres").dsn(role)
        return common | {"HOST": dsn["host"], "USER": dsn["user"], "NAME": dsn["dbname"]}
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ImproperlyConfigured(
            f"DATABASE_URL begins with {parts.scheme!r}; Kesher runs on PostgreSQL: postgresql://user:password@host/name"
        )
    options = dict(parse_qsl(parts.query))
    options["options"] = f"-c jit=off {options.get('options', '')}".strip()
    return common | {
        "HOST": options.pop("host", None) or unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "NAME": unquote(parts.path.lstrip("/")),
        "OPTIONS": common["OPTIONS"] | options,
    }


ENVIRONMENT = Environment.read(os.environ)

# --- what this process is -------------------------------------------------------------------------------------------
SECRET_KEY = ENVIRONMENT.secret_key
FIELD_KEYS = ENVIRONMENT.field_keys  # kesher.base.encrypted
DEBUG = ENVIRONMENT.debug
DEMO = ENVIRONMENT.demo
_public = urlsplit(ENVIRONMENT.public_url)
HTTPS = _public.scheme == "https"
ALLOWED_HOSTS = [
    *ENVIRONMENT.hosts,
    "127.0.0.1",
    "localhost",
    "[::1]",
    *([_public.hostname] if _public.hostname else []),
]
CSRF_TRUSTED_ORIGINS = [ENVIRONMENT.public_url] if ENVIRONMENT.public_url else []
PUBLIC_URL = ENVIRONMENT.public_url or "http://127.0.0.1:" + os.environ.get("PORT", "8000")

# --- rooms ----------------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.contrib.sitemaps",
    "django.forms",  # its widget templates, which our own form templates build on
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    "django_htmx",
    "django_cotton",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "kesher.base",
    "kesher.areas",
    "kesher.words",
    "kesher.accounts",
    "kesher.directory",
    "kesher.insights",
    "kesher.people",
    "kesher.referrals",
    "kesher.casework",
    "kesher.www",
    "kesher.demo",
]
MIDDLEWARE = [
    "kesher.base.middleware.RequestLog",
    # Pages compressed by ourselves, so that they are small without a proxy, too. What BREACH guesses at by the length of
    # an answer is masked: this middleware adds up to 100 random bytes to each, and form tokens are salted anew each time.
    "django.middleware.gzip.GZipMiddleware",
    "kesher.api.middleware.MachineAnswers",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "kesher.www.kept_language.KeptLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "kesher.www.closed.Closed",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "kesher.www.openid.IssuerTrouble",
    "kesher.base.middleware.Storable",
    "kesher.www.idle.Idle",
    "kesher.www.working_for.WorksFor",
    "kesher.www.second_step.SecondStep",
    "kesher.www.suspended.Suspended",
    "kesher.base.middleware.RowSecurity",
    "kesher.base.middleware.HistoryContext",
]
ROOT_URLCONF = "kesher.urls"
WSGI_APPLICATION = "kesher.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": False,
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "kesher.www.context.page",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.l10n",
                "django.templatetags.static",
                "django_cotton.templatetags.cotton",
                "kesher.www.templatetags.kesher",
                "kesher.www.templatetags.look",
            ],
        },
        "DIRS": [PACKAGE / "www" / "templates"],  # before allauth's own: ours override them
    }
]
FORM_RENDERER = "kesher.www.forms.Renderer"
COTTON_DIR = "components"

# --- data -----------------------------------------------------------------------------------------------------------
DATABASES = {
    "default": _database(ENVIRONMENT, ENVIRONMENT.database_role),
    # For the one task that may take rows out of logs (kesher.base.retention); opened by it alone.
    "owner": _database(ENVIRONMENT, "owner") | {"OPTIONS": {}, "ATOMIC_REQUESTS": False, "TEST": {"MIRROR": "default"}},
}
RETENTION_DATABASE = "owner"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        # In the database, so that lock-outs and rate limits survive a restart and hold for all workers together.
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "kesher_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},  # the default of 300 would forget lock-outs
    }
}
API_REQUESTS_PER_MINUTE = 600  # from one address; a page of the API costs about as much as one of the portal
PGHISTORY_APPEND_ONLY = True
PGHISTORY_LEVEL = pgtrigger.Statement  # one insert into history per statement, however many rows it touched

# --- languages ------------------------------------------------------------------------------------------------------
# Amharic is not among Django's own languages; without this {% get_language_info %} raises.
django.conf.locale.LANG_INFO["am"] = {"bidi": False, "code": "am", "name": "Amharic", "name_local": "አማርኛ"}
LANGUAGE_CODE = "en"
LANGUAGES = [
    ("he", "עברית"),
    ("ar", "العربية"),
    ("en", "English"),
    ("ru", "Русский"),
    ("uk", "Українська"),
    ("fr", "Français"),
    ("am", "አማርኛ"),
]
COMPLETE_LANGUAGES = ("en", "he", "ar")  # every page; the others cover the public front door
LOCALE_PATHS = [
    PACKAGE / "locale",
    PACKAGE
    / "locale_django",  # words of Django's and allauth's that their catalogues lack (Amharic) or say stiffly (Hebrew, Arabic)
]
FORMAT_MODULE_PATH = ["kesher.date_formats"]
USE_I18N = True
USE_THOUSAND_SEPARATOR = True
USE_TZ = True
TIME_ZONE = ENVIRONMENT.time_zone
COUNTRY = ENVIRONMENT.country

# --- people ---------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "kesher.accounts.passwords.ContextWords"},
]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_ADAPTER = "kesher.www.accounts.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True
# Behind the town's reverse proxy every visitor would look like the proxy, and one attacker could lock everybody out.
ALLAUTH_TRUSTED_CLIENT_IP_HEADER = "X-Real-IP" if HTTPS else None
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ADAPTER = "kesher.www.second_step.MfaAdapter"
SECOND_STEP_REQUIRED = ENVIRONMENT.second_step  # of accounts.roles.SECOND_STEP
# Authorities log their own staff in. They vouch for addresses of their own domains, and never make a right: an account is
# found by such an address, or made for one that was invited (kesher.www.openid).
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "APPS": [
            {
                "provider_id": authority.id,
                "name": authority.name,
                "client_id": authority.client_id,
                "secret": authority.secret,
                "settings": {
                    "server_url": authority.server,
                    "domains": list(authority.domains),
                    "oauth_pkce_enabled": True,
                },
            }
            for authority in ENVIRONMENT.openid
        ]
    }
}
OPENID_WITH_SECOND_STEP = frozenset(authority.id for authority in ENVIRONMENT.openid if authority.second_step)
SOCIALACCOUNT_ADAPTER = "kesher.www.openid.OpenIdAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_LOGIN_ON_GET = True  # a link: a form that ends at another site is refused by our form-action
SOCIALACCOUNT_STORE_TOKENS = False
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "front"

# --- mail -----------------------------------------------------------------------------------------------------------
_mail = urlsplit(ENVIRONMENT.mail_url)
if _mail.scheme == "smtp":
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = _mail.hostname or "localhost", _mail.port or 25
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_mail.username or ""), unquote(_mail.password or "")
    EMAIL_USE_TLS = dict(parse_qsl(_mail.query)).get("tls") == "1"
    EMAIL_TIMEOUT = 20
else:
    EMAIL_BACKEND = "kesher.base.mail.OutboxBackend"  # kept in the database; the demo shows them on a page
DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENVIRONMENT.mail_from
#: From whom people hear who asked that no message shows who it comes from, and whoever is written to without an account.
NEUTRAL_FROM = ENVIRONMENT.mail_from_neutral or ENVIRONMENT.mail_from

# --- text messages --------------------------------------------------------------------------------------------------
try:
    TEXT_GATEWAY: HttpGateway | None = (
        HttpGateway(ENVIRONMENT.text_url, body=ENVIRONMENT.text_body, header=ENVIRONMENT.text_header)
        if ENVIRONMENT.text_url
        else None
    )
    #: The same gateway with another sender, for people; None: with the same.
    NEUTRAL_TEXT_GATEWAY: HttpGateway | None = (
        HttpGateway(ENVIRONMENT.text_url, body=ENVIRONMENT.text_body_neutral, header=ENVIRONMENT.text_header)
        if ENVIRONMENT.text_url and ENVIRONMENT.text_body_neutral
        else None
    )
    TEXT_NUMBERS = Numbers.read(ENVIRONMENT.text_numbers)
except ValueError as wrong:
    raise ImproperlyConfigured(f"KESHER_TEXT_…: {wrong}.") from None

# --- papers that people give ------------------------------------------------------------------------------------------
ATTACHMENTS = ENVIRONMENT.attachments  # kesher.base.stored_files; never below STATIC_ROOT
STATISTICS = ENVIRONMENT.data / "statistics"  # vintages of data sets: kesher load stats, kesher load pack
try:
    ANTIVIRUS: Antivirus | None = antivirus_of(ENVIRONMENT.antivirus)
except ValueError as wrong:
    raise ImproperlyConfigured(f"KESHER_ANTIVIRUS: {wrong}.") from None

# --- words to work ----------------------------------------------------------------------------------------------------
# Dotted name of what has an encoder (``words.coders.Encoders``); "" = character n-grams. A name, not the thing itself:
# processes that code nothing load no model.
CODING_ENCODER = "kesher.adapters.encoders.this_machine"

# --- the browser ----------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = ENVIRONMENT.data / "static"
STATICFILES_DIRS: list[Path] = []
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
METRICS_TOKEN = ENVIRONMENT.metrics_token
TILE_URL = ENVIRONMENT.tile_url
COMPLAINT_DAYS = ENVIRONMENT.complaint_days
IDLE_STAFF_MINUTES, IDLE_MINUTES = ENVIRONMENT.idle_staff, ENVIRONMENT.idle  # kesher.www.idle
_tiles = "{0.scheme}://{0.netloc}".format(urlsplit(TILE_URL)) if TILE_URL else ""
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", *([_tiles] if _tiles else [])],
        "connect-src": ["'self'"],
        "font-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_SSL_REDIRECT = False  # the reverse proxy does; /health must answer plainly inside
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "kesher.www.errors.csrf_failure"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
# Not in a cookie of their own: the privacy page promises four at most.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
# A browser takes "__Host-" cookies from this host alone, over https alone: a neighbour under the town's domain sets none.
_host = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME, LANGUAGE_COOKIE_NAME = (
    f"{_host}kesher_session",
    f"{_host}kesher_csrf",
    f"{_host}kesher_language",
)
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "kesher.www.uploads.Bounded",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
SILENCED_SYSTEM_CHECKS = [
    "auth.W004",  # e-mail addresses are unique, whatever their case: constraint user_email_once
    "security.W008",  # SSL redirect belongs to the reverse proxy
    "security.W021",  # HSTS preload is the town's own decision about its whole domain
]

# --- logs: structured, ids only, never names or free text --------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "kesher.base.logs.RequestIdFilter"}},
    "formatters": {
        "json": {"()": "kesher.base.logs.JsonFormatter"},
        # Words of exceptions may quote what a person typed: they are shown while debugging only.
        "plain": {"()": "kesher.base.logs.PlainFormatter", "values": DEBUG},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": ENVIRONMENT.log_format,
            "filters": ["request_id"],
        }
    },
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django.server": {"handlers": [], "propagate": False},
        "procrastinate": {"level": "WARNING"},
    },
}
