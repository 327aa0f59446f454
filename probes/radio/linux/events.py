"""What happened: the kernel's announcements of the last minutes, put together to what a person would tell."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from probes.radio import elements
from probes.radio.channels import number_of
from probes.radio.linux.decode import frame, mac
from probes.radio.linux.genl import Attributes, attributes, number
from probes.radio.linux.numbers import Attr, Command
from probes.radio.story import SAME_S
from selfcare.model.wifi import EventKind, WifiEvent

MOST = 64
ROAM_S = 4.0
"""Leaving one access point for the next takes well under a second where keys are kept, 1 to 3 s where not."""
HANDSHAKE_S = 12.0
"""Four tries of the handshake with a second between them, and the wait for the answer (hostapd, wpa_supplicant)."""

# IEEE 802.11-2020 table 9-49 (reasons) and 9-50 (status).
_INACTIVE, _HANDSHAKE_TIMEOUT = 4, 15
_ENTERPRISE_FAILED = 23
_CHALLENGE_FAILED = 15
_NOT_REFUSALS = frozenset({0, 76, 126, 127})
"""Success, and what an SAE exchange says to go on: a token is wanted, another way of hashing is used."""
_SAE, _SAE_PROOF = 3, 2
_LEAVING = (Command.DEAUTHENTICATE, Command.DISASSOCIATE)


@dataclass(slots=True)
class _Joined:
    bssid: str | None
    ssid: str | None
    at: float


class Story:
    """A ring of events of one interface, fed with announcements. ``clock`` gives Unix seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._events: deque[WifiEvent] = deque(maxlen=MOST)
        self._in: _Joined | None = None
        self._before: _Joined | None = None
        self._trying = 0.0
        self._off: bool | None = None
        self.scanned: float | None = None
        self.turns = self.scans = 0
        self.aborted = 0

    @property
    def events(self) -> tuple[WifiEvent, ...]:
        """Oldest first."""
        return tuple(self._events)

    @property
    def joining(self) -> bool:
        """Whether an attempt was begun in the last seconds, and has neither failed nor ended well."""
        return 0 <= self._clock() - self._trying < HANDSHAKE_S

    def state(self, off: bool) -> None:
        """Whether the radio is off now: an event when that changed since the last time."""
        before, self._off = self._off, off
        if before is not None and before != off:
            self._events.append(WifiEvent(EventKind.RADIO_OFF if off else EventKind.RADIO_ON, self._clock()))

    def found(self, bssid: str | None, ssid: str | None) -> None:
        """The association a reading found, from before the first announcement."""
        self._trying = 0.0
        if self._in is None or self._in.bssid != bssid:
            self._in = _Joined(bssid, ssid, 0.0)

    def hear(self, command: int, raw: bytes, index: int, wiphy: int) -> None:
        """One announcement; those of other interfaces are passed over."""
        told = attributes(raw)
        named = number(told.get(Attr.IFINDEX))
        if named != index if named is not None else number(told.get(Attr.WIPHY)) != wiphy:
            return
        handler = _HANDLERS.get(command)
        if handler is not None:
            self.turns += command not in (Command.NEW_SCAN_RESULTS, Command.SCAN_ABORTED)
            handler(self, told, command)

    def _scan(self, told: Attributes, command: int) -> None:
        self.scans += 1
        self.aborted += command == Command.SCAN_ABORTED
        if command == Command.NEW_SCAN_RESULTS:
            self.scanned = self._clock()

    def _authenticate(self, told: Attributes, command: int) -> None:
        self._trying = self._clock()
        _, bssid, body = frame(told.get(Attr.FRAME))
        if len(body) < 6:
            return
        way, step, status = (int.from_bytes(body[at : at + 2], "little") for at in (0, 2, 4))
        if status not in _NOT_REFUSALS:
            # The second step of SAE only proves that both know the same password.
            proof = way == _SAE and (step == _SAE_PROOF or status == _CHALLENGE_FAILED)
            self._refused(bssid, status, True if proof else None)

    def _connect(self, told: Attributes, command: int) -> None:
        bssid, status = mac(told.get(Attr.MAC)), number(told.get(Attr.STATUS_CODE))
        if status:
            self._refused(bssid, None if Attr.TIMED_OUT in told else status, None)
            return
        wish = dict(elements.walk(told.get(Attr.REQ_IE, b"")))
        ssid = elements.name(wish.get(0, b"")) or (self._before.ssid if self._before else None)
        self._trying, now = self._clock(), self._clock()
        left = self._events[-1] if self._events else None
        roamed = (
            left is not None and self._before is not None and left.kind is EventKind.DROPPED and left.by_us is True
            and now - left.at < ROAM_S and self._before.bssid != bssid and self._before.ssid in (ssid, None)
        )  # fmt: skip
        if roamed:
            self._events.pop()
        self._in = _Joined(bssid, ssid, now)
        self._events.append(WifiEvent(EventKind.ROAMED if roamed else EventKind.JOINED, now, bssid))

    def _roam(self, told: Attributes, command: int) -> None:
        bssid = mac(told.get(Attr.MAC))
        self._in = _Joined(bssid, self._in.ssid if self._in else None, self._clock())
        self._events.append(WifiEvent(EventKind.ROAMED, self._clock(), bssid))

    def _left(self, told: Attributes, command: int) -> None:
        sender, bssid, body = frame(told.get(Attr.FRAME))
        if bssid is not None and len(body) >= 2:
            self._ended(bssid, int.from_bytes(body[:2], "little"), sender != bssid)

    def _disconnect(self, told: Attributes, command: int) -> None:
        last = self._events[-1] if self._events else None
        ends = (EventKind.DROPPED, EventKind.LOST, EventKind.REFUSED)
        if self._in is None and last is not None and last.kind in ends and self._clock() - last.at < SAME_S:
            return  # told already, by its frame
        self._ended(
            mac(told.get(Attr.MAC)) or (self._in.bssid if self._in else None), number(told.get(Attr.REASON_CODE)),
            Attr.DISCONNECTED_BY_AP not in told,
        )  # fmt: skip

    def _ended(self, bssid: str | None, reason: int | None, by_us: bool) -> None:
        now, was = self._clock(), self._in
        if was is None or (bssid is not None and was.bssid is not None and bssid != was.bssid):
            return  # an attempt that never came to anything, or the end of an association before this one
        self._in, self._before, self._trying = None, was, 0.0
        if reason in (_HANDSHAKE_TIMEOUT, _ENTERPRISE_FAILED) and now - was.at < HANDSHAKE_S:
            self._unjoin(was)
            self._refused(bssid, reason, True if reason == _HANDSHAKE_TIMEOUT else None)
            return
        if by_us and reason == _INACTIVE:
            self._events.append(WifiEvent(EventKind.LOST, now, bssid, reason, by_us=False))
            return
        self._events.append(WifiEvent(EventKind.DROPPED, now, bssid, reason, by_us))

    def _unjoin(self, was: _Joined) -> None:
        """The association was there, the keys never were: it was no joining."""
        if self._events and self._events[-1].kind is EventKind.JOINED and self._events[-1].at == was.at:
            self._events.pop()

    def _refused(self, bssid: str | None, code: int | None, key: bool | None) -> None:
        self._trying = 0.0
        self._events.append(WifiEvent(EventKind.REFUSED, self._clock(), bssid, code, key_refused=key))

    def _switched(self, told: Attributes, command: int) -> None:
        known = number_of(number(told.get(Attr.WIPHY_FREQ)) or 0)
        where = self._in.bssid if self._in else None
        self._events.append(
            WifiEvent(EventKind.SWITCHED, self._clock(), where, channel=known[0] if known else None)
        )  # fmt: skip

    def _radar(self, told: Attributes, command: int) -> None:
        if number(told.get(Attr.RADAR_EVENT)) == 0:
            self._events.append(WifiEvent(EventKind.RADAR, self._clock()))


_HANDLERS: dict[int, Callable[[Story, Attributes, int], None]] = {
    Command.NEW_SCAN_RESULTS: Story._scan,
    Command.SCAN_ABORTED: Story._scan,
    Command.AUTHENTICATE: Story._authenticate,
    Command.CONNECT: Story._connect,
    Command.ROAM: Story._roam,
    Command.DISCONNECT: Story._disconnect,
    Command.CH_SWITCH_NOTIFY: Story._switched,
    Command.RADAR_DETECT: Story._radar,
    **dict.fromkeys(_LEAVING, Story._left),
}
