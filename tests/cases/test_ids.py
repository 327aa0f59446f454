"""Ids of cases: one spelling out of many, and slips are noticed."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfcare.cases.ids import ALPHABET, made_of, mint, parse

ids = st.lists(st.integers(0, 31), min_size=7, max_size=7).map(made_of)


def test_what_is_minted_is_understood() -> None:
    minted = {mint() for _ in range(2000)}
    assert len(minted) == 2000 and all(parse(one) == one for one in minted)


@given(ids)
def test_no_sign_is_taken_for_another(one: str) -> None:
    assert parse(one) == one
    assert len(one) == 13 and not set("ILOU") & set(one.replace("CAS", ""))


@pytest.mark.parametrize("spelling", [
    "CAS-7K3M-92QX", "cas-7k3m-92qx", "7K3M92QX", " cas 7k3m 92qx ", "CAS7K3M92QX", "7k3m-92qx",
    "CAS\u20117K3M\u201392QX",
    "C.A.S. 7 K 3 M 9 2 Q X", "ＣＡＳ－７Ｋ３Ｍ－９２ＱＸ",
])  # fmt: skip
def test_any_spelling_will_do(spelling: str) -> None:
    assert parse(spelling) == "CAS-7K3M-92QX"


@given(ids, st.data())
def test_signs_that_look_alike(one: str, data: st.DataObject) -> None:
    head, body = one[:4], one[4:]
    for sign, others in {"0": "oO", "1": "iIlL"}.items():
        body = "".join(data.draw(st.sampled_from(others + sign)) if c == sign else c for c in body)
    assert parse(head + body) == one


@given(ids)
def test_every_single_slip_and_every_swap_is_noticed(one: str) -> None:
    """All of them: 8 places of 31 other signs, and any two signs that changed places, beside each other or not."""
    signs = one[4:].replace("-", "")
    for at in range(8):
        for other in ALPHABET:
            assert other == signs[at] or parse(signs[:at] + other + signs[at + 1 :]) is None
    for a, b in combinations(range(8), 2):
        if signs[a] != signs[b]:
            swapped = list(signs)
            swapped[a], swapped[b] = signs[b], signs[a]
            assert parse("".join(swapped)) is None


@given(st.text(max_size=40))
def test_rubbish_is_none_and_nothing_breaks(text: str) -> None:
    found = parse(text)
    assert found is None or parse(found) == found


@pytest.mark.parametrize("text", ["", "CAS", "CAS-7K3M-92Q", "CAS-7K3M-92QXX", "CAS-7U3M-92QX", "x" * 5000])
def test_not_an_id(text: str) -> None:
    assert parse(text) is None
