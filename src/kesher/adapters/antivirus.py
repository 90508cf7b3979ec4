"""The seam for an antivirus program that looks through what people send, before anybody else can open it.

    antivirus = antivirus_of("tcp://127.0.0.1:3310")     # or unix:///run/clamav/clamd.ctl; "" = None: there is none
    antivirus.scan(content)                              # "" = nothing found, else what was found, "Win.Test.EICAR_HDB-1"

ClamAV's daemon speaks it (clamd(8), commands INSTREAM, PING and VERSION); other programs put a service of the same words before
theirs. The content goes over the socket, so that the daemon needs no right to read our files.
"""

import re
import socket
import struct
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Protocol
from urllib.parse import urlsplit

CHUNK: Final = 64 << 10
SECONDS: Final = 20.0
_LONGEST_ANSWER: Final = 4_096
_FOUND: Final = re.compile(r"^stream: (.{1,200}) FOUND$")
_UNSEEN: Final = re.compile(r"[^\w.\-]+")


class NotScanned(OSError):
    """Nobody knows what is in it: the program cannot be reached, or did not say. It is asked again later."""


class NotThisOne(NotScanned, ValueError):
    """The program answers, and did not look through this one (too large for it, broken): it is asked about others.

    A ValueError, too: rooms that know no adapter tell the two apart by it.
    """


class Antivirus(Protocol):
    """A program that looks through files."""

    @property
    def where(self) -> str:
        """Where it is asked, for people who run the portal."""

    def scan(self, content: bytes) -> str:
        """What was found, or "". Raises :class:`NotThisOne`, or else :class:`NotScanned`: then nothing is asked now."""

    def version(self) -> str:
        """What it says it is. Raises :class:`NotScanned`."""


@dataclass(frozen=True, slots=True)
class Clamd:
    """ClamAV's daemon. ``host`` and ``port``, or ``path`` of its local socket. ``seconds``: for one file, all in all."""

    host: str = ""
    port: int = 0
    path: str = ""
    seconds: float = SECONDS

    @property
    def where(self) -> str:
        return self.path or f"{self.host}:{self.port}"

    def scan(self, content: bytes) -> str:
        answer = self._ask(b"zINSTREAM\0", content)
        if answer == "stream: OK":
            return ""
        if found := _FOUND.fullmatch(answer):
            return _UNSEEN.sub("_", found[1])
        raise NotThisOne(f"{self.where} did not look through it")  # its words may quote what it was sent

    def version(self) -> str:
        answer = self._ask(b"zVERSION\0", None)
        if not answer.startswith("ClamAV"):
            raise NotScanned(f"{self.where} is no clamd")
        return _UNSEEN.sub(" ", answer)[:80].strip()

    def _ask(self, command: bytes, content: bytes | None) -> str:
        deadline = time.monotonic() + self.seconds
        try:
            with self._connected() as connection:
                connection.sendall(command)
                if content is not None:
                    # It may hang up when it has heard enough (its limit of size): what it says of that can still be read.
                    with suppress(BrokenPipeError, ConnectionResetError):
                        self._send(connection, content, deadline)
                return self._answer(connection, deadline)
        except NotScanned:
            raise
        except OSError as problem:
            raise NotScanned(f"{self.where}: {type(problem).__name__}") from problem

    def _connected(self) -> socket.socket:
        if not self.path:
            return socket.create_connection((self.host, self.port), timeout=self.seconds)
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(self.seconds)
        try:
            connection.connect(self.path)
        except OSError:
            connection.close()
            raise
        return connection

    def _send(self, connection: socket.socket, content: bytes, deadline: float) -> None:
        """Chunks, each after its length in four bytes, the highest first; a length of none ends it."""
        for at in range(0, len(content), CHUNK):
            chunk = content[at : at + CHUNK]
            connection.settimeout(self._left(deadline))
            connection.sendall(struct.pack("!L", len(chunk)) + chunk)
        connection.sendall(struct.pack("!L", 0))

    def _answer(self, connection: socket.socket, deadline: float) -> str:
        """Words up to a zero byte, or to the end."""
        heard = b""
        while b"\0" not in heard and len(heard) < _LONGEST_ANSWER:
            connection.settimeout(self._left(deadline))
            more = connection.recv(_LONGEST_ANSWER)
            if not more:
                break
            heard += more
        return heard.partition(b"\0")[0].decode("utf-8", "replace").strip()

    def _left(self, deadline: float) -> float:
        if (left := deadline - time.monotonic()) <= 0:
            raise NotScanned(f"{self.where} took longer than {self.seconds:.0f} s")
        return left


def antivirus_of(address: str, *, seconds: float = SECONDS) -> Clamd | None:
    """The program at an address; None where there is none. Raises :class:`ValueError` with what is wrong."""
    if not address:
        return None
    parts = urlsplit(address)
    try:
        port = parts.port or 3310
    except ValueError:
        port = 0
    if parts.scheme == "unix" and parts.path.startswith("/") and not parts.netloc:
        return Clamd(path=parts.path, seconds=seconds)
    if parts.scheme == "tcp" and parts.hostname and port and parts.path in ("", "/"):
        return Clamd(host=parts.hostname, port=port, seconds=seconds)
    raise ValueError("it must be tcp://host:3310 or unix:///path/of/clamd.ctl")
