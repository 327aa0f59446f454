"""What a page gets from the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from selfcare.app.services import Services
from selfcare.ground.settings import Settings
from selfcare.i18n import Catalogue
from ui.bridge import EngineBridge
from ui.check_state import CheckState
from ui.theme import Theme

if TYPE_CHECKING:  # the engine of repairs comes with it: only for who opens that page, or changed something before
    from ui.box_hold import BoxHold
    from ui.standing import Standing


@dataclass(slots=True)
class Context:
    """``change_settings`` saves and applies; it returns a sentence if saving failed, else an empty one.

    ``open_page`` goes to another page of the window, ``start_repair`` goes to the repair and starts it.
    ``check``, ``standing`` and ``box`` outlive the pages: a change of language rebuilds pages, not what is known.
    ``repairing``: a repair is under way, so a check would measure its pauses.
    """

    services: Services
    catalogue: Catalogue
    theme: Theme
    bridge: EngineBridge
    settings: Settings
    check: CheckState
    change_settings: Callable[[Settings], str]
    open_page: Callable[[str], None] = lambda _page: None
    start_repair: Callable[[], None] = lambda: None
    repairing: bool = False
    standing: Standing | None = None
    box: BoxHold | None = None

    def look_after(self) -> Standing:
        """The changes in place on this PC, listed from the first time somebody asks."""
        if self.standing is None:
            from ui.standing import Standing

            self.standing = Standing(self.services, self.bridge, self.bridge)
        return self.standing

    def hold_box(self) -> BoxHold:
        """The box, from the first time that a page about it is opened."""
        if self.box is None:
            from ui.box_hold import BoxHold

            self.box = BoxHold(self.services, self.bridge, self.bridge)
        return self.box
