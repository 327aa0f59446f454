"""The helper's own readers of a Mac's tools, judged by recorded outputs and by the readers of the probes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from probes.hostnet.macos import texts
from selfcare.helper import tools
from selfcare.helper.mechanisms.macos import links, route


@pytest.fixture
def folder() -> Path:
    named = os.environ.get("SELFCARE_CORPUS")
    if not named or not (Path(named) / "os").is_dir():
        pytest.skip("SELFCARE_CORPUS names no folder with recorded outputs (os)")
    return Path(named) / "os" / "macos"


def answers(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tools, "ask", lambda *words, **more: text.encode())


@pytest.mark.corpus
@pytest.mark.parametrize("name", ["ifconfig-10.14.6.txt", "ifconfig2-10.14.6.txt"])
def test_every_interface_of_a_recorded_ifconfig(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (folder / name).read_text("utf-8", "replace")
    known = texts.ifconfig(text)
    assert len(known) > 3
    for each in known:  # "ifconfig NAME" tells the same of one
        begins = text.index(f"{each.name}: flags=")
        alone = text[begins:].split("\n")
        ends = next((n for n, line in enumerate(alone) if n and line and not line[0].isspace()), len(alone))
        answers("\n".join(alone[:ends]), monkeypatch)
        found = links.link(each.name)
        assert (found.up, found.mtu) == ("UP" in each.flags, each.mtu), each.name
        assert [str(a) for a in found.addresses] == [a.address for a in each.addresses if "." in a.address]


@pytest.mark.corpus
@pytest.mark.parametrize("version", [4, 6])
def test_every_route_of_a_recorded_netstat(version: int, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without ``-f`` the recorded one tells both families: each reader keeps its own."""
    text = (folder / "netstat-rnl-10.14.6.txt").read_text("utf-8", "replace")
    part = text.partition("Internet6:")[2 if version == 6 else 0]
    answers(part, monkeypatch)
    found = {(each.destination, each.gateway, each.interface) for each in links.routes(version)}
    known = {
        (links.network(each.destination, version), (each.gateway or "").partition("%")[0], each.interface)
        for each in texts.netstat(text)
        if each.family == version
    }
    assert len(known) > 5 and known <= found, known - found
    for each in links.routes(version):
        words = list(route.words(each))
        assert not any(word.startswith("-") for word in words[2:3]) and all(" " not in word for word in words)


@pytest.mark.corpus
def test_the_way_out_of_a_recorded_route(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (folder / "facter-osx_route.txt").read_text("utf-8", "replace")
    answers(text, monkeypatch)
    assert links.way_out() == texts.route_get(text)[1]
