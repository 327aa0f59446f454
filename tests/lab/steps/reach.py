"""What lets through and what does not: the PC's own firewall, the box's filters, the operator's, single sites."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from tests.lab import mounts, plan
from tests.lab.services import BLOCKED_PORT
from tests.lab.steps.registry import action
from tests.lab.steps.tools import box_rules, isp_rules, resolvers

if TYPE_CHECKING:
    from tests.lab.lab import Lab


@action
def pc_filter(
    lab: Lab, *, rules: list[str], hook: Literal["output", "input"] = "output", only_user: bool = False
) -> None:
    """nftables on the PC: these rules for everything but the loopback; ``only_user``: for camille's programs."""
    whom = f"meta skuid {mounts.user_id()} " if only_user else ""
    way = "oifname" if hook == "output" else "iifname"
    lines = [f'{way} "lo" accept', *(f"{whom}{rule}" for rule in rules)]
    chain = f"chain guarded {{\n type filter hook {hook} priority 0; policy accept\n" + "\n".join(lines) + "\n}\n"
    lab.pc.nft(f"table inet guard {{\n{chain}}}\n")


@action
def box_keeps_out(lab: Lab, *, how: Literal["page", "reject", "drop"], mac: str = "3c:52:82:00:00:01") -> None:
    """Parental control by the card's address: the box's own page, a refusal, or silence; its DNS goes on."""
    who = f"ether saddr {mac}"
    if how == "page":
        box_rules(lab, "faults_nat", [f"{who} tcp dport 80 redirect to :{BLOCKED_PORT}"])
    word = "reject with icmpx admin-prohibited" if how == "reject" else "drop"
    box_rules(lab, "faults", [f"{who} {word}"])


@action
def isp_upstream(lab: Lab, *, cut: bool = True) -> None:
    """The operator's way to the Internet: its first router lives, its resolvers can ask nobody."""
    if not cut:
        lab.spaces.isp.ip("link set up0 up", f"route add default via {plan.CORE_DOWN4}")
        resolvers(lab, "faults_in", "answer", list(plan.ISP_RESOLVERS))
        return
    lab.spaces.core.ip("link set up0 down")
    # What arrives there goes nowhere and nobody says so, as when routes are lost.
    lab.spaces.core.ip("route add blackhole default metric 1", "route add blackhole ::/0 metric 1")
    resolvers(lab, "faults_in", "servfail", list(plan.ISP_RESOLVERS))


@action
def networks_lost(lab: Lab, *, hosts: list[str], at: Literal["isp", "core"] = "isp") -> None:
    """No way from the operator, or from a network behind it, to where these names live."""
    space = lab.spaces.isp if at == "isp" else lab.spaces.core
    space.ip(
        *(f"route add blackhole {plan.address4(host)}/32" for host in hosts),
        *(f"route add blackhole {plan.address6(host)}/128" for host in hosts),
    )


@action
def site_down(lab: Lab, *, host: str) -> None:
    """One site's servers are gone; the way there is good."""
    lab.spaces.net.ip(
        f"addr del {plan.address4(host)}/32 dev lo", f"addr del {plan.address6(host)}/128 dev lo",
        f"route add blackhole {plan.address4(host)}/32", f"route add blackhole {plan.address6(host)}/128",
    )  # fmt: skip


@action
def site_refuses(lab: Lab, *, host: str, how: Literal["403", "451", "reset"]) -> None:
    """One site turns this line away: with a status, or by resetting the connection."""
    if how != "reset":
        lab.services.control("world", {"status": {host: int(how)}})
        return
    four, six = plan.address4(host), plan.address6(host)
    rules = [
        f"ip daddr {four} tcp flags & (psh|ack) == (psh|ack) reject with tcp reset",
        f"ip6 daddr {six} tcp flags & (psh|ack) == (psh|ack) reject with tcp reset",
    ]
    isp_rules(lab, "faults", rules)
