"""Joining through NetworkManager: what is saved stays saved until it works, whoever is allowed to change it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

if not sys.platform.startswith("linux"):
    pytest.skip("NetworkManager is Linux's", allow_module_level=True)

from dbus_fast import Variant

from selfcare.boxes.secret import Secret
from selfcare.hostwifi import networkmanager as nm

DEVICE, PROFILE, MADE = "/device/1", "/profile/1", "/profile/2"
OLD, KEY, NEW = "Maison-Dupont", "une cle wifi bien longue", "une autre cle bien longue"


class Fake:
    """As much of NetworkManager as is spoken to. ``air``: name → key of what is there; ``ours``: may be changed."""

    def __init__(self) -> None:
        self.air = {OLD: KEY}
        self.ours, self.wired = True, False
        self.profiles = {PROFILE: self._profile(OLD, KEY)}
        self.disk = {PROFILE: (OLD, KEY)}
        self.active: str | None = PROFILE
        self.asked: list[str] = []
        self.count, self.seen = 0, OLD  # activations so far, and the name of the network that is up

    def _profile(self, name: str, key: str) -> dict[str, Any]:
        return {
            "connection": {"id": Variant("s", "home")},
            "802-11-wireless": {"ssid": Variant("ay", name.encode()), "bssid": Variant("ay", b"123456")},
            "802-11-wireless-security": {"key-mgmt": Variant("s", "wpa-psk"), "psk": Variant("s", key)},
            "ipv4": {"method": Variant("s", "manual")},
        }

    def known(self, path: str) -> tuple[str, str]:
        settings = self.profiles[path]
        return settings["802-11-wireless"]["ssid"].value.decode(), settings["802-11-wireless-security"]["psk"].value

    def activate(self, path: str) -> None:
        name, key = self.known(path)
        self.active, self.count = path if self.air.get(name) == key else None, self.count + 1
        self.seen = name

    async def call(
        self, _bus: object, path: str, _interface: str, member: str, _signature: str = "", body: Any = None
    ) -> list[Any]:
        self.asked.append(member)
        return list(getattr(self, f"do_{member}")(path, *(body or [])) or [])

    def do_GetManagedObjects(self, _path: str) -> list[Any]:
        state = 100 if self.active else 30
        device = {
            "State": Variant("u", state),
            "DeviceType": Variant("u", 2),
            "ActiveConnection": Variant("o", f"/a/{self.count}"),
        }
        point = {"Ssid": Variant("ay", self.seen.encode() if self.active else b"")}
        objects: dict[str, Any] = {
            DEVICE: {nm._DEVICE: device, nm._WIRELESS: {"ActiveAccessPoint": Variant("o", "/ap")}},
            "/ap": {f"{nm._NM}.AccessPoint": {**point, "HwAddress": Variant("s", "02:00:00:00:00:01")}},
        }
        objects |= {path: {nm._PROFILE: {}} for path in self.profiles}
        if self.active:
            objects[f"/a/{self.count}"] = {f"{nm._NM}.Connection.Active": {"Connection": Variant("o", self.active)}}
        if self.wired:
            objects["/cable"] = {nm._DEVICE: {"State": Variant("u", 100), "DeviceType": Variant("u", 1)}}
        return [objects]

    def do_GetSettings(self, path: str) -> list[Any]:
        shown = {name: dict(part) for name, part in self.profiles[path].items()}
        shown["802-11-wireless-security"].pop("psk")
        return [shown]

    def do_GetSecrets(self, path: str, part: str) -> list[Any]:
        return [{part: {"psk": self.profiles[path][part]["psk"]}}]

    def do_Update2(self, path: str, settings: Any, how: int, _more: Any) -> list[Any]:
        if not self.ours:
            raise nm.BusError("org.freedesktop.NetworkManager.Settings.PermissionDenied")
        self.profiles[path] = settings
        if how == nm._TO_DISK:
            self.do_Save(path)
        return [{}]

    def do_Save(self, path: str) -> None:
        self.disk[path] = self.known(path)

    def do_RequestScan(self, *_words: Any) -> None:
        return None

    def do_ActivateConnection(self, _path: str, profile: str, _device: str, _point: str) -> None:
        self.activate(profile)

    def do_AddAndActivateConnection(self, _path: str, settings: Any, _device: str, _point: str) -> list[Any]:
        self.profiles[MADE] = settings
        self.do_Save(MADE)
        self.activate(MADE)
        return [MADE, "/a"]

    def do_Delete(self, path: str) -> None:
        del self.profiles[path], self.disk[path]


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Fake:
    made = Fake()

    @asynccontextmanager
    async def bus() -> AsyncIterator[object]:
        yield object()

    for name, value in {"connected": bus, "_call": made.call, "LOOK_S": 0.01, "AGAIN_S": 0.02}.items():
        monkeypatch.setattr(nm, name, value)
    return made


def joined(name: str, key: str, limit_s: float = 0.3) -> bool:
    async def run() -> bool:
        wifi = nm.NetworkManagerWifi()
        assert not wifi.can_join and await wifi.current() is not None and wifi.can_join
        return await wifi.join(name, Secret(key), limit_s)

    return asyncio.run(run())


def test_the_network_in_use_and_whether_there_is_a_cable(fake: Fake) -> None:
    for wired in (False, True):
        fake.wired = wired
        link = asyncio.run(nm.NetworkManagerWifi().current())
        assert link is not None and (link.ssid, link.bssid, link.alone) == (OLD, "02:00:00:00:00:01", not wired)
    fake.active = None
    assert asyncio.run(nm.NetworkManagerWifi().current()) is None


def test_the_same_profile_with_the_new_key_saved_once_it_works(fake: Fake) -> None:
    fake.air = {"Chez-Dupont": NEW}
    assert joined("Chez-Dupont", NEW)
    assert fake.disk == {PROFILE: ("Chez-Dupont", NEW)} and fake.asked.index("Update2") < fake.asked.index("Save")
    kept = fake.profiles[PROFILE]
    assert kept["ipv4"]["method"].value == "manual" and "bssid" not in kept["802-11-wireless"]


def test_the_old_connection_that_lives_on_proves_nothing(fake: Fake) -> None:
    """Only the key changes: until the box takes the new one, the PC is still in, by the old."""
    assert not joined(OLD, NEW)
    assert fake.disk == {PROFILE: (OLD, KEY)} and fake.active == PROFILE


def test_what_does_not_work_leaves_the_saved_one_and_the_old_network(fake: Fake) -> None:
    assert not joined("Chez-Dupont", NEW)
    assert fake.disk == {PROFILE: (OLD, KEY)} and fake.known(PROFILE) == (OLD, KEY) and fake.active == PROFILE


def test_killed_before_it_works_the_disk_has_the_old_one(fake: Fake) -> None:
    async def run() -> None:
        wifi = nm.NetworkManagerWifi()
        await wifi.current()
        task = asyncio.create_task(wifi.join("Chez-Dupont", Secret(NEW), 60.0))
        await asyncio.sleep(0.05)
        assert fake.known(PROFILE) == ("Chez-Dupont", NEW) and fake.disk == {PROFILE: (OLD, KEY)}
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert fake.known(PROFILE) == (OLD, KEY)

    asyncio.run(run())


def test_a_profile_that_is_not_ours_is_left_and_one_of_our_own_made(fake: Fake) -> None:
    fake.ours, fake.air = False, {OLD: NEW}
    assert joined(OLD, NEW)
    assert fake.disk == {PROFILE: (OLD, KEY), MADE: (OLD, NEW)}
    assert fake.profiles[MADE]["connection"]["permissions"].value[0].startswith("user:")


def test_our_own_profile_goes_again_if_it_does_not_work(fake: Fake) -> None:
    fake.ours = False
    assert not joined("Chez-Dupont", NEW)
    assert fake.disk == {PROFILE: (OLD, KEY)} and fake.active == PROFILE


def test_back_into_a_known_network_from_none_at_all(fake: Fake) -> None:
    fake.active = None
    assert asyncio.run(nm.NetworkManagerWifi().join(OLD, Secret(KEY), 0.3)) and fake.active == PROFILE
    assert not asyncio.run(nm.NetworkManagerWifi().join("Jamais-Vu", Secret(KEY), 0.3))


def test_no_key_in_what_is_logged(fake: Fake, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    fake.ours = False
    joined("Chez-Dupont", NEW)
    del fake.profiles[PROFILE]
    fake.active = None
    assert NEW not in caplog.text and KEY not in caplog.text
