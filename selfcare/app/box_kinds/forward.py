"""Port forwarding: each rule is one part, named by protocol and outside ports; a rule for both protocols is two parts.

What a box calls a rule (its id) is only ever used at the moment: boxes that change a rule by making a new one exist.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from selfcare.app.box_kinds.kind import Plain, Reading, Scope, State, Step, Value, differing, frozen, told
from selfcare.boxes.ports import ReadsForwards, WritesForwards
from selfcare.model.box import Capability, ForwardWish, PortMapping, Protocol, Wish
from selfcare.model.box.change import Difference
from selfcare.model.units import Seconds

_JUDGED = ("internal_client", "internal_port", "enable", "remote_host")


class Forward(Plain):
    """Parts: ``<tcp|udp>/<first>-<last>``; the value is what the rule says, or False."""

    name = "forward"
    reads, writes = Capability.FORWARDS, Capability.SET_FORWARDS
    patience_s = 8.0

    def scope(self, wish: Wish) -> Scope:
        """``id``: the rule that is to become another."""
        assert isinstance(wish, ForwardWish)
        return Scope(id=wish.mapping.id)

    async def read(self, session: ReadsForwards, _scope: Scope) -> Reading:
        """All rules."""
        rules = told(await session.forwards())
        state: dict[str, Value] = {}
        for rule in rules:
            state |= parts(rule)
        return Reading(state, rules)

    def asked(self, wish: Wish, now: Reading) -> State:
        """A rule with an id goes where it was, and comes where it shall be."""
        assert isinstance(wish, ForwardWish)
        state = dict(now.state)
        if wish.remove:
            # By what it is: its number may be another rule's by now, if it went and came back meanwhile.
            return state | dict.fromkeys(parts(wish.mapping), False)
        for rule in now.raw:
            if wish.mapping.id is not None and rule.id == wish.mapping.id:
                state |= dict.fromkeys(parts(rule), False)
        return {**state, **parts(wish.mapping)}

    def aged(self, state: State, seconds: float, _now_s: float) -> State:
        """A rule with a lease goes at its end."""
        return {part: _left(value, seconds) for part, value in state.items()}

    def same(self, _part: str, found: Value, goal: Value) -> bool:
        """Where it leads; a description may be cut by the box, a lease runs down."""
        if isinstance(found, dict) and isinstance(goal, dict):
            return all(_norm(f, found.get(f)) == _norm(f, goal.get(f)) for f in _JUDGED)
        return found == goal

    def through(self, _part: str) -> tuple[Value, ...]:
        """Gone for a moment."""
        return (False,)

    def steps(
        self, session: WritesForwards, now: Reading, goal: State, _last: Collection[str], _scope: Scope
    ) -> list[Step]:
        """First what must make room, then what comes; one that only changes is set in place."""
        wrong = [p for p in goal if not self.same(p, now.state.get(p, False), goal[p])]
        going: list[PortMapping] = [r for r in now.raw if set(parts(r)) & set(wrong)]
        coming = _merged({p: goal[p] for p in wrong if goal[p]})
        # Half of a rule for both protocols: the half that stays is told anew, else it would go with the other.
        for rule in going:
            halves = {p: goal.get(p, v) for p, v in parts(rule).items() if p not in wrong}
            coming += [half for half in _merged(halves) if half not in coming]
        steps: list[Step] = []
        while going and coming and len(going) == len(coming) == 1 and going[0].id is not None:
            steps.append(partial(session.put_forward, replace(coming.pop(), id=going.pop().id)))
        steps += [partial(session.delete_forward, rule) for rule in going]
        return [*steps, *(partial(session.put_forward, rule) for rule in coming)]

    def differences(self, before: State, asked: State, _now: Reading) -> tuple[Difference, ...]:
        """Each rule that comes, goes or leads elsewhere."""
        return tuple(
            Difference("box.field.forward.rule", _lead(before.get(part, False)), _lead(asked.get(part, False)), part)
            for part in differing(before, asked)
            if not self.same(part, before.get(part, False), asked.get(part, False))
        )

    def kept(self, before: State, asked: State) -> Collection[str]:
        """The rules that come or go."""
        return [
            p for p in differing(before, asked) if not self.same(p, before.get(p, False), asked.get(p, False))
        ]  # fmt: skip


def parts(rule: PortMapping) -> dict[str, Value]:
    """One part for each protocol."""
    protocols = (Protocol.TCP, Protocol.UDP) if rule.protocol is Protocol.BOTH else (rule.protocol,)
    value: dict[str, Any] = {
        "internal_client": rule.internal_client,
        "internal_port": rule.internal_port,
        "enable": rule.enable,
        "remote_host": rule.remote_host or None,
        "description": rule.description,
        "lease": None if rule.lease is None else int(rule.lease),
    }
    return {f"{protocol.value}/{rule.external_port}-{rule.last}": value for protocol in protocols}


def _merged(wanted: dict[str, Any]) -> list[PortMapping]:
    """Rules for these parts: both protocols in one where they are alike."""
    made: list[PortMapping] = []
    while wanted:
        part, value = wanted.popitem()
        protocol, ports = part.split("/")
        twin = f"{'udp' if protocol == 'tcp' else 'tcp'}/{ports}"
        both = twin in wanted and frozen(wanted[twin]) == frozen(value)
        if both:
            del wanted[twin]
        first, last = (int(word) for word in ports.split("-"))
        made.append(
            PortMapping(
                first,
                int(value["internal_port"]),
                str(value["internal_client"]),
                Protocol.BOTH if both else Protocol(protocol),
                enable=bool(value["enable"]),
                external_last=last if last != first else None,
                remote_host=value["remote_host"],
                description=value["description"],
                lease=None if value["lease"] is None else Seconds(value["lease"]),
            )
        )
    return made[::-1]


def _left(value: Value, seconds: float) -> Value:
    if not isinstance(value, Mapping) or not value.get("lease"):
        return value
    rest = int(value["lease"] - seconds)
    return {**value, "lease": rest} if rest > 0 else False


def _norm(field: str, value: Any) -> Any:
    return None if field == "remote_host" and value in (None, "", "0.0.0.0", "*") else value


def _lead(value: Any) -> object:
    """Where it leads, in short."""
    if not isinstance(value, dict):
        return False
    return f"{value['internal_client']}:{value['internal_port']}" + ("" if value["enable"] else " (–)")
