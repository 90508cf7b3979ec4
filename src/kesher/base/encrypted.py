"""Text that the database keeps but cannot read, and equality look-up over it.

    class Identity(Model):
        number = EncryptedTextField(blank=True)
        number_index = BlindIndexField(of="number", domain="people.identity_number", normalise=digits)

    Identity.objects.filter(number_index__matches="12345678-2")

Keys come from ``settings.FIELD_KEYS`` (``KESHER_FIELD_KEYS``), the newest first: it writes, all of them read. The text is
a Fernet token (AES-128-CBC with HMAC-SHA256, https://github.com/fernet/spec): two equal texts have different tokens, so that
nothing can be searched, ordered or compared. What must be found again has a blind index beside it: HMAC-SHA256 of the
normalised text under a key derived for its ``domain``. An index tells equal texts by being equal, nothing more; whoever
has the key can try all nine-digit numbers in seconds, so it is worth what the key is worth.

History keeps tokens as they stand in the row (the trigger copies them). Why this and not a library: decision 0024.
"""

import hashlib
import hmac
import unicodedata
from base64 import urlsafe_b64decode
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core import checks
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import models
from django.db.models.lookups import In

MISSING = (
    "KESHER_FIELD_KEYS is not set: what must be kept encrypted can be neither written nor read. "
    "Make a key with `kesher keys new` and give it to all processes; keep a copy apart from the backups."
)


class Unreadable(Exception):
    """A token that none of the keys opens: a key is missing from ``KESHER_FIELD_KEYS``, or the row was tampered with."""


def keys() -> tuple[str, ...]:
    """The keys, newest first. Raises ImproperlyConfigured when there is none."""
    found: tuple[str, ...] = tuple(settings.FIELD_KEYS)
    if not found:
        raise ImproperlyConfigured(MISSING)
    return found


@lru_cache(maxsize=8)
def _cipher(of: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in of])


@lru_cache(maxsize=8)
def _newest(of: tuple[str, ...]) -> Fernet:
    return Fernet(of[0])


def encrypt(text: str) -> str:
    """The token of ``text`` under the newest key."""
    return _cipher(keys()).encrypt(text.encode()).decode()


def decrypt(token: str) -> "Deciphered":
    """The text of ``token``, whichever of the keys wrote it. Raises :class:`Unreadable`."""
    known = keys()
    raw = token.encode()
    try:
        return Deciphered(_newest(known).decrypt(raw).decode(), token=token)
    except InvalidToken:
        pass
    try:
        return Deciphered(_cipher(known).decrypt(raw).decode(), token=None)
    except InvalidToken:
        raise Unreadable("None of the keys in KESHER_FIELD_KEYS opens it; add the one it was written with.") from None


def encrypt_bytes(content: bytes) -> bytes:
    """The token of a file's content under the newest key: a third longer."""
    return _cipher(keys()).encrypt(content)


def decrypt_bytes(token: bytes) -> tuple[bytes, bool]:
    """The content of ``token``, and whether the newest key wrote it. Raises :class:`Unreadable`."""
    known = keys()
    for cipher, is_newest in ((_newest(known), True), (_cipher(known), False)):
        try:
            return cipher.decrypt(token), is_newest
        except InvalidToken:
            continue
    raise Unreadable("None of the keys in KESHER_FIELD_KEYS opens it; add the one it was written with.")


def is_token(text: str) -> bool:
    """Whether it looks like a token: version 0x80 and a time before the year 2106, in base64."""
    return text.startswith("gAAAA")


class Deciphered(str):
    """Text from the database together with its ``token``, so that saving it unchanged writes the same token.

    Without that, each save of a row would look to its history like a change of every encrypted field. ``token`` is None
    when an older key wrote it: then saving writes it under the newest.
    """

    token: str | None

    def __new__(cls, text: str, *, token: str | None) -> "Deciphered":
        made = super().__new__(cls, text)
        made.token = token
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return str, (str(self),)  # copied or sent elsewhere, it is only text


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """A :class:`~django.db.models.TextField` whose column holds a token. NULL and "" stay what they are.

    It can be asked ``isnull`` and nothing else.
    """

    def get_internal_type(self) -> str:
        return "TextField"

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        if not value:
            return value
        try:
            return decrypt(value)
        except Unreadable as problem:
            raise Unreadable(f"{self.model._meta.label}.{self.name}: {problem}") from None

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        if not isinstance(value, str) or value == "":
            return value
        if isinstance(value, Deciphered) and value.token is not None:
            return value.token
        return encrypt(value)

    def to_python(self, value: Any) -> Any:
        # TextField would leave a Deciphered alone as well; said here because saving depends on it
        return value if value is None or isinstance(value, str) else str(value)

    def save_form_data(self, instance: models.Model, data: Any) -> None:
        """A form that says the same again changes nothing, not even the token."""
        if getattr(instance, self.attname) != data:
            super().save_form_data(instance, data)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError(
                f"{self.model._meta.label}.{self.name} is kept encrypted: it can be asked 'isnull' only, not "
                f"{lookup_name!r}. Look up its BlindIndexField with '__matches'."
            )
        return super().get_lookup(lookup_name)

    def get_transform(self, lookup_name: str) -> Any:
        return None

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        return [*super().check(**kwargs), *self._check_nothing_compares_it()]

    def _check_nothing_compares_it(self) -> list[checks.CheckMessage]:
        meta = self.model._meta
        wrong = []
        if self.unique or getattr(self, "db_index", False) or self.primary_key or self.choices:
            wrong.append("its own unique, db_index, primary_key or choices")
        if self.name in {str(name).lstrip("-") for name in meta.ordering or () if isinstance(name, str)}:
            wrong.append("Meta.ordering")
        named = [name for together in meta.unique_together for name in together]
        named += [name for index in meta.indexes for name in index.fields]
        named += [name for constraint in meta.constraints for name in getattr(constraint, "fields", ())]
        if self.name in {name.lstrip("-") for name in named}:
            wrong.append("an index or constraint")
        return [
            checks.Error(
                f"{self.name} is kept encrypted and differs with every writing, but {place} compares it.",
                hint="Compare its BlindIndexField.",
                obj=self,
                id="kesher.E001",
            )
            for place in wrong
        ]


def folded(text: str) -> str:
    """What makes two writings of a word the same one: composed letters, no case, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def digits(text: str) -> str:
    """Of a number only its digits, in any script: "12345678-2", "123456782" and "١٢٣٤٥٦٧٨٢" are one."""
    return "".join(str(unicodedata.digit(letter)) for letter in text if letter.isdigit())


@lru_cache(maxsize=64)
def _index_key(key: str, domain: str) -> bytes:
    """A key for one domain, so that equal texts of two domains have nothing in common (RFC 5869)."""
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"kesher blind index\0" + domain.encode())
    return derived.derive(urlsafe_b64decode(key))


class BlindIndexField(models.CharField):  # type: ignore[type-arg]
    """HMAC-SHA256 (64 hexadecimal digits) of the normalised text of field ``of``, set on save; NULL when that is empty.

    ``domain``: a constant that names what is compared; two fields may share one to be comparable. Changing it, or
    ``normalise`` (a module's function), asks for `kesher keys rotate --apply`. ``__matches`` takes the text, also one
    written under an older key; other look-ups compare stored values.
    """

    DIGITS = 64

    def __init__(
        self,
        *args: Any,
        of: str,
        domain: str,
        normalise: Callable[[str], str] = folded,
        **kwargs: Any,
    ) -> None:
        self.of, self.domain, self.normalise = of, domain, normalise
        kwargs["max_length"] = self.DIGITS
        kwargs.setdefault("null", True)
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"]
        kwargs |= {"of": self.of, "domain": self.domain, "null": self.null, "editable": self.editable}
        if self.normalise is not folded:
            kwargs["normalise"] = self.normalise
        return name, path, args, kwargs

    def pre_save(self, model_instance: models.Model, add: bool) -> str | None:
        value = self.digest(getattr(model_instance, self.of))
        setattr(model_instance, self.attname, value)
        return value

    def digest(self, text: str | None) -> str | None:
        """What is stored for ``text``: under the newest key."""
        found = self.digests(text, keys()[:1]) if text else []
        return found[0] if found else None

    def digests(self, text: str, under: Sequence[str] | None = None) -> list[str]:
        """The index of ``text`` under each key, newest first; none when nothing is left of it."""
        normal = self.normalise(text).encode()
        if not normal:
            return []
        return [hmac.new(_index_key(key, self.domain), normal, hashlib.sha256).hexdigest() for key in under or keys()]

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        found = super().check(**kwargs)
        fields = {field.name: field for field in self.model._meta.fields}
        if not isinstance(fields.get(self.of), EncryptedTextField):
            found.append(
                checks.Error(f"of={self.of!r} names no EncryptedTextField of this model.", obj=self, id="kesher.E002")
            )
        return found


@BlindIndexField.register_lookup
class Matches(In):
    """``__matches=text``: rows whose text is the same after normalising, written under any of the keys."""

    lookup_name = "matches"

    def __init__(self, lhs: Any, rhs: Any) -> None:
        if not isinstance(rhs, str):
            raise FieldError("'__matches' takes a text")
        super().__init__(lhs, lhs.output_field.digests(rhs))


def _refuse_half(sender: type[models.Model], update_fields: frozenset[str] | None, **kwargs: Any) -> None:
    """``save(update_fields=["number"])`` would leave the index of the old number: nobody would find the new one."""
    for field in blind_indexes(sender) if update_fields else ():
        if field.of in update_fields and field.name not in update_fields:  # type: ignore[operator]
            raise ValueError(f"save {field.name!r} together with {field.of!r}: it is its index")


models.signals.pre_save.connect(_refuse_half, dispatch_uid="kesher.base.encrypted")


def blind_indexes(model: type[models.Model]) -> list[BlindIndexField]:
    """The blind indexes of a model, or of its history."""
    return [field for field in model._meta.concrete_fields if isinstance(field, BlindIndexField)]


def encrypted_fields(model: type[models.Model]) -> list[EncryptedTextField]:
    """The encrypted fields of a model, or of its history."""
    return [field for field in model._meta.concrete_fields if isinstance(field, EncryptedTextField)]


@checks.register(checks.Tags.security)
def there_is_a_key(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Where something is to be kept encrypted there must be a key to do it with."""
    from django.apps import apps

    if settings.FIELD_KEYS or not any(encrypted_fields(model) for model in apps.get_models()):
        return []
    return [checks.Error(MISSING, id="kesher.E003")]
