"""The keys of encrypted fields, as the settings read them: no Django here."""

from collections.abc import Iterable

from cryptography.fernet import Fernet


def checked_keys(given: Iterable[str]) -> tuple[str, ...]:
    """The keys as given, without blanks. Raises ValueError that says which one is none, without quoting it."""
    found = tuple(key.strip() for key in given if key.strip())
    for place, key in enumerate(found, 1):
        try:
            Fernet(key)
        except ValueError:
            raise ValueError(
                f"key {place} is not 32 bytes in URL-safe base64; make one with `kesher keys new`"
            ) from None
    if len(set(found)) != len(found):
        raise ValueError("one key stands there twice")
    return found


def new_key() -> str:
    """A fresh key: 32 random bytes in URL-safe base64."""
    return Fernet.generate_key().decode()
