"""Whom to reach now: in France's time, with the line up or down, and never "open" of hours nobody checked."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfcare.i18n import LANGUAGES, Catalogue
from selfcare.i18n.catalogue import SUPPORT
from selfcare.isp import builtin_profiles, load_profile
from selfcare.isp.advice import Advised, Reason, advise
from selfcare.isp.french_time import holiday, paris
from selfcare.model.case import Channel
from selfcare.model.support import DeskEndpoint, DeskKind, Opening, Support, SupportChannel

READ = date(2026, 11, 22)
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=ZoneInfo("Europe/Paris"))
WEEK = (Opening((1, 2, 3, 4, 5, 6), 8 * 60, 20 * 60),)
DESK = DeskEndpoint(DeskKind.RT, "https://desk.exemple.fr")


def of(
    kind: Channel, opening: tuple[Opening, ...] | None = None, checked: date | None = READ, brand: str = ""
) -> SupportChannel:
    return SupportChannel(kind, "x", opening=opening, source="x", checked=checked, brand=brand)


EVERY = Support(("Un", "Deux"), (), tuple(of(kind) for kind in Channel), DESK)


def kinds(found: Advised) -> list[Channel]:
    return [one.channel.kind for one in found.channels]


def reason(opening: tuple[Opening, ...] | None, now: datetime, **more: object) -> Reason:
    support = Support(channels=(of(Channel.PHONE, opening),))
    return advise(support, now, **more).channels[0].reason  # type: ignore[arg-type]


@given(st.datetimes(datetime(1997, 1, 1), datetime(2037, 12, 31)))
def test_the_clock_is_that_of_paris(moment: datetime) -> None:
    at = moment.replace(tzinfo=UTC)
    there = at.astimezone(ZoneInfo("Europe/Paris"))
    # Not ``==``: an hour that comes twice is equal to nothing of another zone.
    assert paris(at).isoformat() == there.isoformat()


def test_public_holidays_are_those_of_the_calendar() -> None:
    """2026 as printed on service-public.fr; Easter Mondays of other years from any almanac."""
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    assert [f"{day:%d/%m}" for day in days if holiday(day)] == [
        "01/01", "06/04", "01/05", "08/05", "14/05", "25/05", "14/07", "15/08", "01/11", "11/11", "25/12",
    ]  # fmt: skip
    for easter_monday in (date(2000, 4, 24), date(2008, 3, 24), date(2011, 4, 25), date(2038, 4, 26)):
        assert holiday(easter_monday)


def test_a_desk_comes_first_and_waits_where_it_cannot_be_reached() -> None:
    assert advise(EVERY, MONDAY).reason is Reason.DESK
    down = advise(EVERY, MONDAY, line_down=True)
    assert (down.desk_reason, down.reason) == (Reason.DESK_LATER, Reason.MOBILE)
    assert advise(EVERY, MONDAY, line_down=True, desk_reachable=True).reason is Reason.DESK
    assert advise(Support(desk=DESK), MONDAY, line_down=True).reason is Reason.DESK_LATER
    filed = Support(desk=DeskEndpoint(DeskKind.FILE), channels=(of(Channel.PHONE),))
    assert advise(filed, MONDAY).desk is None and advise(filed, MONDAY).reason is Reason.UNKNOWN
    assert advise(Support(), MONDAY).reason is None


def test_with_the_line_down_nothing_is_offered_that_needs_it() -> None:
    up, down = kinds(advise(EVERY, MONDAY)), kinds(advise(EVERY, MONDAY, line_down=True))
    assert up[0] is Channel.CHAT and set(up) == set(Channel)
    assert down[:2] == [Channel.PHONE, Channel.APP]
    assert not set(down) & {Channel.CHAT, Channel.WEB, Channel.MAIL, Channel.FORUM, Channel.SOCIAL}


def test_open_is_said_only_of_hours_that_somebody_checked() -> None:
    assert reason(WEEK, MONDAY) is Reason.OPEN
    assert reason(WEEK, MONDAY, line_down=True) is Reason.MOBILE_OPEN
    assert reason(None, MONDAY) is Reason.UNKNOWN
    unread = Support(channels=(of(Channel.PHONE, WEEK, checked=None),))
    assert advise(unread, MONDAY).channels[0].reason is Reason.UNKNOWN
    always = (Opening((1, 2, 3, 4, 5, 6, 7), 0, 24 * 60),)
    assert reason(always, datetime(2026, 12, 25, 12, tzinfo=UTC)) is Reason.HOLIDAY


@pytest.mark.parametrize("utc,expected", [
    (datetime(2026, 11, 23, 6, 59), Reason.CLOSED), (datetime(2026, 11, 23, 7, 0), Reason.OPEN),
    (datetime(2026, 11, 23, 18, 59), Reason.OPEN), (datetime(2026, 11, 23, 19, 0), Reason.CLOSED),
    (datetime(2026, 7, 6, 5, 59), Reason.CLOSED), (datetime(2026, 7, 6, 6, 0), Reason.OPEN),
])  # fmt: skip
def test_hours_are_those_of_france_in_winter_and_summer(utc: datetime, expected: Reason) -> None:
    assert reason(WEEK, utc.replace(tzinfo=UTC)) is expected


@pytest.mark.parametrize("now,opens", [
    (datetime(2026, 11, 21, 20, 0, tzinfo=UTC), "2026-11-23T08:00:00+01:00"),  # Saturday night
    (datetime(2026, 11, 23, 5, 0, tzinfo=UTC), "2026-11-23T08:00:00+01:00"),
    (datetime(2026, 12, 24, 20, 0, tzinfo=UTC), "2026-12-26T08:00:00+01:00"),  # Christmas is left out
    (datetime(2026, 3, 28, 20, 0, tzinfo=UTC), "2026-03-30T08:00:00+02:00"),  # the clock changes that night
])  # fmt: skip
def test_when_it_opens_next(now: datetime, opens: str) -> None:
    support = Support(channels=(of(Channel.PHONE, WEEK),))
    assert advise(support, now).channels[0].opens == opens


def test_what_is_closed_comes_last_and_what_is_open_first() -> None:
    closed, open_, unknown = (of(Channel.CHAT, (Opening((7,), 0, 60),)), of(Channel.PHONE, WEEK), of(Channel.PHONE))
    found = advise(Support(channels=(closed, unknown, open_, of(Channel.POST))), MONDAY)
    assert [one.channel for one in found.channels] == [open_, unknown, of(Channel.POST), closed]


def test_each_brand_has_its_own_number() -> None:
    orange = load_profile("orange").support
    phones = {
        brand: [
            one.channel.to for one in advise(orange, MONDAY, brand=brand).channels if one.channel.kind is Channel.PHONE
        ]
        for brand in ("Orange", "sosh", "")
    }
    assert phones == {"Orange": ["3900"], "sosh": ["3976"], "": ["3900", "3976"]}
    assert Channel.POST in kinds(advise(orange, MONDAY, brand="Sosh"))
    assert advise(orange, MONDAY).channels[0].channel.brand == "Orange"


@pytest.mark.parametrize("name", builtin_profiles())
@pytest.mark.parametrize("down", [True, False])
def test_of_what_ships_nobody_is_said_to_be_open(name: str, down: bool) -> None:
    found = advise(load_profile(name).support, MONDAY, line_down=down)
    assert found.channels and found.desk is None
    assert {one.reason for one in found.channels}.isdisjoint({Reason.OPEN, Reason.MOBILE_OPEN, Reason.CLOSED})
    assert not down or found.channels[0].channel.kind is Channel.PHONE


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_has_its_sentence(language: str) -> None:
    words = Catalogue(language, SUPPORT)
    assert all(words.has(f"advice.{one.value}") for one in Reason)
    assert "31/12" in words.text("advice.closed.opens", opens="31/12")


@pytest.mark.parametrize("when", [
    datetime(2026, 11, 23, 2, 0, tzinfo=UTC), datetime(2026, 11, 22, 12, 0, tzinfo=UTC),
    datetime(2026, 12, 25, 12, 0, tzinfo=UTC), datetime(2026, 11, 23, 19, 0, tzinfo=UTC),
])  # fmt: skip
@pytest.mark.parametrize("name", builtin_profiles())
def test_at_night_and_on_sundays_nobody_is_sent_ringing_first(name: str, when: datetime) -> None:
    for down in (False, True):
        found = advise(load_profile(name).support, when, line_down=down)
        assert found.channels[0].reason in (Reason.ANY_TIME, Reason.MOBILE), name
        assert found.channels[0].channel.kind is not Channel.PHONE
