"""A box that speaks its family's language: what it tells of the line is true or not, as a scenario says."""

from __future__ import annotations

import json
import shlex
import sys
from typing import TYPE_CHECKING, Literal

from tests.lab.box_api import PORT
from tests.lab.mounts import REPO
from tests.lab.services import wait_for
from tests.lab.steps.registry import action
from tests.lab.steps.tools import lan_of

if TYPE_CHECKING:
    from tests.lab.lab import Lab

PASSWORD = "Tr0ub4dor-et-3"
Family = Literal["freebox", "livebox", "sfr", "bbox"]


@action
def box_api(
    lab: Lab, *, family: Family, faults: list[str] | None = None, paired: bool = True, rx_dbm: float | None = None,
    others_kbit: int = 0, capacity_kbit: int = 0,
) -> None:  # fmt: skip
    """The gateway is this family's box, and tells of these faults (``tests.boxes.home.FAULTS``) whatever the line does.

    ``paired``: the PC's user let the program in before, by ``selfcare box pair``. ``rx_dbm``: the light that arrives;
    ``others_kbit`` of ``capacity_kbit``: what the box says that goes through the line.
    """
    _start(lab, family, faults or [], _figures(rx_dbm, others_kbit, capacity_kbit))
    if paired:
        _pair(lab, family)


@action
def box_api_again(
    lab: Lab, *, family: Family, faults: list[str], rx_dbm: float | None = None, others_kbit: int = 0,
    capacity_kbit: int = 0,
) -> None:  # fmt: skip
    """The same box later, with other faults; ``box_api`` came before."""
    lab.services.stop("box_api")
    _start(lab, family, faults, _figures(rx_dbm, others_kbit, capacity_kbit))


def _figures(rx_dbm: float | None, others_kbit: int, capacity_kbit: int) -> dict[str, dict[str, float]]:
    line: dict[str, float] = {"rate_down": others_kbit} if others_kbit else {}
    line |= {"down_kbps": capacity_kbit} if capacity_kbit else {}
    return {"line": line, "optics": {"rx": rx_dbm} if rx_dbm is not None else {}}


def _start(lab: Lab, family: str, faults: list[str], figures: dict[str, dict[str, float]]) -> None:
    box = lan_of(lab).box
    address = lab.pc.run("sh", "-c", "ip -4 -o addr show eth0 | awk '{print $4}'").split("/")[0].strip()
    told = {
        "family": family, "address": box, "faults": faults, "password": PASSWORD, "tls": family == "bbox",
        "pc_address": address, "pc_mac": lab.pc.run("cat", "/sys/class/net/eth0/address").strip(), **figures,
    }  # fmt: skip
    # Its own table: the chains of the other faults are flushed with each of them.
    lab.spaces.box.nft(
        "table inet box_api\ndelete table inet box_api\n"
        "table inet box_api {\nchain page {\ntype nat hook prerouting priority -150;\n"
        f"iifname br-lan ip daddr {box} tcp dport 80 redirect to :{PORT}\n}}\n}}\n"
    )
    before = lab.spaces.path("box_api.log").stat().st_size if lab.spaces.path("box_api.log").exists() else 0
    lab.services.start(
        "box_api", lab.spaces.box, sys.executable, "-m", "tests.lab.box_api", first_line=json.dumps(told),
        PYTHONPATH=str(REPO),
    )  # fmt: skip
    wait_for("the box speaks", lambda: "ready" in lab.services.log("box_api")[before:], 10)


def _pair(lab: Lab, family: str) -> None:
    """As its subscriber does it, who is Camille; the Freebox asks at its display, where somebody says yes."""
    words = f"{shlex.quote(sys.executable)} -m selfcare box pair --driver {family}"
    if family != "freebox":
        words = f"echo {shlex.quote(PASSWORD)} | {words} --password-stdin"
    done = lab.run(["sh", "-c", words], cwd=REPO, timeout=30, user=not lab.scenario.as_root)
    if done.returncode:
        raise RuntimeError(f"not paired: {done.stdout}{done.stderr}")
