"""Whole rounds: a real server, the packaged model, a ledger."""

import asyncio
import html
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from dragoman import Coder, Ledger
from dragoman.cli import app
from dragoman.watching import Settings, StateError, Watch, read_settings
from dragoman.watching.watch import state_path
from tests.watching.server import Server, answer, endless, in_turn, item, rss, unless_known

Write = Callable[..., Path]


@pytest.fixture
def write(server: Server, tmp_path: Path) -> Write:
    def write(*feeds: str, top: str = "", more: str = "") -> Path:
        """A feeds.toml with short waits over these paths of the server; more: further lines of each table."""
        file = tmp_path / "feeds.toml"
        tables = "".join(f'[[feeds]]\nurl = "{server.url}{path}"\n{more}\n' for path in feeds or ("/a.rss",))
        file.write_text(
            'ledger = "news.duckdb"\ncontact = "desk@example.org"\nallow = ["127.0.0.1"]\ndelay = 0\nbackoff = 0.1\n'
            f"interval = 0.0001\ntimeout = 0.6\nmegabytes = 0.2\n{top}\n{tables}"
        )
        return file

    return write


class Rounds:
    """Rounds of one watch after another, each as `--once` would do it; what was said is kept."""

    def __init__(self, coder: Coder) -> None:
        self._coder = coder
        self.said: list[str] = []

    def once(self, file: Path) -> dict[str, int]:
        self.said = []
        watch = Watch(read_settings(file), self._coder, self.said.append)
        try:
            asyncio.run(watch.run(once=True))
        finally:
            watch.close()
        return {name: count for name, count in watch.total.items() if count}


@pytest.fixture
def rounds(coder: Coder) -> Rounds:
    return Rounds(coder)


def reports(file: Path) -> list[tuple[str, ...]]:
    with Ledger(file.parent / "news.duckdb", read_only=True) as ledger:
        return ledger.sql("SELECT source, publisher, published::VARCHAR, text FROM reports ORDER BY source").rows()


def sources(file: Path) -> list[str]:
    return [row[0].removeprefix("https://news.example/") for row in reports(file)]


def rejected(file: Path) -> str:
    with Ledger(file.parent / "news.duckdb", read_only=True) as ledger:
        return "\n".join(" ".join(row) for row in ledger.sql("SELECT source, reason FROM rejected").rows())


def test_new_items_are_coded_once_and_the_feed_is_asked_for_changes(server: Server, write: Write, rounds: Rounds) -> None:
    server.routes["/a.rss"] = unless_known('"1"', answer(200, rss([item(1), item(2), item(1)]), ETag='"1"'))
    file = write()
    assert rounds.once(file) == {"polled": 1, "new": 2, "coded": 2, "events": rounds_events(file)}
    source, publisher, published, text = reports(file)[0]
    assert (source, publisher, published) == ("https://news.example/1", "Example Wire", "2025-09-02")
    # Its summary goes on from its title, which is not told twice.
    assert text == "France expelled two Russian diplomats on Monday, the ministry said in its statement no. 1."
    time.sleep(0.01)
    assert rounds.once(file) == {"polled": 1, "unchanged": 1}
    server.routes["/a.rss"] = answer(200, rss([item(3), item(1)]), ETag='"2"')
    time.sleep(0.01)
    assert rounds.once(file)["coded"] == 1
    assert sources(file) == ["1", "2", "3"]


def rounds_events(file: Path) -> int:
    with Ledger(file.parent / "news.duckdb", read_only=True) as ledger:
        count = ledger.sql("SELECT count(*) FROM events").item()
    assert count
    return int(count)


def test_a_feed_is_not_asked_before_it_is_due(server: Server, write: Write, rounds: Rounds) -> None:
    server.routes["/a.rss"] = answer(200, rss([item(1)]))
    file = write(more="interval = 10")
    rounds.once(file)
    assert rounds.once(file) == {}
    assert server.paths() == ["/a.rss"]


def test_a_failing_feed_costs_the_others_nothing(server: Server, write: Write, rounds: Rounds) -> None:
    server.routes["/a.rss"] = in_turn(answer(500), answer(200, rss([item(1)])))
    server.routes["/b.rss"] = answer(200, rss([item(2)]))
    file = write("/a.rss", "/b.rss")
    # Both lie on one host, which is left alone once it failed; so b may come later, but nothing is lost.
    assert rounds.once(file)["failed"] == 1
    assert any("answered 500" in line and "tried again at" in line for line in rounds.said)
    time.sleep(0.3)
    rounds.once(file)
    assert sources(file) == ["1", "2"]


@pytest.mark.parametrize("how", ["truncated", "stalled", "endless"])
def test_the_whole_items_of_a_feed_that_breaks_off_are_coded(server: Server, write: Write, rounds: Rounds, how: str) -> None:
    whole = rss([item(1), item(2)])
    part = whole[: whole.index("statement no. 2")].encode()
    server.routes["/a.rss"] = {
        "truncated": answer(200, part, length=len(whole), ETag='"1"'),
        "stalled": endless(b"", 0.1, part),
        "endless": endless(b"x" * 10_000, 0, part),
    }[how]
    file = write()
    counts = rounds.once(file)
    assert (counts["coded"], counts["failed"]) == (1, 1)
    assert "ends in the middle" in "".join(rounds.said)
    server.routes["/a.rss"] = unless_known('"1"', answer(200, whole, ETag='"1"'))
    time.sleep(0.3)
    assert rounds.once(file)["coded"] == 1
    assert sources(file) == ["1", "2"]


LAUGHS = '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol">' + "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefghi", "bcdefghij", strict=True)
)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ((LAUGHS + "]>" + rss([item(1, "&j;")])[38:]).encode(), "declares XML entities of its own"),
        ((LAUGHS + "]>" + rss([item(1, "&j;")])[38:]).encode("utf-16"), "declares XML entities of its own"),
        (
            b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><item><title>&x;</title>'
            b"</item></channel></rss>",
            "declares XML entities of its own",
        ),
        (b"<html><body>Not here any more</body></html>", "is no RSS or Atom feed"),
        (b'<opml version="1.0"><channel/></opml>', "is no RSS or Atom feed"),
        (b"\x89PNG\r\n" + bytes(100), "is binary"),
        (b"", "holds no text"),
        (b"<a>" * 60_000 + b"</rss>", "is no RSS or Atom feed"),
    ],
)
def test_what_is_no_feed_is_named(server: Server, write: Write, rounds: Rounds, body: bytes, reason: str) -> None:
    server.routes["/a.rss"] = answer(200, body)
    file = write()
    begun = time.monotonic()
    assert rounds.once(file)["failed"] == 1
    assert time.monotonic() - begun < 5
    assert reason in rejected(file)
    assert "root:" not in "".join(rounds.said)
    assert sources(file) == []


def test_pages_are_coded_where_they_can_be_had(server: Server, write: Write, rounds: Rounds) -> None:
    words = "The president of France met the chancellor of Germany in Berlin on Monday, and they said the talks were good. "
    page = f"<html><body><nav>News Sport</nav><article><p>{words * 2}</p><p>{words * 3}</p></article></body></html>"
    links = {1: "/1", 2: "/2", 3: "/3", 4: "/4", 5: "/5", 6: "/6"}
    server.routes |= {
        "/1": answer(200, page, Content_Type="text/html; charset=utf-8"),
        "/2": answer(404),
        "/3": answer(302, Location="http://169.254.169.254/"),
        "/4": answer(200, b"%PDF", Content_Type="application/pdf"),
        "/5": answer(200, "<html>" + "<div>" * 30_000 + "<script>alert(1)</script>", Content_Type="text/html"),
        "/robots.txt": answer(200, "User-agent: *\nDisallow: /6\n"),
        "/a.rss": answer(200, rss(item(n, link=server.url + link) for n, link in links.items())),
    }
    file = write(more='fetch = "page"\npublisher = "The Wire"')
    counts = rounds.once(file)
    assert (counts["coded"], counts["set aside"]) == (6, 5)
    found = reports(file)
    assert found[0][0] == f"{server.url}/1"
    assert found[0][1:3] == ("The Wire", "2025-09-02")
    assert found[0][3].startswith("The president of France met")
    assert all("France expelled" in text for *_, text in found[1:])
    for reason in ("answered 404", "no public address", "application/pdf", "no article was found", "does not allow"):
        assert reason in rejected(file)


def test_a_page_that_fails_for_a_while_is_waited_for(server: Server, write: Write, rounds: Rounds) -> None:
    words = "The president of France met the chancellor of Germany in Berlin on Monday, and they said the talks were good. "
    page = answer(200, f"<html><body><article><p>{words * 4}</p></article></body></html>", Content_Type="text/html")
    server.routes["/1"] = in_turn(answer(503), page)
    # The item has left the feed by then.
    server.routes["/a.rss"] = in_turn(answer(200, rss([item(1, link=f"{server.url}/1")])), answer(200, rss([item(2)])))
    file = write(more='fetch = "page"')
    assert rounds.once(file)["waiting"] == 1
    assert sources(file) == []
    file = write(more='fetch = "page"\ninterval = 10')
    for _ in range(3):
        time.sleep(0.3)
        rounds.once(file)
    assert any(text.startswith("The president of France met") for *_, text in reports(file))


def test_items_of_all_sorts(server: Server, write: Write, rounds: Rounds) -> None:
    strange = [
        item(1, pubDate=""),
        item(2, pubDate="yesterday"),
        item(3, pubDate="Tue, 02 Sep 2999 10:00:00 GMT"),
        item(4, pubDate="Tue, 02 Sep 2025 23:30:00 -0500"),
        item(
            5,
            description=html.escape("<script>evil()</script><p>Iran &amp; Iraq signed a pact.</p><img src=x onerror=y>"),
        ),
        item(6, description="Der Präsident hat mit dem Kanzler über die neuen Zölle gesprochen und reist weiter.", title=""),
        item(7, title="", description="", link="", guid=""),
        item(8, title="", description="", guid="", link="javascript:alert(1)"),
    ]
    server.routes["/a.rss"] = answer(200, rss(strange).replace("utf-8", "latin-1").encode("latin-1"))
    file = write()
    rounds.once(file)
    days = {source[-1]: day for source, _, day, _ in reports(file)}
    assert days == {"1": None, "2": None, "3": None, "4": "2025-09-03", "5": "2025-09-02"}
    assert reports(file)[4][3] == "France expelled two Russian diplomats\n\nIran & Iraq signed a pact."
    assert "does not read as English" in rejected(file)
    assert rejected(file).count("holds no text and no link") == 2


def test_a_feed_that_vouches_for_its_language_is_believed(server: Server, write: Write, rounds: Rounds) -> None:
    text = "Lula da Silva e Jair de Souza com o presidente do Brasil foram para Brasília."
    server.routes["/a.rss"] = answer(200, rss([item(1, title="", description=text)]))
    assert rounds.once(write(more='language = "en"'))["coded"] == 1


def test_killed_after_the_ledger_had_it_nothing_is_coded_twice(server: Server, write: Write, rounds: Rounds) -> None:
    server.routes["/a.rss"] = unless_known('"1"', answer(200, rss([item(1), item(2)]), ETag='"1"'))
    file = write()
    rounds.once(file)
    before = reports(file)
    # What a kill between the ledger's commit and the state's leaves behind.
    with sqlite3.connect(state_path(file.parent / "news.duckdb")) as state:
        state.execute("""UPDATE items SET report = '{"text": "seen", "id": "' || id || '"}'""")
    time.sleep(0.01)
    assert rounds.once(file) == {"polled": 1, "unchanged": 1}
    assert reports(file) == before


def test_without_its_ledger_everything_is_read_anew(server: Server, write: Write, rounds: Rounds) -> None:
    server.routes["/a.rss"] = unless_known('"1"', answer(200, rss([item(1)]), ETag='"1"'))
    file = write(more="interval = 10")
    rounds.once(file)
    (file.parent / "news.duckdb").unlink()
    assert rounds.once(file)["coded"] == 1


def test_two_watches_do_not_fill_one_ledger(server: Server, write: Write, coder: Coder) -> None:
    settings: Settings = read_settings(write())
    first = Watch(settings, coder, print)
    with pytest.raises(StateError, match="another `dragoman watch`"):
        Watch(settings, coder, print)
    first.close()


def test_a_ledger_in_use_is_waited_for_and_nothing_is_lost(server: Server, write: Write, coder: Coder) -> None:
    server.routes["/a.rss"] = answer(200, rss([item(1)]))
    file = write(more="interval = 10")
    ledger = file.parent / "news.duckdb"
    Ledger(ledger).close()
    reader = "import duckdb, sys, time; c = duckdb.connect(sys.argv[1], read_only=True); print(1, flush=True); time.sleep(2.5)"
    watch = Watch(read_settings(file), coder, print)
    with subprocess.Popen([sys.executable, "-c", reader, str(ledger)], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(duckdb.IOException):
            duckdb.connect(str(ledger))
        asyncio.run(watch.run(once=True))
    watch.close()
    assert (watch.total["coded"], watch.total["waiting"]) == (1, 0)
    assert sources(file) == ["1"]


def test_the_command_says_how_it_went(server: Server, write: Write) -> None:
    run = CliRunner()
    file = write()
    server.routes["/a.rss"] = answer(404)
    assert run.invoke(app, ["watch", str(file), "--once"]).exit_code == 2
    server.routes["/a.rss"] = answer(200, rss([item(1), item(2, title="", description="", link="", guid="")]))
    time.sleep(0.2)
    done = run.invoke(app, ["watch", str(file), "--once"])
    assert done.exit_code == 1
    assert "1 feeds polled; 1 new items; 1 coded" in done.output
    wrong = run.invoke(app, ["watch", str(file.parent / "none.toml")])
    assert wrong.exit_code == 2
    assert "none.toml: cannot be read" in wrong.output


def started(file: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "dragoman.cli", "watch", str(file), "--threads", "1"]
    command[1:3] = ["-c", "from dragoman.cli import app; app()"]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=os.environ)


def test_killed_between_rounds_and_ended_by_ctrl_c(server: Server, write: Write) -> None:
    server.routes["/a.rss"] = answer(200, rss([item(1), item(2)]))
    file = write()
    with started(file) as first:
        assert first.stderr is not None
        assert "2 new items; 2 coded" in first.stderr.readline()
        first.kill()
    server.routes["/a.rss"] = answer(200, rss([item(3), item(2)]))
    with started(file) as second:
        assert second.stderr is not None
        assert "1 new items; 1 coded" in second.stderr.readline()
        second.send_signal(signal.SIGINT)
        _, rest = second.communicate(timeout=10)
        assert second.returncode == 0
        assert "ending when the reports in hand are coded" in rest
    assert sources(file) == ["1", "2", "3"]
