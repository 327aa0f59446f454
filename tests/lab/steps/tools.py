"""Hands the steps share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from tests.lab.plan import Lan

if TYPE_CHECKING:
    from tests.lab.lab import Lab


CABLE = "Connexion filaire 1"
DnsMode = Literal["answer", "silent", "dead", "refused", "servfail"]


def lan_of(lab: Lab) -> Lan:
    return Lan.of(lab.scenario.lab.subnet, lab.scenario.lab.box_number)


def nmcli(lab: Lab, *words: str) -> None:
    lab.pc.run("nmcli", "--wait", "10", *words)


def modify(lab: Lab, *words: str) -> None:
    nmcli(lab, "connection", "modify", CABLE, *words)
    nmcli(lab, "connection", "up", CABLE)


# -- the PC --------------------------------------------------------------------------------------


def box_rules(lab: Lab, chain: str, rules: list[str]) -> None:
    """Replaces the rules of one of the chains kept for faults."""
    lines = [f"flush chain inet box {chain}", *(f"add rule inet box {chain} {rule}" for rule in rules)]
    lab.spaces.box.nft("\n".join(lines) + "\n")


# -- line, ISP, Internet -------------------------------------------------------------------------


def resolvers(lab: Lab, chain: str, mode: str, addresses: list[str]) -> None:
    listed = f"ip daddr {{ {', '.join(addresses)} }}"
    rules = {
        "dead": [f"{listed} drop"],
        "silent": [f"{listed} udp dport 53 drop", f"{listed} tcp dport 53 drop"],
        "refused": [f"{listed} udp dport 53 reject", f"{listed} tcp dport 53 reject with tcp reset"],
    }
    isp_rules(lab, chain, rules.get(mode, []))
    answer = "servfail" if mode == "servfail" else "answer"
    lab.services.control("world", {"dns": dict.fromkeys(addresses, answer)})


def isp_rules(lab: Lab, chain: str, rules: list[str]) -> None:
    lines = [f"flush chain inet isp {chain}", *(f"add rule inet isp {chain} {rule}" for rule in rules)]
    lab.spaces.isp.nft("\n".join(lines) + "\n")
