"""Manners towards a host: one request at a time, a pause between two, and to keep away after a failure or when asked to."""

from __future__ import annotations

import asyncio
import email.utils
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from dragoman.watching.state import HostState, State

DAY = 24 * 3600.0
# The longest back-off, and the longest pause between two requests that a robots.txt can ask for.
MOST_BACKOFF = 6 * 3600.0
MOST_DELAY = 60.0


class Away(Exception):
    """A host is not to be asked yet. until: the time (seconds of the epoch) from which on it may be."""

    def __init__(self, host: str, until: float) -> None:
        super().__init__(f"{host} is left alone until {time.strftime('%H:%M:%S', time.gmtime(until))} UTC")
        self.until = until


def backoff(failures: int, base: float) -> float:
    """Seconds to wait after so many failures in a row: the base, doubled with each, a quarter more or less of it by chance."""
    return min(base * 2.0 ** min(failures - 1, 30), MOST_BACKOFF) * random.uniform(0.75, 1.25)


def retry_after(header: str | None) -> float | None:
    """Seconds that a Retry-After header asks for, from its number or date; a day at most, None where it says nothing."""
    text = (header or "").strip()
    if text.isdecimal():
        return min(float(text[:9]), DAY)
    try:
        return min(max(email.utils.parsedate_to_datetime(text).timestamp() - time.time(), 0.0), DAY)
    except (ValueError, TypeError):
        return None


class Hosts:
    """What is known of each host (`name:port`), kept in the state so that a restart keeps its manners.

    delay: seconds between the end of one request and the beginning of the next. base: seconds of the first back-off.
    """

    def __init__(self, state: State, delay: float, base: float) -> None:
        self._state, self._delay, self._base = state, delay, base
        self._locks: dict[str, asyncio.Lock] = {}
        self._next: dict[str, float] = {}
        self._asked: dict[str, float] = {}

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait until the host can be asked. Raises Away when it is backed off from."""
        async with self._locks.setdefault(host, asyncio.Lock()):
            await asyncio.sleep(self._next.get(host, 0.0) - time.monotonic())
            until = self._state.host(host).until
            if until > time.time():
                raise Away(host, until)
            try:
                yield
            finally:
                self._next[host] = time.monotonic() + max(self._delay, self._asked.get(host, 0.0))

    def slow_down(self, host: str, seconds: float | None) -> None:
        """Keep to the pause that its robots.txt asks for."""
        self._asked[host] = min(seconds or 0.0, MOST_DELAY)

    def failed(self, host: str, after: float | None = None) -> None:
        """Keep away from it, for as long as it asks (seconds) where it does."""
        failures = self._state.host(host).failures + 1
        wait = backoff(failures, self._base)
        self._state.keep_host(host, HostState(time.time() + max(wait, after or 0.0), failures))

    def answered(self, host: str) -> None:
        """Forget its failures."""
        if self._state.host(host).failures:
            self._state.keep_host(host, HostState())
