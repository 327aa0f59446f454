"""What is written to the simulated Freebox, and the lists that can be: the home changes, or the box refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.boxes.freebox import tells
from tests.boxes.freebox.people import People, Refused
from tests.boxes.home import Forward

if TYPE_CHECKING:
    from tests.boxes.freebox.server import FreeboxSimulator

WRITABLE = ("ssid", "key", "enabled", "hide_ssid", "encryption")


class Takes(People):
    """``keys`` of guests, ``rules`` of persons: what the home has no words for is kept here."""

    def __init__(self, box: FreeboxSimulator) -> None:
        super().__init__(box)
        self.guest_params: dict[str, Any] = {}
        self.more_keys: list[dict[str, Any]] = []
        self.ssid_read_only = self.singular = False
        self.refuse: dict[tuple[str, str], str] = {}  # (method, path) -> error, to break a write in its middle

    def told(self, major: int, path: str) -> Any:
        """The lists that can be changed."""
        parts = path.split("/")
        tables = {
            "fw/redir": self._redirections, "dhcp/config": self._dhcp, "dhcp/static_lease": self._leases,
            "wifi/custom_key": self._keys, "wifi/custom_keys/config": self._guest_config,
        }  # fmt: skip
        if path in ("wifi/custom_keys/config", "wifi/custom_key/config"):
            if major < 14 or path.startswith("wifi/custom_key/") is not self.singular:
                raise Refused("invalid_request")
            return self._guest_config()
        if path in tables:
            return tables[path]()
        if parts[0] in ("network_control", "profile") and major >= 8:
            return self._told_person(parts)
        if parts[0] == "parental" and major < 8:
            return self._told_filter(parts)
        raise Refused("invalid_request")

    def take(self, method: str, major: int, path: str, sent: Any) -> Any:
        if (method, path) in self.refuse:
            raise Refused(self.refuse.pop((method, path)))
        self.box.need("settings")
        parts = path.split("/")
        if path == "system/reboot" and method == "POST":
            self.box.home.reboot_asked += 1
            return None
        kinds = {
            "wifi": self._take_wifi, "fw": self._take_redirection, "dhcp": self._take_lease,
            "upnpigd": self._take_program, "profile": self._take_profile, "network_control": self._take_control,
            "parental": self._take_filter,
        }  # fmt: skip
        newer, older = ("profile", "network_control"), ("parental",)
        if parts[0] not in kinds or (parts[0] in newer and major < 8) or (parts[0] in older and major >= 8):
            raise Refused("invalid_request")
        if parts[0] in newer + older:
            self.box.need("profile" if parts[0] in newer else "parental")
        return kinds[parts[0]](method, parts, sent)

    # Forwards and reservations.

    def _redirections(self) -> list[dict[str, Any]]:
        return [
            {"id": int(each.id), "enabled": each.enable, "comment": each.description, "ip_proto": each.protocol,
             "wan_port_start": each.external, "wan_port_end": each.last or each.external, "lan_ip": each.client,
             "lan_port": each.internal, "src_ip": "0.0.0.0", "hostname": "", "host": {}, "valid": True}
            for each in self.box.home.forwards if each.origin == "user"
        ]  # fmt: skip

    def _take_redirection(self, method: str, parts: list[str], sent: Any) -> Any:
        forwards = self.box.home.forwards
        known = next((each for each in forwards if each.id == parts[-1]), None)
        if method != "POST" and known is None:
            raise Refused("noent")
        if method == "DELETE":
            forwards.remove(known)
            return None
        made = Forward(
            sent["wan_port_start"], sent["lan_port"], sent["lan_ip"], sent["ip_proto"], sent["enabled"],
            sent["comment"], sent["wan_port_end"] if sent["wan_port_end"] > sent["wan_port_start"] else None,
            id=known.id if known else str(self.number()),
        )  # fmt: skip
        first, last = self.box.home.line.ports
        if not first <= made.external <= (made.last or made.external) <= last:
            raise Refused("port_outside_range")
        for each in forwards:
            overlap = each.external <= (made.last or made.external) and made.external <= (each.last or each.external)
            if each is not known and each.protocol == made.protocol and overlap:
                raise Refused("exist")
        if known is not None:
            forwards[forwards.index(known)] = made
        else:
            forwards.append(made)
        return next(each for each in self._redirections() if each["id"] == int(made.id))

    def _take_program(self, method: str, parts: list[str], sent: Any) -> Any:
        port, protocol = parts[-1].split("-")[1:]
        forwards = self.box.home.forwards
        known = [
            each for each in forwards if (str(each.external), each.protocol, each.origin) == (port, protocol, "upnp")
        ]
        if method != "DELETE" or not known:
            raise Refused("noent")
        forwards.remove(known[0])
        return None

    def _dhcp(self) -> dict[str, Any]:
        address = self.box.home.address
        net = address.rsplit(".", 1)[0]
        return {
            "enabled": not self.box.home.bridge, "gateway": address, "sticky_assign": True, "always_broadcast": False,
            "ip_range_start": f"{net}.2", "ip_range_end": f"{net}.50", "netmask": "255.255.255.0",
            "dns": [address, "", "", "", ""],
        }  # fmt: skip

    def _leases(self) -> list[dict[str, Any]]:
        return [
            {"id": mac.upper(), "mac": mac.upper(), "ip": ip, "comment": comment, "hostname": "", "host": {}}
            for mac, (ip, comment) in self.box.home.reservations.items()
        ]

    def _take_lease(self, method: str, parts: list[str], sent: Any) -> Any:
        leases = self.box.home.reservations
        mac = parts[-1].lower() if method != "POST" else sent["mac"].lower()
        if method != "POST" and mac not in leases:
            raise Refused("noent")
        if method == "DELETE":
            del leases[mac]
            return None
        if any(ip == sent["ip"] for other, (ip, _) in leases.items() if other != mac):
            raise Refused("exist")
        leases[mac] = (sent["ip"], sent["comment"])
        return next(each for each in self._leases() if each["id"] == mac.upper())

    # Wi-Fi and guests.

    def _take_wifi(self, method: str, parts: list[str], sent: Any) -> Any:
        home = self.box.home
        if parts[1] == "config" and method == "PUT":
            home.wifi_enable = sent["enabled"]
            return {"enabled": home.wifi_enable}
        if parts[1] == "ap" and method == "PUT":
            return self._take_radio(parts[2], sent["config"])
        if parts[1] == "bss" and method == "PUT":
            return self._take_network(parts[2], sent)
        if parts[1] in ("custom_key", "custom_keys"):
            return self._take_key(method, parts, sent)
        raise Refused("invalid_request")

    def _take_radio(self, name: str, config: Any) -> Any:
        radio = next((each for each in self.box.home.radios if str(tells.RADIO_IDS[each.band]) == name), None)
        if radio is None:
            raise Refused("nodev")
        channel = config.get("primary_channel", radio.channel)
        if channel and channel not in radio.channels:
            raise Refused("inval_freq")
        if "channel_width" in config:
            if radio.band == "2.4" and config["channel_width"] not in ("20", "40"):
                raise Refused("inval_ht_mode")
            radio.width = int(config["channel_width"])
        radio.channel, radio.current = channel, channel or radio.current
        radio.enable = config.get("enabled", radio.enable)
        return tells.access_point(radio, self.box.home.wifi_enable)

    def _take_network(self, name: str, sent: Any) -> Any:
        home, config = self.box.home, sent["config"]
        named = next((each for each in home.ssids if tells.bss_id(each) == name), None)
        if named is None:
            raise Refused("nodev")
        if "key" in config and not 8 <= len(config["key"]) <= 63:
            raise Refused("inval_key_len")
        if "ssid" in config and not 1 <= len(config["ssid"].encode()) <= 32:
            raise Refused("inval_ssid")
        if set(config) - set(WRITABLE) or "*" * 8 in config.get("key", ""):
            raise Refused("inval")
        shared = sent.get("use_shared_params", self.box.shared)
        for each in home.ssids if shared else [named]:
            each.ssid, each.key = config.get("ssid", each.ssid), config.get("key", each.key)
            each.hidden = config.get("hide_ssid", each.hidden)
            if "encryption" in config:
                each.security = {word: kind for kind, word in tells.ENCRYPTIONS.items()}[config["encryption"]]
        named.enable = config.get("enabled", named.enable)
        return tells.bss(named, self.box.major, self.box.shared, True)

    def _keys(self) -> list[dict[str, Any]]:
        guest = self.box.home.guest
        seen = bool(self.box.permissions().get("settings"))
        params = {
            "max_use_count": 0,
            "description": "Amis",
            "duration": guest.remaining or 0,
            "access_type": "net_only",
        }
        params |= self.guest_params | {"key": guest.key if seen else "********"}
        own = [{"id": 8, "remaining": guest.remaining or 0, "params": params}] if guest.enable else []
        return own + self.more_keys

    def _guest_config(self) -> dict[str, Any]:
        ssid = self.box.home.guest.ssid
        return {"ssid": ssid, "ssid_read_only": self.ssid_read_only, "hide_ssid": False, "encryption": "wpa2_psk"}

    def _take_key(self, method: str, parts: list[str], sent: Any) -> Any:
        guest = self.box.home.guest
        if parts[2:] == ["config"] and method == "PUT":
            if (parts[1] == "custom_key") is not self.singular:
                raise Refused("invalid_request")
            guest.ssid = sent["ssid"]
            return self._guest_config()
        if method == "DELETE":
            if parts[-1] != "8" or not guest.enable:
                raise Refused("noent")
            guest.enable = False
            return None
        if method != "POST":  # there is no way to change a key
            raise Refused("invalid_request")
        if not 8 <= len(sent["key"]) <= 63:
            raise Refused("inval_key_len")
        guest.enable, guest.key, guest.remaining = True, sent["key"], sent["duration"] or None
        self.guest_params = {name: sent[name] for name in ("description", "access_type", "max_use_count", "duration")}
        return self._keys()[0]
