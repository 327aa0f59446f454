"""From what the name probes heard to facts: who is slow, who is untrue, and when nobody may be accused."""

from __future__ import annotations

from typing import Any

import pytest

from selfcare.diagnosis import observe
from selfcare.model.payloads.address import Activation, AddressPayload, IpConfig, Method
from selfcare.model.payloads.dns import DnsAnswer, DnsPayload, DnsStatus, NameKind
from selfcare.model.payloads.naming import (
    CertificateCheck,
    IdentityPayload,
    Path,
    PathAnswer,
    ServerSeries,
    TimingPayload,
    Tls,
    TruthPayload,
)
from selfcare.model.payloads.routes import HostsPayload

OK, MISSING, TIMEOUT = DnsStatus.NOERROR, DnsStatus.NXDOMAIN, DnsStatus.TIMEOUT
BOX, REAL, CDN = "192.168.1.1", "151.101.1.1", "151.101.2.2"
NAMES = ("www.a.example", "www.b.example")


def config(*resolvers: str, method: Method = Method.DHCP) -> AddressPayload:
    one = IpConfig("eth0", (), Method.DHCP, Activation.ACTIVE, resolvers, method, gateway4=BOX)
    return AddressPayload((one,), "eth0", None)


def facts(payloads: dict[str, Any], pending: frozenset[str] = frozenset()) -> dict[str, Any]:
    return {o.fact: str(o.value) for o in observe(payloads, pending)}


def answer(
    name: str, *addresses: str, server: str = "x", status: DnsStatus = OK, error: int | None = None
) -> DnsAnswer:
    return DnsAnswer(server, name, NameKind.FIXED, "A", status, addresses, 5.0, extended_error=error)


def truth(
    first: dict[Path, DnsAnswer], certificates: tuple[CertificateCheck, ...] = (), publics: int = 2
) -> dict[str, Any]:
    """The first name as told, the second true everywhere."""
    answers = [PathAnswer(p, first.get(p, answer(NAMES[0], REAL))) for p in (Path.OS, Path.CONFIGURED, Path.ISP)]
    answers += [PathAnswer(Path.PUBLIC, answer(NAMES[0], REAL, server=f"p{i}")) for i in range(publics)]
    answers += [PathAnswer(p, answer(NAMES[1], REAL)) for p in (Path.OS, Path.CONFIGURED, Path.ISP)]
    answers += [PathAnswer(Path.PUBLIC, answer(NAMES[1], REAL, server=f"p{i}")) for i in range(2)]
    return {
        "addr.lease": config(BOX),
        "hosts.file": HostsPayload((), 0),
        "dns.local": DnsPayload((), ()),
        "dns.truth": TruthPayload(tuple(answers), certificates),
    }


PROVEN = CertificateCheck(NAMES[0], REAL, Tls.VALID)
LOOPBACK = answer(NAMES[0], "127.0.0.1")
UNTRUE = {Path.OS: LOOPBACK, Path.CONFIGURED: LOOPBACK, Path.ISP: LOOPBACK}


def test_everywhere_alike_is_true() -> None:
    found = facts(truth({}))
    assert (found["names_true"], found["isp_names_true"], found["names_fresh"]) == ("yes", "yes", "yes")


@pytest.mark.parametrize("instead", [
    LOOPBACK, answer(NAMES[0], "0.0.0.0"), answer(NAMES[0], "192.168.1.1"), answer(NAMES[0], status=MISSING),
    answer(NAMES[0]),
])  # fmt: skip
def test_an_impossible_answer_is_untrue_when_the_public_one_proves_itself(instead: DnsAnswer) -> None:
    found = facts(truth(dict.fromkeys(UNTRUE, instead), (PROVEN,)))
    assert (found["names_true"], found["isp_names_true"]) == ("no", "no")


def test_without_proof_or_without_two_controls_nobody_is_untrue() -> None:
    for case in (truth(UNTRUE), truth(UNTRUE, (PROVEN,), publics=1)):
        assert "no" not in [facts(case).get(f, "unknown") for f in ("names_true", "isp_names_true", "names_fresh")]


@pytest.mark.parametrize(("outcome", "expected"), [
    (Tls.VALID, "yes"), (Tls.INVALID, "no"), (Tls.SILENT, "no"), (Tls.ERROR, None),
])  # fmt: skip
def test_another_address_of_the_same_site_is_no_lie(outcome: Tls, expected: str | None) -> None:
    other = dict.fromkeys(UNTRUE, answer(NAMES[0], CDN))
    found = facts(truth(other, (PROVEN, CertificateCheck(NAMES[0], CDN, outcome))))
    assert found.get("isp_names_true") == expected


def test_silence_of_the_isp_is_not_an_untruth() -> None:
    found = facts(truth({Path.ISP: answer(NAMES[0], status=TIMEOUT)}, (PROVEN,)))
    assert found.get("isp_names_true") is None


def test_a_block_by_order_is_told_and_is_no_lie_even_behind_the_box() -> None:
    ordered = answer(NAMES[0], status=MISSING, error=16)
    plain = answer(NAMES[0], status=MISSING)
    found = facts(truth({Path.OS: plain, Path.CONFIGURED: plain, Path.ISP: ordered}, (PROVEN,)))
    assert found["isp_blocks_by_order"] == "yes"
    assert "no" not in (found.get("names_true"), found.get("isp_names_true"))


def test_a_stale_answer_is_the_pcs_own_only_when_its_server_is_right() -> None:
    dead = (PROVEN, CertificateCheck(NAMES[0], CDN, Tls.SILENT))
    stale = answer(NAMES[0], CDN)
    assert facts(truth({Path.OS: stale}, dead))["names_fresh"] == "no"
    assert facts(truth({Path.OS: stale, Path.CONFIGURED: stale}, dead)).get("names_fresh") != "no"


def test_a_program_or_adapter_in_between_is_no_memory() -> None:
    stale = truth({Path.OS: LOOPBACK}, (PROVEN,))
    assert facts(stale)["names_fresh"] == "no"
    assert facts(stale)["stale_address_kept"] == "no"
    filtered = {**stale, "dns.local": path(fresh("127.0.0.1"))}
    resolved = {**stale, "dns.local": path(fresh("127.0.0.53"))}
    tunnel = IpConfig("tun0", (), Method.UNKNOWN, Activation.ACTIVE, ("10.0.0.1",), Method.UNKNOWN)
    with_tunnel = {**stale, "addr.lease": AddressPayload((*config(BOX).configs, tunnel), "eth0", None)}
    told = [facts(case).get("names_fresh") for case in (filtered, resolved, with_tunnel)]
    assert told == [None, "no", None]


def test_the_stale_answer_waits_for_the_hosts_file() -> None:
    case = truth({Path.OS: LOOPBACK}, (PROVEN,))
    assert facts(case, frozenset({"hosts.file"})).get("names_fresh") is None
    del case["hosts.file"]
    assert facts(case).get("names_fresh") is None


def test_a_filter_somebody_chose_is_no_fault() -> None:
    case = truth({Path.OS: LOOPBACK, Path.CONFIGURED: LOOPBACK}, (PROVEN,))
    for chosen in (config("9.9.9.9", method=Method.MANUAL), config("192.168.1.53")):
        found = facts({**case, "addr.lease": chosen})
        assert (found["chosen_resolver_filters"], found["names_true"]) == ("yes", "yes")


def series(path: Path, lookup_ms: float, way_ms: float | None = 20.0, answered: int = 4) -> ServerSeries:
    return ServerSeries(path.value, path, 4, (lookup_ms + (way_ms or 0.0),) * answered, way_ms)


def timing(*found: ServerSeries) -> dict[str, Any]:
    return {"addr.lease": config(BOX), "dns.timing": TimingPayload(found)}


@pytest.mark.parametrize(("box_ms", "isp_ms", "public_ms", "box", "isp"), [
    (700, 700, 10, "no", "no"), (700, 10, 10, "no", "yes"), (10, 10, 10, "yes", "yes"),
    (700, 300, 10, "no", None),     # between quick and slow the ISP is neither cleared nor accused
    (700, 700, 600, None, None),    # slow everywhere: no one to compare with
])  # fmt: skip
def test_who_is_slow(box_ms: float, isp_ms: float, public_ms: float, box: str | None, isp: str | None) -> None:
    one = (series(Path.CONFIGURED, box_ms), series(Path.ISP, isp_ms), series(Path.PUBLIC, public_ms))
    found = facts(timing(*one))
    assert (found.get("names_fast"), found.get("isp_names_fast")) == (box, isp)


def test_a_far_line_is_not_a_slow_box() -> None:
    """The box is 1 ms away, but whatever it asks is as far as everything else."""
    box = ServerSeries("b", Path.CONFIGURED, 4, (620.0,) * 4, 1.0)
    far = ServerSeries("p", Path.PUBLIC, 4, (610.0,) * 4, 600.0)
    assert facts(timing(box, far))["names_fast"] == "yes"


def test_two_answers_of_four_are_no_series() -> None:
    found = facts(timing(series(Path.CONFIGURED, 900, answered=2), series(Path.PUBLIC, 5)))
    assert "names_fast" not in found


def fresh(server: str, status: DnsStatus = MISSING, rtt: float | None = 5.0, *addresses: str) -> DnsAnswer:
    return DnsAnswer(server, "x.example", NameKind.RANDOM, "A", status, addresses, rtt)


def path(*answers: DnsAnswer, discontinued: tuple[str, ...] = ()) -> DnsPayload:
    return DnsPayload(answers, tuple(dict.fromkeys(a.server for a in answers)), discontinued)


def test_suspicion_needs_a_quick_public_resolver_and_nobody_pending() -> None:
    slow = {"dns.configured": path(fresh(BOX, rtt=500.0)), "dns.public": path(fresh("9.9.9.9", rtt=30.0))}
    assert facts(slow)["names_seem_slow"] == "yes"
    assert "names_seem_slow" not in facts(slow, frozenset({"dns.public"}))
    assert facts({**slow, "dns.public": path(fresh("9.9.9.9", rtt=450.0))})["names_seem_slow"] == "no"


def test_rewriting_needs_a_public_no_such_name_for_the_same_name() -> None:
    isp = path(fresh("80.10.246.2", OK, 5.0, "193.253.82.101"))
    assert facts({"dns.isp": isp, "dns.public": path(fresh("9.9.9.9"))})["isp_rewrites_missing"] == "yes"
    assert "isp_rewrites_missing" not in facts({"dns.isp": isp, "dns.public": path(fresh("9.9.9.9", TIMEOUT, None))})
    both = path(fresh("9.9.9.9"), fresh("1.1.1.1", OK, 5.0, REAL))
    assert "isp_rewrites_missing" not in facts({"dns.isp": isp, "dns.public": both})


@pytest.mark.parametrize(("resolve", "first_dead", "expected"), [
    (TIMEOUT, True, "yes"), (TIMEOUT, False, None), (MISSING, True, "no"),
])  # fmt: skip
def test_a_dead_first_server_holds_every_name_up(resolve: DnsStatus, first_dead: bool, expected: str | None) -> None:
    dead, live = fresh("193.110.81.0", TIMEOUT, None), fresh(BOX)
    order = (dead, live) if first_dead else (live, dead)
    found = facts({
        "addr.lease": config(*(a.server for a in order), method=Method.MANUAL),
        "dns.os": path(fresh("os", resolve, None)),
        "dns.configured": path(*order, discontinued=("193.110.81.0",)),
    })  # fmt: skip
    assert found["resolver_partly_dead"] == found["resolver_discontinued"] == "yes"
    assert found.get("other_resolver_fails") == expected


def test_a_dead_box_is_not_a_manual_fault() -> None:
    found = facts({"addr.lease": config(BOX, method=Method.MANUAL), "dns.configured": path(fresh(BOX, TIMEOUT, None))})
    assert found["other_resolver_fails"] == "no"


def itself(server: str, *texts: str, status: DnsStatus = OK) -> DnsAnswer:
    return DnsAnswer(server, "id.server", NameKind.LOCAL, "TXT", status, texts=texts)


@pytest.mark.parametrize(("identities", "impossible", "expected"), [
    ((itself("9.9.9.9", "a"), itself("1.1.1.1", "b")), (), "no"),
    ((itself("9.9.9.9", "a"), itself("1.1.1.1", "a")), (), "yes"),
    ((itself("9.9.9.9", "a"),), (fresh("192.0.2.53"),), "yes"),
    ((itself("9.9.9.9", "a"),), (fresh("192.0.2.53", DnsStatus.UNREACHABLE, None),), "no"),
    ((itself("9.9.9.9", status=TIMEOUT),), (fresh("192.0.2.53", TIMEOUT, None),), None),
    ((itself("9.9.9.9", "a"), itself("1.1.1.1")), (), "no"),
])  # fmt: skip
def test_interception(
    identities: tuple[DnsAnswer, ...], impossible: tuple[DnsAnswer, ...], expected: str | None
) -> None:
    assert facts({"dns.identity": IdentityPayload(identities, impossible)}).get("dns_intercepted") == expected


def test_a_local_resolver_is_stopped_only_when_its_port_is_closed() -> None:
    def asked(status: DnsStatus) -> dict[str, Any]:
        return facts({"addr.lease": config(BOX), "dns.local": path(fresh("127.0.0.1", status, None))})

    assert asked(DnsStatus.REFUSED_PORT)["local_resolver_listens"] == "no"
    assert asked(DnsStatus.SERVFAIL)["local_resolver_listens"] == "yes"
    assert "local_resolver_listens" not in asked(TIMEOUT)
    assert facts({"dns.local": DnsPayload((), ())})["resolver_local"] == "no"
