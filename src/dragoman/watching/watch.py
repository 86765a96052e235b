"""The rounds: poll the feeds that are due, code what is new, remember it, sleep until the next is due."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from msgspec.structs import replace

from dragoman.ledger import Ledger, LedgerError
from dragoman.reading.checks import MAX_CHARACTERS, checked
from dragoman.reading.feeds import read_items
from dragoman.reading.pages import page_report
from dragoman.records import Rejected, Report
from dragoman.watching.config import Feed, Settings
from dragoman.watching.fetching import FEED_TYPES, PAGE_TYPES, Fetched, Fetcher, FetchError
from dragoman.watching.hosts import Away, Hosts, backoff
from dragoman.watching.state import FeedState, State, Waiting

if TYPE_CHECKING:
    from dragoman.coding import Coder

# Reports between two commits: what an interruption waits for.
BATCH = 16
# How often a page is asked for before its item's own words are coded instead.
TRIES = 4
# The ledger may be open elsewhere for a moment; how often a second is waited for it before the next round's turn.
LEDGER_TRIES = 5
LEDGER_PAUSE = 30.0
HTML = ("text/html", "application/xhtml+xml")
LEAST_SLEEP, MOST_SLEEP = 1.0, 3600.0
T = TypeVar("T")


class Ready(NamedTuple):
    """An item whose text is there: the report or why there is none, and what is told besides."""

    item: str
    found: Report | Rejected
    notes: tuple[Rejected, ...] = ()


class Watch:
    """Goes round the feeds of the settings, coding into their ledger. Build it once, `run` it, `close` it.

    say: is given each line for people: one a round, and one for each thing that failed or was set aside.
    total: counts of what was done, of all rounds: polled, unchanged, failed, new, coded, events, set aside, waiting.
    The ledger is opened for moments only, so that others can read it between two batches.
    Raises LedgerError or StateError when ledger or state cannot be used.
    """

    def __init__(self, settings: Settings, coder: Coder, say: Callable[[str], None]) -> None:
        self._settings, self._coder, self._say = settings, coder, say
        self._limit = int(settings.megabytes * 1024 * 1024)
        self._feeds = {feed.url: feed for feed in settings.feeds}
        # Before the ledger is made: a kill between the two must not leave a new ledger beside old memories.
        self._state = State(state_path(settings.ledger), anew=not settings.ledger.exists())
        Ledger(settings.ledger).close()
        self._hosts = Hosts(self._state, settings.delay, settings.backoff)
        self._stop = asyncio.Event()
        self._round: Counter[str] = Counter()
        self._aside: list[Rejected] = []
        self.total: Counter[str] = Counter()

    def close(self) -> None:
        """Let the state go."""
        self._state.close()

    def stop(self) -> None:
        """End after the reports that are being coded; call it in the event loop's thread."""
        self._stop.set()

    async def run(self, once: bool = False) -> None:
        """Go round until stopped; with `once`, one round of what is due."""
        settings = self._settings
        allow = frozenset(settings.allow)
        async with Fetcher(self._hosts, settings.agent, settings.timeout, self._limit, allow) as fetcher:
            while not self._stop.is_set():
                self._round = Counter()
                await self._go_round(fetcher)
                due = self._state.next_due(list(self._feeds))
                self.total.update(self._round)
                last = once or self._stop.is_set()
                self._say(_line(self._round, None if last else due))
                if last:
                    return
                await self._unless_stopped(asyncio.sleep(min(max(due - time.time(), LEAST_SLEEP), MOST_SLEEP)))

    async def _unless_stopped(self, work: Coroutine[Any, Any, T]) -> T | None:
        """What the work gives; None, and the work is broken off, when the watch is stopped before."""
        task, stop = asyncio.create_task(work), asyncio.create_task(self._stop.wait())
        try:
            await asyncio.wait((task, stop), return_when=asyncio.FIRST_COMPLETED)
            return task.result() if task.done() else None
        finally:
            for one in (task, stop):
                one.cancel()
            await asyncio.gather(task, stop, return_exceptions=True)

    async def _go_round(self, fetcher: Fetcher) -> None:
        await self._unless_stopped(_all(self._poll(fetcher, feed) for feed in self._feeds.values()))
        queue: asyncio.Queue[Ready | None] = asyncio.Queue()
        producing = asyncio.create_task(self._produce(fetcher, queue))
        try:
            more = True
            while more and not self._stop.is_set():
                batch = [await self._unless_stopped(queue.get())]
                while batch[-1] is not None and len(batch) < BATCH and not queue.empty():
                    batch.append(queue.get_nowait())
                more = batch[-1] is not None
                more = await self._keep([one for one in batch if one is not None]) and more
        finally:
            producing.cancel()
            await asyncio.gather(producing, return_exceptions=True)

    async def _poll(self, fetcher: Fetcher, feed: Feed) -> None:
        """Ask a feed that is due for its items, and let the new ones wait to be coded."""
        known, interval, url = self._state.feed(feed.url), self._settings.seconds(feed), feed.url
        if known.due > time.time():
            return
        try:
            got = await fetcher.fetch(url, FEED_TYPES, known.etag, known.modified)
        except Away as away:
            self._state.polled(url, known._replace(due=away.until))
            self._say(f"{url}: {away}")
            return
        except FetchError as error:
            self._failed(url, known, str(error), interval if error.lasting else 0.0)
            return
        if not got.changed:
            self._round.update(("polled", "unchanged"))
            self._state.polled(url, known._replace(due=time.time() + interval, failures=0))
            return
        found = await asyncio.to_thread(lambda: list(read_items(got.body, url, got.charset)))
        items = [replace(one, publisher=feed.publisher or one.publisher) for one in found if isinstance(one, Report)]
        rejected = [one for one in found if isinstance(one, Rejected)]
        self._set_aside(rejected)
        if got.cut or (rejected and not items):
            # Without validators, so that the whole feed is asked for the next time.
            self._failed(url, FeedState(failures=known.failures), got.cut or "gave no item", 0.0 if got.cut else interval, items)
        else:
            self._round.update(polled=1, new=self._state.polled(url, _next(got, interval), items))

    def _failed(self, url: str, known: FeedState, reason: str, least: float, items: Sequence[Report] = ()) -> None:
        """Note that a poll failed, if not wholly, and when it is tried again: after `least` seconds or more."""
        failures = known.failures + 1
        due = time.time() + max(backoff(failures, self._settings.backoff), least)
        self._round.update(polled=1, failed=1, new=self._state.polled(url, known._replace(due=due, failures=failures), items))
        self._say(f"{url}: {reason}; tried again at {_clock(due)}")

    def _set_aside(self, rejected: Sequence[Rejected]) -> None:
        for one in rejected:
            self._say(f"set aside: {one}")
        self._round["set aside"] += len(rejected)
        self._aside += rejected

    async def _produce(self, fetcher: Fetcher, queue: asyncio.Queue[Ready | None]) -> None:
        """Give the waiting items as their texts come, and None behind the last."""

        async def give(waiting: Waiting) -> None:
            ready = await self._ready(fetcher, waiting)
            if ready is not None:
                queue.put_nowait(ready)

        try:
            await _all(give(waiting) for waiting in self._state.waiting())
        finally:
            queue.put_nowait(None)

    async def _ready(self, fetcher: Fetcher, waiting: Waiting) -> Ready | None:
        """The report of an item, with its page's text where that is wanted and can be had; None where it goes on waiting."""
        feed, report = self._feeds.get(waiting.feed), waiting.report
        link = report.source or ""
        notes: tuple[Rejected, ...] = ()
        if feed is not None and feed.fetch == "page" and link.startswith(("http://", "https://")):
            try:
                page = await self._page(fetcher, link)
                report = replace(
                    report,
                    text=page.text,
                    title=report.title or page.title,
                    published=report.published or page.published,
                    publisher=report.publisher or page.publisher,
                )
            except Away as away:
                self._postpone(report.id, away.until, tried=False)
                return None
            except FetchError as error:
                if not error.lasting and waiting.tries + 1 < TRIES:
                    due = time.time() + backoff(waiting.tries + 1, self._settings.backoff)
                    self._say(f"{link}: {error}; tried again at {_clock(due)}")
                    self._postpone(report.id, due, tried=True)
                    return None
                reason, advice = f"the page was not read ({error})", "what the feed says of it stands in its place"
                notes = (Rejected(source=link, reason=reason, advice=advice),)
        english = feed is not None and feed.language == "en"
        return Ready(report.id, next(checked([report], MAX_CHARACTERS, english)), notes)

    def _postpone(self, item: str, due: float, tried: bool) -> None:
        self._round["waiting"] += 1
        self._state.postpone(item, due, tried)

    async def _page(self, fetcher: Fetcher, link: str) -> Report:
        """The report of a linked page. Raises FetchError and Away."""
        got = await fetcher.fetch(link, PAGE_TYPES)
        if got.cut:
            # A page that is too long now is so the next time; one that broke off may not.
            raise FetchError(f"it {got.cut}", lasting=len(got.body) >= self._limit)
        if got.kind and got.kind not in HTML:
            raise FetchError(f"it is {got.kind}, no HTML", lasting=True)
        found = await asyncio.to_thread(page_report, got.body, link)
        if isinstance(found, Rejected):
            raise FetchError(found.reason, lasting=True)
        return found

    async def _keep(self, batch: Sequence[Ready]) -> bool:
        """Code a batch into the ledger, and only then call its items seen. False when the ledger cannot be had now."""
        for one in batch:
            self._set_aside([*one.notes, *([one.found] if isinstance(one.found, Rejected) else [])])
        if not batch and not self._aside:
            return True
        try:
            reports = [one.found for one in batch if isinstance(one.found, Report)]
            self._round.update(await asyncio.to_thread(self._code, reports, self._aside))
        except LedgerError as error:
            self._say(f"{error}; tried again in {LEDGER_PAUSE:g} s")
            for one in batch:
                self._postpone(one.item, time.time() + LEDGER_PAUSE, tried=False)
            return False
        self._aside = []
        self._state.done(one.item for one in batch)
        return True

    def _code(self, reports: Sequence[Report], rejected: Sequence[Rejected]) -> Counter[str]:
        version = self._coder.version
        with self._ledger() as ledger:
            # Known are those that a run coded which was killed before it could say so.
            known = ledger.known([report.id for report in reports], version)
        coded = list(self._coder.code_many(report for report in reports if report.id not in known))
        with self._ledger() as ledger:
            events = ledger.add(coded, version)
            ledger.set_aside(rejected)
        return Counter(coded=len(coded), events=events)

    def _ledger(self) -> Ledger:
        """The ledger, opened to write. Raises LedgerError when another program keeps it open for some seconds."""
        for _ in range(LEDGER_TRIES - 1):
            try:
                return Ledger(self._settings.ledger)
            except LedgerError:
                time.sleep(1.0)
        return Ledger(self._settings.ledger)


def state_path(ledger: Path) -> Path:
    """Where the state of the watch that fills a ledger lies."""
    return ledger.with_name(f"{ledger.name}.watch")


async def _all(work: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Do all of it side by side; where one part raises, the others are broken off."""
    async with asyncio.TaskGroup() as group:
        for one in work:
            group.create_task(one)


def _next(got: Fetched, interval: float) -> FeedState:
    return FeedState(got.etag, got.modified, time.time() + interval)


def _clock(stamp: float) -> str:
    return time.strftime("%H:%M:%S UTC", time.gmtime(stamp))


def _line(counts: Counter[str], due: float | None) -> str:
    """What a round did, for people."""
    polled = ", ".join(f"{counts[word]:,} {word}" for word in ("unchanged", "failed") if counts[word])
    parts = [f"{counts['polled']:,} feeds polled" + (f" ({polled})" if polled else ""), f"{counts['new']:,} new items"]
    parts += [f"{counts['coded']:,} coded", f"{counts['events']:,} events"]
    parts += [f"{counts[word]:,} {word}" for word in ("set aside", "waiting") if counts[word]]
    return f"{_clock(time.time())}: {'; '.join(parts)}" + (f"; next at {_clock(due)}" if due is not None else "")
