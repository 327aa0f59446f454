"""Every figure of the search and of the order, in one place. ``docs/design/ask.md``: what was tried beside them."""

from __future__ import annotations

from collections.abc import Mapping

COLUMNS = (3.0, 1.0, 2.0, 1.0)
"""bm25 of title, goal, words, phrases. The order hardly depends on them (0.5 to 3 were tried)."""
GUESSED = 0.75
"""A word that was put right, beside one that was written so."""
KIND = 0.5
"""A kind (« a console »), beside the word itself."""

# What is known of the home multiplies the score of the text: it decides between what is close, it hides nothing.
CODES = 1.35
"""A guide for what the last check found."""
FAMILY = 1.15
"""What only some boxes have, on one of them."""
FITS, FITS_NOT = 1.1, 0.6
"""What belongs to one kind of line, on that kind, and on another one."""
LEFT = 1.15
"""A guide that was begun and not ended."""
TRIED = 0.6
"""A guide that was gone through without success lately."""
TRIED_DAYS = 7.0
"""Days that is remembered."""
MORE, LESS = 1.6, 0.6
"""An answer to one of our questions speaks for, or against."""
SAFE = 3
"""The best by the text alone is among so many, whatever is known."""

ACCESS: Mapping[str, tuple[str, ...]] = {
    "dsl-filter": ("dsl",),
    "dsl-test-socket": ("dsl",),
    "dsl-resync": ("dsl",),
    "answer:copper-end": ("dsl",),
    "fibre-lights": ("fibre",),
    "fibre-connector": ("fibre",),
    "fibre-bends": ("fibre",),
}
"""Documents of one kind of line."""
FAMILIES: Mapping[str, tuple[str, ...]] = {"vpn-box": ("freebox", "fritz"), "dsl-resync": ("fritz", "freebox")}
OPERATORS: Mapping[str, tuple[str, ...]] = {"answer:shared-ipv4": ("free", "sfr")}
"""Where it comes up more often (addresses shared between lines: operators.md of the sources in ``isp/facts``)."""

ENOUGH, ENOUGH_ELSE = 2.0, 5.0
"""Confidence below which a question is not understood: where it names a thing of this matter, and where not."""
SURE, AHEAD = 7.0, 1.2
"""Confidence from which, and lead over the second, with which the first is offered without « peut-être »."""
