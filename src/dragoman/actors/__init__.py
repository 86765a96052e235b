"""Who an actor is: the knowledge base and the resolver from words to `COUNTRY.SECTOR`.

Not for finding actors in text: that is the extractor's.
"""

from dragoman.actors.names import Names
from dragoman.actors.resolver import Context, Resolver

__all__ = ["Context", "Names", "Resolver"]
