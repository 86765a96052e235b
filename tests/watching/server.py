"""A web server that does what servers on the open Internet do, misbehaviour included. Real, in a thread, on 127.0.0.1."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = Callable[[BaseHTTPRequestHandler], None]


class Server:
    """routes: what answers which path; `asked`: every path that was asked for, with its time and headers."""

    def __init__(self) -> None:
        self.routes: dict[str, Answer] = {}
        self.asked: list[tuple[str, float, dict[str, str]]] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append((self.path, time.monotonic(), dict(self.headers)))
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                    site.routes.get(self.path, answer(404))(self)

            def log_message(self, *_: object) -> None:
                pass

        self._httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._httpd.daemon_threads = True
        threading.Thread(target=self._httpd.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        self.port = self._httpd.server_port
        self.url = f"http://127.0.0.1:{self.port}"

    def paths(self) -> list[str]:
        return [path for path, _, _ in self.asked if path != "/robots.txt"]

    def close(self) -> None:
        self._httpd.shutdown()
        self._httpd.server_close()


def answer(status: int = 200, body: bytes | str = b"", length: int | None = None, **headers: str) -> Answer:
    """A plain answer; length: what Content-Length claims, the body's own by default; headers: with _ for -."""
    raw = body.encode() if isinstance(body, str) else body

    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(raw) if length is None else length))
        handler.end_headers()
        handler.wfile.write(raw)

    return send


def in_turn(*answers: Answer) -> Answer:
    """One answer after the other, the last one for ever."""
    left = list(answers)

    def send(handler: BaseHTTPRequestHandler) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(handler)

    return send


def unless_known(etag: str, then: Answer) -> Answer:
    """304 to whoever names the etag."""

    def send(handler: BaseHTTPRequestHandler) -> None:
        known = handler.headers.get("If-None-Match") == etag
        (answer(304, ETag=etag) if known else then)(handler)

    return send


def endless(block: bytes, pause: float = 0.0, head: bytes = b"", **headers: str) -> Answer:
    """A body without end, a block at a time."""

    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(head)
        while True:
            handler.wfile.write(block)
            time.sleep(pause)

    return send


def dripping_headers(handler: BaseHTTPRequestHandler) -> None:
    """A header line that never ends."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while True:
        handler.wfile.write(b"a")
        handler.wfile.flush()
        time.sleep(0.05)


def item(number: int, title: str = "France expelled two Russian diplomats", **fields: str) -> str:
    """One RSS item; fields take the place of its own, empty ones leave it out."""
    known = {
        "title": title,
        "link": f"https://news.example/{number}",
        "guid": f"https://news.example/{number}",
        "description": f"France expelled two Russian diplomats on Monday, the ministry said in its statement no. {number}.",
        "pubDate": "Tue, 02 Sep 2025 10:00:00 GMT",
    } | fields
    return "<item>" + "".join(f"<{name}>{text}</{name}>" for name, text in known.items() if text) + "</item>"


def rss(items: Iterable[str]) -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Example Wire</title>'
        f"<link>https://news.example/</link>{''.join(items)}</channel></rss>"
    )
