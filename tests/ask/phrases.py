"""The phrases a search is judged by, and its own desk, whatever this PC has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from selfcare.app.ask import AskDesk, Home
from selfcare.ask.ranking import Known
from selfcare.i18n import Catalogue

FOLDER = Path(__file__).with_name("phrasings")
TUNING, HELDOUT = FOLDER / "tuning.tsv", FOLDER / "heldout.tsv"
"""The second was never seen by those who tuned the search."""
OUTSIDE = FOLDER / "outside.tsv"


@dataclass(frozen=True)
class Phrase:
    expected: str
    style: str
    text: str


def phrases(path: Path) -> list[Phrase]:
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [Phrase(*line.split("\t", 2)) for line in lines]


class Notes(list[tuple[str, str, Mapping[str, object]]]):
    def __call__(self, kind: str, subject: str, data: Mapping[str, object]) -> None:
        self.append((kind, subject, data))


def desk(
    cache: Path | None = None, home: Home | None = None, notes: Notes | None = None, language: str = "fr"
) -> AskDesk:
    known = home or Home()
    return AskDesk(cache, Catalogue(language), lambda: known, Notes() if notes is None else notes)


def knowing(**known: object) -> Home:
    return Home(Known(**known))  # type: ignore[arg-type]
