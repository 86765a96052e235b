"""Polls feeds politely and codes what is new in them into a ledger: `dragoman watch feeds.toml`.

config.py reads the file, fetching.py asks the servers, state.py remembers, watch.py goes round. Not for reading the feeds'
markup, which is reading/feeds.py's part.
"""

from dragoman.watching.config import ConfigError, Settings, read_settings
from dragoman.watching.state import StateError
from dragoman.watching.watch import Watch

__all__ = ["ConfigError", "Settings", "StateError", "Watch", "read_settings"]
