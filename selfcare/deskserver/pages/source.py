"""How far what stands at the top of a ticket can be believed: measured when, by whom, or only said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from selfcare.deskserver.intake.reading import Opened
from selfcare.deskserver.model import File, Whole
from selfcare.deskserver.pages.say import Say

OLD = 24 * 3_600_000
"""A measurement older than this may tell of another day's line."""
AHEAD = 5 * 60_000
"""A PC's clock that is further ahead is said to be wrong."""


@dataclass(frozen=True, slots=True)
class Source:
    """``tone``: "" or warn."""

    tone: str
    text: str


def sources(whole: Whole, report: File | None, there: Opened | None, say: Say) -> list[Source]:
    """Of the newest report that can be read; without one, of what was filed."""
    if there is not None and there.document is not None and report is not None:
        given = [one for one in whole.files if one.kind == "report"]
        newer = [Source("warn", say.t("pages.source.newer"))] if given and given[-1].ref != report.ref else []
        return [_measured(there.document, say), *newer]
    head = whole.head
    if not (head.verdict_code or head.verdict_state):
        return []
    return [Source("warn", say.t(f"pages.source.{head.channel if head.channel in ('spoken', 'qr') else 'said'}"))]


def _measured(document: Any, say: Say) -> Source:
    made = say.moment_of(document.get("made"))
    if made is None:
        return Source("warn", say.t("pages.source.undated"))
    if made > say.now + AHEAD:
        return Source("warn", say.t("pages.source.ahead", at=say.at(made)))
    old = say.now - made > OLD
    return Source("warn" if old else "", say.t(f"pages.source.{'old' if old else 'made'}", at=say.at(made),
                                               ago=say.ago(min(made, say.now))))  # fmt: skip
