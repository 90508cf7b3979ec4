"""The strict settings tests run under: what is tolerated in the field fails here."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

os.environ.setdefault("KESHER_DATA", str(Path(__file__).resolve().parent.parent / ".kesher" / "tests"))
os.environ.setdefault("KESHER_DB_ROLE", "owner")
os.environ.setdefault("KESHER_SECRET_KEY", "a secret for tests only, long enough to satisfy the checks")
os.environ.setdefault("KESHER_FIELD_KEYS", "YSBrZXkgZm9yIHRlc3RzIG9ubHksIDMyIGJ5dGVzISE=")
if "KESHER_ATTACHMENTS" not in os.environ:  # papers of this run and of the processes it starts
    os.environ["KESHER_ATTACHMENTS"] = tempfile.mkdtemp(prefix="kesher-test-papers-")
    atexit.register(shutil.rmtree, os.environ["KESHER_ATTACHMENTS"], ignore_errors=True)

from kesher.settings import *  # noqa: F403
from kesher.settings import DATABASES, INSTALLED_APPS, STORAGES, TEMPLATES

DATABASES["default"]["OPTIONS"].pop(
    "pool", None
)  # a pool's idle connections would keep test databases from being dropped
DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = False
del DATABASES["owner"]
RETENTION_DATABASE = "default"  # tests work as the owner
INSTALLED_APPS = [*INSTALLED_APPS, "tests.base.safe"]  # something to keep encrypted
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # Argon2 is slow on purpose
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
ACCOUNT_RATE_LIMITS = False
SECOND_STEP_REQUIRED = False  # visitors of tests are logged in without steps; tests/www/test_second_step.py asks for it
IDLE_STAFF_MINUTES = IDLE_MINUTES = (
    12 * 60
)  # visitors of a long run stay logged in; tests/www/test_idle.py sets its own
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = "undefined: %s"  # and the test client refuses a page that says so
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
