"""What happens to the line, the operator and the Internet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.lab import plan
from tests.lab.steps.registry import action
from tests.lab.steps.tools import DnsMode, isp_rules, resolvers

if TYPE_CHECKING:
    from tests.lab.lab import Lab


@action
def line(
    lab: Lab, *, up: bool = True, delay_ms: float = 2.0, jitter_ms: float = 0.5, loss: float = 0.0, mtu: int = 0,
    down_kbit: float = 0.0, up_kbit: float = 0.0, hold_ms: float = 0.0,
) -> None:  # fmt: skip
    """The access line as a whole; without arguments it is a good fibre again. ``hold_ms``: see the emulator."""
    values = {"up": up, "delay_ms": delay_ms, "jitter_ms": jitter_ms, "loss": loss, "mtu": mtu, "hold_ms": hold_ms}
    lab.services.control("link", values)
    lab.services.control("link", {"down": {"rate_kbit": down_kbit}, "up": {"rate_kbit": up_kbit}})


@action
def isp_dns(lab: Lab, *, mode: DnsMode) -> None:
    """The ISP's resolvers. "dead": the whole machine is gone; "silent": only its name service is."""
    resolvers(lab, "faults_in", mode, list(plan.ISP_RESOLVERS))


@action
def public_dns(lab: Lab, *, mode: DnsMode, addresses: list[str]) -> None:
    """Resolvers on the Internet, as seen from this line."""
    resolvers(lab, "faults", mode, addresses)


@action
def isp_blocks(lab: Lab, *, rules: list[str]) -> None:
    """Forwarding rules of nftables at the ISP; none mends."""
    isp_rules(lab, "faults", rules)
