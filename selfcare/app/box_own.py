"""The PC's own Wi-Fi while the box's is changed: which settings it hangs on, and joining it anew afterwards."""

from __future__ import annotations

from dataclasses import dataclass

from selfcare.app.box_kinds.kind import Reading, State, Value, differing
from selfcare.app.own_wifi import OwnLink, OwnWifi
from selfcare.boxes.secret import Secret

_NAMES = ("ssid", "key", "security")


@dataclass(frozen=True, slots=True)
class Network:
    """What to join. ``key`` None: an open one."""

    ssid: str
    key: Secret | None


class Own:
    """For one change. ``link`` is what the PC was in when it began; ``kind``: only Wi-Fi can cut it."""

    def __init__(self, wifi: OwnWifi, link: OwnLink | None, kind: str) -> None:
        self.wifi, self.link, self._kind = wifi, link, kind

    async def things(self, now: Reading) -> tuple[str, ...]:
        """Prefixes of what the PC hangs on: written last."""
        if self.link is None or self._kind != "wifi":
            return ()
        networks = mine(now, self.link)
        radios = {s.radio for s in now.raw.ssids if f"ssid/{s.id}" in networks and s.radio}
        return (*networks, *(f"radio/{radio}" for radio in radios))

    async def after(self, now: Reading, goal: State) -> Network | None:
        """The network to join once the box is as the goal says; None where the PC stays in, or Wi-Fi goes off."""
        if self.link is None or self._kind not in ("wifi", "guest"):
            return None
        full = {**now.state, **goal}
        if self._kind == "guest":
            return _network(full, "") if _renamed(now, goal, "") and self._in_guest(now) else None
        back = [
            f"ssid/{s.id}" for s in now.raw.ssids if full.get(f"ssid/{s.id}/ssid") == self.link.ssid and not s.guest
        ]  # where the PC was, and where the box goes back to
        for thing in (*mine(now, self.link), *back):
            if _renamed(now, goal, f"{thing}/") and full.get("enable") is not False:
                return _network(_told(now, full), f"{thing}/")
        return None

    def _in_guest(self, now: Reading) -> bool:
        return self.link is not None and now.raw is not None and now.raw.ssid == self.link.ssid

    async def join(self, network: Network) -> bool | None:
        """False: it did not succeed. None: it cannot, somebody has to type the key."""
        if not self.wifi.can_join:
            return None
        return await self.wifi.join(network.ssid, network.key)

    async def again(self, before: State, now: Reading) -> None:
        """Back into the network that a PC was cut off from: systems stop trying after some refused keys."""
        for known in now.raw.ssids if self._kind == "wifi" else ():
            thing = f"ssid/{known.id}"
            if any(part.startswith(f"{thing}/") for part in before):
                network = _network(_told(now, before), f"{thing}/")
                if network is not None:
                    await self.wifi.join(network.ssid, network.key)
                return

    async def is_in(self, changed: State, now: Reading) -> bool:
        """Whether the PC is in one of the changed networks right now, as the box has them."""
        link = await self.wifi.current()
        if link is None:
            return False
        if self._kind == "guest":
            return bool(now.raw.ssid == link.ssid)
        things = {part.rsplit("/", 1)[0] for part in changed}
        return link.ssid in {s.ssid for s in now.raw.ssids if f"ssid/{s.id}" in things}


def mine(now: Reading, link: OwnLink) -> tuple[str, ...]:
    """The networks of that name, or the very one by its hardware address; the PC may move between those of a name."""
    same = [s for s in now.raw.ssids if s.ssid == link.ssid and s.enable is not False]
    exact = [s for s in same if s.bssid and link.bssid and s.bssid.lower() == link.bssid.lower()]
    ordered = [*(s for s in same if s not in exact), *exact]
    return tuple(f"ssid/{s.id}" for s in reversed(ordered))


def _renamed(now: Reading, goal: State, prefix: str) -> bool:
    changed = differing({p: now.state.get(p, False) for p in goal}, goal)
    return any(f"{prefix}{field}" in changed for field in _NAMES)


def _told(now: Reading, full: State) -> State:
    """A goal has only the parts that change: the others are as the box tells them."""
    known: dict[str, Value] = {}
    for s in now.raw.ssids:
        known |= {f"ssid/{s.id}/ssid": s.ssid, f"ssid/{s.id}/key": Secret(s.key) if s.key else None}
        known[f"ssid/{s.id}/security"] = s.security.value if s.security else None
    return {**known, **full}


def _network(state: State, prefix: str) -> Network | None:
    ssid, key = state.get(f"{prefix}ssid"), state.get(f"{prefix}key")
    if not isinstance(ssid, str) or not ssid:
        return None
    return Network(ssid, key if isinstance(key, Secret) and state.get(f"{prefix}security") != "open" else None)
