"""What differs between v5 and v4 for whoever handles a request: shape in, shape out, which PATCHes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from selfcare.deskserver.api import outgoing, v4
from selfcare.deskserver.api.bounds import refused
from selfcare.deskserver.api.shapes import TICKET
from selfcare.deskserver.api.talk import JSON, MERGE, PATCH
from selfcare.deskserver.model import Whole


def _same(body: Any) -> Any:
    return body


@dataclass(frozen=True, slots=True)
class Version:
    """``patches``: what a PATCH may be written in. ``rich``: sort, cursors and JSONPath."""

    name: str
    patches: tuple[str, ...]
    rich: bool
    up: Callable[[Any], Any] = _same
    down: Callable[[dict[str, Any]], dict[str, Any]] = _same

    def read(self, body: Any) -> dict[str, Any]:
        """In v5's shape, held against it."""
        if not isinstance(body, dict):
            raise refused("wrong_type", "$")
        return TICKET(self.up(body), "$")

    def shown(self, whole: Whole, root: str, system: bool, fields: str = "") -> dict[str, Any]:
        """A ticket as this version says it."""
        return outgoing.only(self.down(outgoing.ticket(whole, root, self.name, system)), fields)


V5 = Version("v5", (JSON, MERGE, PATCH), rich=True)
V4 = Version("v4", (JSON, MERGE), rich=False, up=v4.up, down=v4.down)
