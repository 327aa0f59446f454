"""The cards about one device of the home: open ports, its fixed address; and the restart of the box."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QLayout, QVBoxLayout

from selfcare.app.box_wishes import forward
from selfcare.i18n import Catalogue
from selfcare.model.box import (
    DhcpServer,
    ForwardWish,
    PortMapping,
    Protocol,
    RebootWish,
    Reservation,
    ReservationWish,
    Wish,
)
from ui.box_set_forms import Device, Wrong, devices, ports_of, wrong_address, wrong_port, wrong_ports
from ui.box_set_present import reservation_lines, rule_line
from ui.box_set_state import Seen, Setting
from ui.pages.box_set_card import SettingCard, good
from ui.pages.box_set_fields import Line, Picker
from ui.rows import direction
from ui.theme import Theme
from ui.widgets import Button, Choices, Rule, text


class ListCard(SettingCard):
    """What there is, each with a button that takes it away, and under it a form to add one."""

    removes: str

    def list_row(self, words: tuple[str, str], wish: Wish, subject: str) -> QLayout:
        """A name, what it does, and its button."""
        say = self.catalogue.text
        column = QVBoxLayout()
        column.setSpacing(self.theme.space(0.8))
        column.addWidget(text(self.theme, words[0], bold=True))
        column.addWidget(text(self.theme, words[1], tone="muted"))
        button = Button(self.theme, say(self.removes))
        button.setAccessibleName(say("ui.set.send.name", action=say(self.removes), what=f"{words[0]}, {words[1]}"))
        button.clicked.connect(lambda _checked: self.wished.emit(self.setting, wish, subject))
        self.removers.append(button)
        row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        row.setSpacing(self.theme.space(3))
        row.addLayout(column, 1)
        row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._list_rows.append(row)
        return row

    def begin(self) -> None:
        """A new list."""
        self.removers: list[Button] = []
        self._list_rows: list[QBoxLayout] = []

    def tight(self, tight: bool) -> None:
        """Each button under its words where there is no room beside."""
        for row in getattr(self, "_list_rows", []):
            row.setDirection(direction(tight))

    def add_title(self, key: str) -> None:
        """Between what is there and the form."""
        if self._list_rows:
            self.fields.addWidget(Rule())
        self.fields.addWidget(text(self.theme, self.catalogue.text(key), bold=True))


class ForwardCard(ListCard):
    """Ports open to a device of the home."""

    setting, sends, removes = Setting.FORWARD, "ui.set.forward.add", "ui.set.forward.remove"

    def build(self, seen: Seen) -> None:
        """What is open, then a form."""
        say = self.catalogue.text
        self.begin()
        rules = seen.told if isinstance(seen.told, tuple) else ()
        self._rules: tuple[PortMapping, ...] = rules
        if not rules:
            self.fields.addWidget(text(self.theme, say("ui.set.forward.none"), tone="muted"))
        for rule in rules:
            words = rule_line(self.catalogue, rule, self.names)
            device = self.names.get(rule.internal_client, rule.internal_client)
            self.fields.addLayout(self.list_row(words, ForwardWish(rule, remove=True), device))
        self.add_title("ui.set.forward.new")
        there = [one for one in devices(self.catalogue, seen.hosts, seen.macs) if one.address]
        self.device = Picker(self.theme, say("ui.set.device"), [(one, one.label) for one in there])
        self.name = Line(self.theme, self.catalogue, say("ui.set.forward.name"), say("ui.set.forward.name.hint"))
        protocols = [(p.value, say(f"ui.set.protocol.{p.value}")) for p in (Protocol.TCP, Protocol.UDP, Protocol.BOTH)]
        self.protocol = Choices(self.theme, say("ui.set.protocol"), protocols, optional=False)
        self.protocol.select("tcp")
        self.ports = Line(self.theme, self.catalogue, say("ui.set.forward.ports"), "8443")
        self.ports.judge = lambda typed: wrong_ports(typed, seen.ports, rules, Protocol(self.protocol.value or "tcp"))
        self.inner = Line(self.theme, self.catalogue, say("ui.set.forward.inner"), say("ui.set.forward.same"))
        self.inner.judge = wrong_port
        self.protocol.chosen.connect(lambda: self.ports.check() if self.ports.value else None)
        for part in (self.device, self.name, self.protocol, self.ports, self.inner):
            self.fields.addWidget(part)

    def wish(self) -> tuple[Wish, str] | Wrong | None:
        """A rule for the chosen device."""
        device = self.device.value
        if not isinstance(device, Device) or device.address is None:
            return Wrong("no_device")
        if not good(self.ports, self.inner):
            return None
        ports = ports_of(self.ports.value)
        assert ports is not None
        spelt = str(ports[0]) if ports[0] == ports[1] else f"{ports[0]}-{ports[1]}"
        inner = int(self.inner.value) if self.inner.value.strip() else None
        protocol = Protocol(self.protocol.value or "tcp")
        wanted = forward(self._rules, spelt, protocol, device.address, inner, self.name.value.strip() or None)
        return wanted, device.name


class ReservationCard(ListCard):
    """Always the same address for a device."""

    setting, sends, removes = Setting.RESERVATION, "ui.set.reservation.add", "ui.set.reservation.remove"

    def build(self, seen: Seen) -> None:
        """What is reserved, then a form with the device's present address."""
        say, server = self.catalogue.text, seen.told
        assert isinstance(server, DhcpServer)
        self.begin()
        self._server = server
        lines = reservation_lines(self.catalogue, server, self.names)
        if not lines:
            self.fields.addWidget(text(self.theme, say("ui.set.reservation.none"), tone="muted"))
        for mac, who, what in lines:
            gone = ReservationWish(Reservation(mac, ""), remove=True)
            self.fields.addLayout(self.list_row((who, what), gone, who))
        self.add_title("ui.set.reservation.new")
        kept = {mac for mac, _, _ in lines}
        there = [one for one in devices(self.catalogue, seen.hosts, seen.macs) if one.mac not in kept]
        self.device = Picker(self.theme, say("ui.set.device"), [(one, one.label) for one in there])
        self.address = Line(self.theme, self.catalogue, say("ui.set.reservation.address"))
        self.address.judge = lambda typed: wrong_address(typed, server, self._mac())
        self.device.chosen.connect(self._on_device)
        self.fields.addWidget(self.device)
        self.fields.addWidget(self.address)
        self._on_device()

    def wish(self) -> tuple[Wish, str] | Wrong | None:
        """An address for the chosen device."""
        device = self.device.value
        if not isinstance(device, Device):
            return Wrong("no_device")
        if not good(self.address):
            return None
        return ReservationWish(Reservation(device.mac, self.address.value.strip(), device.name)), device.name

    def _mac(self) -> str:
        device = self.device.value
        return device.mac if isinstance(device, Device) else ""

    def _on_device(self) -> None:
        device = self.device.value
        self.address.put(device.address or "" if isinstance(device, Device) else "")


class RebootCard(SettingCard):
    """One button; what it costs is in the question."""

    setting = Setting.REBOOT

    def __init__(self, theme: Theme, catalogue: Catalogue) -> None:
        super().__init__(theme, catalogue)
        title = catalogue.text("ui.set.reboot.send")
        self.button.setCheckable(False)
        self.button.setText(title)
        self.button.setAccessibleName(title)
        self.button.clicked.connect(lambda _checked: self._on_send())

    def wish(self) -> tuple[Wish, str] | Wrong | None:
        """There is one."""
        return RebootWish(), ""
