"""Text of UPnP and TR-064 turned into figures: what is none is None, never a guess."""

from __future__ import annotations

import pytest

from selfcare.boxes import figures


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0), ("4294967295", 2**32 - 1), ("-1", 2**32 - 1), (" 12 ", 12), (7, 7), ("1e3", None), ("", None),
        (None, None),
        ("12.5", None), (True, None), ("9" * 400, None), ("-99999999999", None), ([1], None), (2.0, None),
    ],
)  # fmt: skip
def test_whole(text: object, number: int | None) -> None:
    assert figures.whole(text) == number


def test_truth_port_and_address() -> None:
    assert [figures.truth(x) for x in ("1", "True", "yes", "on", True)] == [True] * 5
    assert [figures.truth(x) for x in ("0", "false", "no", "off", False)] == [False] * 5
    assert [figures.truth(x) for x in ("", "2", None, [])] == [None] * 4
    assert [figures.port(x) for x in ("1", 65535, "0", "65536", "-1", "x")] == [1, 65535, None, None, None, None]
    assert figures.ipv4(" 80.1.2.3 ") == "80.1.2.3"
    assert [figures.ipv4(x) for x in ("0.0.0.0", "", None, "::1", "80.1.2", "300.1.1.1")] == [None] * 6
    assert figures.addresses("1.1.1.1, x, 9.9.9.9") == ("1.1.1.1", "9.9.9.9")


def test_words_are_cut_and_without_control() -> None:
    assert figures.word("a\x1b[31mb\x00\u202ec") == "a[31mbc" and figures.word("x" * 999) == "x" * 120
    assert [figures.word(x) for x in ("", "  ", "ERROR_NONE", "none", None, 3, "\x00")] == [None] * 7


def test_which_addresses_are_public() -> None:
    assert figures.is_public("90.63.21.45")
    assert not any(figures.is_public(x) for x in ("192.168.1.1", "10.0.0.1", "100.64.0.1", "127.0.0.1"))
    assert all(figures.is_shared(x) for x in ("100.64.0.1", "100.127.255.255"))
    assert not any(figures.is_shared(x) for x in ("100.128.0.1", "10.0.0.1", "90.63.21.45"))
