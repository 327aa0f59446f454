"""axe-core finds nothing on any page, in both languages, wide and on a phone.

Where it is: ``SELFCARE_AXE=…/axe.min.js`` (npm's ``axe-core``), or Python's package ``axe-core-python``.
"""

from __future__ import annotations

import importlib.util
import json
import os
from pathlib import Path

import pytest
from sqlalchemy import update

from selfcare.deskserver.schema import agents
from selfcare.report.spoken import spoken
from tests.deskserver.browser import CHROMIUM, Tab, at_the_desk
from tests.deskserver.filled import decode, filled, paths, sign_in
from tests.report import documents

_TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
_RUN = """axe.run(document, {runOnly: {type: 'tag', values: %s}, iframes: false}).then(found =>
  JSON.stringify(found.violations.map(one => [one.id, one.nodes.map(node => node.html.slice(0, 200))])))"""


def script() -> Path | None:
    """axe's one file, where this machine has it."""
    if given := os.environ.get("SELFCARE_AXE"):
        return Path(given)
    spec = importlib.util.find_spec("axe_core_python")
    there = Path(spec.origin).parent / "axe.min.js" if spec and spec.origin else None
    return there if there and there.exists() else None


AXE = script()


def violations(tab: Tab, axe: str) -> list[list[object]]:
    """Of the page as it stands, everything unfolded."""
    tab.run("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    tab.run(f"{axe};0")
    found: list[list[object]] = json.loads(tab.run(_RUN % json.dumps(_TAGS)))
    return found


@pytest.mark.full
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium")
@pytest.mark.skipif(AXE is None, reason="no axe-core here: SELFCARE_AXE, or the package axe-core-python")
def test_every_page_is_without_a_fault_that_axe_knows() -> None:
    assert AXE is not None
    axe, bad = AXE.read_text(encoding="utf-8"), dict[str, list[list[object]]]()
    with filled() as (desk, given), at_the_desk(language="fr") as tab:

        def seen(name: str) -> None:
            if found := violations(tab, axe):
                bad[name] = found
            if tab.run("document.documentElement.scrollWidth > innerWidth + 1"):
                bad.setdefault(name, []).append(["wider than the screen"])

        for path in ("/login", "/d", "/nothing"):
            tab.go(desk.url + path)
            seen(path)
        sign_in(tab, desk)
        shown = {**paths(desk, given), "prove": "/prove", "late": "/?view=late", "found": "/?view=all&text=petit"}
        shown |= {who: f"/t/{ref}" for who, ref in given.refs.items()}
        for language in ("fr", "en"):
            desk.write(lambda c, language=language: c.execute(update(agents).values(language=language)))  # type: ignore[misc]
            for width in (1280, 390):
                tab.page.screen(width, 844)
                for name, path in shown.items():
                    tab.go(desk.url + path)
                    seen(f"{name} {language} {width}")
                decode(tab, desk, given)
                seen(f"decoded {language} {width}")
                tab.go(f"{desk.url}/decode")
                tab.type("#code", spoken(documents.fibre()))
                tab.leave_by("#decode-form button")
                seen(f"digits {language} {width}")
    assert bad == {}
