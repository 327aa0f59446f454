"""The box's side of a guide's world: what it says, what is set on it, what may be chosen.

``home_side`` makes one, for one event loop; ``HomeSide.look`` is what ``Whole`` is given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from selfcare.app.box_wishes import WishError
from selfcare.app.guides.home_actions import BoxAction
from selfcare.app.guides.home_box import HomeBox
from selfcare.app.guides.home_context import Around, look
from selfcare.app.guides.home_line import LineTests
from selfcare.app.guides.home_ports import PortTests
from selfcare.app.guides.home_set import SetTests
from selfcare.app.guides.home_shows import Shows
from selfcare.app.guides.home_suggest import Suggestions
from selfcare.app.guides.home_wishes import WISHES
from selfcare.app.guides.home_words import unclear
from selfcare.app.guides.side import Action, Arguments, Suggest, Tell
from selfcare.app.guides.world import Moment
from selfcare.boxes.errors import BoxError
from selfcare.ground.errors import SelfcareError
from selfcare.i18n import Catalogue
from selfcare.model.box import Capability, WanStatus
from selfcare.model.guide_run import Context, Seen

if TYPE_CHECKING:
    from selfcare.app.box_change import BoxChanges
    from selfcare.app.box_memory import SecretStore
    from selfcare.app.box_way import Contact
    from selfcare.app.boxes import BoxDesk


class HomeSide:
    """See ``home_side``."""

    def __init__(self, box: HomeBox, secrets: SecretStore, catalogue: Catalogue, around: Around) -> None:
        clock = box.journal().clock.unix
        self.box, self._around, self._ports = box, around, PortTests(box, around.fact)
        tests = {**LineTests(box, clock).tests, **SetTests(box, clock).tests, **self._ports.tests}
        self.tests: Mapping[str, Tell] = {name: _fenced(one) for name, one in tests.items()}
        self.shows: Mapping[str, Tell] = {
            name: _fenced(one) for name, one in Shows(box, clock, catalogue).shows.items()
        }
        self.suggestions: Mapping[str, Suggest] = Suggestions(box, catalogue).suggestions
        self.actions: Mapping[str, Action] = {
            name: BoxAction(kind, make, box, secrets, catalogue) for name, (kind, make) in WISHES.items()
        }

    async def look(self) -> Context:
        """What is known of this home now, within three seconds."""
        return await look(self.box, self._around)

    async def line(self) -> WanStatus | None:
        """The box's own word for its session with the operator; None where it does not tell."""
        told = await self.box.told(Capability.WAN)
        return told if isinstance(told, WanStatus) else None

    async def device(self, called: str) -> str | None:
        """The IPv4 address of a device of the home, by what the box calls it (or its hardware address)."""
        try:
            return await self._ports.address(called)
        except WishError:
            return None

    async def close(self) -> None:
        """Logs out of the box."""
        await self.box.desk.close()


def _fenced(tell: Tell) -> Tell:
    """A disk that is full, a keyring that is locked: nobody can tell. Never an error in the middle of a guide."""

    async def fenced(given: Arguments, moment: Moment) -> Seen:
        try:
            return await tell(given, moment)
        except WishError as error:
            return unclear(error)
        except (BoxError, SelfcareError) as error:
            code = error.code.value if isinstance(error, BoxError) else error.code
            return Seen("unknown", (), {"code": code})

    return fenced


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
        around: profile and last check: ``Around(profile.id, lambda: last_codes(data_dir, FRESH_S))``.
    """
    return HomeSide(HomeBox(desk, changes), secrets, catalogue, around or Around())
