"""What a change is called where a system makes it in a way of its own."""

from __future__ import annotations

import sys

import pytest

from selfcare.app import proposals
from selfcare.i18n import LANGUAGES, Catalogue
from selfcare.model.repair import Change, Verb


@pytest.mark.parametrize("language", LANGUAGES)
def test_macos_gives_ipv6_up_and_says_so(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It knows no order of protocols: "nothing is switched off" would be untrue there."""
    catalogue, change = Catalogue(language), Change(Verb.IPV4_PREFER, {"on": True})
    said = {}
    for system in ("linux", "darwin"):
        monkeypatch.setattr(sys, "platform", system)
        said[system] = (proposals.why(catalogue, "ipv4.prefer", "ISP-IPV6"), proposals.action_text(catalogue, change))
    assert all(one != other for one, other in zip(*said.values(), strict=True))
    assert not any(word in said["darwin"][0] for word in ("nothing is", "rien n’est"))
