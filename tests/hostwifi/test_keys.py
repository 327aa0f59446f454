"""The key for a QR code: of the network in use only, and only where NetworkManager gives it to this user."""

from __future__ import annotations

import asyncio
import logging
import sys
from typing import Any

import pytest

if not sys.platform.startswith("linux"):
    pytest.skip("NetworkManager is Linux's", allow_module_level=True)

from dbus_fast import Variant

from selfcare.app.wifi.share import Kept, NoKeys
from selfcare.boxes.secret import Secret
from selfcare.hostwifi import networkmanager as nm
from selfcare.hostwifi.keys import NetworkManagerKeys, keys
from selfcare.hostwifi.windows_keys import WindowsKeys
from tests.hostwifi.test_networkmanager import KEY, OLD, PROFILE, Fake, fake

__all__ = ["fake"]


def ask(ssid: str = OLD) -> Kept:
    return asyncio.run(NetworkManagerKeys().kept("", ssid))


def test_of_the_network_in_use(fake: Fake) -> None:
    assert ask() == Kept(Secret(KEY), hidden=False)
    fake.profiles[PROFILE]["802-11-wireless"]["hidden"] = Variant("b", True)
    assert ask().hidden


def test_never_of_another_network(fake: Fake) -> None:
    assert ask("Ailleurs") == Kept(None) and "GetSecrets" not in fake.asked
    fake.active = None
    assert ask() == Kept(None)


def test_who_may_not_is_given_none_and_nothing_is_logged(
    fake: Fake, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refused(*_words: Any) -> None:
        raise nm.BusError("org.freedesktop.NetworkManager.Settings.PermissionDenied")

    with caplog.at_level(logging.DEBUG, "selfcare"):
        assert ask().key is not None
        monkeypatch.setattr(fake, "do_GetSecrets", refused)
        assert ask() == Kept(None)
    assert KEY not in caplog.text and OLD not in caplog.text


def test_each_system_has_its_own() -> None:
    assert isinstance(keys("linux"), NetworkManagerKeys) and isinstance(keys("win32"), WindowsKeys)
    assert isinstance(keys("darwin"), NoKeys)
