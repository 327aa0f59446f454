"""``selfcare.box/1``: the schema follows the model, and what is absent says why."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import jsonschema
import pytest

from selfcare.contract.box import BOX_SCHEMA_FILE, BoxHead, Failure, Shown, box_document, load_box_schema
from selfcare.model.box import Absent, BoxFamily, BoxStatus, DeviceInfo, WanStatus, Why, WifiSettings, WifiSsid
from tests.contract.box_schema import text

VALIDATOR = jsonschema.Draft202012Validator(load_box_schema(), format_checker=jsonschema.FormatChecker())
DEVICE = DeviceInfo(BoxFamily.FREEBOX, serial_number="SN1")
HEAD = BoxHead("freebox", "certain", "front_panel", True, DEVICE)
NONE = Absent(Why.CANNOT)
STATUS = BoxStatus(
    datetime(2026, 11, 22, 18, tzinfo=UTC), DEVICE, True, WanStatus(ipv4_address="90.63.21.45"), NONE, NONE,
    Absent(Why.NEEDS_RIGHT, "missing_right"), NONE, NONE, (), NONE, NONE, NONE,
)  # fmt: skip


def test_the_schema_is_written_from_the_model() -> None:
    """``python -m tests.contract.box_schema`` writes it anew."""
    assert BOX_SCHEMA_FILE.read_text(encoding="utf-8") == text()


def test_a_status_with_what_it_does_not_tell() -> None:
    written = box_document("status", HEAD, STATUS)
    VALIDATOR.validate(written)
    assert written["result"]["optical"] == {"absent": "needs_right", "code": "missing_right"}
    assert written["result"]["tv"] == [] and written["result"]["wan"]["ipv4_address"] == "masked"
    assert written["box"]["device"]["serial_number"] == "masked"


def test_what_was_asked_for_is_shown() -> None:
    wifi = WifiSettings(True, ssids=(WifiSsid("1", ssid="Maison", key="clef"),))
    shown = box_document("wifi", HEAD, wifi, shown=Shown(identifiers=True, keys=True))
    VALIDATOR.validate(shown)
    assert (shown["result"]["ssids"][0]["ssid"], shown["result"]["ssids"][0]["key"]) == ("Maison", "clef")
    hidden = box_document("wifi", HEAD, wifi)
    assert (hidden["result"]["ssids"][0]["ssid"], hidden["result"]["ssids"][0]["key"]) == ("masked", None)


def test_a_failure_has_no_result() -> None:
    written = box_document("hosts", None, failure=Failure("unreachable", "La box ne répond pas."))
    VALIDATOR.validate(written)
    assert written["result"] is None


@pytest.mark.parametrize("wrong", [{"command": "reboot"}, {"result": {"absent": "because", "code": None}}, {"more": 1}])
def test_the_schema_refuses_what_is_not_said_there(wrong: dict[str, object]) -> None:
    written = box_document("status", HEAD, replace(STATUS, events=())) | wrong
    with pytest.raises(jsonschema.ValidationError):
        VALIDATOR.validate(written)
