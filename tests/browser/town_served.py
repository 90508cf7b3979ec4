"""The town of :mod:`tests.browser.town`, built once a run of tests and served to each group as a copy of its own."""

import os
import pickle
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import database
from tests.browser.town import VISITORS, Town, session_of, things_of_use

#: Which run of tests this is: its towns are copies of one, built by whichever worker comes first.
RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID", f"alone{os.getpid()}")[:12]
#: What is kept of it besides the database: what stands where, and the papers people gave.
KEPT, PAPERS = "town.pickle", "papers"
TEMPLATES = "kesher_town_"


@contextmanager
def town(name: str = "town") -> Iterator[Town]:
    """A copy of it of one's own, and served; dropped afterwards, and Django pointed back to where it was."""
    from django.conf import settings
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.db import connection
    from django.test.testcases import LiveServerThread
    from django.test.utils import override_settings

    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    before = connection.settings_dict["NAME"]
    thread = LiveServerThread("127.0.0.1", StaticFilesHandler)
    thread.daemon = True
    # Nothing else but mail kept for the demo's page, and log-ins that stay fresh however long a run takes.
    with (
        tempfile.TemporaryDirectory(prefix="kesher-town-") as papers,
        override_settings(
            DEMO=True,
            EMAIL_BACKEND="kesher.base.mail.OutboxBackend",
            ACCOUNT_REAUTHENTICATION_TIMEOUT=24 * 3600,
            ALLOWED_HOSTS=["127.0.0.1", "testserver"],
            ATTACHMENTS=Path(papers),
        ),
    ):
        made = ""
        try:
            kept = _built_once()
            made = database.make_test_database(name, template=f"{TEMPLATES}{RUN}")
            shutil.copytree(kept / PAPERS, papers, dirs_exist_ok=True)
            built: Town = pickle.loads((kept / KEPT).read_bytes())  # written by this run, below
            thread.start()
            thread.is_ready.wait()
            if thread.error:
                raise thread.error
            built.address = f"http://127.0.0.1:{thread.port}"
            yield built
        finally:
            if thread.is_alive():
                thread.terminate()
            if made:
                database.drop_test_database(made)
            connection.settings_dict["NAME"] = before
            settings.DATABASES["default"]["NAME"] = before


def _built_once() -> Path:
    """The folder of what was kept of this run's town, which is built when nobody has yet; towns of earlier runs go."""
    from django.conf import settings
    from django.test.utils import override_settings

    towns: Path = settings.ENVIRONMENT.data / "towns"
    with database.locked("town"):
        if (towns / RUN / KEPT).exists():
            return towns / RUN
        shutil.rmtree(towns, ignore_errors=True)
        database.drop_templates(TEMPLATES)
        papers = towns / RUN / PAPERS
        papers.mkdir(parents=True)
        made = database.make_test_database(f"building_{RUN}")
        with override_settings(ATTACHMENTS=papers):
            built = Town(things=things_of_use())
            built.sessions = {visitor: session_of(email) for visitor, email in VISITORS.items() if email}
            built.sessions["sleepy"] = session_of(VISITORS["secured"], fresh=False)
        database.keep_as_template(made, f"{TEMPLATES}{RUN}")
        (towns / RUN / KEPT).write_bytes(pickle.dumps(built))
        return towns / RUN
