"""A network's name is 32 bytes of anybody's choice: it makes no line of its own among ours."""

from __future__ import annotations

from dataclasses import replace

from selfcare.cli.show_wifi import reading_lines
from selfcare.i18n import Catalogue
from selfcare.model.wifi import Band, Bss, Channel
from tests.cli.test_wifi import reading

FORGED = "x\nselfcare: call 0899\tnow"


def test_a_name_with_a_line_feed_forges_no_line() -> None:
    made = reading()
    assert made.link is not None
    near = Bss("02:00:00:00:00:0a", FORGED, Channel(36, Band.GHZ_5, 5180), -60.0, 1.0)
    made = replace(made, link=replace(made.link, ssid=FORGED), neighbours=(near,))
    said = list(reading_lines(made, (), Catalogue("en")))
    assert sum("call 0899" in line for line in said) == 2
    assert not any("\n" in line or "\t" in line for line in said)
