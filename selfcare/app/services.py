"""What the wiring hands to a front end: the only things a front end gets."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from selfcare.i18n import Catalogue

if TYPE_CHECKING:
    from selfcare.app.ask import AskDesk
    from selfcare.app.box_change import BoxChanges
    from selfcare.app.box_way import Contact
    from selfcare.app.boxes import BoxDesk
    from selfcare.app.desk import RepairDesk
    from selfcare.app.guides.desk import GuideDesk
    from selfcare.app.options import CheckOptions
    from selfcare.app.support.port import SupportPort
    from selfcare.app.wifi.box_channel import BoxAir
    from selfcare.app.wifi.ports import WifiDesk
    from selfcare.model.check import CheckResult
    from selfcare.model.events import Event
    from selfcare.model.probe import ProbeSpec
    from selfcare.model.profile import Profile
    from selfcare.model.remedy import Proposal
    from selfcare.model.wifi import WifiReading

Emit = Callable[["Event"], None]
Consent = Callable[["Proposal"], Awaitable[bool]]
"""Asked once for each action. For an instruction True means "I have done it"."""


class RunCheck(Protocol):
    """The check as a use case. Never raises for what the network or the PC does; cancellation is honoured."""

    def __call__(self, options: CheckOptions, emit: Emit) -> Awaitable[CheckResult]:
        """Runs once, emitting every event, and returns the document."""
        ...


def _no_repairs() -> RepairDesk:
    raise RuntimeError("these services were built without repairs")


def _no_boxes() -> BoxDesk:
    raise RuntimeError("these services were built without boxes")


def _no_box_changes(_contact: Contact) -> BoxChanges:
    raise RuntimeError("these services were built without boxes")


def _no_guides() -> GuideDesk:
    raise RuntimeError("these services were built without guides")


def _no_ask() -> AskDesk:
    raise RuntimeError("these services were built without the question box")


def _no_support() -> SupportPort:
    raise RuntimeError("these services were built without support")


def _no_wifi() -> WifiDesk:
    raise RuntimeError("these services were built without Wi-Fi")


def _no_box_air(_changes: BoxChanges, _desk: WifiDesk, _before: WifiReading, _band: str) -> BoxAir:
    raise RuntimeError("these services were built without the box's Wi-Fi")


@dataclass(frozen=True, slots=True)
class Services:
    """Handed to the command line and to the window.

    ``warm_up`` imports what a check needs; the window calls it in the engine thread
    after its first paint. ``probes`` lists what can be measured (importing it costs a
    few ms, hence a call). ``profile_in_use`` loads the profile a check would use without
    an explicit one. ``data_dir`` is this user's folder for settings and data. ``metered`` says
    whether the system calls the connection metered (None: it does not tell). ``repairs`` gives
    what changes things: nothing of it is imported before. ``changed_before`` tells whether anything was
    ever changed on this PC, at the price of looking into a folder. ``boxes`` makes a desk for one event loop that
    talks with the box: nothing of it (and no network library) is imported before. ``box_changes`` is what changes the
    box, by the sessions it is lent. ``box_left`` tells whether a change of a box was left unfinished, again at the
    price of looking into a folder. ``guides`` makes the desk of the guides for one event loop: nothing of them is read
    before. ``ask`` is the question box, for any thread: its index is made or opened by the first question.
    ``support`` makes what cases, reports and tickets are asked of, for one event loop: nothing of it is imported
    before. ``support_waiting`` tells whether anything was ever put into the outbox, at the price of looking into a
    folder: only then does a window that was just opened ask whether somebody answered. ``wifi`` makes the desk of the
    Wi-Fi for one event loop: nothing of it is imported before. ``box_air`` changes the box's channel by what was heard
    before, and measures it again in that band (``2.4``, ``5``).
    """

    run_check: RunCheck
    probes: Callable[[], tuple[ProbeSpec, ...]]
    profile_in_use: Callable[[], Profile]
    catalogue: Catalogue
    warm_up: Callable[[], None]
    data_dir: Path
    version: str
    metered: Callable[[], bool | None] = lambda: None
    repairs: Callable[[], RepairDesk] = _no_repairs
    changed_before: Callable[[], bool] = lambda: False
    boxes: Callable[[], BoxDesk] = _no_boxes
    box_changes: Callable[[Contact], BoxChanges] = _no_box_changes
    box_left: Callable[[], bool] = lambda: False
    guides: Callable[[], GuideDesk] = _no_guides
    ask: Callable[[], AskDesk] = _no_ask
    support: Callable[[], SupportPort] = _no_support
    support_waiting: Callable[[], bool] = lambda: False
    wifi: Callable[[], WifiDesk] = _no_wifi
    box_air: Callable[[BoxChanges, WifiDesk, WifiReading, str], BoxAir] = _no_box_air
