"""What an installation needs, each need one small function; for ``kesher check`` and for a status page.

Every function asks one thing and returns a Finding; none changes anything. Django must be set up.
"""

import json
import os
import shutil
import smtplib
import socket
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

OLDEST_POSTGRESQL = 15
GIGABYTE = 1024**3


class Status(StrEnum):
    """How a finding is to be taken."""

    OK = "OK"
    WARN = "WARN"
    FAIL = "FAIL"


@dataclass(frozen=True)
class Finding:
    """One line of the table: what was looked at, how it stands, what was seen, and how to mend it (empty when OK)."""

    name: str
    status: Status
    seen: str
    remedy: str = ""


Check = Callable[[], Finding]


def database() -> Finding:
    """The database answers, and is not too old."""
    from django.db import connection

    number = int(_ask("SHOW server_version_num"))
    seen = f"PostgreSQL {number // 10000}.{number % 10000}, database {connection.settings_dict['NAME']}"
    if number // 10000 < OLDEST_POSTGRESQL:
        return Finding("database", Status.FAIL, seen, f"Move to PostgreSQL {OLDEST_POSTGRESQL} or later.")
    return Finding("database", Status.OK, seen)


def role() -> Finding:
    """The role we work as is bound by row-level security."""
    name, is_superuser, is_exempt = _row(
        "SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
    )
    if not is_superuser and not is_exempt:
        return Finding("database role", Status.OK, f"{name} is bound by row-level security")
    return Finding(
        "database role",
        Status.FAIL,
        f"{name} passes by row-level security",
        f"Let DATABASE_URL name an application role: ALTER ROLE {name} NOSUPERUSER NOBYPASSRLS; the owner's role "
        "belongs in DATABASE_OWNER_URL.",
    )


def erasing() -> Finding:
    """The role that erases what is due (kesher.base.retention) may do so and sees every row."""
    from django.conf import settings
    from django.db import connections

    with connections[settings.RETENTION_DATABASE].cursor() as cursor:
        cursor.execute(
            "SELECT rolname, rolsuper OR rolbypassrls, has_table_privilege('base_event', 'DELETE')"
            " FROM pg_roles WHERE rolname = current_user"
        )
        name, sees_all, may_delete = cursor.fetchone() or ("", False, False)
    if sees_all and may_delete:
        return Finding("erasing", Status.OK, f"{name} erases what is due")
    # Asked with the web server's settings, the worker may still have what it needs.
    same_role = settings.ENVIRONMENT.database_owner_url == settings.ENVIRONMENT.database_url
    return Finding(
        "erasing",
        Status.WARN if same_role else Status.FAIL,
        f"{name} cannot erase personal data whose time is over",
        "Where the worker runs (and here, to see it OK), let DATABASE_OWNER_URL name the role that owns the tables; "
        "it needs BYPASSRLS (docs/operations.md).",
    )


def history() -> Finding:
    """The database refuses history without an actor, and the application cannot change who and why."""
    from django.db import connection

    from kesher.base.rights import CONTEXT, is_guarded

    with connection.cursor() as cursor:
        guarded = is_guarded(cursor)
    if not guarded:
        return Finding(
            "history",
            Status.FAIL,
            "the function that refuses history without an actor is another one",
            "Another package's migration may have put its own in the place of it. Run `kesher migrate`: it is put back.",
        )
    may_change = _ask(
        f"SELECT has_table_privilege('{CONTEXT}', 'INSERT') OR has_table_privilege('{CONTEXT}', 'UPDATE')"
    )
    if may_change:
        return Finding(
            "history",
            Status.FAIL,
            "the application can rewrite who did what, and why",
            "Let DATABASE_URL name the application's role, not the owner's, and run `kesher migrate`: it takes the right away.",
        )
    return Finding("history", Status.OK, "none without an actor; who and why cannot be changed")


def extensions() -> Finding:
    """The extensions are there and text search sees every script."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT extname FROM pg_extension")
        present = {row[0] for row in cursor.fetchall()}
    missing = sorted({"pg_trgm", "unaccent"} - present)
    if missing:
        statements = " ".join(f"CREATE EXTENSION {name};" for name in missing)
        return Finding("extensions", Status.FAIL, f"missing: {', '.join(missing)}", f"As the owner: {statements}")
    if _ask("SELECT similarity('אבג', 'אבג')") != 1:
        return Finding(
            "extensions",
            Status.FAIL,
            "text search sees no Hebrew, Arabic or Cyrillic",
            "The database's LC_CTYPE is wrong: make one with LC_CTYPE C.UTF-8, and bring the data by backup, restore.",
        )
    return Finding("extensions", Status.OK, "pg_trgm and unaccent; text search sees Hebrew")


def migrations() -> Finding:
    """Every migration is applied."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    waiting = [
        f"{step.app_label}.{step.name}" for step, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())
    ]
    if waiting:
        return Finding(
            "migrations", Status.FAIL, f"{len(waiting)} waiting, first {waiting[0]}", "Run `kesher migrate`."
        )
    return Finding("migrations", Status.OK, "all applied")


def secret_key() -> Finding:
    """The secret cannot be guessed."""
    from django.conf import settings

    key = str(settings.SECRET_KEY)
    if len(key) >= 50 and len(set(key)) >= 5 and not key.startswith("django-insecure-"):
        return Finding("secret key", Status.OK, f"{len(key)} characters")
    return Finding(
        "secret key",
        Status.FAIL,
        "short or guessable",
        "Set KESHER_SECRET_KEY to 50 random characters or more: `openssl rand -base64 48`.",
    )


def field_keys() -> Finding:
    """There is a key for what is kept encrypted, and it opens what the database holds."""
    from django.apps import apps
    from django.conf import settings

    from kesher.base.encrypted import Unreadable, encrypted_fields

    if not settings.FIELD_KEYS:
        return Finding(
            "field keys",
            Status.FAIL,
            "none: what must be kept encrypted cannot be",
            "Make a key with `kesher keys new` and set KESHER_FIELD_KEYS to it, for all processes; keep a copy apart "
            "from the backups (docs/operations.md).",
        )
    for model in apps.get_models():
        for field in encrypted_fields(model):
            some = model._base_manager.exclude(**{f"{field.name}__isnull": True}).order_by("-pk")
            try:
                some.values_list(field.name, flat=True).first()
            except Unreadable as problem:
                return Finding("field keys", Status.FAIL, str(problem).split(": ")[0], str(problem).split(": ")[-1])
    return Finding("field keys", Status.OK, f"{len(settings.FIELD_KEYS)}, the newest writes")


def debug() -> Finding:
    """Errors are not shown to strangers."""
    from django.conf import settings

    if settings.DEBUG:
        return Finding("debug", Status.FAIL, "on: error pages show data and settings", "Unset KESHER_DEBUG.")
    return Finding("debug", Status.OK, "off")


def logs() -> Finding:
    """Logs are for machines to read, and hold no words that somebody typed."""
    from django.conf import settings

    if settings.ENVIRONMENT.log_format == "json" or settings.DEMO:
        return Finding("logs", Status.OK, settings.ENVIRONMENT.log_format)
    seen = "plain, with the words of exceptions, which may quote people" if settings.DEBUG else "plain text"
    return Finding("logs", Status.WARN, seen, "Unset KESHER_LOG, or set it to json: one object per line.")


def hosts() -> Finding:
    """The portal knows the names it answers to."""
    from django.conf import settings

    if "*" in settings.ALLOWED_HOSTS:
        return Finding("hosts", Status.FAIL, "any name is taken", "Set KESHER_HOSTS to the portal's names.")
    here = {"127.0.0.1", "localhost", "[::1]"}
    named = [host for host in settings.ALLOWED_HOSTS if host not in here]
    if not named:
        return Finding(
            "hosts",
            Status.WARN,
            "only this machine",
            "For a portal others reach, set KESHER_HOSTS and KESHER_PUBLIC_URL, such as work.example.org and "
            "https://work.example.org.",
        )
    if not str(getattr(settings, "PUBLIC_URL", "")).startswith("https://"):
        return Finding("hosts", Status.WARN, ", ".join(named), "Set KESHER_PUBLIC_URL to the https:// address.")
    return Finding("hosts", Status.OK, ", ".join(named))


def mail() -> Finding:
    """The mail server, when one is set, takes us."""
    from django.conf import settings

    if "smtp" not in settings.EMAIL_BACKEND:
        return Finding(
            "mail", Status.WARN, "no mail server: mails stay in the outbox", "Set KESHER_MAIL_URL, such as smtp://host:587?tls=1."
        )  # fmt: skip
    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        with smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=10) as server:
            if settings.EMAIL_USE_TLS:
                server.starttls()
            if settings.EMAIL_HOST_USER:
                server.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
            server.noop()
    except (OSError, smtplib.SMTPException) as problem:
        # Not the whole text: a server's answer may quote the user it refused.
        return Finding(
            "mail", Status.FAIL, f"{where}: {type(problem).__name__}", "Check KESHER_MAIL_URL and the server."
        )
    if settings.NEUTRAL_FROM == settings.DEFAULT_FROM_EMAIL:
        remedy = (
            "Set KESHER_MAIL_FROM_NEUTRAL to a name and address that say nothing, if KESHER_MAIL_FROM says who writes."
        )
        return Finding("mail", Status.WARN, f"{where}; people hear from {settings.DEFAULT_FROM_EMAIL}", remedy)
    return Finding("mail", Status.OK, where)


def text_messages() -> Finding:
    """The gateway for text messages, when one is set, can be reached; nothing is sent."""
    from django.conf import settings

    from kesher.adapters.text_messages import NotSent

    gateway = settings.TEXT_GATEWAY
    if gateway is None:
        seen = "in the demo, kept on the page of mails" if settings.DEMO else "no gateway: none is offered"
        return Finding("text messages", Status.OK, seen)
    try:
        gateway.reached()
    except NotSent as problem:
        remedy = "Check KESHER_TEXT_URL and the gateway, or unset it: then no text message is offered."
        return Finding("text messages", Status.FAIL, f"{gateway.host}: {problem}", remedy)
    return Finding("text messages", Status.OK, gateway.host)


def papers() -> Finding:
    """The folder of the papers people give can be written, is served by nobody, and holds what the rows name."""
    from django.conf import settings
    from django.db import Error

    from kesher.people.attachments import sweep

    folder = Path(settings.ATTACHMENTS)
    if folder.is_relative_to(settings.STATIC_ROOT) or any(
        folder.is_relative_to(one) for one in settings.STATICFILES_DIRS
    ):
        remedy = "Set KESHER_ATTACHMENTS to a folder that no web server serves, and move what lies there."
        return Finding("papers", Status.FAIL, f"{folder} is served to everybody", remedy)
    nearest = next(one for one in (folder, *folder.parents) if one.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
        return Finding(
            "papers", Status.FAIL, f"{folder} cannot be written", "Give the folder to whoever runs the portal."
        )
    try:
        found = sweep(apply=False)
    except Error:  # asked with the web server's settings, the worker may still see every row (`erasing` says more)
        return Finding("papers", Status.OK, str(folder))
    if found.missing:
        seen = f"{len(found.missing)} of {found.papers} have no file in {folder}"
        return Finding(
            "papers", Status.FAIL, seen, "Is KESHER_ATTACHMENTS right, for all processes? Else restore a backup."
        )
    if found.waiting_long and settings.ANTIVIRUS is not None:
        seen = f"{found.waiting_long} have waited for the antivirus program for longer than an hour"
        remedy = "Its log says why: it may not answer, or its limit of size (StreamMaxLength) be below ours of a paper."
        return Finding("papers", Status.WARN, seen, remedy)
    return Finding("papers", Status.OK, f"{found.papers} in {folder}")


def antivirus() -> Finding:
    """An antivirus program is set, and answers."""
    from django.conf import settings

    program = settings.ANTIVIRUS
    if program is None:
        return Finding(
            "antivirus",
            Status.OK if settings.DEMO else Status.WARN,
            "none: papers are opened as they were sent",
            "Run ClamAV's daemon and set KESHER_ANTIVIRUS, such as unix:///run/clamav/clamd.ctl (docs/operations.md).",
        )
    try:
        return Finding("antivirus", Status.OK, f"{program.version()} at {program.where}")
    except OSError as problem:
        remedy = "Start it, or check KESHER_ANTIVIRUS. Until it answers, papers wait and nobody opens them."
        return Finding("antivirus", Status.FAIL, str(problem), remedy)


def assessment() -> Finding:
    """The impact on people was assessed before there were files of theirs, and is looked at again in time."""
    from kesher.casework import sensitivity
    from kesher.directory.models import ImpactAssessment

    files, sensitive = sensitivity.count()
    newest = ImpactAssessment.objects.newest()
    remedy = "An administrator of the platform writes it down under “Data protection” (office/data-protection/)."
    if newest is None:
        if not files:
            return Finding("assessment", Status.WARN, "none yet, and no files of people", remedy)
        seen = "none, and files of people are open: the law asks for it before"
        return Finding("assessment", Status.FAIL, seen, remedy)
    if newest.is_past():
        seen = f"of {newest.made_on}, to be looked at again on {newest.review_on}"
        return Finding("assessment", Status.FAIL if files else Status.WARN, seen, f"Look at it again. {remedy}")
    if sensitive >= sensitivity.MANY:
        seen = f"{sensitive} files say something highly sensitive"
        remedy = "From 100,000 on Israel's law asks for a notice to the authority and the high level of security."
        return Finding("assessment", Status.WARN, seen, remedy)
    return Finding("assessment", Status.OK, f"of {newest.made_on}, looked at again on {newest.review_on}")


def clock() -> Finding:
    """This machine and the database agree on the time."""
    begun = time.time()
    theirs = float(_ask("SELECT extract(epoch FROM clock_timestamp())"))
    skew = theirs - (begun + time.time()) / 2
    seen = f"{abs(skew):.1f} s apart from the database"
    if abs(skew) > 60:
        return Finding("clock", Status.FAIL, seen, "Turn time synchronisation on, here and there (timedatectl).")
    if abs(skew) > 2:
        return Finding("clock", Status.WARN, seen, "Turn time synchronisation on, here and there (timedatectl).")
    return Finding("clock", Status.OK, seen)


def disk() -> Finding:
    """There is room in the data folder."""
    folder = _data_folder()
    free = shutil.disk_usage(folder if folder.exists() else folder.parent).free
    seen = f"{free / GIGABYTE:.1f} GB free for {folder}"
    if free < GIGABYTE:
        return Finding("disk", Status.FAIL, seen, "Free some space: at least 1 GB.")
    return Finding("disk", Status.OK, seen)


def backup() -> Finding:
    """There is a backup, and it is fresh."""
    newest = newest_backup(_data_folder() / "backups")
    if newest is None:
        return Finding(
            "backup", Status.WARN, "none in the data folder", "Run `kesher backup`, daily (docs/operations.md)."
        )
    age = datetime.now(UTC) - newest
    seen = f"the last is {age.days} days and {age.seconds // 3600} hours old"
    if age > timedelta(days=7):
        return Finding("backup", Status.FAIL, seen, "See why the daily `kesher backup` does not run, and run it.")
    if age > timedelta(hours=36):
        return Finding("backup", Status.WARN, seen, "Run `kesher backup` daily (docs/operations.md).")
    return Finding("backup", Status.OK, seen)


def newest_backup(folder: Path) -> datetime | None:
    """When the newest whole backup in a folder was made; None when there is none."""
    made = []
    for manifest in folder.glob("*.json"):
        try:
            content = json.loads(manifest.read_text())
            if (folder / content["dump"]).is_file():
                made.append(datetime.fromisoformat(content["created_at"]))
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return max(made, default=None)


def worker() -> Finding:
    """A worker does the background tasks."""
    silent = _ask("SELECT extract(epoch FROM clock_timestamp() - max(last_heartbeat)) FROM procrastinate_workers")
    remedy = "Start `kesher worker`; without it no mail leaves and no reminder is sent."
    if silent is None:
        return Finding("worker", Status.WARN, "none runs", remedy)
    if float(silent) > 60:
        return Finding("worker", Status.WARN, f"silent for {float(silent):.0f} s", remedy)
    return Finding("worker", Status.OK, f"heard of {float(silent):.0f} s ago")


CHECKS: tuple[Check, ...] = (
    database,
    role,
    erasing,
    history,
    extensions,
    migrations,
    secret_key,
    field_keys,
    debug,
    logs,
    hosts,
    mail,
    text_messages,
    papers,
    antivirus,
    assessment,
    clock,
    disk,
    backup,
    worker,
)


def run_checks(checks: Iterable[Check] = CHECKS) -> list[Finding]:
    """Runs checks one by one. One that cannot ask its question is a FAIL of its own; the others go on."""
    from django.db import DatabaseError, connection

    findings = []
    for check in checks:
        name = check.__name__.replace("_", " ")
        try:
            findings.append(check())
        except DatabaseError as problem:
            connection.close()
            findings.append(
                Finding(
                    name,
                    Status.FAIL,
                    "the database cannot be asked: " + " ".join(str(problem).split())[:200],
                    "Check DATABASE_URL, that the server runs, and `kesher migrate`.",
                )
            )
        except (OSError, socket.gaierror) as problem:
            findings.append(Finding(name, Status.FAIL, str(problem), "Mend what it names."))
    return findings


def _data_folder() -> Path:
    from django.conf import settings

    return Path(settings.ENVIRONMENT.data)


def _row(question: str) -> tuple[Any, ...]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(question)
        row: tuple[Any, ...] | None = cursor.fetchone()
    return row or (None,)


def _ask(question: str) -> Any:
    return _row(question)[0]
