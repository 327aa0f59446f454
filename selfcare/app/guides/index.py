"""Which guides a fault leads to, gathered once: ``python -m selfcare.app.guides.index [--check]``.

A check must not read some fifty files to name a guide: what they say of themselves (``codes``) is written into
``selfcare/app/guide_codes.py`` with all their ids, and a test holds the two together.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from selfcare.guides import all_guides
from selfcare.model.guide import Guide

TARGET = Path(__file__).parent.parent / "guide_codes.py"
_MODULE = '''"""The guides there are, and which follow a fault. Written by ``python -m selfcare.app.guides.index``."""

from __future__ import annotations

_ALL = """
{ids}
"""
_AFTER = """
{pairs}
"""
GUIDES = frozenset(_ALL.split())
"""Ids of all guides."""
GUIDES_OF: dict[str, tuple[str, ...]] = {{}}
"""By the code of a fault: what to do next, the guide that speaks to it most first."""
for _line in _AFTER.split("\\n")[1:-1]:
    _code, _guide = _line.split()
    GUIDES_OF[_code] = (*GUIDES_OF.get(_code, ()), _guide)
'''


def index(guides: Iterable[Guide]) -> dict[str, tuple[str, ...]]:
    """By code, in alphabetical order; of one code the guides with the fewest codes first: they speak to it most."""
    found: dict[str, list[Guide]] = {}
    for guide in guides:
        for code in guide.codes:
            found.setdefault(code, []).append(guide)
    by_code = sorted(found.items())
    return {code: tuple(one.id for one in sorted(some, key=lambda g: (len(g.codes), g.id))) for code, some in by_code}


def written(guides: Iterable[Guide]) -> str:
    """The module: a guide or a pair in each line, so that a merge of two branches can be read."""
    some = sorted(guides, key=lambda guide: guide.id)
    pairs = [f"{code} {name}" for code, names in index(some).items() for name in names]
    return _MODULE.format(ids="\n".join(guide.id for guide in some), pairs="\n".join(pairs))


def main() -> int:
    """Writes it, or with ``--check`` says whether it is up to date."""
    text = written(all_guides())
    if "--check" in sys.argv[1:]:
        return int(TARGET.read_text(encoding="utf-8") != text)
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
