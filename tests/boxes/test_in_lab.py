"""A real daemon (miniupnpd) as the box of the lab: UPnP as IGD 1 and 2, NAT-PMP, PCP, and each refusal it gives.

No catch-all ``deny`` with NAT-PMP or PCP: this version loops for ever on such a request. Only UPnP asks for what is
denied.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.lab.lab import Lab
from tests.lab.mounts import SHARED
from tests.lab.rootfs import why_unavailable

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(why_unavailable() is not None, reason=str(why_unavailable())),
]


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with Lab("healthy") as made:
        made.spaces.box.ip(
            *(
                "link add cg0 type veth peer name cg1",
                "addr add 100.64.5.2/30 dev cg0",
                "link set cg0 up",
                "link set cg1 up",
            ),
            *(
                "link add dn0 type veth peer name dn1",
                "addr add 192.168.50.2/30 dev dn0",
                "link set dn0 up",
                "link set dn1 up",
            ),
            *("link add no0 type veth peer name no1", "link set no0 up", "link set no1 up"),
        )
        yield made


@contextmanager
def daemon(lab: Lab, *flags: str, outside: str = "wan0") -> Iterator[None]:
    """The daemon with other settings in the place of the lab's own."""
    config = lab.spaces.path("upnp.conf").read_text(encoding="utf-8")
    lines = [line for line in config.splitlines() if not line.startswith(("ext_ifname", "allow", "lease_file"))]
    lines += [
        f"ext_ifname={outside}",
        "deny 0-1023 0.0.0.0/0 0-65535",
        f"allow 0-65535 {lab.services.lan.network} 0-65535",
    ]
    lab.spaces.path("other.conf").write_text("\n".join(lines) + "\n", encoding="utf-8")
    lab.services.stop("miniupnpd")
    lab.spaces.path("upnp.pid").unlink(missing_ok=True)
    command = ("miniupnpd", "-d", *flags, "-f", f"{SHARED}/other.conf", "-P", f"{SHARED}/upnp.pid")
    lab.services.start("miniupnpd", lab.spaces.box, *command)
    try:
        yield
    finally:
        lab.services.stop("miniupnpd")
        lab.spaces.path("upnp.pid").unlink(missing_ok=True)


def talk(lab: Lab, kind: str, *items: list[Any]) -> list[Any]:
    done = lab.python("-m", "tests.boxes.in_lab", kind, json.dumps(items), timeout=60)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def rules(lab: Lab) -> str:
    """What the box's kernel was really told."""
    return lab.spaces.box.run("nft", "list", "table", "inet", "miniupnpd_f")


HERE = {"external": 28080, "internal": 8081}


LONG = pytest.mark.full


@pytest.mark.parametrize(("flags", "version"), [((), "IGD 2"), pytest.param(("-1",), "IGD 1", marks=LONG)])
def test_upnp(lab: Lab, flags: tuple[str, ...], version: str) -> None:
    with daemon(lab, *flags):
        said = talk(
            lab, "igd",
            ["device"], ["wan"], ["traffic"], ["forwards"],
            ["put", {**HERE, "description": "accès été"}], ["put", {**HERE, "protocol": "udp", "lease": 3600}],
            ["forwards"],
            ["put", {**HERE, "lease": 7200}], ["forwards"],
        )  # fmt: skip
        device, wan, traffic, none, *_, made, _, renewed = said
        assert "28080" in rules(lab)
        assert (device["api_version"], device["uid"]) == (version, "8d5f9f3e-1b1f-4a53-9a7e-7c1689000001")
        assert (wan["status"], wan["link"], wan["medium"], wan["public_ipv4"]) == ("connected", "up", None, True)
        assert wan["ipv4_address"] and traffic["wraps_at"] == 2**32 and none == []
        assert {(x["external_port"], x["internal_port"], x["protocol"], x["enable"]) for x in made} == {
            (28080, 8081, "tcp", True), (28080, 8081, "udp", True),
        }  # fmt: skip
        by = {x["protocol"]: x for x in made}
        assert by["tcp"]["description"] == "accès été" and 3500 < by["udp"]["lease"] <= 3600
        assert 7100 < next(x for x in renewed if x["protocol"] == "tcp")["lease"] <= 7200
        gone = talk(lab, "igd", ["delete", {**HERE, "protocol": "both"}], ["forwards"], ["delete", HERE])
        assert gone[1] == [] and "28080" not in rules(lab)
        # This daemon says nothing of an entry that is not there; others say 714.
        assert gone[2] in (None, {"error": "not_found", "number": 714})


def test_what_upnp_refuses(lab: Lab) -> None:
    with daemon(lab):
        said = talk(
            lab, "igd",
            ["put", {"external": 443}], ["put", {"external": 0}], ["put", {**HERE, "internal_client": "192.168.1.77"}],
            ["put", {**HERE, "external_last": 28090}], ["put", {"external": 1023, "protocol": "both"}],
            ["any", HERE], ["forwards"], ["delete", HERE],
        )  # fmt: skip
        assert [x["error"] for x in said[:5]] == [
            "reserved_port",
            "invalid",
            "other_device",
            "unsupported",
            "reserved_port",
        ]
        assert [x["number"] for x in said[:3]] == [606, 716, 718]
        assert said[5] == 28080 and len(said[6]) == 1


@pytest.mark.parametrize("kind", [pytest.param("natpmp", marks=LONG), "pcp"])
def test_natpmp_and_pcp(lab: Lab, kind: str) -> None:
    with daemon(lab):
        said = talk(
            lab, kind,
            ["device"], ["wan"], ["put", {**HERE, "lease": 3600}], ["forwards"], ["put", {**HERE, "lease": 7200}],
            ["forwards"], ["put", {**HERE, "external": 28081, "internal": 8082, "protocol": "both"}], ["forwards"],
        )  # fmt: skip
        device, wan, _, made, _, renewed, _, more = said
        assert "28080" in rules(lab) and "28081" in rules(lab)
        assert device["api_version"] == "NAT-PMP" and wan["public_ipv4"] is True
        assert (made[0]["external_port"], made[0]["origin"], 3590 <= made[0]["lease"] <= 3600) == (28080, kind, True)
        assert 7190 <= renewed[0]["lease"] <= 7200 and len(renewed) == 1 and len(more) == 3
        # Seen by UPnP too, and each taken away by what the id keeps.
        assert {x["external_port"] for x in talk(lab, "igd", ["forwards"])[0]} == {28080, 28081}
        both = ("tcp", "udp")
        ids = {x["protocol"] + str(x["internal_port"]): x["id"] for x in more}
        gone = talk(
            lab, kind,
            ["delete", {**HERE, "id": ids["tcp8081"]}],
            *(["delete", {"external": 28081, "internal": 8082, "protocol": p, "id": ids[f"{p}8082"]}] for p in both),
        )  # fmt: skip
        assert gone == [None, None, None] and "2808" not in rules(lab)


@pytest.mark.full
@pytest.mark.parametrize("kind", ["natpmp", "pcp"])
def test_a_port_that_something_else_has(lab: Lab, kind: str) -> None:
    """A mapping of another program stands on the wanted port: that one or none, and the other stays."""
    with daemon(lab):
        said = talk(lab, "igd", ["put", {**HERE, "internal": 9000}])
        assert said == [None]
        refused, left = talk(lab, kind, ["put", HERE], ["forwards"])
        assert (refused["error"], left) == ("conflict", [])
        assert [x["internal_port"] for x in talk(lab, "igd", ["forwards"])[0]] == [9000], "the other one is untouched"
        talk(lab, "igd", ["delete", HERE])


@pytest.mark.full
@pytest.mark.parametrize(("outside", "shared"), [("cg0", "connected"), ("dn0", "connected"), ("no0", "disconnected")])
def test_without_a_public_address(lab: Lab, outside: str, shared: str) -> None:
    """Shared by the operator, behind another router, no address at all."""
    with daemon(lab, outside=outside):
        wan, refused = talk(lab, "igd", ["wan"], ["put", HERE])
        assert (wan["status"], wan["ipv4_address"], wan["link"] in (None, "up")) == (shared, None, True)
        assert wan["public_ipv4"] is (False if shared == "connected" else None) and wan["shared_ipv4"] is None
        assert refused == {"error": "no_public_address", "number": 501}
        assert talk(lab, "natpmp", ["wan"])[0]["ipv4_address"] is None


@pytest.mark.full
@pytest.mark.parametrize("kind", ["natpmp", "pcp"])
def test_natpmp_and_pcp_without_a_public_address(lab: Lab, kind: str) -> None:
    with daemon(lab, outside="cg0"):
        said = talk(lab, kind, ["put", HERE], ["forwards"])
        assert said[0]["error"] == "no_public_address" and said[1] == []
