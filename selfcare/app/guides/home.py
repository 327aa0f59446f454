"""The box's side of a guide's world: what it says, what is set on it, what may be chosen.

``home_side`` makes one, for one event loop; ``HomeSide.look`` is what ``Whole`` is given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from selfcare.app.guides.home_box import HomeBox
from selfcare.app.guides.home_context import Around, look
from selfcare.app.guides.side import Action, Suggest, Tell
from selfcare.i18n import Catalogue
from selfcare.model.guide_run import Context

if TYPE_CHECKING:
    from selfcare.app.box_change import BoxChanges
    from selfcare.app.box_memory import SecretStore
    from selfcare.app.box_way import Contact
    from selfcare.app.boxes import BoxDesk


class HomeSide:
    """See ``home_side``."""

    def __init__(self, box: HomeBox, secrets: SecretStore, catalogue: Catalogue, around: Around) -> None:
        self.box, self._around = box, around
        self.tests: Mapping[str, Tell] = {}
        self.shows: Mapping[str, Tell] = {}
        self.suggestions: Mapping[str, Suggest] = {}
        self.actions: Mapping[str, Action] = {}

    async def look(self) -> Context:
        """What is known of this home now, within three seconds."""
        return await look(self.box, self._around)

    async def close(self) -> None:
        """Logs out of the box."""
        await self.box.desk.close()


def home_side(
    desk: BoxDesk,
    changes: Callable[[Contact], BoxChanges],
    secrets: SecretStore,
    catalogue: Catalogue,
    around: Around | None = None,
) -> HomeSide:
    """The box's side, for the loop it is made in.

    Args:
        desk: one of its own (``Services.boxes()``): it is closed with the side.
        changes: ``Services.box_changes``.
        secrets: where the keys lie that were typed in a guide.
        catalogue: of the front end, for the sentences of actions.
        around: profile and last check: ``Around(profile.id, lambda: last_codes(data_dir))``.
    """
    return HomeSide(HomeBox(desk, changes), secrets, catalogue, around or Around())
