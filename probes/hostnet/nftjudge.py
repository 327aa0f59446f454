"""What a ruleset of nftables does with a connection that comes in. Pure: reads ``nft -j list ruleset``.

Three-valued: what a rule asks of a packet and we do not know (its source, a mark) may hold or not, and both ways are
followed. Only where all ways end alike is there an answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

ACCEPT, DROP, ON, UNSURE = "accept", "drop", "on", "unsure"
_HOOKS = ("ingress", "prerouting", "input")
_FAMILIES = ("ip", "inet", "netdev")
_DEPTH = 16
_HARMLESS = {"counter", "log", "comment", "notrack", "mangle"}
_ELSEWHERE = {"dnat", "redirect", "tproxy", "queue", "fwd", "xt"}
_AWAKE = {"owner", "persist"}
# What is not known of a packet, as opposed to None, which is a value JSON has.
_UNKNOWN: Any = object()
Table = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Packet:
    """The first one of an IPv4 connection to this PC; ``device``: the adapter it arrives on, None: not known."""

    port: int
    protocol: str
    device: str | None = None


def judge(document: object, packet: Packet) -> bool | None:
    """Whether the packet gets in. None: it depends on what is not known here, or the text is no ruleset."""
    listed = document.get("nftables") if isinstance(document, dict) else None
    if not isinstance(listed, list) or not any("metainfo" in item for item in listed if isinstance(item, dict)):
        return None
    try:
        return _Rules(listed, packet).judge()
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        return None


class _Rules:
    def __init__(self, listed: Iterable[Any], packet: Packet) -> None:
        self._packet = packet
        self._chains: dict[tuple[str, str, str], dict[str, Any]] = {}
        self._rules: dict[tuple[str, str, str], list[list[Any]]] = {}
        self._sets: dict[tuple[str, str, str], Any] = {}
        asleep: set[Table] = set()
        self._doubtful: set[Table] = set()
        for kind, item in (pair for entry in listed for pair in entry.items()):
            if kind == "table":
                flags = _listed(item.get("flags"))
                if "dormant" in flags:
                    asleep.add((item["family"], item["name"]))
                elif flags - _AWAKE:
                    # Release 1.0.6 writes the table's name where the flag should stand.
                    self._doubtful.add((item["family"], item["name"]))
            elif kind == "chain":
                self._chains[item["family"], item["table"], item["name"]] = item
            elif kind == "rule":
                self._rules.setdefault((item["family"], item["table"], item["chain"]), []).append(item["expr"])
            elif kind in ("set", "map"):
                self._sets[item["family"], item["table"], item["name"]] = item
        self._chains = {key: one for key, one in self._chains.items() if key[:2] not in asleep}

    def judge(self) -> bool | None:
        sure, moved = True, False
        for key, chain in sorted(self._bases(), key=lambda pair: _place(pair[1])):
            ends = self._run(key, 0)
            if ON in ends:
                ends = (ends - {ON}) | {DROP if chain.get("policy") == "drop" else ACCEPT}
            if key[:2] in self._doubtful:
                ends = ends | {ACCEPT}
            if ends == {DROP}:
                return None if moved else False
            # What may have been sent elsewhere (to another port, to a program) is no longer this packet.
            sure, moved = sure and ends == {ACCEPT}, moved or UNSURE in ends
        return True if sure else None

    def _bases(self) -> list[tuple[tuple[str, str, str], dict[str, Any]]]:
        found = []
        for key, chain in self._chains.items():
            here = chain.get("dev") in (None, self._packet.device) or isinstance(chain.get("dev"), list)
            if key[0] in _FAMILIES and chain.get("hook") in _HOOKS and here:
                found.append((key, chain))
        return found

    def _run(self, key: tuple[str, str, str], depth: int) -> set[str]:
        """How a packet may leave this chain: ``ON`` is its end, or a return."""
        ends: set[str] = set()
        for rule in self._rules.get(key, ()):
            if depth > _DEPTH:
                return {UNSURE}
            sure, left = self._rule(rule, key, depth)
            ends |= left - {"next"}
            if sure and "next" not in left:
                return ends
        return ends | {ON}

    def _rule(self, rule: list[Any], key: tuple[str, str, str], depth: int) -> tuple[bool, set[str]]:
        """Whether it surely applies, and how the packet may leave it (``next``: to the rule that follows)."""
        sure = True
        for statement in rule:
            kind, body = next(iter(statement.items()))
            if kind == "match":
                held = self._match(body, key)
                if held is False:
                    return sure, {"next"}
                sure = sure and held is True
            elif kind not in _HARMLESS:
                ends = self._statement(kind, body, key, depth)
                if ends is None:
                    sure = False
                    continue
                return sure, ends if sure else ends | {"next"}
        return sure, {"next"}

    def _statement(self, kind: str, body: Any, key: tuple[str, str, str], depth: int) -> set[str] | None:
        """What a statement may end in. None: it may or may not let the rest of the rule be read (a limit)."""
        if kind == "vmap":
            return self._vmap(body, key, depth)
        if kind in ("jump", "goto"):
            ends = self._run((*key[:2], body["target"]), depth + 1)
            return {"next" if end == ON and kind == "jump" else end for end in ends}
        if kind in (ACCEPT, DROP, "reject"):
            return {ACCEPT if kind == ACCEPT else DROP}
        if kind == "return":
            return {ON}
        if kind == "continue":
            return {"next"}
        return {UNSURE, "next"} if kind in _ELSEWHERE else None

    def _vmap(self, body: Any, key: tuple[str, str, str], depth: int) -> set[str]:
        value = self._value(body["key"])
        if value is None:
            return {"next"}
        ends: set[str] = set()
        for item, verdict in self._members(body["data"], key):
            held = _within(value, item)
            if held is False:
                continue
            kind, target = next(iter(verdict.items()))
            ends |= self._statement(kind, target, key, depth) or {UNSURE}
            if held is True:
                return ends
        return ends | {"next"}

    def _members(self, data: Any, key: tuple[str, str, str]) -> Any:
        if isinstance(data, str) and data.startswith("@"):
            return self._sets[(*key[:2], data[1:])].get("elem", [])
        return data["set"]

    def _match(self, body: Mapping[str, Any], key: tuple[str, str, str]) -> bool | None:
        value, right = self._value(body["left"]), body["right"]
        if value is None:
            return False  # a field this packet does not have: the match itself is on that protocol
        if isinstance(right, str) and right.startswith("@"):
            one = self._sets.get((*key[:2], right[1:]))
            if one is None or {"dynamic", "timeout"} & _listed(one.get("flags")):
                return None
            right = {"set": one.get("elem", [])}
        if body["op"] in ("==", "in"):
            return _within(value, right)
        if body["op"] == "!=":
            held = _within(value, right)
            return None if held is None else not held
        if value is _UNKNOWN or not isinstance(value, int) or not isinstance(right, int):
            return None
        compared = {"<": value < right, ">": value > right, "<=": value <= right, ">=": value >= right}
        return compared.get(body["op"])

    def _value(self, left: Any) -> Any:
        """Of this packet; ``_UNKNOWN``; None where it has no such thing."""
        kind, what = next(iter(left.items())) if isinstance(left, dict) else ("", {})
        if kind == "meta":
            device = self._packet.device or _UNKNOWN
            known = {"iifname": device, "iif": device, "l4proto": self._packet.protocol, "nfproto": "ipv4",
                     "protocol": "ip"}  # fmt: skip
            return known.get(what["key"], _UNKNOWN)
        if kind == "ct" and what.get("key") == "state":
            return "new"
        if kind == "payload" and "protocol" in what:
            return self._field(what["protocol"], what.get("field"))
        return _UNKNOWN

    def _field(self, protocol: str, field: str | None) -> Any:
        if protocol == "ip":
            return self._packet.protocol if field == "protocol" else _UNKNOWN
        if protocol in ("th", self._packet.protocol):
            return self._packet.port if field == "dport" else _UNKNOWN
        return _UNKNOWN if protocol in ("ether", "vlan", "ll") else None


def _listed(flags: Any) -> set[str]:
    return {flags} if isinstance(flags, str) else set(flags or ())


def _place(chain: Mapping[str, Any]) -> tuple[int, int]:
    return _HOOKS.index(chain["hook"]), int(chain.get("prio", 0))


def _within(value: Any, right: Any) -> bool | None:
    """Whether a value is one, or one of several; None where that cannot be told."""
    if value is _UNKNOWN or value is None:
        return None
    if isinstance(right, list):
        return _any(_within(value, one) for one in right)
    if isinstance(right, dict):
        if "set" in right:
            return _any(_within(value, one) for one in right["set"])
        if "range" in right and isinstance(value, int):
            first, last = right["range"]
            return first <= value <= last if isinstance(first, int) and isinstance(last, int) else None
        return _within(value, right["elem"]["val"]) if "elem" in right else None
    if right == "*":
        return True
    if isinstance(value, str) and isinstance(right, str):
        return value.startswith(right[:-1]) if right.endswith("*") else value == right
    # The name of a service where a number was expected: nothing is looked up, so nothing is known.
    return value == right if type(value) is type(right) else None


def _any(held: Iterable[bool | None]) -> bool | None:
    found = list(held)
    return True if True in found else None if None in found else False
