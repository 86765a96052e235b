"""The same happening told twice: from tellings to stories.

Not for how they are kept: that is the ledger's (ledger/stories.py).
"""

from dragoman.merging.pairs import REACH, Telling, links
from dragoman.merging.stories import Story, clusters, story_of

__all__ = ["REACH", "Story", "Telling", "clusters", "links", "story_of"]
