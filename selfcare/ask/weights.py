"""Every figure of the search, in one place. What each was tried against is in ``docs/design/ask.md``."""

from __future__ import annotations

COLUMNS = (3.0, 1.0, 2.0, 1.0)
"""bm25 of title, goal, words, phrases."""
PHRASE = 0.0
"""The best single phrase, beside the whole document."""
SECOND = 0.3
"""The second best phrase, beside the best."""
GUESSED = 0.75
"""A word that was put right, beside one that was written so."""
MARK = 1.0
KIND = 0.5
"""A kind (« a console »), beside the word itself."""
