"""What only a person can do: an instruction, and the facts that show it was done."""

from __future__ import annotations

from collections.abc import Iterable

from selfcare.model.repair import Action, Instruction, Risk
from selfcare.remedies.remedy import BASIC, Answer, Remedy
from selfcare.remedies.situation import Situation

BOX_STARTS_S = 180.0
"""A box needs two to three minutes from power to lights that no longer blink."""
HAND_S = 10.0


def _told(
    remedy: str, codes: Iterable[str], done_when: tuple[str, ...], settle_s: float = HAND_S, risk: Risk = Risk.NONE
) -> Remedy:
    """``remedy`` is also the key of the instruction's sentence."""
    step: tuple[Action, ...] = (Instruction(remedy, done_when),)

    def plan(_situation: Situation) -> tuple[Action, ...]:
        return step

    return Remedy(
        id=remedy,
        answers=tuple(Answer(code) for code in codes),
        risk=risk,
        plan=plan,
        verify=("link.interfaces", "addr.lease", *BASIC),
        reversible=False,
        duration_s=settle_s,
        settle_s=settle_s,
        person=True,
    )


REMEDIES = (
    _told("cable.check", ("LAN-CABLE-DOWN",), ("link_up",)),
    _told("cable.change", ("LAN-CABLE-SLOW", "LAN-LOSS"), ("link_up",)),
    _told("intruder.unplug", ("LAN-DHCP-ROGUE",), ("outside_answers",)),
    _told("resolver.switch_on", ("LAN-DNS-DOWN",), ("names_resolve",)),
    _told("firewall.allow", ("PC-FIREWALL",), ("pc_lets_through",)),
    # Its own program also takes back what it wrote elsewhere, as into resolv.conf.
    _told("vpn.disconnect", ("PC-VPN",), ("outside_answers", "names_resolve")),
    _told("pc.restart", ("PC-DHCP-CLIENT", "PC-DNS-LOCAL", "PC-ROUTES"), ("address_valid", "names_resolve")),
    _told("portal.sign_in", ("NET-PORTAL",), ("web_unaltered", "outside_answers")),
    _told(
        "box.power",
        (
            "BOX-SILENT",
            "LAN-DHCP-NONE",
            "LAN-DHCP-NOROUTE",
            "BOX-DNS",
            "BOX-DNS-SLOW",
            "BOX-NOFORWARD",
            "ISP-IPV6",
            "ISP-PMTU",
        ),
        ("gateway_answers",),
        BOX_STARTS_S,
        Risk.PAUSE,
    ),
    _told("line.check", ("WAN-DOWN", "BOX-WALLED"), ("outside_answers",), BOX_STARTS_S, Risk.PAUSE),
)
