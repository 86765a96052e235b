"""Reports that are copies of one another: agency copy, light rewrites. Found with MinHash over runs of three words."""

from __future__ import annotations

import re
from collections.abc import Sequence

PERMUTATIONS, BANDS, SEED = 64, 16, 7
# Share of their runs of words that two reports have in common to be copies.
ALIKE = 0.5
WORD = re.compile(r"\w+")


def copies(texts: Sequence[str]) -> dict[tuple[int, int], float]:
    """Pairs of texts (by number, the lower first) that are near copies, with their estimated Jaccard similarity (0 to 1)."""
    from rensa import RMinHash, RMinHashLSH  # a package in Rust; only merging needs it

    made = []
    for text in texts:
        words = WORD.findall(text.lower())
        shingles = [" ".join(words[i : i + 3]) for i in range(max(len(words) - 2, 1))] if words else [""]
        one = RMinHash(num_perm=PERMUTATIONS, seed=SEED)
        one.update(shingles)
        made.append(one)
    index = RMinHashLSH(threshold=ALIKE, num_perm=PERMUTATIONS, num_bands=BANDS)
    found = {}
    for number, one in enumerate(made):
        for other in index.query(one):
            likeness = one.jaccard(made[other])
            if likeness >= ALIKE:
                found[other, number] = float(likeness)
        index.insert(number, one)
    return found
