"""From files, folders, globs and standard input to reports.

`read` yields a Report for each text and a Rejected, with its place and what to do, for what is none. It never stops
at bad input. Not for cleaning the text: every report keeps its characters as they came in.
"""

from dragoman.reading.sources import SUFFIXES, read

__all__ = ["SUFFIXES", "read"]
