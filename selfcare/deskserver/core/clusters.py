"""Tickets that may be one collective outage: the same node, the operator's side, and starts near each other.

A false one costs trust and hides a home's own fault: nothing is declared by it, an agent is shown it with reasons.
"""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from selfcare.deskserver.core.acting import DAY, HOUR, MINUTE, SURE
from selfcare.deskserver.core.putting import unpacked
from selfcare.deskserver.schema import subscribers, tickets

NEAR = 15 * MINUTE
"""Starts this close are neighbours: people round to the quarter of an hour, checks run every few minutes."""
FILED_NEAR = 10 * MINUTE
"""Where nobody knows a start, only filings within this count: people do not ask for help in the same ten minutes."""
HOMES = 3
"""Different homes that make a cluster: two happen by chance every day on a node of some hundred lines."""
OVER_USUAL = 3.0
"""So many times what the node has on average in such a time: one with many lines always has three tickets somewhere."""
LOOK_BACK = 2 * DAY
"""Tickets filed within this are looked at."""
MOST = 3000
"""Tickets looked at, the newest: 150 a second for twenty seconds; more of the same say nothing more."""
STRONG_HOMES, STRONG_SPREAD, STRONG_KNOWN = 5, 10 * MINUTE, 0.8
"""High confidence: five homes, half of them within ten minutes of the middle, four of five starts known."""
WEAK_SPREAD, WEAK_KNOWN = 30 * MINUTE, 0.5
"""Low confidence: starts further apart than this, or most of them unknown."""
OPERATOR_SIDES = ("access", "isp")
WAN_CODES = ("WAN-DOWN", "WAN-DROPS", "WAN-LOSS", "WAN-LATENCY", "WAN-JITTER")
"""Beyond the box without saying whether access or network."""
LASTING = ("ISP-IPV4-SHARED", "ISP-DNS-BLOCK", "ISP-DNS-REWRITE", "ISP-PMTU", "ACC-UNDERRATE", "WAN-FAR")
"""How a line is made, not what broke: many homes have it for ever."""


@dataclass(frozen=True, slots=True)
class Why:
    """A reason; sentence ``cluster.why.<code>`` of domain ``desk``."""

    code: str
    values: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cluster:
    """``start``: median, ms; ``spread``: half of the starts are within this of it, ms. ``codes``: how many of each.

    ``confidence``: ``high``, ``medium``, ``low`` (sentence ``cluster.confidence.<it>``); ``why``: what speaks for and
    against it.
    """

    node: str
    tickets: tuple[int, ...]
    subscribers: int
    start: int
    spread: int
    codes: Mapping[str, int]
    confidence: str
    why: tuple[Why, ...] = ()

    @property
    def count(self) -> int:
        """Of tickets."""
        return len(self.tickets)


@dataclass(frozen=True, slots=True)
class Told:
    """What a cluster is made of. ``home``: whose it is (of several PCs, too); ``since``: None where it is unknown."""

    ticket: int
    home: str
    node: str
    since: int | None
    filed: int
    code: str = ""

    @property
    def at(self) -> int:
        """The start, or for want of it the filing."""
        return self.filed if self.since is None else self.since


def operators_side() -> ColumnElement[bool]:
    """Verdicts that may be part of a collective outage: sure enough, on the operator's side, and nothing lasting."""
    t = tickets.c
    return and_(
        or_(t.side.in_(OPERATOR_SIDES), and_(t.side == "", t.verdict_code.in_(WAN_CODES))),
        t.verdict_band.in_(SURE), t.verdict_state.in_(("fault", "multiple")), t.verdict_code.not_in(LASTING),
    )  # fmt: skip


def clusters(c: Connection, now: int) -> list[Cluster]:
    """Probable ones that nobody has declared, the largest first.

    Of homes that proved who they are: keys and addresses cost nothing, and a made-up outage hides real ones.
    """
    t = tickets.c
    where = (t.created_at > now - LOOK_BACK, t.node != "", t.waiting != "", t.outage_id.is_(None), operators_side())
    names = (t.id, t.subscriber_id, t.node, t.since_at, t.created_at, t.verdict_code)
    asked = select(*names).join(subscribers, subscribers.c.id == t.subscriber_id).where(subscribers.c.proven, *where)
    rows = c.execute(asked.order_by(t.created_at.desc()).limit(MOST)).all()
    by_node: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        if row.since_at is None or now - LOOK_BACK < row.since_at <= now:
            by_node[row.node].append(row)
    crowded = [row for found in by_node.values() if len({one.subscriber_id for one in found}) >= HOMES for row in found]
    homes = _homes(c, crowded)
    return gathered(
        Told(row.id, homes[row.id], row.node, row.since_at, row.created_at, row.verdict_code) for row in crowded
    )


def gathered(told: Iterable[Told]) -> list[Cluster]:
    """Pure; the order of what is told does not matter."""
    by_node: dict[str, list[Told]] = defaultdict(list)
    for one in told:
        by_node[one.node].append(one)
    found = [cluster for node, mine in by_node.items() for cluster in _of_node(node, mine)]
    return sorted(found, key=lambda one: (-one.subscribers, one.node, one.start))


def _of_node(node: str, told: list[Told]) -> Iterable[Cluster]:
    told.sort(key=lambda one: (one.at, one.ticket))
    for group in _groups(told):
        known = [one for one in group if one.since is not None]
        if not known and len(_densest(group)) < HOMES:
            continue
        homes = {one.home for one in group}
        if len(homes) >= HOMES:
            yield _cluster(node, group, homes, len(known))


def _groups(told: Sequence[Told]) -> list[list[Told]]:
    """By density (DBSCAN on a line): who has enough homes around is of a group, with all around it."""
    enough = max(HOMES, OVER_USUAL * len({one.home for one in told}) * 2 * NEAR / LOOK_BACK)
    cores, first, last, homes = [], 0, 0, Counter[str]()
    for one in told:
        while last < len(told) and told[last].at <= one.at + NEAR:
            homes[told[last].home] += 1
            last += 1
        while told[first].at < one.at - NEAR:
            _less(homes, told[first].home)
            first += 1
        if len(homes) >= enough:
            cores.append(one.at)
    runs: list[list[int]] = []
    for at in cores:
        if runs and at - runs[-1][1] <= NEAR:
            runs[-1][1] = at
        else:
            runs.append([at, at])
    groups: list[list[Told]] = [[] for _ in runs]
    turn = 0
    for one in told:  # each in one group: the first that reaches it
        while turn < len(runs) and one.at > runs[turn][1] + NEAR:
            turn += 1
        if turn < len(runs) and one.at >= runs[turn][0] - NEAR:
            groups[turn].append(one)
    return groups


def _less(homes: Counter[str], home: str) -> None:
    homes[home] -= 1
    if not homes[home]:
        del homes[home]


def _densest(group: Sequence[Told]) -> set[str]:
    """Homes in the fullest ``FILED_NEAR``."""
    best: set[str] = set()
    first = 0
    for at, one in enumerate(group):
        while group[first].at < one.at - FILED_NEAR:
            first += 1
        homes = {mine.home for mine in group[first : at + 1]}
        best = max(best, homes, key=len)
        if len(best) >= HOMES:
            break
    return best


def _cluster(node: str, group: Sequence[Told], homes: set[str], known: int) -> Cluster:
    starts = [one.since for one in group if one.since is not None] or [one.filed for one in group]
    start = int(statistics.median_low(starts))
    spread = int(statistics.median_low([abs(at - start) for at in starts]))
    share = known / len(group)
    why = [Why("homes", {"homes": len(homes)}), Why("spread", {"minutes": round(spread / MINUTE)})]
    if known < len(group):
        why.append(Why("start_unknown", {"count": len(group) - known}))
    codes = Counter(one.code for one in group)
    if len(codes) > 1:
        why.append(Why("codes_differ", {"count": len(codes)}))
    if group[-1].at - group[0].at > HOUR:
        why.append(Why("drawn_out", {"minutes": round((group[-1].at - group[0].at) / MINUTE)}))
    ordered = dict(sorted(codes.items(), key=lambda one: (-one[1], one[0])))
    numbers = tuple(sorted(one.ticket for one in group))
    return Cluster(
        node, numbers, len(homes), start, spread, ordered, _confidence(len(homes), spread, share), tuple(why)
    )


def _confidence(homes: int, spread: int, known: float) -> str:
    if spread > WEAK_SPREAD or known < WEAK_KNOWN:
        return "low"
    if homes >= STRONG_HOMES and spread <= STRONG_SPREAD and known >= STRONG_KNOWN:
        return "high"
    return "medium"


def _homes(c: Connection, rows: Sequence[Any]) -> dict[int, str]:
    """Ticket → home: two PCs that name the same contract, line, telephone or mail are one."""
    numbers = [row.id for row in rows]
    contacts: dict[int, str] = {}
    for at in range(0, len(numbers), 500):
        t = tickets.c
        contacts |= {row[0]: row[1] for row in c.execute(
            select(t.id, t.contact).where(t.id.in_(numbers[at : at + 500]), t.contact != "", t.contact != "{}")
        )}  # fmt: skip
    joined: dict[str, str] = {}

    def root(name: str) -> str:
        while (up := joined.setdefault(name, name)) != name:
            joined[name] = joined[up]
            name = up
        return name

    for row in rows:
        contact = unpacked(contacts.get(row.id, ""))
        for name in ("contract", "line_number", "phone", "mail"):
            if value := "".join(str(contact.get(name) or "").split()).casefold():
                ends = sorted((root(f"s{row.subscriber_id}"), root(f"{name}:{value}")))
                joined[ends[1]] = ends[0]
    return {row.id: root(f"s{row.subscriber_id}") for row in rows}
