"""What lives in memory only: after a restart of the PC, or without its adapter, there is nothing to put back."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest

from selfcare.helper import journal, link, mechanisms, tools
from selfcare.helper.change import Changes
from selfcare.helper.errors import Refusal
from selfcare.helper.journal import Journal
from selfcare.helper.mechanisms.ways import VOLATILE
from tests.helper.world import NEW, OLD, World


class Remembered(World):
    """As the real mechanisms are found: wrapped, and their plans say what lasts."""

    def __init__(self, folder: Path, how: dict[str, Any]) -> None:
        super().__init__(folder)
        plain = self.setting.plan

        def plan(args: dict[str, Any]) -> journal.Plan:
            made = plain(args)
            made.how = dict(how)
            return made

        self.setting.plan = plan  # type: ignore[method-assign]

    def again(self) -> Changes:
        return Changes(self.journal, lambda verb: mechanisms.Careful(self.setting), self.guard)


def restarted(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (journal, mechanisms):
        monkeypatch.setattr(module, "boot", lambda: "another start of the system")


@pytest.mark.parametrize("kept", [False, True])
def test_a_restart_is_the_end_of_what_was_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: bool
) -> None:
    """The power goes during the trial; the dead VPN, the wrong way, are not brought back at boot."""
    world = Remembered(tmp_path, {VOLATILE: True})
    entry = world.make()
    if kept:
        world.changes.keep(entry.name)
    restarted(monkeypatch)
    if kept:
        world.again().undo(entry.name)
    else:
        world.again().recover()
    assert world.states() == ["undone"] and world.setting.system == NEW, "nothing of today is touched"


@pytest.mark.parametrize("how", [{}, {VOLATILE: False}, {"interface": "lo"}])
def test_what_lasts_is_put_back_after_a_restart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: dict[str, Any]
) -> None:
    world = Remembered(tmp_path, how)
    world.make()
    restarted(monkeypatch)
    world.again().recover()
    assert world.states() == ["undone"] and world.setting.system == OLD


def test_within_one_start_memory_is_put_back(tmp_path: Path) -> None:
    world = Remembered(tmp_path, {VOLATILE: True, "interface": "lo"})
    world.make()
    world.again().recover()
    assert world.states() == ["undone"] and world.setting.system == OLD


def test_an_adapter_that_was_pulled_out_took_the_change_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else every later start would ask for a password, to put back what no longer exists."""
    world = Remembered(tmp_path, {VOLATILE: True, "interface": "usb0"})
    monkeypatch.setattr(socket, "if_nameindex", lambda: [(1, "lo"), (2, "usb0")])
    world.make()
    monkeypatch.setattr(socket, "if_nameindex", lambda: [(1, "lo")])
    world.setting.fails = {"a old", "b old"}
    assert [found.state for found in world.again().recover()] == ["undone"]


def test_the_kernel_s_own_settings_say_that_they_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tools, "ask", lambda *words, **more: b'[{"dst": "default"}]')
    monkeypatch.setattr(link, "dump", lambda *words, **more: "")
    route = {"destination": "default", "gateway": "192.168.1.1", "interface": "lo", "metric": 0}
    for verb, args in (("route.remove", route), ("mtu.set", {"interface": "lo", "bytes": 1400})):
        assert mechanisms.find(verb).plan(args).how[VOLATILE] is True, verb


def test_a_real_size_of_packets_of_an_adapter_that_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole way, with the real mechanism: recovered without a refusal, whatever the adapter was."""
    changes = Changes(Journal(tmp_path), mechanisms.find)
    mechanism = mechanisms.find("mtu.set")
    entry = changes.journal.begin("mtu.set", {}, True, mechanism.plan({"interface": "lo", "bytes": 1400}))
    entry.how["interface"] = "usb9"
    changes.journal.mark(entry, "applied")
    assert [found.state for found in changes.recover()] == ["undone"]
    with pytest.raises(Refusal):
        link.is_up("usb9")
