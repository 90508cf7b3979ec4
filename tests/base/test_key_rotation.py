"""A change of keys: afterwards the old key opens nothing that is left, and nothing else has changed."""

import pytest
from django.apps import apps
from django.db import connection

from kesher.base import key_rotation
from kesher.base.field_keys import new_key
from kesher.base.history import System, acting
from kesher.base.key_rotation import rotate
from kesher.cli import main
from tests.base.safe.models import Identity

pytestmark = pytest.mark.django_db
OLD, NEW = new_key(), new_key()


@pytest.fixture
def _rows(settings, tmp_path):
    settings.FIELD_KEYS = (OLD,)
    settings.ATTACHMENTS = tmp_path  # no papers of other tests, under other keys
    with acting(actor=System("test"), reason="test"):
        for number in range(7):
            Identity.objects.create(
                label=str(number), number=f"10000000{number}", note=f"note {number}" if number else None
            )
        Identity.objects.filter(label="3").update(note="another note")


def lines(*, apply: bool) -> dict[str, tuple[int, int, int, int]]:
    return {
        found.table: (found.texts, found.older, found.unreadable, found.wrong_index)
        for found in rotate(apply=apply)
        if found.table.startswith("safe_")
    }


@pytest.mark.usefixtures("_rows")
def test_rotation(settings, monkeypatch):
    monkeypatch.setattr(key_rotation, "ROWS_AT_A_TIME", 3)  # more than one round
    history = apps.get_model("safe", "IdentityEvent")
    settings.FIELD_KEYS = (NEW, OLD)
    before = history.objects.count()
    unchanged = list(Identity.objects.order_by("pk").values("pk", "updated_at", "label"))

    expected = {"safe_identity": (13, 13, 0, 7), "safe_identityevent": (15, 15, 0, 8)}
    assert lines(apply=False) == expected
    assert lines(apply=False) == expected, "counting changes nothing"
    assert lines(apply=True) == expected
    done = {"safe_identity": (13, 0, 0, 0), "safe_identityevent": (15, 0, 0, 0)}
    assert lines(apply=True) == done

    settings.FIELD_KEYS = (NEW,)
    assert lines(apply=False) == done
    assert [row.note for row in Identity.objects.order_by("label")] == [
        None, "note 1", "note 2", "another note", "note 4", "note 5", "note 6"
    ]  # fmt: skip
    assert Identity.objects.get(number_index__matches="100000005").label == "5"
    assert history.objects.count() == before, "the words are the same: nothing happened that history should tell"
    assert list(Identity.objects.order_by("pk").values("pk", "updated_at", "label")) == unchanged
    assert {event.note for event in history.objects.filter(label="3")} == {"note 3", "another note"}


@pytest.mark.usefixtures("_rows")
def test_what_somebody_saves_meanwhile_is_not_overwritten(settings, monkeypatch):
    settings.FIELD_KEYS = (NEW, OLD)
    one = Identity.objects.get(label="4")
    real, done = key_rotation.encrypt, []

    def encrypt_while_somebody_saves(text: str) -> str:
        if text == "note 4" and not done:
            done.append(True)
            Identity.objects.filter(pk=one.pk).update(note="saved meanwhile")
        return real(text)

    monkeypatch.setattr(key_rotation, "encrypt", encrypt_while_somebody_saves)
    list(rotate(apply=True))
    assert done
    assert Identity.objects.get(pk=one.pk).note == "saved meanwhile"
    assert lines(apply=True)["safe_identity"][1] == 1, "its number waits for the next round"
    assert lines(apply=True)["safe_identity"][1] == 0


@pytest.mark.usefixtures("_rows")
def test_what_no_key_opens_is_counted_and_left(settings):
    settings.FIELD_KEYS = (NEW,)
    with connection.cursor() as cursor:
        cursor.execute("SELECT number, note FROM safe_identity ORDER BY id")
        before = cursor.fetchall()
    assert lines(apply=True)["safe_identity"] == (13, 0, 13, 0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT number, note FROM safe_identity ORDER BY id")
        assert cursor.fetchall() == before


def test_a_wrong_index_is_mended():
    Identity.objects.create(label="a", number="123456782")
    Identity.objects.update(number="987654324")  # the index still of the old number: what update() cannot know
    assert not Identity.objects.filter(number_index__matches="987654324").exists()
    assert lines(apply=True)["safe_identity"] == (1, 0, 0, 1)
    assert Identity.objects.filter(number_index__matches="987654324").exists()


@pytest.fixture
def _environment(monkeypatch):
    monkeypatch.setenv("KESHER_DB_ROLE", "owner")
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "tests.settings")


@pytest.mark.usefixtures("_rows", "_environment")
def test_the_command(settings, capsys):
    settings.FIELD_KEYS = (NEW, OLD)
    assert main(["keys", "rotate"]) == 0
    assert "Nothing was changed" in capsys.readouterr().out
    assert main(["keys", "rotate", "--apply"]) == 0
    assert "older ones may be taken out" in capsys.readouterr().out
    settings.FIELD_KEYS = (OLD,)
    assert main(["keys", "rotate", "--apply"]) == 1
    assert "opened by no key" in capsys.readouterr().out
    settings.FIELD_KEYS = ()
    assert main(["keys", "rotate"]) == 2
    assert "KESHER_FIELD_KEYS is not set" in capsys.readouterr().err


def test_a_new_key_is_printed_alone(capsys):
    assert main(["keys", "new"]) == 0
    one = capsys.readouterr().out
    assert main(["keys", "new"]) == 0
    other = capsys.readouterr().out
    assert one != other
    assert len(one.strip()) == len(other.strip()) == 44


@pytest.mark.usefixtures("_rows")
def test_the_check_of_an_installation_complains(settings):
    from kesher.cli.checks import Status, field_keys

    settings.FIELD_KEYS = (NEW, OLD)
    assert field_keys().status is Status.OK
    settings.FIELD_KEYS = (NEW,)
    found = field_keys()
    assert found.status is Status.FAIL
    assert "safe.Identity" in found.seen
    settings.FIELD_KEYS = ()
    assert field_keys().status is Status.FAIL
    assert "kesher keys new" in field_keys().remedy
