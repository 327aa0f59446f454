"""The top of the box's page in words. Pure; no Qt. The window judges nothing: the box does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from selfcare.app.box_words import code_text, error_text, printable
from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.i18n import Catalogue
from selfcare.model.box import (
    Absent,
    BoxStatus,
    Capability,
    ConnectionStatus,
    LinkStatus,
    Mode,
    OnuState,
    OpticalInterface,
)
from ui.box_state import OURS, BoxView, PairPhase, Trouble

_C = Capability
GROUPS: tuple[tuple[str, frozenset[Capability]], ...] = (
    ("line", frozenset({
        _C.WAN, _C.WAN_TRAFFIC, _C.DSL, _C.OPTICAL, _C.CELLULAR, _C.LINE_EVENTS, _C.RESTARTS,
    })),
    ("home", frozenset({_C.HOSTS, _C.PORTS, _C.TV, _C.PHONE})),
    ("wifi", frozenset({_C.WIFI, _C.GUEST, _C.SET_WIFI, _C.SET_GUEST})),
    ("rules", frozenset({_C.PARENTAL, _C.SET_PARENTAL})),
    ("doors", frozenset({_C.FORWARDS, _C.SET_FORWARDS, _C.DHCP, _C.SET_RESERVATIONS})),
    ("restart", frozenset({_C.REBOOT})),
)  # fmt: skip
"""What pairing adds, in the words of a home rather than one by one."""
_STRANGER = ("box_changed", "untrusted")
"""Another box than the one that was paired, as far as it shows: pairing is offered anew."""


@dataclass(frozen=True, slots=True)
class Head:
    """``icon`` and ``tone`` of the badge; ``pair`` is the word of the button, empty where pairing adds nothing."""

    icon: str
    tone: str
    headline: str
    lines: tuple[str, ...] = ()
    pair: str = ""
    forget: bool = False


def head(catalogue: Catalogue, view: BoxView) -> Head:
    """Which box, whether it answers, how the line is by its own word, and what one can do."""
    say = catalogue.text
    if view.look is None:
        if view.trouble is None or view.busy:
            return Head("pulse", "accent", say("ui.box.looking"), (say("ui.box.looking.lead"),))
        headline, *more = _after(catalogue, view.trouble)
        return Head("query", "idle", headline, tuple(more))
    if view.found is None:
        return Head("query", "idle", say("ui.box.nobody"), _hinted(catalogue, view.look.looks_like))
    name = box_name(catalogue, view)
    if view.found.family == "legacy":
        known = f"box.legacy.{view.found.device.product_class}"
        return Head("box", "idle", name, (catalogue.first(known, "box.legacy.other"),))
    tone, lines = _of_line(catalogue, view)
    forget = view.look.paired or (view.trouble is not None and view.trouble.code in _STRANGER)
    icon = {"fine": "check", "suspect": "bang", "accent": "pulse"}.get(tone, "box")
    return Head(icon, tone, name, tuple(lines), _pair_button(catalogue, view), forget)


def box_name(catalogue: Catalogue, view: BoxView) -> str:
    """As people know it."""
    if view.found is None:
        return catalogue.text("ui.box.title")
    told = view.picture.status.device.model_name if view.picture is not None else None
    name = printable(told or view.found.device.model_name, 60)
    return name or upper(catalogue.text(f"box.family.{view.found.family.value}"))


def trouble_text(catalogue: Catalogue, trouble: Trouble, family: str | None) -> str:
    """Why something was not done, in one sentence or two."""
    if trouble.code == OURS:
        return catalogue.text("ui.box.ours")
    try:
        code = BoxErrorCode(trouble.code)
    except ValueError:
        return code_text(catalogue, trouble.code, family)
    more = {} if trouble.kind is None else {"kind": trouble.kind}
    error = BoxError(code, trouble.box_says, right=trouble.right, retry_after=trouble.retry_after, **more)
    return error_text(catalogue, error, family)


def upper(words: str) -> str:
    """A clause with a capital."""
    return words[:1].upper() + words[1:]


def listed(catalogue: Catalogue, names: list[str]) -> str:
    """Several things in one sentence."""
    if len(names) < 2:
        return "".join(names)
    return catalogue.text("ui.box.and", first=", ".join(names[:-1]), last=names[-1])


def adds(catalogue: Catalogue, names: tuple[str, ...]) -> str:
    """What pairing would add; empty where it adds nothing."""
    groups = [name for name, what in GROUPS if any(one.value in names for one in what)]
    if not groups:
        return ""
    return catalogue.text("ui.box.adds", what=listed(catalogue, [catalogue.text(f"ui.box.adds.{g}") for g in groups]))


def line_sentence(catalogue: Catalogue, status: BoxStatus) -> tuple[str, str]:
    """Tone and the one sentence on the line. What the box calls broken comes first, from the bottom up."""
    wrong = next(_wrongs(status), None)
    if wrong is not None:
        return "suspect", catalogue.text(f"ui.box.line.{wrong}")
    state = _session(status)
    tone = {"connected": "fine", "up": "fine", "connecting": "accent"}.get(state, "idle")
    if state == "untold" and not status.paired and status.adds:
        state = "untold_stranger"
    return tone, catalogue.text(f"ui.box.line.{state}")


def _wrongs(status: BoxStatus) -> Iterator[str]:
    """What the box itself says is not well: the layer below explains the one above it."""
    connected = not isinstance(status.wan, Absent) and status.wan.status is ConnectionStatus.CONNECTED
    if not connected:  # a line that carries a session is not dark, whatever an unused module says
        yield from _below(status)
    if isinstance(status.wan, Absent):
        return
    if status.wan.walled:
        yield "walled"
    if not connected and status.wan.link is LinkStatus.DOWN:
        yield "link_down"
    if status.wan.status is ConnectionStatus.DISCONNECTED:
        yield "disconnected"


def _below(status: BoxStatus) -> Iterator[str]:
    if not isinstance(status.optical, Absent):
        yield from _in_the_fibre(status.optical)
    if not isinstance(status.dsl, Absent):
        if status.dsl.status is LinkStatus.DOWN:
            yield "no_sync"
        if status.dsl.status is LinkStatus.INITIALISING:
            yield "syncing"
    if not isinstance(status.cellular, Absent) and status.cellular.associated is False and not status.cellular.backup:
        yield "no_mobile"


def _in_the_fibre(light: OpticalInterface) -> Iterator[str]:
    if light.module_present is False:
        yield "no_module"
    if light.signal is False:
        yield "dark"
    if light.onu_state is OnuState.O7:
        yield "stopped"
    elif light.onu_state not in (None, OnuState.O5):
        yield "not_registered_lit" if light.signal else "not_registered"  # light is claimed only where the box says so
    if light.status is LinkStatus.DOWN:
        yield "link_down"


def _session(status: BoxStatus) -> str:
    wan = status.wan
    if not isinstance(wan, Absent):
        if wan.status is not None:
            return wan.status.value
        if wan.link is LinkStatus.UP:
            return "up"
    links = [one.status for one in (status.dsl, status.optical) if not isinstance(one, Absent)]
    return "up" if LinkStatus.UP in links else "untold"


def _of_line(catalogue: Catalogue, view: BoxView) -> tuple[str, list[str]]:
    say = catalogue.text
    device = view.found.device if view.found is not None else None
    if view.picture is None:
        if view.trouble is not None and not view.busy:
            tone = "accent" if view.trouble.code == "updating" else "suspect"
            return tone, _after(catalogue, view.trouble, view)
        if device is not None and device.updating:
            return "accent", [say("ui.box.updating")]
        return "accent", [say("ui.box.reading")]
    status = view.picture.status
    tone, sentence = line_sentence(catalogue, status)
    lines = [sentence]
    if view.trouble is not None:
        tone = "suspect"
        lines = [*_after(catalogue, view.trouble, view), say("ui.box.older", at=f"{status.taken:%H:%M}")]
    if status.device.updating:
        tone, lines = "accent", [say("ui.box.updating")]
    if status.device.mode is Mode.BRIDGE:
        lines.append(say("ui.box.bridge"))
    if view.found is not None and view.found.certainty == "generic":
        lines.append(say("ui.box.generic"))
    if view.picture.refused:
        lines.append(_refused(catalogue, view.picture.refused, view))
    if view.pairing.phase is PairPhase.CLOSED:  # else the card below says it
        lines.extend(filter(None, [adds(catalogue, status.adds)]))
    return tone, lines


def _refused(catalogue: Catalogue, code: str, view: BoxView) -> str:
    family = view.found.family.value if view.found is not None else None
    return trouble_text(catalogue, Trouble(code), family)


def _after(catalogue: Catalogue, trouble: Trouble, view: BoxView | None = None) -> list[str]:
    """What happened, and what one can do."""
    family = view.found.family.value if view is not None and view.found is not None else None
    key = f"ui.box.do.{trouble.kind or trouble.code}"
    return [trouble_text(catalogue, trouble, family), *([catalogue.text(key)] if catalogue.has(key) else [])]


def _hinted(catalogue: Catalogue, family: str | None) -> tuple[str, ...]:
    say = catalogue.text
    hint = () if family is None else (say("ui.box.looks_like", family=say(f"box.family.{family}")),)
    return (*hint, say("ui.box.nobody.lead"))


def _pair_button(catalogue: Catalogue, view: BoxView) -> str:
    if view.found is None or view.found.pairing == "none" or view.pairing.phase is not PairPhase.CLOSED:
        return ""
    if view.trouble is not None and view.trouble.code in _STRANGER:
        return catalogue.text("ui.box.pair.this")
    if view.picture is None:
        return ""
    if view.picture.refused:
        return catalogue.text("ui.box.pair.again")
    return catalogue.text("ui.box.pair") if view.picture.status.adds and not view.picture.status.paired else ""
