"""One measured figure with its limit, and the table of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """``limit`` None is for information: a ratio beside another program, say."""

    name: str
    value: float
    unit: str
    limit: float | None = None
    note: str = ""

    @property
    def kept(self) -> bool:
        return self.limit is None or self.value <= self.limit

    def row(self) -> str:
        limit = "" if self.limit is None else f"≤ {self.limit:g}"
        mark = "" if self.limit is None else ("yes" if self.kept else "**NO**")
        return f"| {self.name} | {self.value:.4g} {self.unit} | {limit} | {mark} | {self.note} |"


def table(figures: list[Figure]) -> str:
    head = ["| what | measured | limit | kept | note |", "| --- | --- | --- | --- | --- |"]
    return "\n".join([*head, *(f.row() for f in figures)])
