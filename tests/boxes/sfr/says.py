"""What the simulated SFR Box answers: the home in the family's words and units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from tests.boxes.home import Home, Ssid

ENC = {"open": "OPEN", "wep": "WEP", "wpa": "WPA-PSK", "wpa2": "WPA2-PSK", "wpa_wpa2": "WPA-WPA2-PSK"}
Answer = str


@dataclass(frozen=True)
class Model:
    """``has``: namespaces beyond the common ones."""

    product: str
    firmware: str
    has: frozenset[str] = frozenset()
    milli: bool = True
    base64_tokens: bool = False
    cable: bool = False
    clock: str = "202611221204"


NB6VAC = Model("NB6VAC-FXC-r0", "NB6VAC-MAIN-R4.0.44k", frozenset({"wlan5", "guest", "ont"}))
NB6 = Model("NB6-SER-r0", "NB6-MAIN-R3.5.8", frozenset({"ont"}))
BOX10 = Model(
    "BOX10H-SER-r0", "BOX10H-XbSP-1.6.14.1", frozenset({"wlan5", "guest"}), False, True, clock="20261122120405"
)
CABLE = Model("ALGD1-UBE-r0", "3DCM020200r015", frozenset({"wlan5", "guest"}), False, cable=True)


def tag(name: str, attributes: Mapping[str, object], inside: str = "") -> str:
    text = " ".join(f"{key}={quoteattr(str(value))}" for key, value in attributes.items())
    return f"<{name} {text}>{inside}</{name}>" if inside else f"<{name} {text} />"


def onoff(value: bool) -> str:
    return "on" if value else "off"


def updown(value: bool) -> str:
    return "up" if value else "down"


class Says:
    home: Home
    model: Model
    radio_mode, radio5_mode = "11ng", "11ac"

    def _infra(self) -> str:
        return "fttb" if self.model.cable else {"dsl": "adsl", "fibre": "ftth"}[self.home.line.medium]

    def _system(self) -> Answer:
        home = self.home
        heat, volts = ("44699", "12214") if self.model.milli else ("48.5", "0.000")
        return tag("system", {
            "product_id": self.model.product, "serial_number": home.serial,
            "mac_addr": ":".join(home.uid[i : i + 2] for i in range(0, 12, 2)),
            "net_mode": "bridge" if home.bridge else "router", "net_infra": self._infra(), "uptime": home.up_time,
            "version_mainfirmware": home.firmware or self.model.firmware, "version_rescuefirmware": "",
            "version_dsldriver": "", "current_datetime": self.model.clock, "refclient": "", "idur": "RP3P85K",
            "alimvoltage": volts, "temperature": heat,
        })  # fmt: skip

    def _wan(self) -> Answer:
        line, infra = self.home.line, self._infra()
        up = line.session == "connected"
        return tag("wan", {
            "status": updown(up), "uptime": line.up_time if up else "", "ip_addr": line.ipv4, "infra": infra,
            "mode": f"{infra}/{'ppp' if infra == 'adsl' else 'routed'}", "infra6": "Dual" if line.ipv6 else "",
            "status6": updown(bool(line.ipv6)), "uptime6": "", "ipv6_addr": line.ipv6,
        })  # fmt: skip

    def _dsl(self) -> Answer:
        if self.model.cable:
            return (
                '<dsl linemode="G.DMT" uptime="4857" counter="1" crc="0" status="up" noise_down="4.5" noise_up="4.2" '
                'attenuation_down="3.2" attenuation_up="5.2" rate_down="8000" rate_up="800"\n  </firewall>'
            )
        line = self.home.line.dsl
        up = line.status == "up" and self.home.line.medium == "dsl"
        training = {"up": "Showtime", "initialising": "G.993 Channel Analysis", "down": "Idle"}[line.status]
        return tag("dsl", {
            "status": updown(up), "linemode": line.standard if up else "", "uptime": line.showtime if up else "",
            "counter": line.retrains + 1, "crc": line.crc,
            "noise_down": line.margin_down if up else 0, "noise_up": line.margin_up if up else 0,
            "attenuation_down": line.attenuation_down if up else 0, "attenuation_up": line.attenuation_up if up else 0,
            "rate_down": line.rate_down if up else 0, "rate_up": line.rate_up if up else 0,
            "line_status": "No Defect" if line.status != "down" else "Loss Of Signal",
            "training": training if self.home.line.medium == "dsl" else "",
        })  # fmt: skip

    def _ftth(self) -> Answer:
        if self._infra() != "ftth":
            return ""
        return tag("ftth", {"status": updown(self.home.line.optics.registered), "wanfibre": "in"})

    def _ont(self) -> Answer:
        if self._infra() != "ftth":
            return ""
        light = self.home.line.optics
        info = {
            "slid": "1234", "ranging": "IS" if light.registered else "OOS", "receive": f"{light.rx:.3f}",
            "transmit": f"{light.tx:.3f}", "bias": "17.94", "temp": f"{light.temperature:.2f}",
            "vcc": f"{light.voltage:.3f}", "losssignal": "INACTIVE" if light.signal else "ACTIVE",
            "lossframe": "INACTIVE", "ranged": "ACTIVE" if light.registered else "INACTIVE", "slidattempts": "0",
        }  # fmt: skip
        inside = "".join(tag("info", {"name": key, "value": value}) for key, value in info.items())
        return tag("ont", {"type": "I-010G-Q", "status": updown(light.registered), "sn": "ALCL00000001",
                           "version": "3FE53583AOXA18"}, inside)  # fmt: skip

    def _lan(self) -> Answer:
        start = self.home.address.rpartition(".")[0]
        return tag("lan", {
            "ip_addr": self.home.address, "netmask": "255.255.255.0", "dhcp_active": onoff(not self.home.bridge),
            "dhcp_start": f" {start}.20", "dhcp_end": f"{start}.100", "dhcp_lease": "86400",
        })  # fmt: skip

    def _hosts(self) -> Answer:
        interface = {"ethernet": " lan1", "wifi_2_4": " wlan0", "wifi_5": " wlan5"}
        return "\n".join(
            tag("host", {
                "type": "stb" if host.kind == "stb" else "pc", "name": host.name, "ip": host.ip,
                "mac": host.mac.upper(), "iface": interface[host.layer], "probe": "51", "alive": "18295",
                "status": "online" if host.active else "offline",
            })
            for host in self.home.hosts
        )  # fmt: skip

    def _voip(self) -> Answer:
        return tag("voip", {"status": updown(self.home.phone_up), "infra": self._infra(), "hook_status": "onhook",
                            "callhistory_active": "on"})  # fmt: skip

    def _ssid(self, band: str) -> Ssid:
        return next(ssid for ssid in self.home.ssids if ssid.band == band)

    def _wlan(self, band: str) -> Answer:
        radio = next(radio for radio in self.home.radios if radio.band == band)
        ssid = self._ssid(band)
        channel: object = radio.channel or (radio.current if band == "2.4" else "auto")
        mode = self.radio_mode if band == "2.4" else self.radio5_mode
        inner = tag("wl0", {"ssid": ssid.ssid, "enc": ENC[ssid.security], "keytype": "ascii", "wpakey": ssid.key,
                            "wepkey": " 1234567890123"})  # fmt: skip
        return tag("wlan", {"active": onoff(radio.enable), "channel": channel, "mode": mode, "mac_filtering": "off"},
                   inner)  # fmt: skip

    def _guest(self) -> Answer:
        guest = self.home.guest
        return tag("guest", {"active": onoff(guest.enable)}, tag("config", {"ssid": guest.ssid, "wpakey": guest.key}))
