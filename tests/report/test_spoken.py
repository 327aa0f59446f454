"""The 16 digits: every slip of the tongue is caught, and they say what the document says, and how sure."""

from __future__ import annotations

import hashlib
import random

import pytest

from selfcare.diagnosis.rules import RULES
from selfcare.ground.errors import SelfcareError
from selfcare.i18n import Catalogue
from selfcare.report import spoken
from selfcare.report.codes import decode
from selfcare.report.spoken_numbers import NUMBERS, OTHER
from tests.report.code_documents import document


def codes(count: int) -> list[str]:
    chosen = random.Random(97)
    numbers = [f"{chosen.randrange(1 << 46):014d}" for _ in range(count)]
    return [data + spoken.check_digits(data) for data in [*numbers, "0" * 14, f"{(1 << 46) - 1:014d}"]]


def good(digits: str) -> bool:
    try:
        spoken.read(digits)
    except SelfcareError as error:
        if error.code == "code_version":  # its digits are right
            return True
        assert error.code == "code_check"
        return False
    return True


def test_every_wrong_digit_and_every_swap_is_caught() -> None:
    """100 %: each place, each other digit; each pair of neighbours, and of those with one between."""
    for code in codes(200):
        assert good(code)
        for at, digit in enumerate(code):
            others = (other for other in "0123456789" if other != digit)
            assert not any(good(code[:at] + other + code[at + 1 :]) for other in others)
        for far in (1, 2):
            for at in range(16 - far):
                swapped = list(code)
                swapped[at], swapped[at + far] = swapped[at + far], swapped[at]
                assert code[at] == code[at + far] or not good("".join(swapped))


@pytest.mark.parametrize("code", [*NUMBERS, "SOMETHING-NEW"])
def test_each_cause_is_told(code: str) -> None:
    said = spoken.spoken(document(verdict={"state": "fault", "code": code, "segments": ["box"], "band": "likely"}))
    told, main = decode(said), Catalogue("fr")
    assert told.data["verdict"] == NUMBERS.get(code, OTHER)
    assert (main.text(f"code.{code}.title") in told.lines[0]) == (code in NUMBERS)
    assert told.signed is None


def test_every_cause_has_its_number_for_ever() -> None:
    """New codes get new numbers; these, once spoken over a telephone, never change their meaning."""
    assert {rule.code for rule in RULES} <= set(NUMBERS)
    assert len(set(NUMBERS.values())) == len(NUMBERS)
    assert min(NUMBERS.values()) >= 16 and max(NUMBERS.values()) < 256
    first = sorted((number, code) for code, number in NUMBERS.items() if number <= 91)
    assert hashlib.sha256(repr(first).encode()).hexdigest() == (
        "f6649ac47e610434811877844b837c570a9ec6f2a643a4691bcf5dfa51439d12"
    ), "a number of the first table has changed its meaning"


def test_it_says_what_the_document_says() -> None:
    told = spoken.read(spoken.spoken(document()))
    assert (told["pc"], told["home"], told["box"], told["line"], told["beyond"]) == (1, 0, 1, 0, 3)
    assert told["cuts"] == 3  # two seen
    low, high = spoken.lasts(told["lasts"])
    assert low <= 120 < (high or 0)
    assert spoken.span(told["signal"], spoken.LIGHT_FROM, spoken.LIGHT_STEP) == (-22.0, -20.0)
    assert spoken.span(told["wifi"], spoken.WIFI_FROM, spoken.WIFI_STEP) == (-64.0, -60.0)
    assert told["tried"] == 0b000101
    lines = "\n".join(decode(spoken.spoken(document())).lines)
    assert "−22" in lines and "−20 dBm" in lines and "pas signés" in lines


def test_without_proof_nobody_is_surely_accused() -> None:
    """Of a likely cause, of one seen earlier, of one shared by two segments: suspected, in words too."""
    for change in ({"band": "likely"}, {"state": "intermittent"}, {"segments": ["access", "isp"]}):
        said = document(verdict={**document()["verdict"], **change})
        told = decode(spoken.spoken(said))
        assert spoken.FOUND not in [told.data[layer] for layer in spoken.LAYERS]
        assert "pas certain" in told.lines[0]
    assert "pas certain" not in decode(spoken.spoken(document())).lines[0]


def test_what_is_not_known_is_zero_and_said_so() -> None:
    empty = document(check=None, downtime=None, since=None, tried=None, wifi=None, line=None, access="", verdict={})
    told = decode(spoken.spoken(empty))
    assert set(told.data.values()) == {0}
    assert "pas dit" in "\n".join(told.lines)
    unwatched = document(downtime={"day_min": None, "outages": []})
    assert spoken.read(spoken.spoken(unwatched))["cuts"] == 0
    calm = document(downtime={"day_min": 0, "outages": []})
    assert spoken.read(spoken.spoken(calm))["cuts"] == 1


def test_where_something_was_found_it_is_not_said_that_nothing_was() -> None:
    """A condition is no culprit, and no clean bill either."""
    check = document()["check"]
    noted = {"code": "PC-LOAD", "role": "condition", "segments": ["pc"]}
    told = spoken.read(spoken.spoken(document(check={**check, "findings": [*check["findings"], noted]})))
    assert (told["pc"], told["box"]) == (spoken.UNKNOWN, spoken.NOT_FOUND)


def test_cuts_are_those_of_a_day() -> None:
    starts = ("2026-11-21T18:29:00+01:00", "2026-11-21T18:31:00+01:00", "2026-11-02T10:00:00+01:00", "rubbish")
    downtime = {"day_min": 3, "outages": [{"start": at} for at in starts]}
    assert spoken.read(spoken.spoken(document(downtime=downtime)))["cuts"] == 2  # one
    many = {"day_min": 3, "outages": [{"start": starts[1]}] * 40}
    assert "14 ou plus" in "\n".join(decode(spoken.spoken(document(downtime=many))).lines)


def test_what_was_refused_was_not_tried() -> None:
    tried = [{"what": "box-restart", "effect": "refused"}, {"what": "lease.renew", "effect": "none"}]
    assert spoken.read(spoken.spoken(document(tried=tried)))["tried"] == 0b000010
    assert spoken.read(spoken.spoken(document(tried=[{"what": "ipv4.prefer"}])))["tried"] == 0b100000


def test_it_may_be_typed_as_it_was_heard() -> None:
    digits = spoken.spoken(document())
    for between in (" ", "", ".", "-", " - ", "\u00a0", "\u202f", "\u2013", "\n"):
        assert decode(digits.replace(" ", between)).kind == "spoken"


@pytest.mark.parametrize("text,code", [
    ("1234 5678", "code_digits"), ("1" * 17, "code_digits"), ("9" * 14 + "24", "code_check"), ("1" * 16, "code_check"),
])  # fmt: skip
def test_what_is_none_is_refused(text: str, code: str) -> None:
    with pytest.raises(SelfcareError) as refused:
        decode(text)
    assert refused.value.code == code


def test_a_newer_one_is_not_guessed_at() -> None:
    data = f"{1 << 44:014d}"
    with pytest.raises(SelfcareError) as refused:
        decode(data + spoken.check_digits(data))
    assert refused.value.code == "code_version"


def test_in_english_as_well() -> None:
    assert "certain" in decode(spoken.spoken(document()), "en").lines[0]
    assert decode(spoken.spoken(document()), "en").lines != decode(spoken.spoken(document()), "fr").lines


@pytest.mark.parametrize("number", range(1, 16))
def test_a_bucket_holds_what_falls_into_it(number: int) -> None:
    low, high = spoken.span(number, -34.0, 2.0)
    inside = low if low is not None else (high or 0) - 5
    assert spoken.bucket(inside, -34.0, 2.0) == number
    assert high is None or spoken.bucket(high, -34.0, 2.0) == number + 1
