"""Words as they are typed become words that can be compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfcare.ask import index, spelling
from selfcare.ask.search import Search
from selfcare.ask.stem import stem
from selfcare.ask.text import fold, kinds, marks, matter, operator_in, words


@pytest.fixture(scope="module")
def search() -> Search:
    return Search(index.opened(None))


@pytest.mark.parametrize(("typed", "meant"), [
    ("Wi-Fi wi fi WIFI wiiiifi", "wifi wifi wifi wifi"),
    ("L’été, l'œuf", "l ete l oeuf"),
    ("2,4 GHz et 5ghz", "2.4ghz et 5ghz"),
    ("jpeu pa me co kan", "je peux pas me connexion connecter quand"),
    ("192.168.1.1", "192.168.1.1"),
    ("mdp", "mot de passe"),
    ("😀 \x00 ''", ""),
])  # fmt: skip
def test_short_forms_are_written_out(typed: str, meant: str) -> None:
    assert " ".join(words(typed)) == meant


@pytest.mark.parametrize("forms", [
    "déconnecte déconnecté déconnectée déconnectés déconnecter", "coupure coupures", "imprimer imprime imprimé",
    "renvoyer renvoie",
    "lent lents", "technicien techniciens",
])  # fmt: skip
def test_forms_of_one_word_have_one_stem(forms: str) -> None:
    assert len({stem(fold(word)) for word in forms.split()}) == 1


def test_words_that_differ_keep_apart() -> None:
    assert (
        len(
            {
                stem(word)
                for word in ("port", "portail", "canal", "cable", "prise", "prix", "voix", "voisin", "fil", "fils")
            }
        )
        == 10
    )


def test_several_words_leave_a_mark() -> None:
    assert "cleduwifi" in dict(marks(words("le mot de passe du wifi")))
    assert "enpanne" in dict(marks(words("ça marche pas")))
    assert not marks(words("ça marche"))


def test_a_brand_is_of_a_kind() -> None:
    assert kinds("ps5") == ("k_console",)
    assert "k_objet" in kinds("alexa")


@pytest.mark.parametrize(("text", "operator"), [
    ("ma livebox", "orange"), ("chez Wanadoo", "orange"), ("Neuf", "sfr"), ("Numericable", "sfr"), ("Alice", "free"),
    ("B&You", "bouygues"), ("ma box", ""),
])  # fmt: skip
def test_operators_by_their_old_names(text: str, operator: str) -> None:
    assert operator_in(words(text)) == operator


def test_who_only_told_of_it_is_not_the_matter() -> None:
    assert "fils" not in matter(words("mon fils m'a installé une imprimante"))
    assert "fils" in matter(words("mon fils joue toute la nuit"))


@pytest.mark.parametrize(("typed", "meant"), [
    ("imprimente", "imprimante"), ("tecnicien", "technicien"), ("repeteurr", "repeteur"), ("conexoin", "connexion"),
    ("vandredou", None), ("dzm", "dmz"), ("lordi", "ordinateur"), ("fibree", "fibre"), ("rezilier", "resilier"),
    ("telefone", "telephone"), ("qanal", "canal"), ("bonjour", None), ("xyz", None),
])  # fmt: skip
def test_slips_are_put_right(search: Search, typed: str, meant: str | None) -> None:
    said = {word for _, word in search.understand(typed).terms.values()}
    assert meant in said if meant else said <= {typed}


def test_neighbouring_keys_and_the_ear_are_near() -> None:
    assert spelling.cost("boz", "box") > spelling.cost("bix", "box") == 0.7  # i and o are neighbours, z and x are not
    assert spelling.cost("fasse", "face") < spelling.cost("fade", "face")
    assert spelling.cost("canla", "canal") < 1
    assert 1 < spelling.cost("tanal", "canal") < 1.5, "a first letter is rarely wrong"


SYNTAX = st.sampled_from(
    ['"', "*", "(", ")", "NEAR(", "AND", "OR NOT", "^", ":", "-", "{a b}", "'; DROP TABLE whole;--", "title:"]
)


@given(st.lists(st.one_of(st.text(max_size=30), SYNTAX, st.sampled_from(["wifi", "box", "\x00", "😀", "é"]))))
def test_nothing_one_types_is_an_error(parts: list[str]) -> None:
    search = _shared()
    found = search.scores(search.understand(" ".join(parts)))
    assert all(one.score > 0 for one in found.values())


_SEARCH: list[Search] = []


def _shared() -> Search:
    if not _SEARCH:
        _SEARCH.append(Search(index.opened(None)))
    return _SEARCH[0]


@pytest.mark.parametrize("text", ["wifi " * 20_000, "a" * 100_000, "\x00" * 9, "é" * 99_999, "", " ", "\ud800 wifi"])
def test_long_and_odd_ones(search: Search, text: str) -> None:
    search.scores(search.understand(text))
