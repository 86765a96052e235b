"""The fetcher against a server that misbehaves."""

import asyncio
import gzip
import itertools
import time
import zlib
from collections.abc import Awaitable, Callable
from email.utils import formatdate
from pathlib import Path

import pytest

from dragoman.watching.fetching import FEED_TYPES, Fetched, Fetcher, FetchError
from dragoman.watching.hosts import Away, Hosts, backoff, retry_after
from dragoman.watching.state import State
from tests.watching.server import Server, answer, dripping_headers, endless, in_turn

LIMIT = 200_000
Ask = Callable[..., Fetched]


class Asking:
    """A fetcher with short waits; `ask` runs one or more fetches on it."""

    def __init__(self, folder: Path, allow: str = "127.0.0.1", delay: float = 0.0) -> None:
        self.state = State(folder / "state")
        self.hosts = Hosts(self.state, delay, 0.2)
        self._allow = frozenset([allow])

    def run(self, work: Callable[[Fetcher], Awaitable[object]]) -> object:
        async def go() -> object:
            async with Fetcher(self.hosts, "Dragoman/test (+a@b.org)", 0.6, LIMIT, self._allow) as fetcher:
                return await work(fetcher)

        return asyncio.run(go())

    def ask(self, url: str, **validators: str) -> Fetched:
        found = self.run(lambda fetcher: fetcher.fetch(url, FEED_TYPES, **validators))
        assert isinstance(found, Fetched)
        return found


@pytest.fixture
def asking(tmp_path: Path) -> Asking:
    return Asking(tmp_path)


def test_who_asks_and_what_is_known_is_told(server: Server, asking: Asking) -> None:
    server.routes["/a"] = answer(200, "hello", ETag='"1"', Last_Modified="Tue", Content_Type="text/xml; charset=koi8-r")
    found = asking.ask(f"{server.url}/a")
    assert (found.body, found.etag, found.modified, found.charset, found.kind) == (b"hello", '"1"', "Tue", "koi8-r", "text/xml")
    server.routes["/a"] = answer(304)
    again = asking.ask(f"{server.url}/a", etag='"1"', modified="Tue")
    assert not again.changed
    _, _, headers = server.asked[-1]
    assert headers["If-None-Match"] == '"1"'
    assert headers["If-Modified-Since"] == "Tue"
    assert headers["User-Agent"] == "Dragoman/test (+a@b.org)"
    assert headers["Host"] == f"127.0.0.1:{server.port}"


def test_a_name_is_told_though_its_address_is_connected_to(server: Server, tmp_path: Path) -> None:
    server.routes["/a"] = answer(200, "hello")
    found = Asking(tmp_path, allow="localhost").ask(f"http://localhost:{server.port}/a")
    assert (found.body, found.url) == (b"hello", f"http://localhost:{server.port}/a")
    assert server.asked[-1][2]["Host"] == f"localhost:{server.port}"


def test_a_host_that_fails_is_left_alone_then_asked_again(server: Server, asking: Asking) -> None:
    server.routes["/a"] = in_turn(answer(500), answer(200, "well again"))
    with pytest.raises(FetchError, match="answered 500") as error:
        asking.ask(f"{server.url}/a")
    assert not error.value.lasting
    with pytest.raises(Away):
        asking.ask(f"{server.url}/a")
    assert server.paths() == ["/a"]
    time.sleep(0.3)
    assert asking.ask(f"{server.url}/a").body == b"well again"
    assert asking.state.host(f"127.0.0.1:{server.port}").failures == 0


@pytest.mark.parametrize("dated", [False, True])
def test_retry_after_is_obeyed(server: Server, asking: Asking, dated: bool) -> None:
    asked = formatdate(time.time() + 120, usegmt=True) if dated else "120"
    server.routes["/a"] = answer(429, Retry_After=asked)
    with pytest.raises(FetchError, match="429"):
        asking.ask(f"{server.url}/a")
    assert 100 < asking.state.host(f"127.0.0.1:{server.port}").until - time.time() < 130


def test_retry_after_is_read_whatever_it_says() -> None:
    assert [retry_after(text) for text in (None, "", "soon", "-5", "7", "9" * 50)] == [None, None, None, None, 7.0, 86400.0]


def test_backoff_doubles_up_to_hours() -> None:
    assert 45 <= backoff(1, 60) <= 75
    assert 360 <= backoff(4, 60) <= 600
    assert backoff(1000, 60) <= 1.25 * 6 * 3600


def test_slow_answers_are_cut_off(server: Server, asking: Asking) -> None:
    server.routes["/drip"] = endless(b"x", 0.05, b"<rss>")
    begun = time.monotonic()
    found = asking.ask(f"{server.url}/drip")
    assert found.cut == "took longer than 0.6 s"
    assert found.body.startswith(b"<rss>x")
    server.routes["/headers"] = dripping_headers
    with pytest.raises(FetchError, match="took longer than"):
        asking.ask(f"{server.url}/headers")
    assert time.monotonic() - begun < 3


def test_a_body_shorter_than_it_claims_is_told_as_cut(server: Server, asking: Asking) -> None:
    server.routes["/a"] = answer(200, "half of it", length=1000)
    found = asking.ask(f"{server.url}/a")
    assert found.body == b"half of it"
    assert found.cut
    packed = gzip.compress(b"some words " * 1000)
    server.routes["/b"] = answer(200, packed[:-9], Content_Encoding="gzip")
    assert asking.ask(f"{server.url}/b").cut == "ends before its end"
    server.routes["/c"] = answer(200, b"no gzip at all", Content_Encoding="gzip")
    with pytest.raises(FetchError):
        asking.ask(f"{server.url}/c")


def test_a_body_without_end_is_cut_at_the_limit(server: Server, asking: Asking) -> None:
    server.routes["/a"] = endless(b"x" * 65536)
    found = asking.ask(f"{server.url}/a")
    assert (len(found.body), found.cut) == (LIMIT, "is longer than 200,000 bytes")


def test_a_small_body_that_unpacks_to_a_gigabyte_is_cut_at_the_limit(server: Server, asking: Asking) -> None:
    packer = zlib.compressobj(9, wbits=31)
    block = bytes(1024 * 1024)
    bomb = b"".join(packer.compress(block) for _ in range(100)) + packer.flush()
    server.routes["/a"] = answer(200, bomb, Content_Encoding="gzip")
    found = asking.ask(f"{server.url}/a")
    assert (len(found.body), found.cut) == (LIMIT, "is longer than 200,000 bytes")


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("http://169.254.169.254/latest/meta-data/", "no public address"),
        ("http://10.0.0.1/", "no public address"),
        ("http://localhost:{port}/secret", "no public address"),
        ("http://[::1]:{port}/secret", "no public address"),
        ("http://2130706433:{port}/secret", "no public address"),
        ("http://0.0.0.0:{port}/secret", "no public address"),
        ("file:///etc/passwd", "no web address"),
        ("gopher://example.org/", "no web address"),
    ],
)
def test_redirects_into_the_own_network_are_refused(server: Server, asking: Asking, target: str, reason: str) -> None:
    server.routes["/secret"] = answer(200, "secret")
    server.routes["/a"] = answer(302, Location=target.format(port=server.port))
    with pytest.raises(FetchError, match=reason) as error:
        asking.ask(f"{server.url}/a")
    assert error.value.lasting
    assert server.paths() == ["/a"]


def test_nothing_private_is_asked_that_is_not_allowed(server: Server, tmp_path: Path) -> None:
    with pytest.raises(FetchError, match=r"127\.0\.0\.1 is 127\.0\.0\.1, which is no public address"):
        Asking(tmp_path, allow="other.example").ask(f"{server.url}/a")
    assert server.asked == []


def test_redirects_are_followed_but_not_for_ever(server: Server, asking: Asking) -> None:
    server.routes["/a"] = answer(301, Location="b")
    server.routes["/b"] = answer(308, Location=f"{server.url}/c")
    server.routes["/c"] = answer(200, "here")
    found = asking.ask(f"{server.url}/a")
    assert (found.body, found.url) == (b"here", f"{server.url}/c")
    server.routes["/c"] = answer(302, Location="/a")
    with pytest.raises(FetchError, match="more than 5 times"):
        asking.ask(f"{server.url}/a")


def test_robots_are_obeyed_at_every_hop_and_asked_once(server: Server, asking: Asking) -> None:
    server.routes["/robots.txt"] = answer(200, "User-agent: *\nDisallow: /private\n")
    server.routes["/a"] = answer(302, Location="/private/b")
    server.routes["/c"] = answer(200, "open")

    async def both(fetcher: Fetcher) -> None:
        with pytest.raises(FetchError, match=r"robots.txt does not allow .*/private/b") as error:
            await fetcher.fetch(f"{server.url}/a", FEED_TYPES)
        assert error.value.lasting
        assert (await fetcher.fetch(f"{server.url}/c", FEED_TYPES)).body == b"open"

    asking.run(both)
    assert server.paths() == ["/a", "/c"]
    assert [path for path, _, _ in server.asked].count("/robots.txt") == 1


def test_while_robots_cannot_be_had_nothing_is_fetched(server: Server, asking: Asking) -> None:
    server.routes["/robots.txt"] = answer(503)
    server.routes["/a"] = answer(200, "open")
    with pytest.raises(FetchError, match=r"robots\.txt cannot be had") as error:
        asking.ask(f"{server.url}/a")
    assert not error.value.lasting
    assert server.paths() == []


def test_a_host_is_asked_one_thing_at_a_time_with_a_pause(server: Server, tmp_path: Path) -> None:
    for name in "abc":
        server.routes[f"/{name}"] = answer(200, name)

    async def three(fetcher: Fetcher) -> None:
        await asyncio.gather(*(fetcher.fetch(f"{server.url}/{name}", FEED_TYPES) for name in "abc"))

    Asking(tmp_path, delay=0.15).run(three)
    times = [when for _, when, _ in server.asked]
    assert len(times) == 4
    assert all(later - earlier >= 0.14 for earlier, later in itertools.pairwise(times))


def test_a_robots_crawl_delay_is_kept(server: Server, asking: Asking) -> None:
    server.routes["/robots.txt"] = answer(200, "User-agent: dragoman\nCrawl-delay: 0.3\n")
    server.routes["/a"] = answer(200, "a")

    async def twice(fetcher: Fetcher) -> None:
        await fetcher.fetch(f"{server.url}/a", FEED_TYPES)
        await fetcher.fetch(f"{server.url}/a", FEED_TYPES)

    asking.run(twice)
    *_, first, second = [when for _, when, _ in server.asked]
    assert second - first >= 0.29


def test_a_host_that_is_not_there(asking: Asking) -> None:
    with pytest.raises(FetchError) as error:
        asking.ask("http://127.0.0.1:1/a")
    assert not error.value.lasting
    with pytest.raises(FetchError, match="is no web address"):
        asking.ask("http://x.org:port/a")
    with pytest.raises(FetchError, match="has no address"):
        asking.ask("http://no-such-host.invalid/a")
