"""Of hundreds of names only those are spelt out of which a piece stands in the text: and none is missed by that."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfcare.redaction import forms, seen
from selfcare.redaction.by_pattern import Form, Masker
from selfcare.redaction.known import Known
from selfcare.redaction.literals import Literals, piece, squeezed
from selfcare.redaction.ordinary import ordinary
from selfcare.redaction.tokens import Tokens

NAMES = st.text(st.sampled_from("abzQXéÈñßıŉ’'\" -_&<%+/\\12\u0301\u202f👨İ中"), min_size=3, max_size=24)
MACS = st.from_regex(r"([0-9a-f]{2}:){5}[0-9a-f]{2}|([0-9A-F]{2}-){5}[0-9A-F]{2}|[0-9a-f]{12}", fullmatch=True)


@given(st.sampled_from(["ssid", "host", "person"]), NAMES)
def test_the_piece_of_a_name_is_in_every_spelling(kind: str, name: str) -> None:
    for spelling in forms.spellings(kind, name):
        assert piece(kind, name) in spelling.encode("utf-8", "replace").lower(), spelling


@given(MACS)
def test_the_digits_of_an_address_are_in_every_spelling(mac: str) -> None:
    assert len(piece("mac", mac)) == 12
    for spelling in forms.spellings("mac", mac):
        assert piece("mac", mac) in squeezed(spelling.encode().lower()), spelling


@given(st.lists(st.tuples(st.sampled_from(["ssid", "host", "mac", "serial", "secret"]), NAMES | MACS), max_size=6),
       st.data())  # fmt: skip
def test_each_spelling_in_a_text_is_found(known: list[tuple[str, str]], data: st.DataObject) -> None:
    named = [(kind, text, f"tv-{at}") for at, (kind, text) in enumerate(known)]
    literals = Literals(named, lambda _: False)
    for kind, text, token in named:
        ways = sorted(forms.spellings(kind, text) | forms.letter_by_letter(text))
        spelling = data.draw(st.sampled_from(ways)).encode("utf-8", "replace").lower()
        found = dict(literals.within(b"vu " + spelling + b" ici"))
        first = next(one for one in named if token == one[2] or spelling in _spelt(one))
        assert len(spelling) < 3 or found[spelling] == first[2].encode()


def _spelt(named: tuple[str, str, str]) -> set[bytes]:
    every = forms.spellings(named[0], named[1]) | forms.letter_by_letter(named[1])
    return {one.encode("utf-8", "replace").lower() for one in every}


def clean(*ssids: str) -> Masker:
    tokens = Tokens(b"k" * 32)
    Known(ssids=ssids).into(tokens)
    return Masker(tokens, ordinary)


@pytest.mark.parametrize("name", ["Internet", "Salon", "Livebox", "Ma box", "la box", "Le Wi-Fi", "votre ligne"])
def test_a_network_called_like_a_word_of_ours_leaves_the_words_alone(name: str) -> None:
    text = f"{name} : Internet par la box du salon ; votre ligne, le Wi-Fi, ma box, Livebox 5"
    for form in (Form.TEXT, Form.LOG):
        assert clean(name).final(text.encode(), form).decode() == text


@pytest.mark.parametrize("name", ["Ma box à Zq", "Box internet zq", "ligne votre", "Chez le Wi-Fi", "salon la"])
def test_words_of_ours_put_together_otherwise_are_a_name(name: str) -> None:
    assert clean(name).text(f"vu {name} hier") == "vu wifi-A hier"


def test_hundreds_of_neighbours_get_a_name_each_once() -> None:
    near = [{"ssid": f"Zqvoisin {at}", "bssid": f"f4:ca:e5:00:{at // 256:02x}:{at % 256:02x}"} for at in range(900)]
    reading = {
        "link": {"ssid": "Zqchez nous", "bssid": "f4:ca:e5:ff:00:00"},
        "neighbours": near,
        "known_names": ["Zqlà"],
    }
    check = {"measurements": [{"id": "wifi.scan", "payload": {"reading": reading}}]}
    known = seen.of_checks([check, check])
    assert known.ssids[:3] == ("Zqchez nous", "Zqlà", "Zqvoisin 0")
    assert len(known.ssids) == len(known.macs) == seen.MOST
    tokens = Tokens(b"k" * 32)
    known.into(tokens)
    assert len(set(tokens.stored["ssid"].values())) == seen.MOST
    text = Masker(tokens, ordinary).text("de Zqchez nous à zqvoisin 7, puis F4-CA-E5-00-00-09")
    assert "zq" not in text.casefold() and "00-09" not in text and text.startswith("de wifi-A à ")


@pytest.mark.parametrize("check", [{}, {"measurements": None}, {"measurements": [3, {"id": "wifi.link"}]},
    {"measurements": [{"id": "wifi.link", "payload": {"reading": {"link": [], "known_names": 3, "neighbours": [1]}}}]},
])  # fmt: skip
def test_a_check_of_another_version_names_nobody(check: dict[str, object]) -> None:
    assert seen.of_checks([check]) == Known()
