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
    """Parts: ``enable``, ``ssid``, ``key``, ``remaining`` (seconds; 0: no end), ``internet_only``."""

    name = "guest"
    reads, writes = Capability.GUEST, Capability.SET_GUEST
    patience_s = 25.0

    def scope(self, _wish: Wish) -> Scope:
        """There is one."""
        return Scope()

    async def read(self, session: ReadsGuest, _scope: Scope) -> Reading:
        """The present state."""
        guest = told(await session.guest())
        return Reading(_state(guest), guest)

    def asked(self, wish: Wish, now: Reading) -> State:
        """Its end stays where only the name or the key is to change."""
        assert isinstance(wish, GuestWish)
        wanted = {part: value for part, value in _state(wish.guest).items() if value is not None}
        if wish.guest.enable is None:
            wanted.pop("remaining")
        return {**now.state, **wanted}

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
        changed = [p for p in goal if goal[p] is not None and not self.same(p, now.state.get(p), goal[p])]
        if not changed or (changed == ["remaining"] and not goal.get("enable")):
            return []
        return [partial(session.set_guest, _as_guest(goal, changed))]

    def differences(self, before: State, asked: State, _now: Reading) -> tuple[Difference, ...]:
        """Name, key, on or off, until when."""
        return tuple(
            Difference(f"box.field.guest.{part}", _plain(before.get(part)), _plain(asked[part]), None, part == "key")
            for part in differing(before, asked)
        )


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
    key, left = parts.pop("key", None), parts.pop("remaining", 0)
    return GuestNetwork(
        **parts,
        key=key.reveal() if isinstance(key, Secret) else None,
        remaining=Seconds(left) if left else None,
    )
