"""What a walk through the home says: rooms, the worst of them, what would help, what changed since. Pure; no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from selfcare.app.box_words import printable
from selfcare.i18n import Catalogue
from selfcare.model.wifi import LivePoint, Place, Room, WalkRecord
from ui.wifi_plan import distance
from ui.wifi_state import ORDER
from ui.wifi_words import TONES, band_words, dbm_words, ms, room_words, signal_place

SUGGESTED = ("living", "kitchen", "bedroom", "office", "hall", "bathroom", "child", "garage")
"""Keys of rooms that most homes have."""
_POOR = (Place.WEAK, Place.BAD)


@dataclass(frozen=True, slots=True)
class Big:
    """The moment, for who holds the computer at arm's length. ``spoken`` changes with the word only."""

    word: str
    figures: str
    tone: str
    share: float
    spoken: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """A walk in words. ``guide``: at most one, of what the advice is about. ``drops``: how often the Wi-Fi went."""

    when: str
    summary: str
    tone: str
    advice: str = ""
    guide: str = ""
    drops: str = ""
    change: str = ""
    rows: tuple[tuple[str, str], ...] = ()


def big(catalogue: Catalogue, point: LivePoint | None) -> Big:
    """Signal and answer of this moment."""
    say = catalogue.text
    if point is None or point.stale or point.link is None:
        key = "waiting" if point is None else "stale" if point.stale else "apart"
        word = say(f"ui.wifi.walk.{key}")
        return Big(word, "", "idle", 0.0, word)
    link, figures = point.link, []
    if link.rssi_dbm is not None:
        figures.append(dbm_words(catalogue, link.rssi_dbm))
    if link.channel is not None:
        figures.append(band_words(catalogue, link.channel.band.value))
    if point.rtt_ms is not None:
        figures.append(say("ui.wifi.room.answer", time=ms(catalogue, round(point.rtt_ms, 1))))
    elif point.lost:
        figures.append(say("ui.wifi.now.silent_box"))
    share = 0.0 if link.rssi_dbm is None else min(1.0, max(0.03, (link.rssi_dbm + 90.0) / 50.0))
    word = short(catalogue, point.grade, "ui.wifi.big.unknown")
    return Big(word, " · ".join(figures), TONES[point.grade], share, word)


def short(catalogue: Catalogue, grade: Place, unknown: str) -> str:
    """A grade as it stands alone, the same word as everywhere; ``unknown``: the key of what is said before."""
    word = catalogue.text(unknown if grade is Place.UNKNOWN else f"wifi.place.{grade}")
    return word[:1].upper() + word[1:]


def room_name(name: str) -> str:
    """As it may be shown, here or from a file."""
    return printable(name, 40)


def outcome(catalogue: Catalogue, walk: WalkRecord, before: WalkRecord | None, now: datetime | None = None) -> Outcome:
    """What came of it, by rules one could say aloud."""
    known = tuple(room for room in walk.rooms if room.grade in ORDER)
    words, guide = _advice(catalogue, known, walk.box_room)
    return Outcome(
        when(catalogue, walk.ended, now), summary(catalogue, known), TONES[worst(known).grade] if known else "idle",
        words, guide, drops(catalogue, walk), change(catalogue, walk, before) if before is not None else "",
        rows(catalogue, walk),
    )  # fmt: skip


def unfinished(catalogue: Catalogue, walk: WalkRecord, now: datetime | None = None) -> str:
    """Which walk was cut off, and what is there of it."""
    rooms = ", ".join(room_name(room.name) for room in walk.rooms)
    return catalogue.text("ui.wifi.walk.unfinished", when=when(catalogue, walk.ended, now, "moment"), rooms=rooms)


def worst(rooms: tuple[Room, ...]) -> Room:
    """Where it is worst; of two alike the one with the weaker signal."""
    return max(rooms, key=lambda room: (ORDER.index(room.grade), -(room.rssi_dbm or 0.0)))


def summary(catalogue: Catalogue, known: tuple[Room, ...]) -> str:
    """The one sentence."""
    say = catalogue.text
    if not known:
        return say("ui.wifi.walk.nothing")
    bad = worst(known)
    name = room_name(bad.name)
    if bad.grade not in _POOR:
        if len(known) == 1:
            return say("ui.wifi.walk.well.one", room=name)
        return say("ui.wifi.walk.well", least=name)
    return say(f"ui.wifi.walk.worst.{bad.grade}", room=name)


def rows(catalogue: Catalogue, walk: WalkRecord) -> tuple[tuple[str, str], ...]:
    """Room by room, the worst last."""
    order = sorted(walk.rooms, key=lambda room: (room.grade not in ORDER, _rank(room)))
    return tuple((_called(catalogue, room, walk.box_room), room_words(catalogue, room)) for room in order)


def _rank(room: Room) -> tuple[int, float]:
    return (ORDER.index(room.grade) if room.grade in ORDER else 0, -(room.rssi_dbm or 0.0))


def _called(catalogue: Catalogue, room: Room, box_room: str | None) -> str:
    name = room_name(room.name)
    return catalogue.text("ui.wifi.walk.with_box", room=name) if room.name == box_room else name


def _advice(catalogue: Catalogue, known: tuple[Room, ...], box_room: str | None) -> tuple[str, str]:
    """The sentence, and the guide that leads through it; both empty where all is well."""
    say = catalogue.text
    bad = tuple(room for room in known if room.grade in _POOR)
    if not bad:
        return "", ""
    lowest = worst(known)
    name = room_name(lowest.name)
    if all(signal_place(room.rssi_dbm) in (Place.GOOD, Place.FAIR) for room in bad):
        return say("ui.wifi.walk.advice.hop"), "wifi-channel"
    home = next((room for room in known if room.name == box_room), None)
    if home is not None and home in bad:
        return say("ui.wifi.walk.advice.box", room=room_name(home.name)), "wifi-coverage"
    if 2 * len(bad) >= len(known):
        return say("ui.wifi.walk.advice.place"), "wifi-coverage"
    near = min(
        (room for room in known if room not in bad and room.name != box_room),
        key=lambda room: (distance(room, lowest), ORDER.index(room.grade)), default=None,
    )  # fmt: skip
    if near is None:
        return say("ui.wifi.walk.advice.repeater", room=name), "wifi-repeater"
    return say("ui.wifi.walk.advice.between", room=name, near=room_name(near.name)), "wifi-repeater"


def drops(catalogue: Catalogue, walk: WalkRecord) -> str:
    """Empty where it held."""
    return catalogue.text(f"ui.wifi.walk.drops{'.one' if walk.drops == 1 else ''}", n=walk.drops) if walk.drops else ""


def change(catalogue: Catalogue, walk: WalkRecord, before: WalkRecord) -> str:
    """The same rooms, then and now; empty where nothing can be compared."""
    from selfcare.app.wifi.compare import Change, compare

    changes = compare(before, walk)
    better = [room_name(one.name) for one in changes if one.change is Change.BETTER]
    less = [room_name(one.name) for one in changes if one.change is Change.WORSE]
    if not any(one.change in (Change.BETTER, Change.WORSE, Change.SAME) for one in changes):
        return ""
    say, day = catalogue.text, when(catalogue, before.ended, kind="moment")
    if not better and not less:
        return say("ui.wifi.walk.same", when=day)
    parts = [say("ui.wifi.walk.better", rooms=", ".join(better))] if better else []
    parts += [say("ui.wifi.walk.less", rooms=", ".join(less))] if less else []
    what = parts[0] if len(parts) == 1 else say("ui.wifi.walk.and", first=parts[0], second=parts[1])
    return say("ui.wifi.walk.change", when=day, what=what)


def before(walks: tuple[WalkRecord, ...], walk: WalkRecord) -> WalkRecord | None:
    """The walk that this one is compared with."""
    from selfcare.app.wifi.compare import earlier

    return earlier(walks, walk)


def when(catalogue: Catalogue, unix: float, now: datetime | None = None, kind: str = "day") -> str:
    """Day and time as one says them: as a title (``day``) or within a sentence (``moment``)."""
    at = datetime.fromtimestamp(unix).astimezone()
    now = now or datetime.now().astimezone()
    days = (now.date() - at.date()).days
    if days in (0, 1):
        return catalogue.text(f"ui.wifi.{kind}.{('today', 'yesterday')[days]}", time=f"{at:%H:%M}")
    form = "%d/%m" if at.year == now.year else "%d/%m/%Y"
    return catalogue.text(f"ui.wifi.{kind}.other", day=at.strftime(form), time=f"{at:%H:%M}")
