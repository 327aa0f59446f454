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
    from selfcare.app.box_wishes import WifiOrder
    from ui.box_hold import BoxHold
    from ui.guide_hold import GuideHold
    from ui.standing import Standing
    from ui.support_hold import SupportHold
    from ui.wifi_hold import WifiHold


@dataclass(slots=True)
class Context:
    """``change_settings`` saves and applies; it returns a sentence if saving failed, else an empty one.

    ``open_page`` goes to another page of the window, ``start_repair`` goes to the repair and starts it.
    ``step_out`` goes to a page that a guide sent somebody to: a bar above it leads back.
    ``open_remedy`` goes to where one remedy is begun on request, ``open_deep`` to the question of the deep check,
    ``ask`` to the question box, ``open_box_setting`` to one of the box's settings (Wi-Fi: as advised).
    None of them starts anything.
    ``support_waits`` marks « Mes dossiers »: somebody is expected there.
    ``check``, ``standing``, ``box``, ``guides``, ``support`` and ``wifi`` outlive the pages: a change of language
    rebuilds pages, not what is known. ``repairing``: a repair is under way, so a check would measure its pauses.
    ``box_left``: a change of the box was left unfinished by an earlier run, and nobody has looked at it yet.
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
    box_left: bool = False
    guides: GuideHold | None = None
    support: SupportHold | None = None
    wifi: WifiHold | None = None
    support_waits: Callable[[bool], None] = lambda _waits: None
    step_out: Callable[[str], None] = lambda _page: None
    open_remedy: Callable[[str], None] = lambda _remedy: None
    open_deep: Callable[[], None] = lambda: None
    ask: Callable[[], None] = lambda: None
    open_box_setting: Callable[[str, WifiOrder | None], None] = lambda _setting, _order: None

    @property
    def guiding(self) -> bool:
        """A guide tests or changes something just now: a check, a repair or a setting would get in its way."""
        return self.guides is not None and self.guides.state.working

    @property
    def setting_box(self) -> bool:
        """A setting of the box is being changed: a check or a repair would measure its pauses."""
        return self.box is not None and self.box.setting

    @property
    def busy_page(self) -> str:
        """Where something is under way beside which nothing can be measured; empty: nowhere."""
        if self.repairing:
            return "repair"
        return "box" if self.setting_box else "guides" if self.guiding else ""

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

    def hold_guides(self) -> GuideHold:
        """The guides, from the first time that their page is opened."""
        if self.guides is None:
            from ui.guide_hold import GuideHold

            self.guides = GuideHold(self.services, self.bridge, self.bridge)
        return self.guides

    def hold_support(self) -> SupportHold:
        """Cases and tickets, from the first time that a page about them is opened or somebody may have answered."""
        if self.support is None:
            from ui.support_hold import SupportHold

            self.support = SupportHold(self.services, self.bridge, self.bridge)
            self.support.waits.connect(self.support_waits)
        return self.support

    def hold_wifi(self) -> WifiHold:
        """The Wi-Fi, from the first time that its page is opened."""
        if self.wifi is None:
            from ui.wifi_hold import WifiHold

            self.wifi = WifiHold(self.services, self.bridge, self.bridge)
        return self.wifi

    def open_guide(self, guide: str) -> None:
        """One of them, by its id; a run that is at work stays in sight instead."""
        self.hold_guides().open(guide)
        self.open_page("guides")
