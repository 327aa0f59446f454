"""Handing a ticket on: whom to, and a reason that says what was measured, so that nobody begins anew."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from selfcare.deskserver.pages.say import Say

if TYPE_CHECKING:
    from selfcare.deskserver.pages.ticket import Seen

TO = ("field", "network", "partner")
"""Who goes to the home, who mends the network, who owns the fibre. ``hand.to.<id>``; the subscriber is told
``hand.told.<id>`` in their own language."""
_FEW = 4


def reason(seen: Seen, title: str, side: str, band: str, reach: str, say: Say) -> str:
    """To begin with: an agent adds to it what the report does not say."""
    head, brief = seen.whole.head, seen.brief
    lines = [title + (f" ({', '.join(filter(None, (side, band)))})" if side or band else "")]
    lines += _line(say, "pages.since", [say.at(head.since_at)] if head.since_at else [])
    lines += _line(say, "pages.node", [say.plain(head.node, 60)])
    if brief:
        grounds = [one.text for found in brief.findings[:1] for one in found.evidence]
        lines += _line(say, "pages.proof.title", grounds[:_FEW])
        lines += _line(say, "pages.line", [f"{one.name} {one.value}" for one in brief.top.line.facts[:_FEW]])
        tried = [f"{one.name} ({one.value})" for one in brief.tried.facts[:_FEW]]
        lines += _line(say, "pages.tried", tried)
    lines += [one.text for one in seen.sources]
    lines += _line(say, "pages.reach", [reach])
    return "\n".join(lines)


def _line(say: Say, name: str, parts: Iterable[str]) -> list[str]:
    there = [one for one in parts if one]
    return [say.t("hand.line", name=say.t(name), value=" ; ".join(there))] if there else []
