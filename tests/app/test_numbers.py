"""Figures as a reader of French and of English writes them."""

from __future__ import annotations

import pytest

from selfcare.app.numbers import amount, number
from selfcare.app.sentences import either, fact_text
from selfcare.i18n import Catalogue

FR, EN = Catalogue("fr"), Catalogue("en")


@pytest.mark.parametrize(
    ("value", "french", "english"),
    [
        (0, "0", "0"), (12.5, "12,5", "12.5"), (5.0, "5", "5"), (18.72, "18,7", "18.7"),
        (1505.4, "1\u202f505", "1,505"),
        (0.083, "0,08", "0.08"), (0.00004, "0,00004", "0.00004"), (-0.0071, "\u22120,007", "\u22120.007"),
        (-0.0, "0", "0"), (99.96, "100", "100"), (1_000_000, "1\u202f000\u202f000", "1,000,000"),
    ],
)  # fmt: skip
def test_numbers(value: float, french: str, english: str) -> None:
    assert (number(FR, value), number(EN, value)) == (french, english)


def test_bytes_are_rounded_up_as_they_are_a_bound() -> None:
    assert amount(FR, 2_001).startswith("3") and amount(EN, 150_000_001) == EN.text("cli.size.mega", value=151)


def test_a_large_figure_is_written_out() -> None:
    assert "1\u202f505" in fact_text(FR, "latency_rise_up", 1505.0, "ms")


def test_either_of_several() -> None:
    assert either(EN, []) == "" and either(EN, ["a"]) == "a"
    assert either(EN, ["a", "b", "c"]) == EN.text("list.or", first="a, b", last="c")
