"""The text and picture of a Wi-Fi's QR code: read back by another program, and never in a log."""

from __future__ import annotations

import asyncio
import logging
import re

import pytest

from selfcare.app.wifi.ports import Pass, PassRefused
from selfcare.app.wifi.share import Kept, NoKeys, picture, share, text
from selfcare.boxes.secret import Secret
from selfcare.ground.redact import redact
from selfcare.hostwifi.windows_keys import told
from selfcare.model.wifi import Link, Radio, RadioState, Security, WifiAccess, WifiReading

NASTY = 'Ca;fe:"Le, Coin\\" à É'
KEY = 'p:a;ss"wo,rd\\12'


def reading(ssid: str | None = NASTY, security: Security | None = Security.WPA2) -> WifiReading:
    link = Link(ssid, "02:aa:bb:cc:dd:01", None, -45.0, security=security)
    return WifiReading(WifiAccess.TOLD, 0.0, radio=Radio("wlan0", RadioState.ON), link=link)


class Keys:
    def __init__(self, key: str | None, hidden: bool = False) -> None:
        self.answer = Kept(Secret(key) if key else None, hidden)

    async def kept(self, _interface: str, _ssid: str) -> Kept:
        return self.answer


def made(*words: object, **more: object) -> Pass | PassRefused:
    return asyncio.run(share(*words, **more))  # type: ignore[arg-type]


def fields(code: str) -> dict[str, str]:
    """As a phone reads it: fields end at a semicolon that is not escaped."""
    assert code.startswith("WIFI:") and code.endswith(";;")
    found = {}
    for name, value in re.findall(r"([A-Z]):((?:\\.|[^\\;])*);", code[5:-1]):
        found[name] = re.sub(r"\\(.)", r"\1", value)
    return found


@pytest.mark.parametrize(("security", "kind"), [
    (Security.WPA2, "WPA"), (Security.TRANSITION, "WPA"), (Security.WPA3, "SAE"), (Security.WPA, "WPA"), (None, "WPA"),
])  # fmt: skip
def test_every_sign_comes_back(security: Security | None, kind: str) -> None:
    found = made(reading(security=security), Keys(KEY))
    assert isinstance(found, Pass)
    assert fields(found.text) == {"T": kind, "S": NASTY, "P": KEY}


def test_hidden_open_and_enhanced_open() -> None:
    hidden = made(reading(), Keys(KEY, hidden=True))
    assert isinstance(hidden, Pass) and fields(hidden.text)["H"] == "true"
    for security in (Security.OPEN, Security.OWE):
        found = made(reading(security=security), Keys(None))
        assert isinstance(found, Pass) and fields(found.text) == {"T": "nopass", "S": NASTY}


def test_refusals() -> None:
    nobody = WifiReading(WifiAccess.TOLD, 0.0)
    assert made(nobody, Keys(KEY)) is PassRefused.NOT_JOINED
    assert made(reading(ssid=None), Keys(KEY)) is PassRefused.NAMELESS
    assert made(reading(security=Security.ENTERPRISE), Keys(KEY)) is PassRefused.ENTERPRISE
    assert made(reading(), NoKeys()) is PassRefused.TYPE_IT
    for wrong in ("short", "é" * 9, "x" * 65, "g" * 64):
        assert made(reading(), NoKeys(), wrong) is PassRefused.WRONG_KEY, wrong
    for right in ("f" * 64, "x" * 8, "x" * 63):
        assert isinstance(made(reading(), NoKeys(), right), Pass), right
    assert isinstance(made(reading(security=Security.WPA3), NoKeys(), "kurz"), Pass)
    assert made(reading(security=Security.WEP), NoKeys(), "sixsix") is PassRefused.WRONG_KEY


def test_another_program_reads_the_picture() -> None:
    reader = pytest.importorskip("zxingcpp")
    numpy = pytest.importorskip("numpy")
    found = made(reading(), Keys(KEY))
    assert isinstance(found, Pass)
    modules = numpy.pad(numpy.array(picture(found).modules, dtype=bool), 4)
    image = numpy.where(numpy.kron(modules, numpy.ones((4, 4), dtype=bool)), 0, 255).astype("uint8")
    (seen,) = reader.read_barcodes(image)
    assert seen.text == found.text and fields(seen.text) == {"T": "WPA", "S": NASTY, "P": KEY}


def test_the_key_is_in_no_repr_and_no_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "selfcare"):
        found = made(reading(), Keys(KEY))
    assert isinstance(found, Pass)
    assert KEY not in repr(found) and "WIFI:" not in repr(found) and KEY not in caplog.text
    assert KEY not in repr(Keys(KEY).answer)


@pytest.mark.parametrize("kind", ["WPA", "SAE", "nopass"])
def test_a_code_that_comes_into_a_log_all_the_same_is_masked(kind: str) -> None:
    code = text("Chez-Dupont", None, Secret("bien secret 1234")).replace("T:WPA", f"T:{kind}")
    said = redact(f"scanned {code} by hand")
    assert "bien secret" not in said and "Dupont" not in said and said.endswith("by hand")


PROFILE = """<?xml version="1.0"?>
<WLANProfile xmlns="http://www.microsoft.com/networking/WLAN/profile/v1"><name>{name}</name>
<SSIDConfig><SSID><name>{name}</name></SSID><nonBroadcast>{hidden}</nonBroadcast></SSIDConfig><MSM><security>
<sharedKey><keyType>passPhrase</keyType><protected>{closed}</protected><keyMaterial>{key}</keyMaterial></sharedKey>
</security></MSM></WLANProfile>"""


def test_windows_gives_the_key_readable_or_not_at_all() -> None:
    def profile(closed: str, name: str = "Chez moi") -> str:
        return PROFILE.format(name=name, hidden="true", closed=closed, key="une cle")

    assert told(profile("false"), "Chez moi") == Kept(Secret("une cle"), hidden=True)
    assert told(profile("true"), "Chez moi") == Kept(None, hidden=True)  # enciphered: of no use to a phone
    assert told(profile("false"), "Ailleurs") is None
    assert told("<!DOCTYPE x>" + profile("false"), "Chez moi") is None and told("<", "x") is None


def test_neither_the_picture_nor_a_profile_shows_the_key_in_a_repr() -> None:
    from selfcare.helper.mechanisms.windows.wlan import Profile

    found = made(reading(), Keys("canary-key-4711"))
    assert isinstance(found, Pass)
    assert "canary-key-4711" not in repr(picture(found))
    assert "canary-key-4711" not in repr(Profile("<keyMaterial>canary-key-4711</keyMaterial>", 4))
