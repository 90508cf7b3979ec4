"""Encrypted fields: the database holds tokens, the code holds text, an index finds it again, keys can be changed."""

import copy
import pickle
from base64 import urlsafe_b64encode

import pytest
from cryptography.fernet import Fernet
from django.apps import apps
from django.core import checks
from django.core.exceptions import FieldError, ImproperlyConfigured, ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.forms import modelform_factory
from django.test.utils import isolate_apps
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kesher.base import encrypted
from kesher.base.encrypted import (
    BlindIndexField,
    EncryptedTextField,
    Unreadable,
    decrypt,
    digits,
    encrypt,
    folded,
    there_is_a_key,
)
from kesher.base.field_keys import checked_keys, new_key
from kesher.base.history import System, acting
from tests.base.safe.models import Identity

OLD, NEW = new_key(), new_key()


def stored(column: str, table: str = "safe_identity") -> list[str | None]:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT "{column}" FROM "{table}" ORDER BY 1')
        return [row[0] for row in cursor.fetchall()]


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
def test_every_text_comes_back_and_no_two_tokens_are_alike(text):
    one, other = encrypt(text), encrypt(text)
    assert one != other
    assert decrypt(one) == decrypt(other) == text
    assert not text or len(text) < 8 or text not in one


def test_the_token_is_the_published_format():
    """The test vector of the Fernet specification (https://github.com/fernet/spec, generate.json and verify.json)."""
    key = "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4="
    token = "gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA=="
    assert encrypted._cipher((key,)).decrypt(token.encode()) == b"hello"


@pytest.mark.django_db
def test_the_database_holds_nothing_readable_in_the_row_or_in_its_history():
    with acting(actor=System("test"), reason="test"):
        row = Identity.objects.create(label="a", number="123456782", note="ten years of teaching")
        Identity.objects.filter(pk=row.pk).update(note="eleven years of teaching")
        row.refresh_from_db()
        row.delete()
    history = apps.get_model("safe", "IdentityEvent")
    kept = stored("number", "safe_identityevent") + stored("note", "safe_identityevent")
    assert len(kept) == 6
    assert all(value and value.startswith("gAAAA") for value in kept)
    assert [event.note for event in history.objects.order_by("pgh_id")] == [
        "ten years of teaching",
        "eleven years of teaching",
        "eleven years of teaching",
    ]
    assert {event.number for event in history.objects.all()} == {"123456782"}


@pytest.mark.django_db
def test_a_row_saved_unchanged_keeps_its_tokens():
    Identity.objects.create(label="a", number="123456782", note="same")
    before = stored("number") + stored("note")
    row = Identity.objects.get()
    row.label = "b"
    row.save()
    assert stored("number") + stored("note") == before
    form_class = modelform_factory(Identity, fields=["label", "number", "note"])
    form = form_class({"label": "c", "number": "123456782", "note": "same"}, instance=Identity.objects.get())
    form.save()
    assert stored("number") + stored("note") == before
    form = form_class({"label": "c", "number": "123456782", "note": "other"}, instance=Identity.objects.get())
    form.save()
    assert stored("number") == before[:1]
    assert stored("note") != before[1:]
    assert Identity.objects.get().note == "other"


@pytest.mark.django_db
def test_null_and_empty_stay_what_they_are():
    Identity.objects.create(label="a", number="", note=None)
    assert stored("number") == [""]
    assert stored("number_index") == stored("note") == [None]
    row = Identity.objects.get()
    assert (row.number, row.note) == ("", None)
    assert Identity.objects.filter(note__isnull=True).count() == 1
    Identity.objects.create(label="b", number="---")  # nothing left to compare: not "the same" as another nothing
    Identity.objects.create(label="c", number="")


@pytest.mark.django_db
def test_the_index_finds_every_writing_of_a_number_and_nothing_else():
    Identity.objects.create(label="a", number="12345678-2")
    Identity.objects.create(label="b", number="987654324")
    for writing in ("123456782", " 12345678-2", "١٢٣٤٥٦٧٨٢", "123 456 782"):
        assert [row.label for row in Identity.objects.filter(number_index__matches=writing)] == ["a"], writing
    for other in ("123456783", "", "abc", "12345678"):
        assert not Identity.objects.filter(number_index__matches=other).exists(), other
    with pytest.raises(FieldError, match="takes a text"):
        Identity.objects.filter(number_index__matches=["123456782"])


@pytest.mark.django_db
def test_two_rows_cannot_have_one_number_however_written():
    Identity.objects.create(label="a", number="12345678-2")
    with pytest.raises(IntegrityError), transaction.atomic():
        Identity.objects.create(label="b", number="123456782")
    second = Identity(label="b", number="123456782")
    Identity._meta.get_field("number_index").pre_save(second, True)
    with pytest.raises(ValidationError):
        second.validate_constraints()


@pytest.mark.django_db
def test_no_look_up_pretends_to_work():
    for look_up in ("exact", "in", "contains", "iexact", "startswith", "gt", "regex"):
        with pytest.raises(FieldError, match="kept encrypted"):
            Identity.objects.filter(**{f"number__{look_up}": ["1"] if look_up == "in" else "1"})
    with pytest.raises(FieldError):
        Identity.objects.filter(number__lower="1")


@pytest.mark.django_db
def test_a_number_saved_without_its_index_is_refused():
    row = Identity.objects.create(label="a", number="123456782")
    row.number = "987654324"
    with pytest.raises(ValueError, match="together with"):
        row.save(update_fields=["number"])
    row.save(update_fields=["number", "number_index"])
    assert Identity.objects.filter(number_index__matches="987654324").exists()
    assert not Identity.objects.filter(number_index__matches="123456782").exists()
    row.save(update_fields=["label"])


@pytest.mark.django_db
def test_an_older_key_still_reads_and_finds_and_the_newest_writes(settings):
    settings.FIELD_KEYS = (OLD,)
    Identity.objects.create(label="a", number="123456782", note="said under the old key")
    settings.FIELD_KEYS = (NEW, OLD)
    row = Identity.objects.get(number_index__matches="123456782")
    assert row.note == "said under the old key"
    row.save()
    settings.FIELD_KEYS = (NEW,)
    row = Identity.objects.get(number_index__matches="123456782")
    assert (row.number, row.note) == ("123456782", "said under the old key")


@pytest.mark.django_db
def test_a_lost_key_or_a_changed_token_is_said_and_never_read_as_text(settings):
    settings.FIELD_KEYS = (OLD,)
    Identity.objects.create(label="a", number="123456782")
    settings.FIELD_KEYS = (NEW,)
    with pytest.raises(Unreadable, match=r"safe\.Identity\.number: None of the keys"):
        Identity.objects.get()
    settings.FIELD_KEYS = (OLD,)
    token = stored("number")[0]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE safe_identity SET number = %s", [token[:-6] + ("AAAA==" if token[-6] != "A" else "BBBB==")]
        )
    with pytest.raises(Unreadable):
        Identity.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE safe_identity SET number = 'plain words put there by hand'")
    with pytest.raises(Unreadable) as said:
        Identity.objects.get()
    assert "plain words" not in str(said.value)  # errors reach logs


def test_two_domains_have_nothing_in_common():
    one = BlindIndexField(of="number", domain="a")
    other = BlindIndexField(of="number", domain="b")
    assert one.digests("123456782") != other.digests("123456782")
    assert one.digests("123456782") == one.digests(" 123456782 ")
    assert len(one.digests("x")[0]) == BlindIndexField.DIGITS


def test_the_index_is_hmac_over_a_derived_key():
    """Recomputed with the standard library alone (RFC 5869 and RFC 2104), so that another program can do it, too."""
    import hashlib
    import hmac

    raw = bytes(range(32))
    extracted = hmac.new(bytes(32), raw, hashlib.sha256).digest()
    derived = hmac.new(extracted, b"kesher blind index\0people.number\x01", hashlib.sha256).digest()
    expected = hmac.new(derived, b"123456782", hashlib.sha256).hexdigest()
    field = BlindIndexField(of="number", domain="people.number", normalise=digits)
    assert field.digests("12345678-2", [urlsafe_b64encode(raw).decode()]) == [expected]


def test_without_a_key_nothing_is_kept_and_the_check_says_so(settings):
    settings.FIELD_KEYS = ()
    with pytest.raises(ImproperlyConfigured, match="kesher keys new"):
        encrypt("text")
    assert [found.id for found in there_is_a_key(None)] == ["kesher.E003"]
    settings.FIELD_KEYS = (NEW,)
    assert there_is_a_key(None) == []


def test_what_is_no_key_is_named_by_its_place_and_not_quoted():
    with pytest.raises(ValueError, match="key 2 is not 32 bytes") as said:
        checked_keys([OLD, "hunter2hunter2"])
    assert "hunter2" not in str(said.value)
    with pytest.raises(ValueError, match="twice"):
        checked_keys([OLD, f" {OLD} "])
    assert checked_keys(["", f" {OLD}\n"]) == (OLD,)
    assert Fernet(new_key())


def test_deciphered_text_copies_and_pickles_as_text():
    found = decrypt(encrypt("text"))
    assert type(pickle.loads(pickle.dumps(found))) is str
    assert copy.deepcopy(found) == "text"
    assert type(found.strip()) is str  # anything made of it is encrypted anew


@isolate_apps("tests.base.safe")
def test_a_model_that_compares_tokens_is_refused():
    class Wrong(models.Model):  # noqa: DJ008
        one = EncryptedTextField(unique=True)
        two = EncryptedTextField()
        three = EncryptedTextField()
        index = BlindIndexField(of="nothing", domain="tests.wrong")

        class Meta:
            app_label = "safe"
            ordering = ["-two"]
            indexes = [models.Index(fields=["three"], name="three")]

    found = [(problem.id, problem.obj.name) for problem in Wrong.check(databases=[])]
    assert {("kesher.E001", "one"), ("kesher.E001", "two"), ("kesher.E001", "three"), ("kesher.E002", "index")} <= set(
        found
    )
    assert not [problem for problem in Identity.check() if isinstance(problem, checks.Error)]


def test_migrations_say_the_fields_whole():
    for name in ("number", "number_index", "note"):
        field = Identity._meta.get_field(name)
        _name, path, args, kwargs = field.deconstruct()
        again = type(field)(*args, **kwargs)
        assert path == f"kesher.base.encrypted.{type(field).__name__}"
        assert again.deconstruct()[1:] == field.deconstruct()[1:]


@pytest.mark.parametrize(("one", "other"), [("  Ivan  PETROV", "ivan petrov"), ("Ｄana", "dana"), ("é", "e\u0301")])
def test_folding(one, other):
    assert folded(one) == folded(other)
