"""Words of our own: a network called "Maison" is named by a word that every report has."""

from __future__ import annotations

import re
from functools import cache

from selfcare.i18n import LANGUAGES, SUPPORT, Catalogue
from selfcare.redaction.shapes import shapes


@cache
def _vocabulary() -> frozenset[str]:
    """Of our sentences (words, and addresses that we send people to), and of the documents."""
    sentences = (
        catalogue.text(key)
        for language in LANGUAGES for catalogue in (Catalogue(language), Catalogue(language, SUPPORT))
        for key in catalogue.all_keys()
    )  # fmt: skip
    said = "\n".join(sentences).casefold()
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
    """Whether it is in our sentences or names a value of a document."""
    return word.casefold() in _vocabulary()
