"""What a page's markup must keep to, read with the standard library's parser."""

from __future__ import annotations

import html.parser
import json
from collections import Counter
from itertools import pairwise
from typing import Any

VOID = frozenset({"meta", "link", "br", "hr", "img", "input"})
_DRAWN_EMPTY = frozenset({"rect", "line", "path"})
_LINKS = ("href", "src", "action", "data", "srcset", "poster", "formaction", "background", "xlink:href")


class Markup(html.parser.HTMLParser):
    """Everything that is wrong stands in ``faults``."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.open: list[str] = []
        self.headings: list[str] = []
        self.ids: list[str] = []
        self.named: list[str] = []
        self.targets: list[str] = []
        self.texts: list[str] = []
        self.scripts: list[str] = []
        self.style = self.policy = self.language = self.title = ""
        self.doctype = ""
        self.feed(text)
        self.close()
        self.faults += [f"never closed: {self.open}"] if self.open else []
        self.faults += [f"id twice: {one}" for one in {one for one, count in Counter(self.ids).items() if count > 1}]
        self.faults += [f"no such id: {one}" for one in (*self.named, *self.targets) if one not in self.ids]

    def handle_decl(self, decl: str) -> None:
        self.doctype = decl

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if len(given) != len(attrs):
            self.faults.append(f"an attribute twice in {tag}")
        self._attributes(tag, given)
        if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self.headings.append(tag)
        if tag == "html":
            self.language = given.get("lang", "")
        if tag == "th" and given.get("scope") not in ("col", "row"):
            self.faults.append("a th without scope")
        if tag == "script" and given.get("type") != "application/json":
            self.faults.append("a script")
        if given.get("http-equiv") == "Content-Security-Policy":
            self.policy = given["content"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _DRAWN_EMPTY:
            self.faults.append(f"<{tag}/> is no HTML")
        self._attributes(tag, {name: value or "" for name, value in attrs})

    def _attributes(self, tag: str, given: dict[str, str]) -> None:
        for name, value in given.items():
            if name.startswith("on") or name == "style":
                self.faults.append(f"{name} in {tag}")
            if name in _LINKS and not value.startswith("#") and value != "data:,":
                self.faults.append(f"{tag} leads to {value}")
        if "id" in given:
            self.ids.append(given["id"])
        self.named += given.get("aria-labelledby", "").split()
        self.targets += [given["href"][1:]] if given.get("href", "").startswith("#") else []

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"</{tag}> in {self.open[-2:]}")
            return
        self.open.pop()

    def handle_data(self, data: str) -> None:
        place = self.open[-1] if self.open else ""
        if place == "style":
            self.style += data
        elif place == "script":
            self.scripts.append(data)
        elif place == "title" and "svg" not in self.open:
            self.title += data
        elif data.strip():
            self.texts.append(" ".join(data.split(" ")).strip())

    @property
    def text(self) -> str:
        return "\n".join(self.texts)

    @property
    def embedded(self) -> Any:
        assert len(self.scripts) == 1
        return json.loads(self.scripts[0])


def skipped_a_level(headings: list[str]) -> bool:
    levels = [int(one[1]) for one in headings]
    return any(b > a + 1 for a, b in pairwise(levels))
