"""Words of our own: a network called "Maison" is named by a word that every report has."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from selfcare.i18n import LANGUAGES, SUPPORT, Catalogue
from selfcare.redaction.shapes import shapes

_NUMBER = re.compile(r"[0-9]{1,2}")


@cache
def _said() -> str:
    """All our sentences."""
    sentences = (
        catalogue.text(key)
        for language in LANGUAGES for catalogue in (Catalogue(language), Catalogue(language, SUPPORT))
        for key in catalogue.all_keys()
    )  # fmt: skip
    return "\n".join(sentences).casefold()


@cache
def _vocabulary() -> frozenset[str]:
    """Of our sentences (words, and addresses that we send people to), and of the documents."""
    said = _said()
    found = set(re.findall(r"[^\W\d_]+", said)) | set(re.findall(r"[\w-]+(?:\.[\w-]+)+", said))
    keys = (key for catalogue in (Catalogue("fr"), Catalogue("fr", SUPPORT)) for key in catalogue.all_keys())
    found.update(key[at + 1 :].casefold() for key in keys for at in _dots(key))
    for one in shapes():
        found.update(one.slots)
        found.update(word for slot in one.slots.values() for word in slot.words)
    return frozenset(found)


def _dots(key: str) -> list[int]:
    """Places before the parts of a sentence's name: « probe.dns.local » is of the probe « dns.local »."""
    return [-1, *(at for at, one in enumerate(key) if one == ".")]


def ordinary(word: str) -> bool:
    """Whether it is in our sentences or names a value of a document; of several words, as they stand there."""
    said = word.casefold()
    known = _vocabulary()
    if " " not in said:
        return said in known
    words = re.split(r"[\s-]+", said)
    return all(one in known or _NUMBER.fullmatch(one) for one in words) and _phrase(" ".join(said.split()))


@lru_cache(4096)
def _phrase(words: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", _said()) is not None
