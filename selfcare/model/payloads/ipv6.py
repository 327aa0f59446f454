"""IPv6: offered, routed, working."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ipv6Payload:
    """``offered``: a global address and a default route. ``answered``: an outside address answered over IPv6.

    ``answered`` is None when IPv6 is not offered: nothing was sent.
    """

    global_addresses: int
    default_route: bool
    offered: bool
    answered: bool | None
    targets: int
    rtt_ms: float | None = None
