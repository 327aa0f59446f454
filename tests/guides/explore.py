"""Every way through a guide, found without running anything: what is known of the home is decided when it is asked for.

``explore(guide, words)`` gives for each edge of each step the shortest way to it and on to an end, as moves; an edge
that no home, no answer and no machine's word leads to has none. ``python -m tests.guides.explore [ID…]`` prints them.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from selfcare.guides import all_guides
from selfcare.guides import words as guide_words
from selfcare.guides.edges import conditions, edges
from selfcare.guides.walk import advance, begin, holds
from selfcare.guides.words import GuideWords
from selfcare.model.guide import Ask, Branch, Check, Condition, Do, Guide, Instruct, Kind, Outcome, Value
from selfcare.model.guide_run import Context, Did, Happened, Phase, Position

TYPED: Mapping[Kind, str] = {
    Kind.TEXT: "Canari", Kind.NETWORK_NAME: "Canari", Kind.NETWORK_KEY: "canari-bleu", Kind.PORTS: "8080",
    Kind.ADDRESS: "192.168.1.50", Kind.DEVICE: "Tablette", Kind.HOURS: "2", Kind.TIMETABLE: "mo-fr 21:00-07:00",
    Kind.CHANNEL: "6",
}  # fmt: skip
OF_FAMILY = {"freebox": "free", "livebox": "orange", "sfr": "sfr", "bbox": "bouygues"}
LISTS = ("family", "operator", "access", "os")
OTHERS = {"family": "fritz", "operator": "", "access": "", "os": "linux"}
WORDS = ("done", "declined", "refused", "failed", "unable")
Facts = frozenset[tuple[str, str | bool]]
"""What is known so far: a list's word; ``can:<which>``, ``code:<fault>``, ``paired``, ``pairable`` as yes or no."""


@dataclass(frozen=True)
class Move:
    """``kind``: confirm, answer, test, act, branch. ``edge``: the way it goes, none where the step goes on."""

    kind: str
    word: str | None
    edge: str | None = None


@dataclass(frozen=True)
class Node:
    """``home``: what stays as it is; ``lets``: what pairing changes, by turns; the last one holds now."""

    position: Position
    home: Facts = frozenset()
    lets: tuple[Facts, ...] = (frozenset(),)

    @property
    def known(self) -> Facts:
        return self.home | self.lets[-1]

    def context(self, turn: int = -1) -> Context:
        return context(self.home | self.lets[turn])


def context(known: Facts) -> Context:
    """A home of which this is known; what nobody asked for is as plain as it may be."""
    told = dict(known)
    can = tuple(sorted(name[4:] for name, yes in told.items() if name.startswith("can:") and yes))
    lets = bool(can or told.get("paired") or told.get("pairable"))
    family = str(told.get("family", "fritz" if lets else ""))
    return Context(
        family=family, operator=str(told.get("operator", OF_FAMILY.get(family, ""))),
        access=str(told.get("access", "")), os=str(told.get("os", "linux")), can=can,
        paired=bool(told.get("paired")), pairable=bool(told.get("pairable")),
        codes=tuple(sorted(name[5:] for name, yes in told.items() if name.startswith("code:") and yes)),
    )  # fmt: skip


def possible(known: Facts) -> bool:
    """Whether there is such a home: a box nobody knows lets nobody in, and an operator's box is that operator's."""
    told = dict(known)
    lets = any(yes for name, yes in told.items() if name.startswith("can:") or name in ("paired", "pairable"))
    if lets and told.get("family") == "":
        return False
    if told.get("paired") and told.get("pairable"):
        return False
    own = OF_FAMILY.get(str(told.get("family", "")))
    return own is None or told.get("operator", own) == own


@dataclass
class Explorer:
    guide: Guide
    words: GuideWords

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        return tuple(one for step in self.guide.steps.values() for one in conditions(step))

    @cached_property
    def live(self) -> Mapping[str, frozenset[tuple[str, str]]]:
        """By step: what a condition that is still to come may ask for (answers, outcomes, facts of the home)."""
        own = {step.id: set(_asks(conditions(step))) for step in self.guide.steps.values()}
        changed = True
        while changed:
            changed = False
            for step in self.guide.steps.values():
                further = own[step.id].union(*(own[to] for _, to in edges(step)))
                changed |= further != own[step.id]
                own[step.id] = further
        return {name: frozenset(several) for name, several in own.items()}

    def values(self, name: str) -> tuple[str | bool, ...]:
        """Those that this guide names, one that it does not, and nothing."""
        if name not in LISTS:
            return (True, False)
        named = {word for one in self.conditions for word in getattr(one, name)}
        other = next((word for word in (OTHERS[name], "igd", "legacy") if word not in named), "")
        return (*sorted(named), *dict.fromkeys((other, "")))

    def key(self, node: Node) -> tuple[object, ...]:
        at, told = node.position, dict(node.known)
        where: Mapping[str, Mapping[str, object]] = {"answer": at.answers, "outcome": at.outcomes, "home": told}
        return (at.step, at.phase, frozenset((kind, name, where[kind].get(name)) for kind, name in self.live[at.step]))

    # -- where one may go from here ----------------------------------------------------------------

    def moves(self, node: Node) -> Iterator[tuple[Move, Node]]:
        step = self.guide.steps[node.position.step]
        match step:
            case Instruct():
                yield from self._instructed(node, step)
            case Ask():
                yield from self._asked(node, step)
            case Branch():
                yield from self._branched(node, step)
            case Check():
                yield from (self._go(node, Move("test", w, w), Did.TESTED, w) for w in ("yes", "no", "unknown"))
            case Do():
                yield from (self._go(node, Move("act", w, w), Did.ACTED, w) for w in WORDS)
            case _:
                return

    def _instructed(self, node: Node, step: Instruct) -> Iterator[tuple[Move, Node]]:
        match node.position.phase:
            case Phase.SHOW:
                yield self._go(node, Move("confirm", "done"), Did.CONFIRMED, "done")
                if step.lost is not None:
                    yield self._go(node, Move("confirm", "lost", "lost"), Did.CONFIRMED, "lost")
            case Phase.VERIFY:
                yield from self._verified(node, step)
            case _:
                for word in ("yes", "no"):
                    yield self._go(node, Move("confirm", word, self._edge(step, word)), Did.CONFIRMED, word)

    @staticmethod
    def _edge(step: Instruct, word: str) -> str | None:
        return "next" if word == "yes" else "failed" if step.failed is not None else None

    def _go(self, node: Node, move: Move, did: Did, value: Value | None) -> tuple[Move, Node]:
        happened = Happened(did, node.position.step, 0.0, value)
        return move, replace(node, position=advance(self.guide, node.position, happened))

    def _verified(self, node: Node, step: Instruct) -> Iterator[tuple[Move, Node]]:
        for word in ("yes", "no") if step.verify else ():
            move, after = self._go(node, Move("test", word, self._edge(step, word)), Did.TESTED, word)
            yield move, (self._let_in(after) if step.gesture == "pair" and word == "yes" else after)
        if guide_words.asks(self.words, self.guide, step):
            yield self._go(node, Move("test", "unknown"), Did.TESTED, "unknown")
        else:
            yield self._go(node, Move("test", "unknown", "next"), Did.TESTED, "yes")

    def _let_in(self, node: Node) -> Node:
        """Linked now: what may be set is another question than before."""
        home = node.home if ("family", "") not in node.home else node.home - {("family", "")} | {("family", "fritz")}
        if not any(name == "family" for name, _ in home):
            home |= {("family", context(node.known).family or "fritz")}
        return Node(node.position, home, (*node.lets, frozenset({("paired", True), ("pairable", False)})))

    def _asked(self, node: Node, step: Ask) -> Iterator[tuple[Move, Node]]:
        for choice in step.choices:
            for fork, there in self._forks(node, choice.when):
                if there:
                    move = Move("answer", choice.id, f"choice.{choice.id}")
                    yield self._go(fork, move, Did.ANSWERED, choice.id)
        if not step.choices:
            named = {word for one in self.conditions for word in one.answers.get(step.answer, ())}
            for word in (TYPED[step.kind], *sorted(named)):
                yield self._go(node, Move("answer", word, "next"), Did.ANSWERED, word)
        if step.optional:
            yield self._go(node, Move("answer", None, "without"), Did.ANSWERED, None)

    def _branched(self, node: Node, step: Branch, first: int = 0) -> Iterator[tuple[Move, Node]]:
        """Case by case: the next one is only looked at in the homes in which this one does not hold."""
        if first == len(step.cases):
            yield self._go(node, Move("branch", step.otherwise, "otherwise"), Did.BRANCHED, step.otherwise)
            return
        condition, to = step.cases[first]
        for fork, there in self._forks(node, condition):
            if there:
                yield self._go(fork, Move("branch", to, f"case.{first}"), Did.BRANCHED, to)
            else:
                yield from self._branched(fork, step, first + 1)

    def _forks(self, node: Node, condition: Condition | None) -> Iterator[tuple[Node, bool]]:
        """Every home this may be, as far as the condition looks; and whether it holds there."""
        if condition is None:
            yield node, True
            return
        words = replace(condition, **{name: () for name in (*LISTS, "can", "codes")}, paired=None, pairable=None)
        if not holds(words, node.context(), node.position):
            yield node, False
            return
        told = dict(node.known)
        wanted = next((name for name in _reads(condition) if name not in told), None)
        if wanted is None:
            yield node, holds(condition, node.context(), node.position)
            return
        for value in self.values(wanted):
            fork = _with(node, wanted, value)
            if possible(fork.known):
                yield from self._forks(fork, condition)


def _asks(several: Iterable[Condition]) -> Iterator[tuple[str, str]]:
    for one in several:
        yield from (("answer", name) for name in one.answers)
        yield from (("outcome", name) for name in one.outcomes)
        yield from (("home", name) for name in _reads(one))
        if any(True for _ in _reads(one)):  # who is possible depends on who it is
            yield from (("home", name) for name in ("family", "paired", "pairable"))


def _reads(condition: Condition) -> Iterator[str]:
    yield from (name for name in LISTS if getattr(condition, name))
    yield from (f"can:{name}" for name in condition.can)
    yield from (f"code:{name}" for name in condition.codes)
    yield from (name for name in ("paired", "pairable") if getattr(condition, name) is not None)


def _with(node: Node, name: str, value: str | bool) -> Node:
    if name in LISTS or name.startswith("code:"):
        return replace(node, home=node.home | {(name, value)})
    return replace(node, lets=(*node.lets[:-1], node.lets[-1] | {(name, value)}))


# -- ways ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Way:
    """From the first step to an end. ``nodes[n]`` is where one stands after ``moves[n]``."""

    guide: Guide
    moves: tuple[Move, ...]
    nodes: tuple[Node, ...]

    @property
    def last(self) -> Node:
        return self.nodes[-1]

    def edges(self) -> Iterator[str]:
        at = begin(self.guide).step
        for move, node in zip(self.moves, self.nodes, strict=True):
            if move.edge is not None:
                yield f"{self.guide.id}.{at}.{move.edge}"
            at = node.position.step


def names(guide: Guide) -> list[str]:
    """Every edge there should be a way to."""
    return [f"{guide.id}.{step.id}.{way}" for step in guide.steps.values() for way, _ in edges(step)]


Trail = tuple[tuple[Move, Node], ...]


def explore(guide: Guide, words: GuideWords) -> dict[str, Way | None]:
    """By edge; None: there is no home in which anything leads there, or no end is reached from there."""
    explorer = Explorer(guide, words)
    found: dict[str, Way | None] = dict.fromkeys(names(guide))
    missing = set(found)
    start = Node(begin(guide))
    seen, queue = {explorer.key(start)}, deque[tuple[Node, Trail]]([(start, ())])
    while queue and missing:
        node, trail = queue.popleft()
        for move, after in explorer.moves(node):
            name = f"{guide.id}.{node.position.step}.{move.edge}"
            if name in missing:
                found[name] = _to_an_end(explorer, (*trail, (move, after)))
                missing.discard(name)
            if explorer.key(after) not in seen:
                seen.add(explorer.key(after))
                queue.append((after, (*trail, (move, after))))
    return found


def _to_an_end(explorer: Explorer, trail: Trail) -> Way | None:
    """The shortest way on."""
    seen, queue = {explorer.key(trail[-1][1])}, deque([trail])
    while queue:
        way = queue.popleft()
        node = way[-1][1]
        if isinstance(explorer.guide.steps[node.position.step], Outcome):
            return Way(explorer.guide, tuple(move for move, _ in way), tuple(node for _, node in way))
        for move, after in explorer.moves(node):
            if explorer.key(after) not in seen:
                seen.add(explorer.key(after))
                queue.append((*way, (move, after)))
    return None


def covering(found: Mapping[str, Way | None]) -> list[Way]:
    """Few ways that go along all edges that can be reached."""
    ways = sorted((way for way in found.values() if way is not None), key=lambda way: -len(way.moves))
    open_edges, chosen = set(found), list[Way]()
    for way in ways:
        if fresh := open_edges & set(way.edges()):
            open_edges -= fresh
            chosen.append(way)
    return chosen


def main(wanted: list[str]) -> int:
    missing = 0
    for guide in all_guides():
        if wanted and guide.id not in wanted:
            continue
        found = explore(guide, GuideWords("fr"))
        for name, way in found.items():
            missing += way is None
            print(name, "NO WAY" if way is None else f"{len(way.moves)} moves", file=sys.stdout)
        print(f"{guide.id}: {len(found)} edges, {len(covering(found))} ways", file=sys.stderr)
    return int(missing > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
