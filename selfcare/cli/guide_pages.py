"""``docs/guides.md``: which guides there are and what each can do by itself; every menu and fact with its source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from selfcare.cli.box_matrix import claim, models
from selfcare.guides import all_guides
from selfcare.guides.edges import conditions
from selfcare.guides.menus import FOLDER as MENUS
from selfcare.guides.menus import menus
from selfcare.guides.words import GuideWords
from selfcare.i18n import Catalogue
from selfcare.isp.facts import FOLDER as FACTS
from selfcare.isp.facts import facts
from selfcare.model.guide import Do, Guide, Topic

if TYPE_CHECKING:
    from selfcare.boxes.driver import Driver

_COLUMNS = ("id", "title", "topic", "minutes", "risk", "automatic", "steps")
_SOURCES = ("where", "id", "says", "source")
ANY_BOX = "PC"


def as_markdown(drivers: Sequence[Driver], catalogue: Catalogue) -> str:
    """The page."""
    text, words = catalogue.text, GuideWords(catalogue.language)
    topics = list(Topic)
    guides = sorted(all_guides(), key=lambda one: (topics.index(one.topic), one.id))
    lines = [f"# {text('cli.guide.page')}", "", text("cli.guide.generated"), "", *_head(_COLUMNS, catalogue)]
    lines += [_row(_guide(one, drivers, words, catalogue)) for one in guides]
    lines += ["", f"## {text('cli.guide.sources')}", "", text("cli.guide.sources_why"), ""]
    lines += _head(_SOURCES, catalogue)
    lines += [_row(cells) for cells in (*_menu_rows(catalogue), *_fact_rows(catalogue))]
    return "\n".join(lines)


def _head(columns: Iterable[str], catalogue: Catalogue) -> list[str]:
    names = [catalogue.text(f"cli.guide.column.{name}") for name in columns]
    return [_row(names), "|" + " --- |" * len(names)]


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _guide(one: Guide, drivers: Sequence[Driver], words: GuideWords, catalogue: Catalogue) -> tuple[str, ...]:
    automatic = ", ".join(f"{name} ?" if not sure else name for name, sure in automatic_on(one, drivers)) or "–"
    title = words.text(f"{one.id}.title")
    if words.language not in one.languages:
        title += f" ({catalogue.text('cli.guide.french')})"
    topic = catalogue.text(f"cli.guide.topic.{one.topic.value}")
    risk = catalogue.text(f"cli.guide.risk.{one.risk.value}")
    return f"`{one.id}`", title, topic, str(one.minutes), risk, automatic, str(len(one.steps))


def automatic_on(one: Guide, drivers: Iterable[Driver]) -> Iterator[tuple[str, bool]]:
    """Families on which a driver claims what a branch of the guide asks for; False: nobody of us ever saw it."""
    wanted = {c for step in one.steps.values() for condition in conditions(step) for c in condition.can}
    if any(isinstance(step, Do) and step.action == "fix" for step in one.steps.values()):
        yield ANY_BOX, True
    if not wanted:
        return
    for driver in drivers:
        best = max((_claimed(driver, name) for name in wanted), default=0)
        if best:
            yield driver.family.value, best == 2


def _claimed(driver: Driver, name: str) -> int:
    """2: claimed for a model at least; 1: tried, never seen; 0: no."""
    from selfcare.model.box import Capability

    worth = {"yes": 2, "unknown": 1, "no": 0}
    return max(worth[claim(driver, Capability(name), model).support.value] for model in models(driver))


def _menu_rows(catalogue: Catalogue) -> Iterator[tuple[str, ...]]:
    for family in sorted(path.stem for path in MENUS.glob("*.toml")):
        for one in menus(family):
            where = family + (f" ({', '.join(one.models)})" if one.models else "")
            if one.verified:
                yield where, f"`{one.id}`", " → ".join(one.path), _source(one.source, one.checked)
            else:
                unverified = catalogue.text("cli.guide.unverified")
                yield where, f"`{one.id}`", ", ".join(f"« {w} »" for w in one.labels), unverified


def _fact_rows(catalogue: Catalogue) -> Iterator[tuple[str, ...]]:
    for operator in sorted(path.stem for path in FACTS.glob("*.toml")):
        for one in facts(operator).values():
            source = _source(one.source, one.checked) if one.checked else catalogue.text("cli.guide.unverified")
            yield operator, f"`{one.id}`", one.sentence(catalogue.language), source


def _source(source: str, checked: object) -> str:
    return f"{source} ({checked})"
