"""Base 43: every byte comes back, nothing else is a spelling of it, and an address takes it as it is."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfcare.report.base43 import ALPHABET, decode, encode


@given(st.binary(max_size=200))
def test_bytes_come_back(data: bytes) -> None:
    text = encode(data)
    assert decode(text) == data
    assert len(text) == -(-len(data) * 3 // 2)
    assert quote(text, safe="$*+-./:") == text
    assert urlsplit(f"https://a.example/p#{text}").fragment == text


@given(st.text(ALPHABET, max_size=30))
def test_what_is_read_has_no_second_spelling(text: str) -> None:
    try:
        data = decode(text)
    except ValueError:
        return
    assert encode(data) == text


@pytest.mark.parametrize("text", ["0", "0000", ":::", "::", "00 ", "00%", "abc", "00é", "ZJ4", "5/", "1CFG"])
def test_what_is_never_written_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        decode(text)


def test_the_alphabet_is_that_of_a_qr_code_without_what_an_address_escapes() -> None:
    from segno.consts import ALPHANUMERIC_CHARS

    assert set(ALPHANUMERIC_CHARS.decode()) - set(ALPHABET) == {" ", "%"}
    assert len(ALPHABET) == len(set(ALPHABET)) == 43
