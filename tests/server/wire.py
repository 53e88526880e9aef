"""Put answers on the wire of a loopback server, whole or spoilt as a test asks for."""

from __future__ import annotations

import json
import re
import socket
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.server.oecd import Oecd
from tests.server.worldbank import WorldBank


@dataclass(frozen=True)
class Asked:
    """One request: the kind of question, which page, and how often this one was asked before."""

    kind: str
    path: str
    page: int
    before: int
    url: str = ""
    right: dict = field(default_factory=dict)  # (series, code, year): the right value
    spoilt: Callable | None = None  # of the bulk zip: the same with its contents changed


@dataclass(frozen=True)
class Reply:
    """An answer and how it is sent: whole, cut, closed, reset, stalled, dripping, garbage."""

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    how: str = "whole"
    cut: int = 0
    seconds: float = 0

    @property
    def document(self) -> dict | list:
        """The body as JSON."""
        return json.loads(self.body)

    def saying(self, document: object) -> Reply:
        """Return this reply with another document; NaN is let through, as bad services do."""
        return replace(self, body=json.dumps(document).encode())


Fault = Callable[[Asked, Reply], Reply]
if TYPE_CHECKING:
    from tests.server.bulk import Bulk


class Handler(BaseHTTPRequestHandler):
    """Answers GET requests from the services of its server."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: Server

    def do_GET(self) -> None:
        """Find the answer, spoil it if asked to, send it."""
        url = urlsplit(self.path)
        query = dict(parse_qsl(url.query))
        asked, reply = self.server.respond(unquote(url.path), query, self.path)
        if self.server.latency:
            time.sleep(self.server.latency)
        if self.server.fault:
            reply = self.server.fault(asked, reply)
        reply = ranged(reply, self.headers)
        with suppress(OSError):
            self._send(reply)

    def _send(self, reply: Reply) -> None:
        if reply.how == "close":
            return self._hang_up()
        if reply.how == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return self._hang_up()
        if reply.how == "stall":
            self.server.stopping.wait(reply.seconds)
            return self._hang_up()
        if reply.how == "garbage":
            self.wfile.write(b"\x16\x03\x01 no HTTP at all\r\n\r\n")
            return self._hang_up()
        self.send_response(reply.status)
        headers = {"Content-Type": "application/json;charset=utf-8"} | reply.headers
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        if reply.how == "cut":
            self.wfile.write(reply.body[: reply.cut])
            return self._hang_up()
        if reply.how == "drip":
            return self._drip(reply)
        self.wfile.write(reply.body)

    def _drip(self, reply: Reply) -> None:
        for byte in reply.body:
            if self.server.stopping.wait(reply.seconds):
                break
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
        self._hang_up()

    def _hang_up(self) -> None:
        with suppress(OSError):
            self.wfile.flush()
        self.close_connection = True
        with suppress(OSError):
            self.connection.close()

    def log_message(self, *_args) -> None:
        """Keep quiet."""


def ranged(reply: Reply, asked) -> Reply:
    """Return the rest of an answer, if that was asked for and it is still the same file."""
    start = re.fullmatch("bytes=([0-9]+)-", asked.get("Range", ""))
    of = reply.headers
    same = asked.get("If-Range") in (of.get("ETag"), of.get("Last-Modified"))
    if not start or not same or "Accept-Ranges" not in of or reply.status != 200:
        return reply
    first, size = int(start[1]), len(reply.body)
    part = {"Content-Range": f"bytes {first}-{size - 1}/{size}"}
    return replace(reply, status=206, body=reply.body[first:], headers={**of, **part})


class Server(ThreadingHTTPServer):
    """The services on a free port of loopback; use as a context manager."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(
        self,
        world_bank: WorldBank | None = None,
        oecd: Oecd | None = None,
        prices: bytes = b"",
        fault: Fault | None = None,
        latency: float = 0,
        port: int = 0,
        bulk: Bulk | None = None,
    ):
        super().__init__(("127.0.0.1", port), Handler)
        self.world_bank, self.oecd, self.prices = world_bank, oecd, prices
        self.fault, self.latency, self.bulk = fault, latency, bulk
        self.stopping = threading.Event()
        self.counts: dict[str, int] = {}
        self.lock = threading.Lock()

    @property
    def address(self) -> str:
        """The address without a path."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    @property
    def endpoint(self) -> str:
        """What takes the place of the World Bank's address."""
        return f"{self.address}/v2"

    @property
    def requests(self) -> int:
        """Requests answered so far."""
        return sum(self.counts.values())

    def start_over(self, fault: Fault | None = None) -> None:
        """Forget what was asked and take another fault."""
        with self.lock:
            self.counts, self.fault = {}, fault

    def respond(self, path: str, query: dict[str, str], target: str) -> tuple[Asked, Reply]:
        """Return the request as a fault sees it, and the right answer to it."""
        key = f"{path}?{query.get('page', '')}"
        with self.lock:
            before = self.counts.get(key, 0)
            self.counts[key] = before + 1
        right = self.world_bank.world.values if self.world_bank else {}
        page = int(query.get("page", 0) or 0)
        asked = Asked(kind_of(path), path, page, before, self.address + target, right)
        if asked.kind == "bulk" and self.bulk:
            asked = replace(asked, spoilt=partial(self.bulk.changed, path.rpartition("/")[2]))
        return asked, self._right(path, query, len(target))

    def _right(self, path: str, query: dict[str, str], length: int) -> Reply:
        if length > 1500:
            return Reply(b"Request-URI Too Long", 414)
        if path.startswith("/v2/en/") and self.world_bank:
            document = self.world_bank.answer(path.removeprefix("/v2/en/"), query)
            return Reply(json.dumps(document, separators=(",", ":")).encode())
        if path.startswith("/oecd/") and self.oecd:
            text = self.oecd.answer(path.removeprefix("/oecd/"))
            if text is not None:
                return Reply(text.encode(), headers={"Content-Type": "text/csv"})
        if path.startswith("/bulk/") and self.bulk:
            return self.bulk.answer(path.removeprefix("/bulk/")) or Reply(b"not found", 404)
        if path == "/prices.json" and self.prices:
            return Reply(self.prices)
        return Reply(b"not found", 404)

    def handle_error(self, *_args) -> None:
        """A client that hung up is no error of the server."""

    def __enter__(self) -> Server:
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_args) -> None:
        self.stopping.set()
        self.shutdown()
        self.server_close()


def kind_of(path: str) -> str:
    """Return what a path asks for: data, concepts, country, series, time, version, region, ..."""
    if path.startswith(("/oecd/", "/prices", "/bulk/")):
        return "prices" if path.startswith("/prices") else path.split("/")[1]
    parts = path.removeprefix("/v2/en/").split("/")
    if parts[0] != "sources":
        return "classification" if parts[0] == "country" else parts[0]
    return "data" if len(parts) > 4 else parts[2]
