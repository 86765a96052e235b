"""Where an act happened: from the words of a place to country, region or city with coordinates.

Not for finding the words (the extractor does) nor for actors' countries (`actors`).
"""

from dragoman.places.gazetteer import Gazetteer, gazetteer
from dragoman.places.resolver import PlaceResolver

__all__ = ["Gazetteer", "PlaceResolver", "gazetteer"]
