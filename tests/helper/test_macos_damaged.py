"""Settings of a Mac that are damaged, and outputs of its tools: on the *simulated* Mac of ``mac.py``."""

from __future__ import annotations

import fcntl
import os
import plistlib
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

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
