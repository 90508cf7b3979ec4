"""``kesher manage``: what a command of Django's writes has a writer in history, by the command's name."""

import pytest

from kesher.accounts.models import Organisation
from kesher.cli import main

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_a_command_writes_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KESHER_DB_ROLE", "owner")
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "tests.settings")
    line = "from kesher.accounts.models import Organisation; Organisation.objects.create(name={'en': 'By hand'})"
    assert main(["manage", "shell", "-c", line]) == 0
    (kept,) = Organisation.objects.get().history.select_related("pgh_context")
    assert kept.pgh_context.metadata == {"actor": "system: manage shell", "reason": "kesher manage shell"}
