"""The network for guests. Where it is off, some boxes have neither name nor key for it (a Freebox)."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import Any

from selfcare.app.box_kinds.kind import AGE_SLACK_S, Plain, Reading, Scope, State, Step, Value, differing, told
from selfcare.boxes.ports import ReadsGuest, WritesGuest
from selfcare.boxes.secret import Secret
from selfcare.model.box import Capability, GuestNetwork, GuestWish, Wish
from selfcare.model.box.change import Difference
from selfcare.model.units import Seconds


class Guest(Plain):
    """Parts: ``enable``, ``ssid``, ``key``, ``remaining`` (seconds; 0: no end), ``internet_only``.

    ``step``: in what steps the box keeps an end (seconds), where it has such (``guest_step_s`` of the session).
    """

    name = "guest"
    reads, writes = Capability.GUEST, Capability.SET_GUEST
    patience_s = 25.0

    def scope(self, _wish: Wish) -> Scope:
        """There is one."""
        return Scope()

    async def read(self, session: ReadsGuest, _scope: Scope) -> Reading:
        """The present state."""
        guest = told(await session.guest())
        return Reading({**_state(guest), **_step(session)}, guest)

    def asked(self, wish: Wish, now: Reading) -> State:
        """Its end stays where only the name or the key is to change."""
        assert isinstance(wish, GuestWish)
        wanted = {part: value for part, value in _state(wish.guest).items() if value is not None}
        if wish.guest.enable is None:
            wanted.pop("remaining")
        return {**now.state, **wanted}

    def fitted(self, asked: State, session: Any) -> State:
        """An end in whole steps of the box, rounded up."""
        left, step = asked.get("remaining"), _step(session).get("step", 0)
        return {**asked, "remaining": _up(left, step)} if isinstance(left, int) and step else asked

    def goal(self, found: State, goal: State) -> State:
        """What is put back is rounded up too: then the box tells more than there was, but less than a step more."""
        told, left, step = found.get("remaining"), goal.get("remaining"), found.get("step")
        if not (isinstance(told, int) and isinstance(left, int) and isinstance(step, int) and step and left > 0):
            return goal
        between = left - AGE_SLACK_S <= told <= _up(left, step) + AGE_SLACK_S
        return {**goal, "remaining": told} if between else goal

    def kept(self, before: State, asked: State) -> Collection[str]:
        """All of it: a network that was taken away needs its name and key to come back."""
        return dict.fromkeys((*before, *asked)) if differing(before, asked) else ()

    def aged(self, state: State, seconds: float, _now_s: float) -> State:
        """A network with an end goes off at it."""
        left = state.get("remaining")
        if not isinstance(left, int) or not left or not state.get("enable"):
            return state
        rest = int(left - seconds)
        return {**state, "remaining": rest} if rest > 0 else {**state, "enable": False, "remaining": 0}

    def same(self, part: str, found: Value, goal: Value) -> bool:
        """Times within two minutes; no end is no end."""
        if part == "step":
            return True  # no setting
        if part == "remaining" and isinstance(found, int) and isinstance(goal, int):
            return bool(found) == bool(goal) and abs(found - goal) <= AGE_SLACK_S
        return found == goal

    def lenient(self, part: str, goal: State) -> bool:
        """While it is off, only that counts."""
        return part != "enable" and goal.get("enable") is False

    def through(self, part: str) -> tuple[Value, ...]:
        """Gone for a moment: a Freebox makes a new one for a new key."""
        return {"enable": (False,), "remaining": (0,)}.get(part, ())

    def steps(
        self, session: WritesGuest, now: Reading, goal: State, _last: Collection[str], _scope: Scope
    ) -> list[Step]:
        """One write of the whole, with what the box did not tell left out."""
        goal = {**goal, **{p: v for p, v in self.goal(now.state, goal).items() if goal[p] is not None}}
        changed = [p for p in goal if goal[p] is not None and not self.same(p, now.state.get(p), goal[p])]
        if not changed or (changed == ["remaining"] and not goal.get("enable")):
            return []
        return [partial(session.set_guest, _as_guest(goal, changed))]

    def differences(self, before: State, asked: State, _now: Reading) -> tuple[Difference, ...]:
        """Name, key, on or off, until when."""
        return tuple(
            Difference(f"box.field.guest.{part}", _plain(before.get(part)), _plain(asked[part]), None, part == "key")
            for part in differing(before, asked)
            if asked.get(part, False) is not None
        )


def _step(session: Any) -> dict[str, int]:
    step = int(getattr(session, "guest_step_s", 0) or 0)
    return {"step": step} if step else {}


def _up(seconds: int, step: int) -> int:
    return -(-seconds // step) * step


def _plain(value: Value) -> object:
    return None if isinstance(value, Secret) else value


def _state(guest: GuestNetwork) -> dict[str, Value]:
    return {
        "enable": guest.enable,
        "ssid": guest.ssid,
        "key": None if guest.key is None else Secret(guest.key),
        "remaining": int(guest.remaining or 0) if guest.enable is not False else 0,
        "internet_only": guest.internet_only,
    }


def _as_guest(goal: State, changed: Collection[str]) -> GuestNetwork:
    """All of it where it is to be on; else only what differs."""
    parts: dict[str, Any] = {p: v for p, v in goal.items() if p in changed or goal.get("enable")}
    key, left, _ = parts.pop("key", None), parts.pop("remaining", 0), parts.pop("step", 0)
    return GuestNetwork(
        **parts,
        key=key.reveal() if isinstance(key, Secret) else None,
        remaining=Seconds(left) if left else None,
    )
