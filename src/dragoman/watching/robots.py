"""What a host's robots.txt allows us, by protego; asked once a day (RFC 9309)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from protego import Protego

# The word that a robots.txt names us by.
NAME = "Dragoman"
KEPT = 24 * 3600.0


class Robots:
    """The rules of each host.

    ask: fetches a robots.txt, and returns its bytes, or None where the host has none. What it raises is passed on: while
    a host cannot say what it allows, nothing of it is fetched.
    """

    def __init__(self, ask: Callable[[httpx.URL], Awaitable[bytes | None]]) -> None:
        self._ask = ask
        self._rules: dict[str, tuple[float, Protego]] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def rules(self, url: httpx.URL) -> Protego:
        """The rules of this address's host."""
        from protego import Protego

        place = f"{url.scheme}://{url.netloc.decode('ascii')}"
        async with self._locks.setdefault(place, asyncio.Lock()):
            asked, rules = self._rules.get(place, (0.0, None))
            if rules is None or time.monotonic() - asked > KEPT:
                raw = await self._ask(httpx.URL(f"{place}/robots.txt"))
                rules = Protego.parse((raw or b"").decode("utf-8", "replace"))
                self._rules[place] = (time.monotonic(), rules)
            return rules
