"""The adapter for a profile's desk; each is imported when it is the one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from selfcare.desks.port import Desk
from selfcare.model.support import DeskEndpoint, DeskKind

if TYPE_CHECKING:  # nothing of the network is imported by looking at tickets
    from selfcare.desks.wire import Login


def desk_of(endpoint: DeskEndpoint, login: Login) -> Desk:
    """Nothing is opened by this. The caller closes it."""
    match endpoint.kind:
        case DeskKind.TMF621_V5 | DeskKind.TMF621_V4:
            return _tmf621(endpoint, login)
        case DeskKind.RT:
            from selfcare.desks.rt import RtDesk

            return RtDesk(endpoint, login)
        case DeskKind.ZAMMAD:
            from selfcare.desks.zammad import ZammadDesk

            return ZammadDesk(endpoint, login)
        case DeskKind.GLPI:
            from selfcare.desks.glpi import GlpiDesk

            return GlpiDesk(endpoint, login)
        case DeskKind.MAIL:
            from selfcare.desks.mail import MailDesk

            return MailDesk(endpoint, login)
        case DeskKind.FILE:
            from selfcare.desks.file import FileDesk

            return FileDesk(endpoint, login)


def _tmf621(endpoint: DeskEndpoint, login: Login) -> Desk:
    from selfcare.desks.tmf621 import Tmf621Desk
    from selfcare.desks.tmf621_shape import Version
    from selfcare.desks.tmf621_v4 import V4
    from selfcare.desks.tmf621_v5 import V5

    version: Version = V5() if endpoint.kind is DeskKind.TMF621_V5 else V4()
    return Tmf621Desk(endpoint, login, version)
