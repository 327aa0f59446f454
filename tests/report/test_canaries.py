"""An identifier of every kind in every collector and every text: none is in what leaves, in any spelling."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
import referencing

from selfcare.contract.document import load_schema
from selfcare.contract.report import load_report_schema
from selfcare.model.report import Reach, Report, Section, Want, Wish
from tests.report.world import CANARIES, EVERYTHING, check_document, leaks, made, options

RESOURCE = referencing.Resource.from_contents(load_schema())
VALID = jsonschema.Draft202012Validator(
    load_report_schema(), registry=referencing.Registry().with_resource("urn:selfcare:check:1", RESOURCE)
)


@pytest.fixture(scope="module")
def whole() -> Report:
    return made()


def test_every_canary_was_planted() -> None:
    raw = json.dumps(check_document(), ensure_ascii=False)
    assert [name for name, text in CANARIES.items() if json.dumps(text, ensure_ascii=False)[1:-1] not in raw] == []


def test_nothing_leaks(whole: Report) -> None:
    assert leaks(whole) == []


def test_without_the_first_pass_something_does() -> None:
    assert leaks(made(by_key=False))


def test_without_the_second_pass_something_does() -> None:
    assert leaks(made(by_pattern=False))


def test_its_owner_sees_what_was_replaced(whole: Report) -> None:
    told = {one.original: one.token for one in whole.replaced}
    assert told[CANARIES["ssid"]].startswith("wifi-")
    assert all(one.times for one in whole.replaced)


def test_the_document_keeps_its_shape(whole: Report) -> None:
    VALID.validate(whole.document)
    assert len(whole.document["check"]["measurements"]) == len(check_document()["measurements"])  # type: ignore[index]


def test_figures_stay(whole: Report) -> None:
    line = {one["name"]: one for one in whole.document["line"]}  # type: ignore[attr-defined]
    assert line["downstream_snr"] | {"text": ""} == {
        "name": "downstream_snr", "path": "Device.DSL.Line.1.DownstreamNoiseMargin", "value": 4.5, "unit": "dB",
        "grade": "fair", "at": line["downstream_snr"]["at"], "source": "box", "text": "",
    }  # fmt: skip
    assert whole.document["home"]["devices"][0]["role"] == "tv"  # type: ignore[index]


def test_the_wifi_is_told_by_figures_and_tokens(whole: Report) -> None:
    document: Any = whole.document
    first, second = document["walks"]
    assert first["network"].startswith("wifi-")
    assert {room["point"][:4] for room in first["rooms"]} == {"mac-"}
    assert [room["number"] for room in first["rooms"]] == list(range(1, len(CANARIES) + 1))
    assert (first["box_room"], second["box_room"]) == (None, 2)
    assert [room for room in first["rooms"] if room["name"] == "Chez [removed]" or "-" in room["name"]]
    air = document["air"]
    assert air["link"]["network"] == first["network"]
    assert air["missing"] == {"noise_dbm": "not_offered"}
    assert [one["count"] for one in air["channels"]] == [2]
    assert "ssid" not in json.dumps(air["channels"])
    facts = {one["name"]: one for one in document["wifi"]}
    assert facts["wifi_signal"]["path"] == "Device.WiFi.EndPoint.1.Stats.SignalStrength"
    assert facts["wifi_signal"]["value"] == 4.5


QUICK = (Section.REACH, Section.WORDS, Section.LINE, Section.MEASURES)


@pytest.mark.parametrize(
    "section", [one if one in QUICK else pytest.param(one, marks=pytest.mark.full) for one in Section]
)
def test_a_section_that_was_unticked_is_null_in_every_file(section: Section) -> None:
    wish = Wish(
        (Want.REPAIR,), "zwords", Reach("Zoé Nom", "0611223344", "zoe@exemple.fr", "CT-9", "0199887766", "le soir")
    )
    report = made(options_=options(EVERYTHING - {section}, wish=wish))
    document, files = report.document, b"".join(part.data for part in report.parts)
    where = {
        Section.TRIED: ["tried"], Section.LINE: ["line", "series", "downtime"], Section.WIFI: ["wifi", "air", "walks"],
        Section.HOME: ["home"], Section.MEASURES: ["check"], Section.CONTACTS: ["contacts"], Section.WORDS: ["asked"],
    }.get(section, [])  # fmt: skip
    assert all(document[name] is None for name in where)
    assert document["redaction"]["left_out"] == sorted({section.value, "public_address"})  # type: ignore[index]
    if section is Section.REACH:
        assert document["wish"]["reach"] is None  # type: ignore[index]
        assert not any(text in files for text in ("Zoé Nom".encode(), b"0611223344", b"zoe@exemple.fr", b"CT-9"))
    if section is Section.WORDS:
        rooms = [room for walk in document["walks"] for room in walk["rooms"]]  # type: ignore[attr-defined]
        assert rooms and all(room["name"] is None and room["grade"] == "weak" for room in rooms)
        assert all(walk["box_name"] is None for walk in document["walks"])  # type: ignore[attr-defined]
        assert b"Chez " not in files
        assert (document["wish"]["words"], document["symptom"]["words"]) == (None, None)  # type: ignore[index]
        assert b"zwords" not in files
    names = [part.name for part in report.parts]
    assert ("coupures.csv" in names) is (section is not Section.LINE)
    assert ("journal.txt" in names) is (section is not Section.LOG)
    VALID.validate(document)
    assert leaks(report) == []


def test_who_is_to_be_reached_stands_in_the_contact_block_only() -> None:
    reach = Reach("Zéphyrin Duval", CANARIES["phone"], CANARIES["mail"], when="le soir")
    wish = Wish((Want.CALL_BACK,), f"appelez {CANARIES['phone']} ou {CANARIES['mail']}", reach)
    report = made(options_=options(wish=wish))
    assert report.document["wish"]["reach"]["phone"] == CANARIES["phone"]  # type: ignore[index]
    text = json.dumps({**report.document, "wish": report.document["wish"]["words"]}, ensure_ascii=False)  # type: ignore[index]
    assert CANARIES["phone"] not in text
    assert CANARIES["mail"] not in text


def test_an_item_is_shown_where_its_owner_chose_so(whole: Report) -> None:
    token = next(one.token for one in whole.replaced if one.kind == "ssid" and one.original == CANARIES["ssid"])
    report = made(options_=options(reveal=frozenset({token})))
    assert CANARIES["ssid"] in json.dumps(report.document, ensure_ascii=False)
    assert leaks(report, spared=frozenset({"ssid"})) == []


def test_the_public_address_is_shown_where_it_was_ticked() -> None:
    report = made(options_=options(EVERYTHING | {Section.PUBLIC_ADDRESS}))
    assert CANARIES["ipv4"] in json.dumps(report.document)
    assert leaks(report, spared=frozenset({"ipv4", "ipv6", "prefix"})) == []


def test_a_figure_keeps_its_unit() -> None:
    """« processeur occupé à 90,4 [removed] » stood in a ticket."""
    from selfcare.redaction.by_key import ByKey
    from selfcare.redaction.by_pattern import Masker
    from selfcare.redaction.ordinary import ordinary
    from selfcare.redaction.tokens import Tokens

    tokens = Tokens(b"k" * 32)
    clean = ByKey(tokens, Masker(tokens, ordinary).text)
    told = [{"fact": "host.cpu_busy", "value": 90.4, "unit": unit} for unit in ("%", "°C", "dBm", "kbit/s", "ms")]
    made = clean.check({"findings": [{"code": "PC-BUSY", "evidence": told}]})["findings"][0]["evidence"]
    assert [one["unit"] for one in made] == [one["unit"] for one in told]
    said = clean.check({"findings": [{"code": "PC-BUSY", "evidence": [{"fact": "x", "unit": "% Barnabé"}]}]})
    assert said["findings"][0]["evidence"][0]["unit"] == "[removed]"


def test_an_object_nobody_knows_is_not_let_through() -> None:
    from selfcare.redaction.by_key import ByKey
    from selfcare.redaction.tokens import Tokens

    clean = ByKey(Tokens(b"k" * 32), lambda text: text)
    assert clean.payload({"surprise": "Barnabé", "server": "x"}) == {}
    assert clean.payload({"own": "Barnabé", "instead": None, "http_status": 200})["own"] == "[removed]"
