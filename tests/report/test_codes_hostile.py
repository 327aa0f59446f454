"""Anybody may hold a code before our camera: what comes is the report, a clear refusal, and nothing else."""

from __future__ import annotations

import json
import zlib
from typing import Any

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selfcare.ground.errors import SelfcareError
from selfcare.report import base43, cbor, codes, compact, qr, seal
from tests.report.code_documents import PAGE, document, key, long_document


def whole(text: str) -> bytes:
    return base43.decode(text.removeprefix("SLF1:"))


def refusal(text: str) -> str:
    """The code of the error, or of the answer that shows nothing."""
    try:
        told = codes.decode(text)
    except SelfcareError as error:
        return error.code
    assert told.signed is False
    assert set(told.data) == {"error"}
    assert len(told.lines) == 1
    return str(told.data["error"])


def signed(data: bytes, body: bytes | None = None) -> str:
    """Rubbish with a good signature: anybody can make a key."""
    body = zlib.compress(data) if body is None else body
    head = bytes([1]) + key().public
    return "SLF1:" + base43.encode(head + key().sign(b"selfcare.code/1\0" + head[:1] + key().public + body) + body)


def test_the_seal_is_what_this_test_thinks() -> None:
    assert codes.decode(signed(compact.dumps(document()))).data["case"] == "CAS-7K3M-92QX"


def test_a_changed_byte_shows_nothing() -> None:
    code = whole(qr.pictures(document(), key())[0].text)
    for at in range(1, len(code)):
        text = "SLF1:" + base43.encode(code[:at] + bytes([code[at] ^ 4]) + code[at + 1 :])
        assert refusal(text) == "code_changed"
    assert refusal("SLF1:" + base43.encode(bytes([2]) + code[1:])) == "code_version"


def test_a_cut_code_shows_nothing() -> None:
    text = qr.pictures(document(), key(), PAGE)[0].text
    for size in range(len(text)):
        assert refusal(text[:size]) in ("code_changed", "code_unreadable")


def test_another_key_shows_nothing() -> None:
    """The signature of one under the key of another; and a whole code by a key nobody registered."""
    mine, theirs = (whole(qr.pictures(document(), key(name))[0].text) for name in ("one", "two"))
    assert refusal("SLF1:" + base43.encode(mine[:1] + theirs[1:33] + mine[33:])) == "code_changed"
    other = whole(qr.pictures(document(case="CAS-8888-8888"), key())[0].text)
    assert refusal("SLF1:" + base43.encode(mine[:97] + other[97:])) == "code_changed"
    text = "SLF1:" + base43.encode(theirs)
    stranger = codes.decode(text, trusted=frozenset({key("one").public}))
    assert (stranger.signed, dict(stranger.data)) == (False, {"error": "code_other_key"})
    assert codes.decode(text, trusted=frozenset({key("two").public})).signed


def test_a_signature_for_something_else_is_none_for_a_code() -> None:
    body = zlib.compress(compact.dumps(document()))
    code = bytes([1]) + key().public + key().sign(body) + body
    assert refusal("SLF1:" + base43.encode(code)) == "code_changed"


def test_a_bomb_is_not_inflated() -> None:
    bomb = zlib.compress(b"\0" * 50_000_000, 9)[:8000]
    assert refusal(signed(b"", bomb)) == "code_unreadable"
    with pytest.raises(ValueError, match="too large"):
        seal.opened(whole(signed(b"\0" * 8_000_000)))
    assert refusal(signed(b"\x60" * (seal.MOST + 1))) == "code_unreadable"
    assert refusal(signed(b"", zlib.compress(compact.dumps(document())) + b"more")) == "code_unreadable"
    assert refusal("SLF1:" + "0" * 100_000) == "code_too_large"


@pytest.mark.parametrize("data", [
    b"", b"\x81" * 5000, b"\xa1\x01" * 3000, b"\x9b" + b"\xff" * 8, b"\x7b\x7f\xff\xff\xff\xff\xff\xff\xff",
    b"\xbb\xff\xff\xff\xff\xff\xff\xff\xff", b"\x9f\x01\xff", b"\xc0\x60", b"\xd8\x1c\x80", b"\xf9\x7e\x00",
    b"\xa2\x01\x61a\x01\x61b", b"\xa1\x60\x01", b"\x98\xff" + b"\x01" * 255, b"\xa0\x00", b"\x61\xff", b"\x80", b"\x01",
    b"\x99\x20\x00" + b"\x01" * 8192,
])  # fmt: skip
def test_hostile_cbor_is_refused(data: bytes) -> None:
    assert refusal(signed(data)) == "code_unreadable"


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**64), 2**64 - 1) | st.text(max_size=8) | st.binary(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.integers(0, 20), inner, max_size=5),
    max_leaves=20,
)


@given(st.dictionaries(st.integers(0, 25), _VALUES, max_size=20))
@settings(max_examples=200, deadline=None)
def test_any_well_made_rubbish_is_told_or_refused(value: dict[int, Any]) -> None:
    try:
        told = codes.decode(signed(cbor2.dumps(value)))
    except SelfcareError as error:
        assert error.code == "code_unreadable"
        return
    assert told.signed and all(isinstance(line, str) for line in told.lines)
    json.dumps(dict(told.data))


@given(st.text(max_size=200) | st.text(base43.ALPHABET, max_size=200).map("SLF1:".__add__))
@settings(max_examples=200)
def test_any_text_is_refused(text: str) -> None:
    assert refusal(text).startswith("code_")


@given(_VALUES.filter(lambda v: not isinstance(v, int) or abs(v) < 2**63))
def test_our_reader_reads_as_the_library_does(value: Any) -> None:
    assert cbor.loads(cbor2.dumps(value)) == value


def test_parts_that_make_no_sense_are_refused() -> None:
    texts = [picture.text for picture in qr.pictures(long_document(), key())]
    first, rest = whole(texts[0]), texts[1:]
    for head in (b"\xf0\x33", b"\xf0\x01", b"\xf0\x0f", b"\xf0\xf3", b"\xf0\x00"):
        assert refusal("\n".join(["SLF1:" + base43.encode(head + first[2:]), *rest])) == "code_unreadable"
    changed = "SLF1:" + base43.encode(first[:-1] + bytes([first[-1] ^ 1]))
    assert refusal("\n".join([changed, *rest])) == "code_unreadable"
    assert refusal("\n".join([*texts, qr.pictures(document(), key())[0].text])) == "code_unreadable"


def test_what_steers_a_terminal_is_not_told() -> None:
    evil = document(symptom={"what": "no_web", "words": "a\x1b[2Jb\u202ec\nd"})
    told = codes.decode(qr.pictures(evil, key())[0].text)
    assert told.data["symptom"] == {"what": "no_web", "words": "a[2Jbc d"}


def strings(value: object) -> set[str]:
    if isinstance(value, dict):
        return set().union(*map(strings, value.values()))
    if isinstance(value, list):
        return set().union(*map(strings, value))
    return {value} if isinstance(value, str) else set()


def test_nothing_but_the_listed_parts_of_the_document_is_in_a_code() -> None:
    """Canaries in every other place, and in unknown keys of the listed ones; what is there came from the document."""
    canary = "canari-7f3a"
    planted = document(
        home={"devices": [{"token": canary}]}, series=[{"name": canary}], asked=[{"text": canary}],
        collectors=[{"id": canary}], check={"measurements": [{"payload": canary}]}, redaction={"by": canary},
        surprise=canary, omitted=[canary],
    )  # fmt: skip
    for name, value in list(planted.items()):
        if isinstance(value, dict):
            planted[name] = {**value, "surprise": canary}
        if name in ("tried", "line", "wifi", "contacts", "tickets"):
            planted[name] = [{**one, "text": canary, "path": canary, "surprise": canary} for one in value]
    told = codes.decode(qr.pictures(planted, key())[0].text)
    assert canary not in json.dumps([dict(told.data), told.lines])
    assert canary.encode() not in compact.dumps(planted)
    made = strings(told.data) - strings(document())
    assert all(at.endswith("+01:00") for at in made), made


def test_what_was_shortened_is_said_in_few_bytes() -> None:
    """Every name that may be left out has its number, so that saying so costs less than it saves."""
    for name in (*compact.EXTRAS, *compact.TRIMMED):
        assert name.partition(":")[0] in compact.LEFT_OUT.words
    sizes = [len(compact.dumps(long_document(), compact.EXTRAS[:n])) for n in range(len(compact.EXTRAS) + 1)]
    assert sizes == sorted(sizes, reverse=True)


def test_a_section_that_was_unticked_is_not_taken_for_empty() -> None:
    told = codes.decode(qr.pictures(document(line=None, tried=None, wish=None), key())[0].text)
    assert told.data["left_out"] == ["tried", "line", "wish"]
    assert {"line", "tried", "wish"}.isdisjoint(told.data)


def test_it_carries_what_an_agent_needs() -> None:
    told, given_ = codes.decode(qr.pictures(document(), key())[0].text).data, document()
    for name in ("case", "id", "made", "since", "verdict", "access"):
        expected = given_[name]
        if isinstance(expected, dict):
            expected = {k: v for k, v in expected.items() if k != "text"}
        assert told[name] == expected
    assert told["tried"] == given_["tried"]
    assert told["line"] == [{"name": "optical_rx", "value": -21.3, "unit": "dBm", "grade": "good"}]
    assert told["downtime"]["day_min"] == 42.5 and "week_min" not in told["downtime"]  # type: ignore[index,operator]
    assert told["wish"]["reach"] == {"phone": "06 00 00 00 00", "when": "le soir"}  # type: ignore[index]


def test_the_words_of_people_are_kept_and_the_bad_figures_stay() -> None:
    tried = [{"what": "note", "source": "self", "effect": "unknown", "text": "changé le câble"},
             {"what": "dns.flush", "source": "remedy", "effect": "none", "text": "vidé la mémoire"}]  # fmt: skip
    line = [*({"name": f"f{n}", "value": n, "unit": "", "grade": "good"} for n in range(30)),
            {"name": "optical_rx", "value": -29, "unit": "dBm", "grade": "bad"}]  # fmt: skip
    told = codes.decode(qr.pictures(document(tried=tried, line=line), key())[0].text)
    assert told.data["line"][0]["name"] == "optical_rx"  # type: ignore[index]
    assert [one.get("text") for one in told.data["tried"]] == ["changé le câble", None]  # type: ignore[attr-defined]
    assert any("changé le câble" in line for line in told.lines)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_line_is_a_sentence(language: str) -> None:
    told = codes.decode(qr.pictures(document(), key())[0].text, language)
    assert not [line for line in told.lines if "codes." in line or "{" in line]
    said = "\n".join(told.lines)
    assert "box-restart" not in said and "dns.flush" not in said
    assert "42.5" in said and "4711" in said and "06 00 00 00 00" in said
    assert ("non suivi" if language == "fr" else "not monitored") in said
