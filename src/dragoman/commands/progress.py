"""A progress line on a terminal, nothing where the output is piped."""

from __future__ import annotations

import sys


class progress:
    """`with progress() as advance:` gives what is called with the number of reports and events done."""

    def __enter__(self):  # type: ignore[no-untyped-def]
        if not sys.stderr.isatty():
            return lambda reports, events: None
        from rich.console import Console
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        self._bar = Progress(SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=Console(stderr=True))
        self._bar.start()
        task = self._bar.add_task("reading")
        return lambda reports, events: self._bar.update(task, description=f"{reports:,} reports, {events:,} events")

    def __exit__(self, *_: object) -> None:
        if hasattr(self, "_bar"):
            self._bar.stop()
