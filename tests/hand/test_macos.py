"""The client on macOS: which programs it would start, and what it would say to SMAppService. A stand-in answers."""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path
from typing import Any

import pytest

from selfcare.hand import launch, macos

CALL = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)
CLASS, SERVICE = 0x7F0000001000, 0x7F0000002000  # wider than 32 bits, as pointers are


class Runtime:
    """The Objective-C runtime with one class, and strings of CoreFoundation."""

    def __init__(self, status: int = macos.NOT_REGISTERED, *, known: bool = True) -> None:
        self.status, self.known = status, known
        self.selectors: list[bytes] = []
        self.strings: dict[int, bytes] = {}
        self.said: list[tuple[int, bytes, Any]] = []
        self.objc_msgSend = CALL(self.send)

    def objc_getClass(self, name: bytes) -> int | None:
        assert name == b"SMAppService"
        return CLASS if self.known else None

    def sel_registerName(self, name: bytes) -> int:
        self.selectors.append(name)
        return len(self.selectors)

    def CFStringCreateWithCString(self, allocator: None, text: bytes, encoding: int) -> int:
        self.strings[0x7F0000003000] = text
        return 0x7F0000003000

    def CFRelease(self, reference: int) -> None:
        del self.strings[reference]

    def send(self, to: int, selector: int, argument: int | None) -> int:
        name = self.selectors[selector - 1]
        self.said.append((to, name, self.strings.get(argument or 0)))
        if name == b"registerAndReturnError:":
            assert argument, "where the error goes"
            self.status = macos.REQUIRES_APPROVAL
            return 1
        return {b"daemonServiceWithPlistName:": SERVICE, b"status": self.status}[name]


def test_the_daemon_is_named_and_registered(monkeypatch: pytest.MonkeyPatch) -> None:
    runtime = Runtime()
    monkeypatch.setattr(macos, "_libraries", lambda: (runtime, runtime))
    daemon = macos.Daemon(macos.PLISTS[0])
    assert daemon.status() == macos.NOT_REGISTERED and daemon.register()
    assert daemon.status() == macos.REQUIRES_APPROVAL
    assert runtime.said[0] == (CLASS, b"daemonServiceWithPlistName:", b"org.selfcare.helper.plist")
    assert [name for to, name, _ in runtime.said[1:] if to == SERVICE] == [
        b"status", b"registerAndReturnError:", b"status",
    ]  # fmt: skip
    assert not runtime.strings, "given back"


def test_before_macos_13_there_is_no_such_thing(monkeypatch: pytest.MonkeyPatch) -> None:
    runtime = Runtime(known=False)
    monkeypatch.setattr(macos, "_libraries", lambda: (runtime, runtime))
    with pytest.raises(OSError, match="SMAppService"):
        macos.Daemon(macos.PLISTS[0])


@pytest.fixture
def mac(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setattr(sys, "platform", "darwin")
    return monkeypatch


def test_from_its_sources_no_daemon_is_asked_for(mac: pytest.MonkeyPatch) -> None:
    mac.setattr(macos, "Daemon", lambda name: pytest.fail("not a bundle"))
    own = launch.own_command()
    assert own[0] == sys.executable and own[-1] == "serve"
    assert launch.privileged_command() == [*own[:-1], "reach"], "the very same program"


@pytest.mark.parametrize("status", [macos.NOT_REGISTERED, macos.ENABLED, macos.REQUIRES_APPROVAL, macos.NOT_FOUND])
def test_a_bundle_asks_once(status: int, mac: pytest.MonkeyPatch, tmp_path: Path) -> None:
    runtime = Runtime(status)
    mac.setattr(macos, "_libraries", lambda: (runtime, runtime))
    mac.setattr(sys, "frozen", True, raising=False)
    mac.setattr(sys, "executable", str(tmp_path / "selfcare"))
    assert launch.privileged_command() == [str(tmp_path / "selfcare"), "helper", "reach"]
    (tmp_path / "selfcare-helper").touch()
    assert launch.privileged_command() == [str(tmp_path / "selfcare-helper"), "reach"]
    asked = [name for _, name, _ in runtime.said].count(b"registerAndReturnError:")
    assert asked == (1 if status == macos.NOT_REGISTERED else 0), "the stand-in knows one status for both"


def test_without_servicemanagement_a_password_is_still_asked_for(mac: pytest.MonkeyPatch) -> None:
    def missing() -> Any:
        raise OSError("no such library")

    mac.setattr(macos, "_libraries", missing)
    mac.setattr(sys, "frozen", True, raising=False)
    assert launch.privileged_command()[-1] == "reach"


@pytest.mark.parametrize(
    ("status", "code"), [(126, "refused"), (127, "refused"), (125, "needs_privilege"), (1, "helper_gone")]
)
def test_why_there_is_no_root(status: int, code: str) -> None:
    assert launch.refusal(status, "said").code == code
