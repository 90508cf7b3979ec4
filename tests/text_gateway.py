"""A gateway for text messages on this machine: a real HTTP server that answers as gateways do, well and badly."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Gateway(ThreadingHTTPServer):
    """Keeps what was sent to it. ``status`` is what it answers; 0: it reads the message and says nothing;
    -1: it answers a byte at a time and never ends."""

    daemon_threads = True
    status = 200

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Taken)
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        self.silence = threading.Event()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"


class Taken(BaseHTTPRequestHandler):
    server: Gateway

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
        if not self.server.status:
            self.server.silence.wait(10)
            return
        while self.server.status < 0:
            self.wfile.write(b"x")
            self.wfile.flush()
            if self.server.silence.wait(0.1):
                return
        self.send_response(self.server.status)
        if self.server.status in (301, 302, 307, 308):
            self.send_header("Location", f"http://{self.server.address}/elsewhere")
        self.end_headers()
        self.wfile.write(b"x" * 200_000)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def gateway() -> Iterator[Gateway]:
    running = Gateway()
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    try:
        yield running
    finally:
        running.silence.set()
        running.shutdown()
        running.server_close()
        thread.join(10)
