"""The report as one page that an agent reads in ten seconds: no script, nothing fetched, the document inside it.

It reads the finished, redacted document and nothing else; it takes that for a stranger's: every word is escaped and
bounded, whatever is missing is said to be missing.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from selfcare.report import charts, page_proof, page_tables, page_top, page_walks
from selfcare.report.page_forms import Forms
from selfcare.report.page_words import Words
from selfcare.report.text import block

if TYPE_CHECKING:
    from jinja2 import Environment

_TEMPLATES = Path(__file__).with_name("templates")
MOST_EMBEDDED = 1_000_000
"""Bytes of the document that are embedded: the cap of a whole report. A larger one is beside the page, in the ZIP."""
_SURROGATE = re.compile("[\ud800-\udfff]")
_IN_SCRIPT = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def page(document: Mapping[str, object], language: str) -> bytes:
    """The page, in UTF-8. ``document``: ``rapport.json`` as it leaves. Never raises for what came from JSON."""
    words = Words(language, document.get("language"))
    forms = Forms(words.language, document.get("made"))
    first = page_top.top(document, words, forms)
    totals = tuple((one.name, one.value, one.tone) for one in first.down)
    style = (_TEMPLATES / "style.css").read_text(encoding="utf-8")
    text = _environment().get_template("page.html").render(
        t=words.t, language=words.language, top=first, block=block(first, words),
        lanes=charts.lanes(document, words, forms, totals), curves=charts.curves(document, words, forms),
        field=charts, tables=page_tables.tables(document, words, forms),
        walks=page_walks.walks(document, words, forms), air=page_walks.channels(document, words, forms),
        findings=page_proof.findings(document, words, forms), measured=page_proof.measured(document, words, forms),
        checked=document.get("check") is not None, redaction=page_proof.redaction(document, words, forms),
        offset=forms.offset, style=style, style_hash=_hash(style), embedded=embedded(document),
    )  # fmt: skip
    return text.encode("utf-8", "replace")


def embedded(document: Mapping[str, object]) -> str:
    """The document as JSON that can stand in a ``script`` element: nothing in it ends one, begins one or a comment.

    Empty where it is too large, or no JSON.
    """
    try:
        text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    except (ValueError, TypeError, RecursionError):
        return ""
    if len(text) > MOST_EMBEDDED:
        return ""
    text = _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text.translate(_IN_SCRIPT))
    return text if len(text.encode()) <= MOST_EMBEDDED else ""


def _hash(style: str) -> str:
    """For the page's own policy: this style and no other."""
    return base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
