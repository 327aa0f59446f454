"""What a page gets from the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from selfcare.app.services import Services
from selfcare.ground.settings import Settings
from selfcare.i18n import Catalogue
from ui.bridge import EngineBridge
from ui.check_state import CheckState
from ui.theme import Theme


@dataclass(slots=True)
class Context:
    """``change_settings`` saves and applies; it returns a sentence if saving failed, else an empty one.

    ``open_page`` goes to another page of the window. ``check`` outlives the page: a change of
    language rebuilds pages, not what is known.
    """

    services: Services
    catalogue: Catalogue
    theme: Theme
    bridge: EngineBridge
    settings: Settings
    check: CheckState
    change_settings: Callable[[Settings], str]
    open_page: Callable[[str], None] = lambda _page: None
