"""Authorities that log their staff in themselves, by OpenID Connect: what ``KESHER_OPENID`` says of each.

A JSON list, or the path of a file that holds one::

    [{"id": "town", "name": "Municipality of the Negev", "server": "https://login.town.example", "client_id": "kesher",
      "secret": "…", "domains": ["town.example"], "second_step": true}]
"""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]{2,}")
_REQUIRED = ("id", "name", "server", "client_id", "secret", "domains")


@dataclass(frozen=True, slots=True)
class Authority:
    """One issuer. ``domains``: the only ones whose addresses it may vouch for. ``second_step``: it asks for one itself."""

    id: str
    name: str
    server: str
    client_id: str
    secret: str = field(repr=False)
    domains: tuple[str, ...]
    second_step: bool = False


def read_authorities(given: str) -> tuple[Authority, ...]:
    """The authorities of a JSON text, or of the file it names; none of an empty text.

    Raises ValueError that says which entry and key is wrong, and quotes no secret.
    """
    given = given.strip()
    if not given:
        return ()
    if not given.startswith("["):
        try:
            given = Path(given).read_text()
        except OSError as problem:
            raise ValueError(f"{given} cannot be read: {problem.strerror}") from None
    try:
        entries = json.loads(given)
    except json.JSONDecodeError as problem:
        raise ValueError(f"no JSON: {problem.msg} in line {problem.lineno}") from None
    if not isinstance(entries, list):
        raise ValueError("a list is wanted: [{…}, {…}]")
    found = tuple(_read(number, entry) for number, entry in enumerate(entries, 1))
    if len({authority.id for authority in found}) != len(found):
        raise ValueError("two entries have one id")
    return found


def _read(number: int, entry: Any) -> Authority:
    where = f"entry {number}"
    if not isinstance(entry, dict):
        raise ValueError(f"{where} is no object")
    if unknown := sorted(entry.keys() - {*_REQUIRED, "second_step"}):
        raise ValueError(f"{where} has an unknown key: {unknown[0]}")
    for name in _REQUIRED:
        if not entry.get(name):
            raise ValueError(f"{where} lacks {name!r}")
        if name != "domains" and not isinstance(entry[name], str):
            raise ValueError(f"{where}: {name!r} must be a text")
    if not _ID.fullmatch(entry["id"]):
        raise ValueError(f"{where}: 'id' must be small letters, digits and hyphens: it stands in an address")
    domains = entry["domains"]
    if not isinstance(domains, list) or not all(
        isinstance(one, str) and _DOMAIN.fullmatch(one.lower()) for one in domains
    ):
        raise ValueError(f"{where}: 'domains' must be a list such as [\"town.example\"]")
    if not isinstance(entry.get("second_step", False), bool):
        raise ValueError(f"{where}: 'second_step' must be true or false")
    server = urlsplit(entry["server"])
    # What comes over plain HTTP is believed by anybody in between; a machine that talks to itself has nobody in between.
    if server.scheme != "https" and not (
        server.scheme == "http" and server.hostname in ("127.0.0.1", "localhost", "::1")
    ):
        raise ValueError(f"{where}: 'server' must begin with https://")
    return Authority(
        id=entry["id"],
        name=entry["name"],
        server=entry["server"].rstrip("/"),
        client_id=entry["client_id"],
        secret=entry["secret"],
        domains=tuple(one.lower() for one in domains),
        second_step=entry.get("second_step", False),
    )
