"""A real HTTP server to forward to. It runs in threads, and remembers what it was asked."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit


class Upstream(ThreadingHTTPServer):
    """Its paths: /slow, /answer?status=…, /large, /endless, /meet, /broken; others echo.

    /answer has a header for each further parameter, as it is.
    """

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[str] = []
        self.meeting = threading.Barrier(4, timeout=30)

    @property
    def host(self) -> str:
        """Its host and port."""
        return f"127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Upstream
    protocol_version = "HTTP/1.1"

    def parse_request(self) -> bool:
        """Sends every method to one function."""
        parsed = super().parse_request()
        if parsed:
            self.server.asked.append(self.path)
            setattr(self, f"do_{self.command}", self._answer)
        return parsed

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        parts = urlsplit(self.path)
        match parts.path:
            case "/slow":
                time.sleep(1)
                self._send(200, b"at last")
            case "/answer":
                headers = dict(parse_qsl(parts.query))
                self._send(int(headers.pop("status")), b"", headers)
            case "/large":
                self._send(200, b"x" * 5000)
            case "/endless":
                self._send_endlessly()
            case "/meet":
                self.server.meeting.wait()
                self._send(200, b"all here")
            case "/broken":
                self.wfile.write(b"this is no HTTP\r\n\r\n")
                self.close_connection = True
            case _:
                request = {
                    "method": self.command,
                    "path": self.path,
                    "headers": {name.lower(): value for name, value in self.headers.items()},
                    "body": body.decode(),
                }
                self._send(200, json.dumps(request).encode())

    def _send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {**(headers or {}), "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _send_endlessly(self) -> None:
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            while True:
                self.wfile.write(b"3e8\r\n" + b"x" * 1000 + b"\r\n")
        except OSError:  # the proxy has hung up, as it should
            self.close_connection = True

    # pylint: disable-next=redefined-builtin  # the base class calls it so
    def log_message(self, format: str, *args: object) -> None:
        """Says nothing. `format` is the name in the base class."""
