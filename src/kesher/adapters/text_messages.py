"""The seam for a gateway that sends text messages. A town plugs in its own; without one the portal only opens the telephone's
own message with the words in it (``sms:``), and nothing is sent by us.

    gateway = HttpGateway("https://user:password@sms.example.org/send", body="to={number}&text={text}")
    gateway.send("+972501234567", "…")

Neither number nor text is ever in a log or in the words of an error.
"""

import http.client
import json
import socket
import ssl
import threading
from base64 import b64encode
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

import phonenumbers

LONGEST = 1_000  # characters of one message; about fifteen messages of 70, as telephones count Hebrew and Arabic
SECONDS = 10.0
HERE = frozenset({"127.0.0.1", "::1", "localhost"})


class NotSent(OSError):
    """The gateway has not taken the message: it may be tried again."""


class Unsure(OSError):
    """The message was handed over and no answer came: it may have been sent, so it is not tried again."""


class TextMessages(Protocol):
    """A gateway."""

    def send(self, number: str, text: str) -> None:
        """Send ``text`` (at most 1,000 characters) to ``number`` in the international form, "+972501234567".

        Returns once the gateway has taken it over; raises :class:`NotSent` when it has not, :class:`Unsure` when nobody
        knows. Whoever writes one keeps neither number nor text in logs.
        """


@dataclass(frozen=True, slots=True)
class HttpGateway:
    """A gateway that takes a message by one POST, as most do.

    ``address``: ``https://user:password@host/path?query``; user and password go as HTTP Basic, and plain ``http`` only to
    this machine. ``body``: a form, ``to={number}&text={text}``, or a JSON document; ``{number}`` (without its plus:
    ``{digits}``) and ``{text}`` are filled in wherever they stand as a value. ``header``: one more, ``Name: value``.
    Any answer of 200 to 299 means taken; others, redirections too, mean not.
    """

    address: str = field(repr=False)
    body: str = "to={number}&text={text}"
    header: str = field(default="", repr=False)
    seconds: float = SECONDS

    def __post_init__(self) -> None:
        """Raises :class:`ValueError` with what is wrong, without the address: it may hold a password."""
        try:
            parts = urlsplit(self.address)
            whole = parts.port is None or parts.port > 0
        except ValueError:  # in words of our own: its words hold a part of the address
            whole = False
        if not whole or "@" in parts.path or not _plain(self.address) or not _plain(self.header) or " " in self.address:
            raise ValueError(
                "the address of the text message gateway cannot be read; in a password write / @ : and space as %2F %40 %3A %20"
            )
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("the address of the text message gateway must begin with https:// and name a host")
        if parts.scheme == "http" and parts.hostname not in HERE:
            raise ValueError("the text message gateway must be reached by https: numbers are not sent in the clear")
        if "{text}" not in self.body or not ("{number}" in self.body or "{digits}" in self.body):
            raise ValueError("the body for the text message gateway must hold {text}, and {number} or {digits}")
        if self.body.lstrip().startswith(("{", "[")):
            try:
                json.loads(self.body)
            except ValueError:
                raise ValueError("the body for the text message gateway begins like JSON and is none") from None
        if self.header and ":" not in self.header:
            raise ValueError("the header for the text message gateway must be written as Name: value")

    @property
    def host(self) -> str:
        """Whom we speak to, without secrets: for ``kesher check``."""
        parts = urlsplit(self.address)
        return f"{parts.hostname}:{self._port}"

    def send(self, number: str, text: str) -> None:
        content, kind = self._filled(number, text[:LONGEST])
        parts = urlsplit(self.address)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection = self._connected()
        # The time limit of a socket begins anew with each byte: this one does not.
        end = threading.Timer(2 * self.seconds, _cut, [connection.sock])
        end.start()
        try:
            try:
                connection.request("POST", path, content, {"Content-Type": kind, **self._headers()})
            except OSError as problem:
                raise NotSent(f"the gateway cannot be reached: {type(problem).__name__}") from None
            try:
                with connection.getresponse() as answer:  # its head says all there is to know
                    status = answer.status
            except (OSError, http.client.HTTPException) as problem:
                raise Unsure(f"the gateway took the message and did not answer: {type(problem).__name__}") from None
        finally:
            end.cancel()
            connection.close()
        if not 200 <= status < 300:
            raise NotSent(f"the gateway answered {status}")

    def reached(self) -> None:
        """Open a connection and close it; nothing is sent. Raises :class:`NotSent`."""
        self._connected().close()

    @property
    def _port(self) -> int:
        parts = urlsplit(self.address)
        return parts.port or (443 if parts.scheme == "https" else 80)

    def _connected(self) -> http.client.HTTPConnection:
        parts = urlsplit(self.address)
        host = str(parts.hostname)
        connection = (
            http.client.HTTPSConnection(host, self._port, timeout=self.seconds, context=ssl.create_default_context())
            if parts.scheme == "https"
            else http.client.HTTPConnection(host, self._port, timeout=self.seconds)
        )
        try:
            connection.connect()
        except (OSError, socket.gaierror) as problem:
            connection.close()
            raise NotSent(f"the gateway cannot be reached: {type(problem).__name__}") from None
        return connection

    def _headers(self) -> dict[str, str]:
        parts = urlsplit(self.address)
        headers = {}
        if parts.username is not None:
            pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            headers["Authorization"] = "Basic " + b64encode(pair.encode()).decode()
        if self.header:
            name, _, value = self.header.partition(":")
            headers[name.strip()] = value.strip()
        return headers

    def _filled(self, number: str, text: str) -> tuple[bytes, str]:
        """The body and its kind. Filled in after it was taken apart: a message cannot add fields of its own."""
        known = {"number": number, "digits": number.removeprefix("+"), "text": text}
        if self.body.lstrip().startswith(("{", "[")):
            return json.dumps(_filled(json.loads(self.body), known)).encode(), "application/json; charset=utf-8"
        pairs = [(name, _filled(value, known)) for name, value in parse_qsl(self.body, keep_blank_values=True)]
        return urlencode(pairs).encode(), "application/x-www-form-urlencoded; charset=utf-8"


def _plain(written: str) -> bool:
    return written.isascii() and written.isprintable()


def _cut(line: socket.socket) -> None:
    with suppress(OSError):  # it has ended by itself
        line.shutdown(socket.SHUT_RDWR)


def _filled(value: Any, known: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _filled(one, known) for name, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, known) for one in value]
    if isinstance(value, str):
        for name in ("number", "digits", "text"):  # the text last: braces that somebody typed stay as they are
            value = value.replace(f"{{{name}}}", known[name])
    return value


@dataclass(frozen=True, slots=True)
class Numbers:
    """Which numbers the town pays messages for: ``country``'s code, and how mobile numbers begin behind it.

    A message to a dear number abroad is a way of stealing from the town, so there is no "any".

    >>> Numbers.read("+972 5").international("050-555-0123")
    '+972505550123'
    >>> Numbers.read("+972 5").international("+44 7700 900123"), Numbers.read("+972 5").international("08-555-0123")
    ('', '')
    """

    allowed: tuple[tuple[str, str], ...]  # (code of the country, first digits of a mobile number)

    @classmethod
    def read(cls, written: str) -> "Numbers":
        """From ``+972 5, +970 5``; the first country is the town's own. Raises :class:`ValueError`."""
        allowed = []
        for one in written.split(","):
            country, _, mobile = one.strip().partition(" ")
            if not country.startswith("+") or not country[1:].isdecimal() or not mobile.strip().isdecimal():
                raise ValueError(
                    f"{one.strip()!r} is not a country's code and the first digits of its mobile numbers: +972 5"
                )
            allowed.append((country[1:], mobile.strip()))
        return cls(tuple(allowed))

    def international(self, digits: str) -> str:
        """A number as somebody typed it, in the international form; "" for one that no message goes to.

        Also for one that nobody can have: of each country it is known how many digits its mobile numbers have. Whether a
        number has been given to somebody is not asked: towns get new ones faster than any list.
        """
        plus = digits.strip().startswith("+")
        bare = "".join(sign for sign in digits if sign.isdecimal() and sign.isascii())
        if not plus and bare.startswith("00"):
            plus, bare = True, bare[2:]
        if not plus:
            if not bare.startswith("0"):
                return ""
            bare = self.allowed[0][0] + bare[1:]
        for country, mobile in self.allowed:
            if bare.startswith(country + mobile) and _possible(country, bare[len(country) :]):
                return f"+{bare}"
        return ""


def _possible(country: str, number: str) -> bool:
    """Whether a mobile number of this country (its code, "972") may look like ``number``, which stands behind the code.

    A zero before it, as one dials at home, is no part of a number, except where a country's numbers begin so.
    """
    try:
        found = phonenumbers.parse(f"+{country}{number}")
    except phonenumbers.NumberParseException:
        return False
    if str(found.country_code) != country or phonenumbers.national_significant_number(found) != number:
        return False
    reason = phonenumbers.is_possible_number_for_type_with_reason(found, phonenumbers.PhoneNumberType.MOBILE)
    return bool(reason == phonenumbers.ValidationResult.IS_POSSIBLE)
