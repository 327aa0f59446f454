"""The cards of the networks: for guests, and the home's own."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QBoxLayout, QWidget

from selfcare.app.box_wishes import WifiOrder, WishError, guest, wifi
from selfcare.model.box import GuestNetwork, WifiRadio, WifiSettings, Wish
from ui.box_set_forms import Wrong, wrong_name
from ui.box_set_present import band_of
from ui.box_set_state import Seen, Setting
from ui.pages.box_set_card import SettingCard, good
from ui.pages.box_set_fields import KeyLine, Line, Picker
from ui.rows import direction
from ui.widgets import Choices, announce

ALL = "all"
_HOURS = (2, 24, 72)
_AUTO = 0


class GuestCard(SettingCard):
    """On with a name and a key, for a while or for good; or off."""

    setting = Setting.GUEST

    def build(self, seen: Seen) -> None:
        """On is what somebody opens it for; an open one may get another name, key or end."""
        say, now = self.catalogue.text, seen.told
        assert isinstance(now, GuestNetwork)
        self._now = now
        self.power = Choices(self.theme, say("ui.set.guest.do"), _on_off(say), optional=False)
        self.power.select("on")
        self.name = Line(self.theme, self.catalogue, say("ui.set.name"), say("ui.set.name.box"))
        self.name.put(now.ssid or "")
        self.name.judge = lambda typed: wrong_name(typed) if typed or now.ssid else None
        self.key = KeyLine(
            self.theme, self.catalogue, say("ui.set.key.new"), say("ui.set.key.keep" if now.key else "ui.set.key.hint")
        )
        self.key.needed = not now.key and not now.enable
        self.time = Choices(self.theme, say("ui.set.guest.time"), self._times(now), optional=False)
        self.time.select("keep" if now.enable and now.remaining else "0")
        self._timed = seen.manners.guest_end
        for part in (self.power, self.name, self.key, self.time):
            self.fields.addWidget(part)
        self.power.chosen.connect(self._show_parts)
        self._show_parts()

    def wish(self) -> tuple[Wish, str] | Wrong | None:
        """What is not typed stays."""
        now = self._now
        if self.power.value == "off":
            return guest(now, False, None, None, None), ""
        if not good(self.name, self.key):
            return None
        name, key = self.name.value, self.key.take()
        hours = self.time.value
        seconds = float(hours) * 3600 if self._timed and hours and hours != "keep" else None
        if seconds == 0 and not now.remaining:
            seconds = None
        if not now.enable:  # the whole of it: some boxes keep nothing of a network that is off
            return guest(now, True, name or None, key or now.key, seconds), ""
        return guest(now, True, name if name != now.ssid else None, key or None, seconds), ""

    def _times(self, now: GuestNetwork) -> list[tuple[str, str]]:
        say = self.catalogue.text
        keep = [("keep", say("ui.set.time.keep"))] if now.enable and now.remaining else []
        return [*keep, ("0", say("ui.set.time.0")), *((str(h), _long(say, h)) for h in _HOURS)]

    def _show_parts(self) -> None:
        on = self.power.value == "on"
        for part in (self.name, self.key):
            part.setVisible(on)
        self.time.setVisible(on and self._timed)


class WifiCard(SettingCard):
    """Name and key, or the channel, or on and off; of all networks or of one band."""

    setting = Setting.WIFI
    _advised: WifiOrder | None = None

    def advise(self, order: WifiOrder | None) -> None:
        """Has a band's channel and width chosen, now or once the box has told; whoever looks may choose otherwise."""
        self._advised = order
        if isinstance(self._seen, Seen) and isinstance(self._seen.told, WifiSettings):
            self._choose_advised()

    def _choose_advised(self) -> None:
        """What this box does not offer is left as it is."""
        order, self._advised = self._advised, None
        if order is None or order.band not in self._radios:
            return
        self.what.select("radio")
        self._on_what()
        self.band.select(order.band)
        self._on_band()
        radio = self._radios[order.band]
        if order.channel in radio.possible_channels:
            self.channel.select(order.channel)
        if order.width is not None and order.width in map(int, radio.possible_widths):
            self.wide.select(order.width)

    def build(self, seen: Seen) -> None:
        """One question after the other: what, where, then the fields."""
        say, now = self.catalogue.text, seen.told
        assert isinstance(now, WifiSettings)
        self._now = now
        self._radios = {radio.band.value: radio for radio in now.radios if radio.band is not None}
        what = [(one, say(f"ui.set.wifi.{one}")) for one in ("names", "radio", "power")]
        self.what = Choices(self.theme, say("ui.set.wifi.what"), what, optional=False)
        self.what.select("names")
        bands = [(ALL, say("ui.set.band.all")), *((b, band_of(self.catalogue, r)) for b, r in self._radios.items())]
        self.band = Choices(self.theme, say("ui.set.band"), bands, optional=False)
        self._build_fields()
        for part in (self.what, self.band, self.name, self.key, self.sides, self.power):
            self.fields.addWidget(part)
        self.what.chosen.connect(self._on_what)
        self.band.chosen.connect(self._on_band)
        self._on_what()
        self._choose_advised()

    def _build_fields(self) -> None:
        say = self.catalogue.text
        self.name = Line(self.theme, self.catalogue, say("ui.set.name"))
        self.name.judge = wrong_name
        self.key = KeyLine(self.theme, self.catalogue, say("ui.set.key.new"), say("ui.set.key.keep"))
        self.channel = Picker(self.theme, say("ui.set.channel"))
        self.wide = Picker(self.theme, say("ui.set.width"))
        self.sides = QWidget()
        self._side_row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self.sides)
        self._side_row.setContentsMargins(0, 0, 0, 0)
        self._side_row.setSpacing(self.theme.space(3))
        self._side_row.addWidget(self.channel, 1)
        self._side_row.addWidget(self.wide, 1)
        self.power = Choices(self.theme, say("ui.set.wifi.do"), _on_off(say), optional=False)

    def tight(self, tight: bool) -> None:
        """Channel and width one under the other."""
        if self._seen is not None and hasattr(self, "_side_row"):
            self._side_row.setDirection(direction(tight))

    def wish(self) -> tuple[Wish, str] | Wrong | None:
        """Only what was changed."""
        order = self._order()
        if not isinstance(order, WifiOrder):
            return order
        try:
            return wifi(self._now, order), ""
        except WishError:
            return Wrong("band")

    def _order(self) -> WifiOrder | Wrong | None:
        band = None if self.band.value == ALL else self.band.value
        if self.what.value == "power":
            return WifiOrder(enable=self.power.value == "on", band=band)
        if self.what.value == "radio":
            channel, width = self.channel.value, self.wide.value
            return WifiOrder(
                channel=channel if isinstance(channel, int) else None,
                width=width if isinstance(width, int) and not self.wide.isHidden() else None,
                band=band,
            )
        if not good(self.name, self.key):
            return None
        name = self.name.value if self.name.value != self._name_now() else None
        if name is None and not self.key.value:
            announce(self.key.field, self.catalogue.text("ui.set.wrong.nothing"))
            return Wrong("nothing")
        return WifiOrder(name=name, key=self.key.take() or None, band=band)

    def _name_now(self) -> str | None:
        band = self.band.value
        mine = [s for s in self._now.ssids if not s.guest and (band == ALL or self._band(s.radio) == band)]
        return mine[0].ssid if mine else None

    def _band(self, radio: str | None) -> str | None:
        return next((band for band, one in self._radios.items() if one.id == radio), None)

    def _on_what(self) -> None:
        """Which bands make sense, and the fields."""
        what, several = self.what.value, len(self._radios) > 1
        alike = len({s.ssid for s in self._now.ssids if not s.guest}) <= 1
        together = {"names": alike or not several, "radio": not several, "power": True}[what or "names"]
        apart = several and not (what == "names" and self._now.shared)
        self.band.chips[ALL].setVisible(together)
        for band in self._radios:
            self.band.chips[band].setVisible(apart or what == "radio")
        if self.band.value is None or self.band.chips[self.band.value].isHidden():
            self.band.select(ALL if together and what != "radio" else next(iter(self._radios), ALL))
        self.band.setVisible(several and apart)
        for part, there in ((self.name, what == "names"), (self.key, what == "names"), (self.power, what == "power")):
            part.setVisible(there)
        self.sides.setVisible(what == "radio")
        self._on_band()

    def _on_band(self) -> None:
        """The present values of that band."""
        self.name.put(self._name_now() or "")
        radio = self._radios.get(self.band.value or "") or next(iter(self._radios.values()), None)
        if radio is not None:
            self._fill_radio(radio)
        on = self._now.enable if self.band.value == ALL else radio.enable if radio is not None else None
        self.power.select("on" if on is False else "off")

    def _fill_radio(self, radio: WifiRadio) -> None:
        say = self.catalogue.text
        channels = radio.possible_channels or ((radio.channel,) if radio.channel else ())
        self.channel.fill([(_AUTO, say("ui.set.auto")), *((c, str(c)) for c in channels)])
        self.channel.select(_AUTO if radio.auto_channel else radio.channel)
        auto = [(_AUTO, say("ui.set.auto"))] if radio.auto_width is not None else []
        self.wide.fill([*auto, *((int(w), say("ui.set.mhz", width=int(w))) for w in radio.possible_widths)])
        self.wide.select(_AUTO if radio.auto_width else None if radio.width is None else int(radio.width))
        self.wide.setVisible(bool(radio.possible_widths))


def _long(say: Callable[..., str], hours: int) -> str:
    days, rest = divmod(hours, 24)
    return say("ui.set.time.hours", count=hours) if rest or days < 2 else say("ui.set.time.days", count=days)


def _on_off(say: Callable[..., str]) -> list[tuple[str, str]]:
    return [("on", say("ui.set.turn_on")), ("off", say("ui.set.turn_off"))]
