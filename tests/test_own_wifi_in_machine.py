"""The box's Wi-Fi is changed by a PC that is in it: real radio, hostapd, wpa_supplicant and NetworkManager."""

from __future__ import annotations

import json

import pytest

from tests import machine


@pytest.mark.full
@pytest.mark.skipif(machine.why_unavailable() is not None, reason=str(machine.why_unavailable()))
def test_the_pc_rejoins_or_all_is_put_back() -> None:
    ended = machine.python("-m", "tests.machine.wifi_home", limit_s=240)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    found = json.loads(ended.stdout.splitlines()[-1])
    new, deaf, alone, later = found["new"], found["by cable"], found["cut off"], found["later"]

    assert "cuts_this_pc" in new["cautions"] and "type_the_key_here" not in new["cautions"]
    assert (new["outcome"], new["rejoined"], new["pc_in"]) == ("done", True, "Chez-Dupont")
    assert new["box_has"] == ["Chez-Dupont", "une autre cle bien longue"]
    assert new["saved_name"] and new["saved_key"]

    # Its radio takes another key than it says: the PC cannot join, so the box is put back, by cable, and the PC too.
    assert (deaf["outcome"], deaf["states"][0]) == ("put_back", "put_back")
    assert deaf["pc_in"] == "Chez-Dupont" and deaf["box_has"] == new["box_has"]
    assert not deaf["saved_key"] and not deaf["saved_name"]

    # The same without a cable: nothing can be done now. The next start that reaches the box puts it back.
    assert (alone["outcome"], alone["rejoined"], alone["pc_in"]) == ("unproved", False, None)
    assert not alone["saved_key"] and not alone["saved_name"]
    assert later == {"put_back": 1, "pc_in": "Chez-Dupont", "box_has": new["box_has"]}
