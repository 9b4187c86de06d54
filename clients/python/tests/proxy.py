"""Something on the way to the broker that can be told to misbehave."""

from __future__ import annotations

import contextlib
import http.client
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

STREAM = "text/event-stream"


class Proxy:
    """
    Passes everything on. ``no_streams`` has it ask for pages where streams are wanted, ``cut_after`` break the first
    streams after so many events, ``deaf`` break whatever is about notices, ``down`` break every connection,
    ``down_after`` do so after so many requests.
    """

    def __init__(self, target: str) -> None:
        self.target = urlsplit(target)
        self.no_streams = False
        self.cut_after: list[int] = []
        self.deaf = False
        self.down = False
        self.down_after = -1
        self.streams = 0
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                proxy.forward(self)

            do_POST = do_PUT = do_DELETE = do_PATCH = do_GET  # noqa: N815

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def forward(self, call: BaseHTTPRequestHandler) -> None:
        call.close_connection = True
        if self.down or self.down_after == 0 or (self.deaf and call.path.startswith("/api/v1/events")):
            return
        self.down_after -= 1
        headers = {key: value for key, value in call.headers.items() if key.lower() not in ("host", "connection")}
        if self.no_streams and headers.get("Accept") == STREAM:
            headers["Accept"] = "application/json"
        body = call.rfile.read(int(headers.get("Content-Length", 0)))
        onwards = http.client.HTTPConnection(self.target.netloc, timeout=40)
        with contextlib.closing(onwards), contextlib.suppress(OSError):
            onwards.request(call.command, call.path, body, headers)
            answer = onwards.getresponse()
            call.send_response(answer.status)
            for key, value in answer.getheaders():
                if key.lower() not in ("connection", "transfer-encoding", "date", "server"):
                    call.send_header(key, value)
            call.send_header("Connection", "close")
            call.end_headers()
            if answer.getheader("Content-Type") == STREAM:
                self.copy(answer, call)
            else:
                call.wfile.write(answer.read())

    def copy(self, answer: http.client.HTTPResponse, call: BaseHTTPRequestHandler) -> None:
        self.streams += 1
        left = self.cut_after.pop(0) if self.cut_after else -1
        while left != 0:
            line = answer.readline()
            if not line:
                return
            call.wfile.write(line)
            call.wfile.flush()
            left -= line.startswith(b"data:") and left > 0
            if line.startswith(b"data:"):
                call.wfile.write(answer.readline())
                call.wfile.flush()


@contextlib.contextmanager
def between(target: str) -> Iterator[Proxy]:
    proxy = Proxy(target)
    try:
        yield proxy
    finally:
        proxy.server.shutdown()
        proxy.server.server_close()
        proxy.thread.join()
