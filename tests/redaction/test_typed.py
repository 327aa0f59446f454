"""What people type and what they call their machines is found; what a report is made of stays as it is."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfcare.ground import redact_typed
from selfcare.ground.redact import redact
from selfcare.ground.redact_near import near
from selfcare.i18n import LANGUAGES, SUPPORT, Catalogue
from selfcare.isp import load_profile
from selfcare.redaction.by_key import LONGEST, ByKey
from selfcare.redaction.by_pattern import Form, Masker
from selfcare.redaction.known import Known
from selfcare.redaction.ordinary import ordinary
from selfcare.redaction.tokens import Tokens
from selfcare.report.source import public_of
from tests.app.support.canaries import TYPED, alike


def masker() -> Masker:
    return Masker(Tokens(b"k" * 32, public_of(load_profile("free"))), ordinary)


@pytest.mark.parametrize("name", TYPED)
@pytest.mark.parametrize("form", [Form.TEXT, Form.LOG])
def test_each_is_found_alone(name: str, form: Form) -> None:
    """Alone: in a whole report one pattern may hide that another one is broken."""
    text, sign = TYPED[name]
    for around in ("{}", "vu {} ici", "vu\n{}\nici", "vu « {} »."):
        written = around.format(text) if form is Form.TEXT else json.dumps({"message": around.format(text)})
        said = masker().final(written.encode(), form).decode().casefold()
        assert sign.casefold() not in said
        assert len(alike(sign)) < 9 or alike(sign) not in alike(said)


_ONLY_LEAVING = ("fqdn", "ipv4, as", "ipv4, reversed", "ipv6, dashes", "token, bearer", "mail, percent")


@pytest.mark.parametrize("name", [name for name in TYPED if not name.startswith(_ONLY_LEAVING)])
def test_the_log_does_not_keep_it(name: str) -> None:
    text, sign = TYPED[name]
    assert sign.casefold() not in redact(f"vu {text} ici").casefold()


SAME = [
    "le 05/11/2026 à 18:30, le 05.11.2026 18:30, le 05-11-2026 18:30", "technicien le 28/11/2026 entre 8h et 12h",
    "Le mot de passe est refusé, le mot de passe a changé", "débit du contrat : 300 Mbit/s", "clé Wi-Fi de l’étiquette",
    "ligne n° 2", "code 404", "erreur SSL handshake failed", "PC de bureau, téléphone de la maison, box de Free",
    "les iPhone",
    "le 3900, le 1044, le 118 218", "58.6536300033913 ms, 0.0612345678", "dossier 4711-22, référence T-77",
    "1234 5678 9012 3456",
    "Empreinte 2a89 3c61 19e1 b429", "Freebox Pop 4.9.11, X_ORANGE-COM.1.OpticalSignalLevel",
    "dns.local dns.isp web.name ipv6.works",
    "de 10 à 20 sur 30", "voyant @ rouge", "06-12", "80 %, 12,5 Mbit/s, -21,3 dBm", "The box’s telephone line",
    "std::bad_alloc",
    "/usr/lib/python3.11/asyncio/selector_events.py:54", "www.free.fr et mafreebox.freebox.fr", "CAS-7K3M-92QX",
]  # fmt: skip


@pytest.mark.parametrize("text", SAME)
def test_what_a_report_is_made_of_stays(text: str) -> None:
    assert masker().text(text) == text


def test_our_own_sentences_stay() -> None:
    """But for a handful that hold an example, a gap to be filled in, or a colon behind « mot de passe »."""
    clean, changed = masker(), list[str]()
    for language in LANGUAGES:
        for catalogue in (Catalogue(language), Catalogue(language, SUPPORT)):
            for key in catalogue.all_keys():
                assert clean.text(key) == key
                text = catalogue.text(key)
                changed += [key] if "{" not in text and clean.text(text) != text else []
    assert sorted(set(changed)) == [
        "box.pair.sfr.open", "box.pair.sfr.password", "ticket.sign_in.token", "ui.repair.end.no_agent",
        "ui.ticket.reach.line_number.hint", "ui.ticket.reach.wrong.mail",
    ]  # fmt: skip


@given(
    st.lists(st.sampled_from([*(text for text, _ in TYPED.values()), "İ", " ", "\n", "mot", "clé", "pc", "n°", "no"]))
)
def test_near_finds_what_a_search_from_end_to_end_finds(parts: list[str]) -> None:
    text = "".join(parts)
    words = {"_TO_THE_END": ("cookie", "authorization"), "_TOLD": redact_typed._TOLD_WORDS,
             "_MENTIONED": redact_typed._TOLD_WORDS, "_OF_SOMEBODY": redact_typed._MACHINE_WORDS,
             "_WINDOWS": ("desktop-", "laptop-", "win-", "pc-")}  # fmt: skip
    for name, starts in words.items():
        pattern: re.Pattern[str] = getattr(redact_typed, name)
        assert near(pattern, starts, lambda _: "#", text) == pattern.sub("#", text)


def test_where_a_text_is_cut_no_half_of_anything_is_left() -> None:
    text = "06 12 34 56 78"
    for before in range(LONGEST - 20, LONGEST + 1):
        said = ByKey(Tokens(b"k" * 32), masker().text).sentence("x" * 7 + " " * (before - 7) + text + " fin" * 300)
        assert "06 1" not in said
        assert len(said) <= LONGEST


@pytest.mark.parametrize(
    "spelling", ["l'antre d'Zqelfe", "L’ANTRE D’ZQELFE", "l&#8217;antre d&#8217;Zqelfe", "l\\u2019antre d\\u2019Zqelfe"]
)
def test_a_known_name_is_found_as_keyboards_write_it(spelling: str) -> None:
    tokens = Tokens(b"k" * 32)
    Known(ssids=("l’antre d’Zqelfe", "👨‍👩‍👧 Zq", "Chez Zébulonq")).into(tokens)
    clean = Masker(tokens, ordinary)
    assert "qelfe" not in clean.text(f"vu {spelling}.").casefold()
    assert "Zq" not in clean.text("vu 👨 👩 👧 Zq.")
    assert clean.text("chez zebulonq") == "wifi-C"


def test_a_long_hostile_text_is_gone_through_once() -> None:
    """A pattern that goes back and forth would take minutes here."""
    for piece in (
        "a",
        "1",
        "0",
        "a.",
        "a-",
        "1-",
        ":",
        "06 ",
        "de ",
        "mot de passe ",
        "n° ",
        "@",
        "iPhone-de-",
        "x's ",
        "((",
        "«",
        "aB1",
        "+1",
        "AB12",
        "clé ",
    ):
        masker().final((piece * (200_000 // len(piece))).encode(), Form.LOG)


@pytest.mark.parametrize(
    "text", ["zqjean%40exemple.fr", "zqjean&#64;exemple.fr", "zqjean\\u0040exemple.fr", "Bearer zqjean.to~ken"]
)
def test_escaped_addresses_and_bare_tokens_are_found(text: str) -> None:
    assert "zqjean" not in masker().text(f"vu {text} ici")
