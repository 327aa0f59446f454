"""The emptiest Wi-Fi channel, offered to somebody who is asked for one; this PC searches then, because a guide asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from selfcare.app.guides.world import Moment, Suggestion

if TYPE_CHECKING:
    from selfcare.app.guides.pc import PcTools


class FreeChannel:
    """By the band that was answered before."""

    def __init__(self, tools: PcTools) -> None:
        self._tools = tools

    async def __call__(self, moment: Moment) -> tuple[Suggestion, ...]:
        """One channel, or none where nothing is clearly better, or this PC has no Wi-Fi."""
        found = await self._tools.free_channel(str(moment.answers.get("band", "2.4")))
        if found is None:
            return ()
        return (Suggestion(found, self._tools.catalogue.text("guide.pc.suggest.channel", channel=found)),)
