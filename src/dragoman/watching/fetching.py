"""One polite and wary fetcher: asks what has changed, obeys robots.txt, and never trusts an answer's length or way.

Not for what the bytes mean. Redirects are followed here and not by httpx, so that each hop is checked like the first.
"""

from __future__ import annotations

import asyncio
import zlib
from types import TracebackType
from typing import NamedTuple

import httpx

from dragoman.watching.addresses import CheckedTransport, Refused
from dragoman.watching.hosts import Hosts, retry_after
from dragoman.watching.robots import NAME, Robots

MOST_HOPS = 5
# Requests under way at once, all hosts together.
MOST_OPEN = 8
CONNECT_SECONDS = 10.0
ROBOTS_BYTES = 500 * 1024
REDIRECTS = frozenset((301, 302, 303, 307, 308))
# Answers that may be another one later, of which the host is given rest.
TEMPORARY = frozenset((408, 425, 429))
FEED_TYPES = "application/rss+xml, application/atom+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1"
PAGE_TYPES = "text/html, application/xhtml+xml;q=0.9"


class FetchError(Exception):
    """Nothing came; the message says why. lasting: it will be so the next time too."""

    def __init__(self, reason: str, lasting: bool) -> None:
        super().__init__(reason)
        self.lasting = lasting


class Fetched(NamedTuple):
    """What a server answered.

    url: where it was found, after redirects. changed: False for "as you know it", with no body then. cut: why the body is
    not whole, None when it is. charset, kind: what the server says of encoding and content type.
    """

    url: str
    changed: bool
    body: bytes
    cut: str | None
    charset: str | None
    kind: str
    etag: str | None
    modified: str | None


class Fetcher:
    """Fetches over HTTP; use it with `async with`.

    agent: how servers are greeted. timeout: seconds of one request in all. limit: bytes of a body, unpacked, at most.
    allow: hosts that may lie in one's own network.
    """

    def __init__(self, hosts: Hosts, agent: str, timeout: float, limit: int, allow: frozenset[str] = frozenset()) -> None:
        self._hosts, self._timeout, self._limit = hosts, timeout, limit
        self._client = httpx.AsyncClient(
            transport=CheckedTransport(allow),
            headers={"User-Agent": agent, "Accept-Encoding": "gzip", "Accept-Language": "en"},
            timeout=httpx.Timeout(timeout, connect=min(CONNECT_SECONDS, timeout)),
            trust_env=False,
        )
        self._open = asyncio.Semaphore(MOST_OPEN)
        self._robots = Robots(self._ask_robots)

    async def __aenter__(self) -> Fetcher:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self._client.aclose()

    async def fetch(self, url: str, types: str, etag: str | None = None, modified: str | None = None) -> Fetched:
        """What stands at an address, or that it is as the validators say.

        types: the Accept header. Raises FetchError, and Away when the host is to be left alone for now.
        """
        headers = {"Accept": types}
        if etag:
            headers["If-None-Match"] = etag
        if modified:
            headers["If-Modified-Since"] = modified
        return await self._follow(url, headers, self._limit, obey=True)

    async def _ask_robots(self, url: httpx.URL) -> bytes | None:
        try:
            found = await self._follow(str(url), {"Accept": "text/plain"}, ROBOTS_BYTES, obey=False)
        except FetchError as error:
            if error.lasting:
                return None
            raise FetchError(f"its robots.txt cannot be had ({error})", lasting=False) from error
        return found.body

    async def _follow(self, start: str, headers: dict[str, str], limit: int, obey: bool) -> Fetched:
        try:
            url = httpx.URL(start)
        except httpx.InvalidURL as error:
            raise FetchError(f"{start} is no web address ({error})", lasting=True) from error
        for _ in range(MOST_HOPS + 1):
            if obey:
                rules = await self._robots.rules(url)
                if not rules.can_fetch(str(url), NAME):
                    raise FetchError(f"{url.host}'s robots.txt does not allow {url}", lasting=True)
                self._hosts.slow_down(_place(url), rules.crawl_delay(NAME))
            found = await self._once(url, headers, limit)
            if isinstance(found, Fetched):
                return found
            if found.scheme not in ("http", "https") or not found.host:
                raise FetchError(f"{url} leads to {found}, which is no web address", lasting=True)
            url = found
        raise FetchError(f"{start} leads on more than {MOST_HOPS} times", lasting=True)

    async def _once(self, url: httpx.URL, headers: dict[str, str], limit: int) -> Fetched | httpx.URL:
        """One request: the answer, or the address that it leads to."""
        host = _place(url)
        async with self._hosts.turn(host), self._open:
            body = _Body(limit)
            response: httpx.Response | None = None
            cut: str | None = None
            try:
                async with asyncio.timeout(self._timeout):
                    async with self._client.stream("GET", url, headers=headers, follow_redirects=False) as response:
                        if response.status_code == 200:
                            cut = await body.read(response)
            except Refused as error:
                raise FetchError(str(error), lasting=True) from error
            except (TimeoutError, httpx.TimeoutException):
                cut = f"took longer than {self._timeout:g} s"
            except httpx.UnsupportedProtocol as error:
                raise FetchError(f"{url} is no web address", lasting=True) from error
            except (httpx.HTTPError, zlib.error) as error:
                cut = str(error) or type(error).__name__
            if response is None or (cut and not body.content):
                self._hosts.failed(host)
                raise FetchError(f"{url.host}: {cut}", lasting=False)
            return self._judged(url, host, response, body.content, cut)

    def _judged(self, url: httpx.URL, host: str, response: httpx.Response, body: bytes, cut: str | None) -> Fetched | httpx.URL:
        status, headers = response.status_code, response.headers
        if status >= 500 or status in TEMPORARY:
            self._hosts.failed(host, retry_after(headers.get("Retry-After")))
            raise FetchError(f"{url.host} answered {status} {response.reason_phrase}".rstrip(), lasting=False)
        self._hosts.answered(host)
        if status in REDIRECTS and headers.get("Location"):
            try:
                return url.join(headers["Location"])
            except (httpx.InvalidURL, UnicodeError) as error:
                raise FetchError(f"{url} leads to no address ({error})", lasting=True) from error
        if status not in (200, 304):
            raise FetchError(f"{url.host} answered {status} {response.reason_phrase}".rstrip(), lasting=True)
        kind = headers.get("Content-Type", "").partition(";")[0].strip().lower()
        return Fetched(
            str(url), status == 200, body, cut, response.charset_encoding, kind, headers.get("ETag"), headers.get("Last-Modified")
        )


class _Body:
    """A body as it comes in, unpacked no further than the limit (bytes)."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._parts = bytearray()

    @property
    def content(self) -> bytes:
        return bytes(self._parts)

    async def read(self, response: httpx.Response) -> str | None:
        """Read to the end, or to the limit; returns why it is not whole, None when it is. Raises what httpx and zlib do."""
        packing = response.headers.get("Content-Encoding", "").strip().lower()
        if packing not in ("", "identity", "gzip", "x-gzip", "deflate"):
            return f"is packed as {packing}, which was not asked for"
        unpacker = zlib.decompressobj(zlib.MAX_WBITS | 32) if packing not in ("", "identity") else None
        async for block in response.aiter_raw():
            room = self._limit - len(self._parts)
            # Not a byte more is unpacked than there is room for: a small answer can hold a gigabyte.
            self._parts += unpacker.decompress(block, room + 1) if unpacker else block[: room + 1]
            if len(self._parts) > self._limit:
                del self._parts[self._limit :]
                return f"is longer than {self._limit:,} bytes"
        return "ends before its end" if unpacker and not unpacker.eof else None


def _place(url: httpx.URL) -> str:
    return url.netloc.decode("ascii")
