"""Whom to reach now: the channels of an operator in order, each with the reason. Pure; nothing is asked of anybody.

What people told of support (waiting, a number that was the first ordeal, mails without an answer) makes the order: a
ticket first, which nobody has to explain; then what answers at once and in writing; then the telephone; then what
takes days. With the line down, what a mobile can do comes first. « Open now » only of hours that somebody checked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from selfcare.isp.french_time import holiday, paris
from selfcare.model.case import Channel
from selfcare.model.support import DeskEndpoint, DeskKind, Support, SupportChannel


class Reason(StrEnum):
    """Why this one now; a sentence in the catalogue (``advice.<reason>``, domain support)."""

    DESK = "desk"  # a ticket leaves at once, and nothing has to be explained again
    DESK_LATER = "desk_later"  # it waits here, and leaves by itself when a line is back
    OPEN = "open"
    UNKNOWN = "unknown"  # hours not confirmed
    HOLIDAY = "holiday"  # a public holiday: the usual hours may not hold
    CLOSED = "closed"  # known to be closed now
    ANY_TIME = "any_time"  # nobody has to be there: a form, a letter
    MOBILE = "mobile"  # works with the line down, from a mobile; hours not confirmed
    MOBILE_OPEN = "mobile_open"
    GO_THERE = "go_there"


@dataclass(frozen=True, slots=True)
class Ranked:
    """``opens``: when a closed one opens next (ISO 8601, France), "" where it is not known."""

    channel: SupportChannel
    reason: Reason
    opens: str = ""


@dataclass(frozen=True, slots=True)
class Advised:
    """In order. ``desk`` is there where a ticket can be filed; where it can be reached it comes before all others."""

    channels: tuple[Ranked, ...]
    desk: DeskEndpoint | None = None
    desk_reason: Reason | None = None

    @property
    def reason(self) -> Reason | None:
        """Of the best: the desk where it can be reached, else the first channel; else the desk that waits."""
        if self.desk_reason is Reason.DESK or not self.channels:
            return self.desk_reason
        return self.channels[0].reason


_ORDER = (
    Channel.CHAT, Channel.PHONE, Channel.APP, Channel.WEB, Channel.MAIL, Channel.FORUM, Channel.SOCIAL, Channel.SHOP,
    Channel.VISIT, Channel.POST, Channel.OTHER,
)  # fmt: skip
_DOWN = (Channel.PHONE, Channel.APP, Channel.SHOP, Channel.VISIT, Channel.POST, Channel.OTHER)
"""Without a line: what needs this home's Internet is left out; an app has its mobile's own."""
_NOBODY_THERE = {Channel.WEB, Channel.MAIL, Channel.POST, Channel.FORUM, Channel.APP, Channel.SOCIAL}
_SLEEPS = {Channel.CHAT, Channel.PHONE, Channel.SHOP, Channel.VISIT}
_DAY, _SUNDAY = (8, 20), 7
"""Hours in France within which a number whose hours nobody checked is worth trying first."""
_STAFFED = {Reason.OPEN, Reason.MOBILE_OPEN}


def advise(
    support: Support, now: datetime, *, line_down: bool = False, desk_reachable: bool | None = None, brand: str = ""
) -> Advised:
    """``now`` with its zone. ``desk_reachable``: None is "as the line"; another line (a hotspot) may reach it."""
    reachable = not line_down if desk_reachable is None else desk_reachable
    order = _DOWN if line_down else _ORDER
    local = paris(now)
    found = [_ranked(one, local, line_down) for one in of_brand(support.channels, brand) if one.kind in order]
    # Where nobody said which brand it is, the operator's own comes first: another's chat would turn them away.
    usual = {"", *support.names[:1]}
    found.sort(key=lambda one: (not brand and one.channel.brand not in usual, *_place(one, order, _asleep(local))))
    desk = None if support.desk is None or support.desk.kind is DeskKind.FILE else support.desk
    desk_reason = None if desk is None else Reason.DESK if reachable else Reason.DESK_LATER
    return Advised(tuple(found), desk, desk_reason)


def of_brand(channels: Sequence[SupportChannel], brand: str) -> tuple[SupportChannel, ...]:
    """All where the brand is not known; else its own, and the common ones of the kinds it has none of its own of."""
    if not brand:
        return tuple(channels)
    wanted = brand.casefold()
    own = {one.kind for one in channels if one.brand.casefold() == wanted}
    return tuple(
        one for one in channels if one.brand.casefold() == wanted or (not one.brand and one.kind not in own)
    )  # fmt: skip


def _asleep(local: datetime) -> bool:
    """At night, on Sundays and holidays: nobody knows who is there, and it is no time to send anybody ringing."""
    return not _DAY[0] <= local.hour < _DAY[1] or local.isoweekday() == _SUNDAY or holiday(local.date())


def _place(one: Ranked, order: tuple[Channel, ...], asleep: bool) -> tuple[int, int, int]:
    """Closed ones last, before them at night whoever may sleep; within a kind an open one first, then one that says
    where it is.
    """
    staffed = 0 if one.reason in _STAFFED else 1
    doubtful = asleep and one.channel.kind in _SLEEPS and one.reason not in _STAFFED
    closed = 2 if one.reason is Reason.CLOSED else 1 if doubtful else 0
    return closed, order.index(one.channel.kind) * 2 + staffed, 0 if one.channel.to else 1


def _ranked(channel: SupportChannel, local: datetime, line_down: bool) -> Ranked:
    if channel.kind in (Channel.SHOP, Channel.VISIT) and not _known(channel):
        return Ranked(channel, Reason.GO_THERE)
    if not _known(channel):
        if line_down and channel.kind in (Channel.PHONE, Channel.APP):
            return Ranked(channel, Reason.MOBILE)
        return Ranked(channel, Reason.ANY_TIME if channel.kind in _NOBODY_THERE else Reason.UNKNOWN)
    if holiday(local.date()):
        return Ranked(channel, Reason.HOLIDAY)
    if _open(channel, local):
        return Ranked(channel, Reason.MOBILE_OPEN if line_down else Reason.OPEN)
    return Ranked(channel, Reason.CLOSED, _opens(channel, local))


def _known(channel: SupportChannel) -> bool:
    """Hours that somebody checked; whatever else a profile says is no reason to say "open"."""
    return channel.verified and channel.opening is not None


def _open(channel: SupportChannel, local: datetime) -> bool:
    minute = local.hour * 60 + local.minute
    return any(local.isoweekday() in one.days and one.opens <= minute < one.closes for one in channel.opening or ())


def _opens(channel: SupportChannel, local: datetime) -> str:
    """Within the next eight days, holidays left out."""
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    for ahead in range(8):
        day = midnight + timedelta(days=ahead)
        starts = sorted(
            day + timedelta(minutes=one.opens) for one in channel.opening or () if day.isoweekday() in one.days
        )
        later = [at for at in starts if at > local.replace(tzinfo=None)]
        if later and not holiday(day.date()):
            # The offset of that very day: it may be another after a change of the clock.
            zone = paris(later[0].replace(tzinfo=local.tzinfo)).tzinfo
            return later[0].replace(tzinfo=zone).isoformat()
    return ""
