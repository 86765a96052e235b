"""GraphML: who does what to whom as a network. Nodes are parties by code, edges what one did to another, by type."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO

from dragoman.formats.cameo import country_name
from dragoman.formats.rows import dyads, told
from dragoman.records import Actor, Event, Report


@dataclass(slots=True)
class _Tie:
    """What one party did to another in acts of one type."""

    quad: str
    events: int = 0
    score: float = 0.0
    confidence: float = 0.0
    first: str = "9999"
    last: str = ""


def write(records: Iterable[tuple[Report, Event]], out: IO[str], dyadic: bool, every_status: bool, left_out: Counter[str]) -> int:
    """Write a directed graph with an edge for each dyad and type; mutual acts tie each way. Returns the edges.

    An edge has the number of events, their mean score (-10 to +10) and confidence, and the first and the last day. One
    who acts on nobody named is a node without that edge. dyadic changes nothing, since every edge is a dyad.
    """
    import networkx as nx

    nodes: dict[str, Actor] = {}
    ties: dict[tuple[str, str, str], _Tie] = {}
    for _, event in told(records, every_status, left_out):
        day = str(event.when.first or event.published)
        for actor, recipient in dyads(event):
            for party in (actor, recipient):
                if party is not None:
                    nodes.setdefault(party.code, party)
            if actor is None or recipient is None:
                left_out["one-sided acts, which no edge can tell"] += 1
                continue
            tie = ties.setdefault((actor.code, recipient.code, event.type), _Tie(event.quad))
            tie.events += 1
            tie.score += event.score
            tie.confidence += event.confidence
            tie.first, tie.last = min(tie.first, day), max(tie.last, day)
    graph = nx.MultiDiGraph()
    for code, party in nodes.items():
        graph.add_node(
            code, label=code, country=party.country, sector=party.sector, country_name=country_name(party.country) or ""
        )
    for (source, target, kind), tie in ties.items():
        graph.add_edge(
            source,
            target,
            key=f"{source} {kind} {target}",  # becomes the edge's id, which must be its own in the whole file
            type=kind,
            quad=tie.quad,
            weight=tie.events,
            mean_score=round(tie.score / tie.events, 4),
            mean_confidence=round(tie.confidence / tie.events, 4),
            first_day=tie.first,
            last_day=tie.last,
        )
    for line in nx.generate_graphml(graph, named_key_ids=True):
        out.write(line + "\n")
    return len(ties)
