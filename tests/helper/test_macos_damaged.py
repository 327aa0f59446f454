"""Settings of a Mac that are damaged, and outputs of its tools: on the *simulated* Mac of ``mac.py``."""

from __future__ import annotations

import ctypes
import fcntl
import os
import plistlib
import sys
import types
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from selfcare.helper import journal, mechanisms
from selfcare.helper.errors import Refusal
from selfcare.helper.host import posix
from selfcare.helper.mechanisms.macos import services
from tests.helper.mac import WIFI, on_a_mac
from tests.helper.mac import settings as mac_settings
from tests.helper.test_macos import ARGS, Make, changes, quick

__all__ = ["on_a_mac", "quick"]

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=4) | st.binary(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


def paths(tree: Any, above: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    if not isinstance(tree, dict):
        return [above]
    return [above, *(path for key, value in tree.items() for path in paths(value, (*above, key)))]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_damaged_settings_are_refused_or_put_back(data: st.DataObject, on_a_mac: Make, tmp_path: Path) -> None:
    """Whatever stands in any place of the settings: a change is refused or undone exactly, and nothing crashes."""
    number = len(list(tmp_path.iterdir()))
    mac = on_a_mac(f"damaged-{number}")
    tree: Any = mac_settings()
    path = data.draw(st.sampled_from(paths(tree)[1:]))
    at = tree
    for name in path[:-1]:
        at = at[name]
    value = data.draw(VALUES)
    if value is None:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    try:
        mac.store(tree)
        mac.apply()
    except Exception:
        return  # no Mac could hold this
    before = mac.whole()
    verb, args = data.draw(st.sampled_from([ARGS[key] for key in list(ARGS)[:6]]))
    try:
        entry = changes(mac).apply(verb, args, 30)
        changes(mac).undo(entry.name)
    except Refusal:
        changes(mac).recover()
    assert mac.whole() == before


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(garbage=st.binary(max_size=300), head=st.sampled_from([b"", b"bplist00", b'<?xml version="1.0"?><plist>']))
def test_a_file_that_is_no_property_list(garbage: bytes, head: bytes, on_a_mac: Make, tmp_path: Path) -> None:
    mac = on_a_mac(f"garbage-{len(list(tmp_path.iterdir()))}")
    mac.path.write_bytes(head + garbage)
    with pytest.raises(Refusal):
        changes(mac).apply(*ARGS["other resolvers"], 30)
    assert mac.path.read_bytes() == head + garbage


def test_the_order_of_services_is_the_system_s(on_a_mac: Make) -> None:
    on_a_mac()
    assert [service.interface for service in services.services()] == ["en0", "en7", "en8"]
    assert plistlib.dumps(services.by_id(WIFI).entity("DNS"))


MEMORY = ("a default route", "a route", "a VPN", "packets")


@pytest.mark.parametrize("what", MEMORY)
def test_what_was_in_memory_only_ended_with_the_restart(
    what: str, on_a_mac: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    mac = on_a_mac()
    changes(mac).apply(*ARGS[what], 30)
    today, mac.said = mac.whole(), []
    for module in (journal, mechanisms):
        monkeypatch.setattr(module, "boot", lambda: "another start of the system")
    assert [entry.state for entry in changes(mac).recover()] == ["undone"]
    assert mac.whole() == today and mac.said == [], "not even looked at"


@pytest.mark.parametrize("what", ["packets", "a route", "on again", "others than the manual ones"])
def test_an_adapter_that_was_pulled_out_leaves_nothing_that_asks_for_ever(what: str, on_a_mac: Make) -> None:
    mac = on_a_mac()
    before = mac.load()
    changes(mac).apply(*ARGS[what], 30)
    for name in ("en7", "en8"):
        del mac.links[name]
    assert [entry.state for entry in changes(mac).recover()] == ["undone"]
    assert mac.load() == before, "but its service is as it was"


@pytest.mark.parametrize("failed", [0, 1])
def test_which_start_of_the_system_it_is(failed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def told(name: bytes, buffer: Any, size: Any, new: None, length: int) -> int:
        assert name == b"kern.bootsessionuuid" and ctypes.sizeof(buffer) == size._obj.value
        buffer.value = b"5F7D3C1A-0000-4000-8000-000000000001"
        return failed

    system = types.SimpleNamespace(sysctlbyname=type("F", (), {"__call__": staticmethod(told)})())
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(ctypes, "CDLL", lambda name: system)
    assert posix.boot_id() == ("" if failed else "5F7D3C1A-0000-4000-8000-000000000001")


@pytest.mark.parametrize("knows", [True, False])
def test_a_disk_of_macos_is_told_to_empty_its_own_memory(knows: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []

    def full(handle: int, wish: int) -> None:
        said.append(f"full {wish}")
        if not knows:
            raise OSError("not this disk")

    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(fcntl, "F_FULLFSYNC", 51, raising=False)
    monkeypatch.setattr(fcntl, "fcntl", full)
    monkeypatch.setattr(os, "fsync", lambda handle: said.append("fsync"))
    posix.sync_file(0)
    assert said == (["full 51"] if knows else ["full 51", "fsync"])
