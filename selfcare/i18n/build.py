"""Compiles ``po/<lang>/*.po`` into one catalogue per language: ``python -m selfcare.i18n.build [--check]``.

``po/<lang>/guides/*.po`` become a second one: French has every guide, another language those that were translated.
``po/<lang>/support/*.po`` a third: cases, reports and tickets, which a check never needs.
``po/<lang>/desk/*.po`` a fourth: what agents read at the operator's desk.

A development tool: needs Babel, which the program itself does not.
"""

from __future__ import annotations

import argparse
import io
import sys
from datetime import UTC, datetime
from pathlib import Path

from selfcare.i18n.catalogue import DESK, DOMAIN, LANGUAGES, SUPPORT
from selfcare.i18n.typography import unbroken

_HERE = Path(__file__).parent
GUIDES = "guides"


def compile_language(language: str, domain: str = DOMAIN) -> tuple[bytes, set[str]]:
    """Merges a language's areas; refuses a key that two areas define, or one left empty or fuzzy."""
    from babel.messages.catalog import Catalog
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    # A date would make every build differ from the last one.
    always = datetime(2026, 1, 1, tzinfo=UTC)
    merged = Catalog(locale=language, domain=domain, creation_date=always, revision_date=always)
    folder = _HERE / "po" / language
    for path in sorted((folder if domain == DOMAIN else folder / domain).glob("*.po")):
        with path.open("rb") as handle:
            area = read_po(handle, locale=language)
        for message in area:
            if not message.id:
                continue
            if not message.string or message.fuzzy:
                raise SystemExit(f"{path.name}: {message.id} has no finished text in {language}")
            if message.id in merged:
                raise SystemExit(f"{path.name}: {message.id} is defined twice in {language}")
            merged.add(message.id, unbroken(language, str(message.string)))
    buffer = io.BytesIO()
    write_mo(buffer, merged)
    return buffer.getvalue(), {str(m.id) for m in merged if m.id}


def main() -> int:
    """Writes the catalogues, or with ``--check`` says whether they are up to date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    stale, keys = list[str](), dict[tuple[str, str], set[str]]()
    for domain in (DOMAIN, SUPPORT, DESK, GUIDES):
        for language in LANGUAGES:
            data, keys[domain, language] = compile_language(language, domain)
            target = _HERE / "locale" / language / "LC_MESSAGES" / f"{domain}.mo"
            if check and not (target.exists() and target.read_bytes() == data):
                stale.append(f"{domain} {language}")
            if not check:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data)
    missing = keys[GUIDES, "en"] - keys[GUIDES, "fr"]
    for domain in (DOMAIN, SUPPORT):
        missing |= keys[domain, "fr"] ^ keys[domain, "en"]
    if missing:
        sys.stderr.write(f"in one language only: {', '.join(sorted(missing))}\n")
    if stale:
        sys.stderr.write(f"stale catalogues: {', '.join(stale)}; run python -m selfcare.i18n.build\n")
    return 1 if missing or stale else 0


if __name__ == "__main__":
    sys.exit(main())
