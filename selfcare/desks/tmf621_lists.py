"""Adding one entry to a list of a ticket (notes, attachments) without losing the others.

TMF621 says "partial update" and leaves open whether a list in a PATCH replaces the one that is there (RFC 7396: it
does) or is added to it (some desks do). Losing an agent's answers is worse than showing a note twice, so:
v5 is asked by JSON Patch first, which is the same everywhere; where that is not understood, and in v4, the whole list
goes back with one entry more; a desk that shows a note of ours twice has added before, and gets the new one alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from selfcare.desks import reading
from selfcare.desks.tmf621_marks import is_own
from selfcare.desks.tmf621_shape import Version
from selfcare.desks.wire import Wire, segment
from selfcare.model.ticket import DeskError, Failure

JSON_PATCH = "application/json-patch+json"
_DONE = frozenset({200, 201, 204})
_KEPT = frozenset({"id", "href", "url", "@type", "@baseType", "@referredType", "author", "date", "text", "name",
                   "description", "attachmentType", "mimeType", "content"})  # fmt: skip


@dataclass(slots=True)
class ListChanger:
    """One desk's way, as far as it is known by now."""

    wire: Wire
    version: Version
    patches: bool = True

    async def add(self, found: Mapping[str, Any], key: str, entry: dict[str, Any]) -> None:
        """``found``: the ticket as it was just read."""
        there = reading.records(found.get(key))
        if self.version.json_patch and self.patches:
            one = {"op": "add", "path": f"/{key}/-", "value": entry}
            first = {"op": "add", "path": f"/{key}", "value": [entry]}
            try:
                return await changed(self.wire, str(found["id"]), [one if there else first], JSON_PATCH)
            except DeskError as error:
                if error.failure is not Failure.REFUSED:
                    raise
                self.patches = False
        if not (isinstance(found.get(key), list) and len(found[key]) > reading.MANY) and not _adds(found):
            typed = (
                {"@type": entry["@type"]} if "@type" in entry else {}
            )  # v5 wants it on everything, its own answers too
            entry_list = [*(typed | _kept(one) for one in there), entry]
        elif _adds(found):
            entry_list = [entry]
        else:  # more than is read here: putting back a part would delete the rest
            raise DeskError(Failure.REFUSED, "desk_too_large")
        await changed(self.wire, str(found["id"]), self.version.change(**{key: entry_list}), self.version.merge_patch)


async def changed(wire: Wire, ref: str, body: object, kind: str) -> None:
    """A PATCH."""
    path = f"/troubleTicket/{segment(ref)}"
    await wire.ask("PATCH", path, json_body=body, headers={"Content-Type": kind}, good=_DONE)


def _adds(found: Mapping[str, Any]) -> bool:
    """Whether a note of ours stands there twice: we send none twice, so the desk added to what it was given back."""
    own = Counter(text for one in reading.records(found.get("note")) if is_own(text := reading.text(one.get("text"))))
    return any(times > 1 for times in own.values())


def _kept(entry: Mapping[str, Any]) -> dict[str, Any]:
    """What goes back of an entry: the standard's own fields that are plain text."""
    return {name: value for name, value in entry.items() if name in _KEPT and isinstance(value, str)}
