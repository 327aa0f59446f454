"""How a sentence is set, whatever file it was written in."""

from __future__ import annotations

import re


def unbroken(language: str, sentence: str) -> str:
    """French signs stay with their word: a line never begins with a colon, nor ends with an opening quotation mark."""
    if language != "fr":
        return sentence
    return re.sub("(?<=«) ", "\u00a0", re.sub(" (?=[:;?!»])", "\u00a0", sentence))
