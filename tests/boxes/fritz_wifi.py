"""One ``WLANConfiguration`` of the simulated FRITZ!Box: 1 is 2.4 GHz, 2 is 5 GHz, 3 the guests'."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.boxes.home import Guest, Home, Ssid
from tests.boxes.soapish import Action, Refusal

BEACON = {"wpa2": "11i", "wpa3": "WPA3", "wpa2_wpa3": "11iandWPA3", "wpa_wpa2": "WPAand11i", "open": "None"}
KEYS = (*(f"NewWEPKey{n}" for n in range(4)), "NewPreSharedKey", "NewKeyPassphrase")
EXTRA = ("NewX_AVM-DE_APType", "NewX_AVM-DE_TimeoutActive", "NewX_AVM-DE_TimeRemain")
Given = Mapping[str, str]


def strings(*names: str, **more: str) -> dict[str, str]:
    return {name: "string" for name in names} | more


class Network:
    """``writes`` raises where the user may only look."""

    def __init__(self, home: Home, number: int, writes: Callable[[], None]) -> None:
        self.home, self.number, self.writes = home, number, writes
        self.is_guest = number == 3
        self.radio = home.radios[0 if self.is_guest else number - 1]

    @property
    def network(self) -> Guest | Ssid:
        return self.home.guest if self.is_guest else self.home.ssids[self.number - 1]

    def actions(self) -> dict[str, Action]:
        kinds = {"NewEnable": "boolean", "NewChannel": "ui1"}
        return {
            "GetInfo": Action(self.info, {}, {name: kinds.get(name, "string") for name in self.info({})}),
            "X_AVM-DE_GetWLANExtInfo": Action(self.extra, {}, strings(*EXTRA)),
            "GetSecurityKeys": Action(
                lambda _: dict.fromkeys(KEYS, "") | {"NewKeyPassphrase": self.network.key}, {}, strings(*KEYS)
            ),
            "SetSecurityKeys": Action(self.set_keys, strings(*KEYS)),
            "GetChannelInfo": Action(self.channels, {}, {"NewChannel": "ui1", "NewPossibleChannels": "string"}),
            "SetChannel": Action(self.set_channel, {"NewChannel": "ui1"}),
            "SetSSID": Action(self.set_ssid, strings("NewSSID")),
            "SetEnable": Action(self.set_enable, {"NewEnable": "boolean"}),
            "SetBeaconType": Action(self.set_beacon, strings("NewBeaconType")),
        }

    def enabled(self) -> bool:
        return bool(self.network.enable) and (self.is_guest or self.home.wifi_enable)

    def info(self, _: Given) -> dict[str, object]:
        return {
            "NewEnable": self.enabled(), "NewStatus": "Up" if self.enabled() else "Disabled",
            "NewChannel": self.radio.current, "NewSSID": self.network.ssid, "NewStandard": "ax",
            "NewBeaconType": BEACON[getattr(self.network, "security", "wpa2")],
            "NewBSSID": f"1C:ED:6F:00:00:0{self.number}",
        }  # fmt: skip

    def extra(self, _: Given) -> dict[str, object]:
        left = self.home.guest.remaining if self.is_guest else None
        kind = "guest" if self.is_guest else "normal"
        return dict(zip(EXTRA, (kind, int(left is not None), (left or 0) // 60), strict=True))

    def channels(self, _: Given) -> dict[str, object]:
        return {"NewChannel": self.radio.current, "NewPossibleChannels": ",".join(map(str, self.radio.channels))}

    def set_keys(self, given: Given) -> dict[str, object]:
        self.writes()
        if not 8 <= len(given["NewKeyPassphrase"]) <= 63:
            raise Refusal(801, "String argument too short")
        self.network.key = given["NewKeyPassphrase"]
        return {}

    def set_ssid(self, given: Given) -> dict[str, object]:
        self.writes()
        self.network.ssid = given["NewSSID"]
        return {}

    def set_enable(self, given: Given) -> dict[str, object]:
        self.writes()
        self.network.enable = given["NewEnable"] == "1"
        return {}

    def set_channel(self, given: Given) -> dict[str, object]:
        self.writes()
        wanted = int(given["NewChannel"])
        if wanted and wanted not in self.radio.channels:
            raise Refusal(600, "Argument Value Invalid")
        self.radio.channel, self.radio.current = wanted, wanted or self.radio.current
        return {}

    def set_beacon(self, given: Given) -> dict[str, object]:
        self.writes()
        kinds = {word: kind for kind, word in BEACON.items()}
        if not isinstance(self.network, Ssid):
            raise Refusal(501, "Action Failed")
        self.network.security = kinds[given["NewBeaconType"]]
        return {}
