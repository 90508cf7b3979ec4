"""A daemon on this machine that speaks as ClamAV's does (clamd(8)): INSTREAM with lengths and chunks, PING, VERSION.

It knows two things: the test file of EICAR, and its limit of size, at which it says so and hangs up.
"""

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: What every antivirus program finds, and what harms nobody; written in two halves, so that none finds it here.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR" + rb"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class _Daemon:
    """``looked_at``: the contents it was sent. ``answers``: False: it hears everything and says nothing."""

    daemon_threads = True
    allow_reuse_address = True
    largest = 25 << 20

    def begin(self) -> None:
        self.looked_at: list[bytes] = []
        self.answers, self.silence = True, threading.Event()


class _OverTcp(_Daemon, socketserver.ThreadingTCPServer):
    pass


class _OverFile(_Daemon, socketserver.ThreadingUnixStreamServer):
    pass


class _Talk(socketserver.StreamRequestHandler):
    server: _OverTcp

    def handle(self) -> None:
        command = b""
        while not command.endswith(b"\0"):
            one = self.rfile.read(1)
            if not one:
                return
            command += one
        if not self.server.answers:
            self.server.silence.wait(10)
            return
        match command:
            case b"zPING\0":
                self.wfile.write(b"PONG\0")
            case b"zVERSION\0":
                self.wfile.write(b"ClamAV 1.4.3/27800/Sat Nov 28 09:00:00 2026\0")
            case b"zINSTREAM\0":
                self.wfile.write(self._stream() + b"\0")
            case _:
                self.wfile.write(b"UNKNOWN COMMAND\0")

    def _stream(self) -> bytes:
        content = b""
        while size := struct.unpack("!L", self.rfile.read(4))[0]:
            content += self.rfile.read(size)
            if len(content) > self.server.largest:
                return b"INSTREAM size limit exceeded. ERROR"
        self.server.looked_at.append(content)
        return b"stream: Win.Test.EICAR_HDB-1 FOUND" if EICAR in content else b"stream: OK"


@contextmanager
def clamd(path: Path | None = None) -> Iterator[_OverTcp]:
    """Running: over TCP at ``.server_address``, or at the local socket ``path``."""
    running = _OverFile(str(path), _Talk) if path else _OverTcp(("127.0.0.1", 0), _Talk)
    running.begin()
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield running  # type: ignore[misc]
    finally:
        running.silence.set()
        running.shutdown()
        running.server_close()
