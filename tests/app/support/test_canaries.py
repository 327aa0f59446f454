"""Nothing that leaves this PC names anybody: every file, code, request and mail of a case full of identifiers."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cbor2
import pytest
from aiosmtpd.controller import Controller
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from selfcare.app.support.desk import SupportDesk
from selfcare.app.support.tools import HomeSeen
from selfcare.ground.install_key import InstallKey
from selfcare.ground.logs import FILE, start_log
from selfcare.model.report import Reach, Report, ReportOptions, Section, Want, Wish
from selfcare.model.support import Auth, DeskEndpoint, DeskKind
from selfcare.model.ticket import Phase
from selfcare.redaction.known import Known
from selfcare.report import base43, qr, seal
from tests.app.support import canaries, canary_codes, canary_search
from tests.app.support.bench import Bench
from tests.desks.rt_fake import ABONNE, RtFake
from tests.desks.test_mail import Box, desk_at, free
from tests.desks.tmf_server import TmfServer

ALL = frozenset(Section) - {Section.REACH, Section.PUBLIC_ADDRESS}
Left = list[tuple[str, bytes]]


def home() -> HomeSeen:
    named = canaries.NAMED
    hosts = tuple((text, "tv") for name, text in named.items() if name.startswith("host"))
    known = Known((), hosts, (*canaries.SSIDS.values(), canaries.COMMON), (named["mac"],), (), (), (named["wifi key"],))
    return HomeSeen("free", "freebox", "fibre", known)


class Greeted(Box):
    """Hears what a PC calls itself before its letter: that stands in the letter's head afterwards."""

    def __init__(self) -> None:
        super().__init__()
        self.greetings: list[str] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.greetings.append(str(session.host_name))
        return await super().handle_DATA(server, session, envelope)


@dataclass
class Bed:
    """A PC whose case is full of identifiers, and its operator's desks."""

    data: Path
    bench: Bench
    wish: Wish
    left: Left = field(default_factory=list)

    async def report(self, port: SupportDesk, sections: frozenset[Section]) -> Report:
        head = await port.begin(canaries.PIECES[0])
        if len(self.left) == 0 and not (self.data / ".lived").exists():
            canaries.live(self.data, head.id)
            (self.data / ".lived").touch()
        return await port.report(head.id, ReportOptions(sections, wish=self.wish))

    async def codes(self, port: SupportDesk, report: Report) -> None:
        from selfcare.report.codes import offline as made

        for page in ("", "https://isp.example/d"):
            offline = made(report.document, await port._tools.key(), page)
            texts = [one.text for one in offline.pictures]
            told = await port.decode("\n".join(texts))
            assert told.kind == "report" and told.data
            self.left += [
                ("qr", json.dumps([told.data, *told.lines], ensure_ascii=False).encode()),
                ("qr, inside", canary_codes.inside(texts).encode()),
                ("spoken", offline.spoken.encode()),
            ]

    def files(self, report: Report) -> None:
        self.left += [("zip", report.archive), ("text", report.text.encode()), ("name", report.name.encode())]
        self.left += [(f"part {one.name}", one.data) for one in report.parts]
        self.left += [("document", json.dumps(report.document, ensure_ascii=False).encode())]

    async def to_tmf(self, report: Report, port: SupportDesk) -> None:
        async with TmfServer("v5") as server:
            self.bench.desk = server.endpoint()
            await port.outages()
            await self._filed(port, report)
            ticket = (await port.tickets())[0].parcel
            assert ticket.receipt is not None
            server.say(ticket.receipt.ref, f"Bonjour {canaries.PIECES[0]} ?")
            server.set(ticket.receipt.ref, status="pending")
            await port.tickets()
            assert server.tickets and server.seen
            self.left += [(f"tmf {one.method} {one.path}", json.dumps([one.path, one.query, one.headers, one.sent],
            ensure_ascii=False).encode())
                          for one in server.seen]  # fmt: skip

    async def to_rt(self, report: Report, port: SupportDesk) -> None:
        async with RtFake() as server:
            self.bench.desk = DeskEndpoint(DeskKind.RT, server.url, auth=Auth.TOKEN, queue="General")
            await port.token(f"{ABONNE}")
            await self._filed(port, report)
            assert server.tickets
            self.left += [(f"rt {one.method} {one.path}", repr((one.path, one.query, one.headers)).encode() + one.body)
                          for one in server.calls]  # fmt: skip

    async def to_mail(self, report: Report, port: SupportDesk) -> None:
        box = Greeted()
        server = Controller(box, hostname="127.0.0.1", port=free())
        server.start()
        try:
            self.bench.desk = desk_at(server.port)
            await self._filed(port, report)
            assert box.raw
            self.left += [("mail", one) for one in box.raw] + [("greeting", " ".join(box.greetings).encode())]
        finally:
            server.stop()

    async def _filed(self, port: SupportDesk, report: Report) -> None:
        for _ in range(2):  # the second one is a word on the ticket that is there
            parcel = await port.file(report, self.wish)
            assert parcel.phase is Phase.DONE, parcel.why


def bed(data: Path, monkeypatch: pytest.MonkeyPatch, reach: Reach) -> Bed:
    monkeypatch.setattr("getpass.getuser", lambda: canaries.USER)
    monkeypatch.setattr("platform.node", lambda: canaries.PC)
    monkeypatch.setattr("socket.gethostname", lambda: canaries.PC)
    monkeypatch.setattr("socket.getfqdn", lambda *_: f"{canaries.PC}.maison.example")
    bench = Bench(data)
    bench.document, bench.home = canaries.check_document(), home()
    (data / "log").mkdir()
    (data / "log" / FILE).write_bytes(canaries.log_lines())
    return Bed(data, bench, Wish((Want.REPAIR,), canaries.PIECES[1], reach))


def story(found: Bed, sections: frozenset[Section], desks: tuple[str, ...]) -> Report:
    async def whole() -> Report:
        port = found.bench.port()
        report = await found.report(port, sections)
        found.files(report)
        await found.codes(port, report)
        found.left.append(("letter", (await port.draft(report, found.wish, found.data / "x.eml")).read_bytes()))
        for name in desks:
            found.bench.name = name
            await getattr(found, f"to_{name}")(report, port)
        if len(desks) > 1:
            again = await found.report(port, sections)  # what the desk wrote stands in the case now
            found.files(again)
            assert all(known.items() <= again.tokens[kind].items() for kind, known in report.tokens.items())
        await port.close()
        return report

    return asyncio.run(whole())


@pytest.fixture(scope="module")
def patch() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patched:
        yield patched


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory, patch: pytest.MonkeyPatch) -> tuple[Bed, Report, Path]:
    """Everything ticked but who it is and the public address; sent to every desk; all logged."""
    data, logs = tmp_path_factory.mktemp("data"), tmp_path_factory.mktemp("logs")
    found = bed(data, patch, Reach(**canaries.REACH))
    for server in ("mail.log", "mail.debug", "aiohttp.access"):  # the desks' own, which run in this process
        patch.setattr(logging.getLogger(server), "disabled", True)
    handler = start_log(logs, logging.DEBUG)
    assert handler is not None
    try:
        report = story(found, ALL, ("tmf", "rt", "mail"))
    finally:
        logging.getLogger().removeHandler(handler)
        handler.close()
    return found, report, logs


def test_every_canary_was_planted_and_would_be_found() -> None:
    everything = [("log", canaries.log_lines()), ("check", json.dumps(canaries.check_document()).encode()),
                  ("wish", "\n".join(canaries.PIECES).encode())]  # fmt: skip
    for where in everything:
        told = {one.partition(" @ ")[0] for one in canary_search.found_in([where])}
        every = {*canaries.TYPED, *canaries.NAMED, "pc", "user"}
        assert every - told == set(), where[0]
    assert {f"reach, {name}" for name in canaries.REACH if name != "when"} <= {
        one.partition(" @ ")[0] for one in canary_search.found_in(everything)
    }


def test_what_chance_writes_into_a_signature_is_nobodys() -> None:
    key = base64.b64encode(bytes([255, 255, 255]) + base64.b64decode("Zq7a") * 20 + b"\0").decode()
    assert "Zq7" in key and len(base64.b64decode(key)) == 64
    assert canary_search.found_in([("manifest.json", json.dumps({"signature": key}).encode())]) == []
    assert canary_search.found_in([("manifest.json", json.dumps({"signature": key, "made": "Zq7"}).encode())])


def test_a_canary_inside_a_code_is_found_and_its_letters_of_chance_are_not() -> None:
    """CI once met "ZQ7" among the 1,000 letters of a sealed code."""
    key = InstallKey(Ed25519PrivateKey.generate())
    for network, told in (("Zq7", ["ssid, short @ qr"]), ("a7c", [])):
        sealed = seal.sealed(cbor2.dumps({"network": network}), key)
        for count in (1, 2):
            texts = [f"https://isp.example/d#{base43.encode(part)}" for part in qr.parts(sealed, count)]
            assert canary_search.found_in([("qr", canary_codes.inside(texts).encode())]) == told
    assert canary_search.found_in([("text", b"wifi-4zq7k, AZq7, Zq77")]) == []


def test_nothing_leaves(lived: tuple[Bed, Report, Path]) -> None:
    found, _, _ = lived
    names = {name.partition(" ")[0] for name, _ in found.left}
    assert names >= {"zip", "text", "part", "qr", "spoken", "letter", "tmf", "rt", "mail", "document"}
    # A mail has a sender: the address that was typed for it, where the rest of its section was not ticked.
    assert canary_search.found_in(found.left) == ["reach, mail @ mail"]


def test_the_own_log_tells_nothing(lived: tuple[Bed, Report, Path]) -> None:
    _, _, logs = lived
    assert canary_search.found_in([(path.name, path.read_bytes()) for path in logs.iterdir()]) == []


def test_with_all_ticked_only_what_was_confirmed_leaves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And a public address: what else could be in the same text is still taken out."""
    found = bed(tmp_path, monkeypatch, Reach(**canaries.REACH))
    story(found, frozenset(Section), ("mail",))
    assert any(name == "mail" for name, _ in found.left)
    shown = frozenset(name for name in canaries.TYPED if name.startswith(("ipv4", "ipv6", "eui-64")))
    assert canary_search.found_in(found.left, reach=False, spared=shown) == []
    there = {one.partition(" @ ")[0] for one in canary_search.found_in(found.left)}
    assert {f"reach, {name}" for name in canaries.REACH} <= there
    assert "ipv4" in there and "ipv6" in there


def test_a_desk_that_needs_the_contract_learns_the_contract(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    async def whole() -> list[str]:
        found = bed(tmp_path, monkeypatch, Reach(**canaries.REACH))
        async with TmfServer("v5") as server:
            found.bench.desk = replace(server.endpoint(), needs=("contract",))
            port = found.bench.port()
            await port.file(
                await port.report((await port.begin("x")).id, ReportOptions(ALL, wish=found.wish)), found.wish
            )
            await port.close()
            return canary_search.found_in([("tmf", json.dumps(server.tickets, ensure_ascii=False).encode())])

    told = {one.partition(" @ ")[0] for one in asyncio.run(whole())}
    assert told == {"reach, contract"}


def test_another_case_has_other_tokens(lived: tuple[Bed, Report, Path]) -> None:
    """And the same one in every file: the network's in the page is the network's in the log."""
    found, report, _ = lived
    network = report.tokens["ssid"][canaries.SSIDS["ssid, accents"]]
    assert all(
        network.encode() in part.data
        for part in report.parts
        if part.name in ("rapport.html", "rapport.json", "journal.txt")
    )

    async def whole() -> Report:
        port = found.bench.port()
        await port.end(report.case)
        head = await port.begin("Encore")
        other = await port.report(head.id, ReportOptions(ALL))
        await port.close()
        return other

    other = asyncio.run(whole())
    assert other.case != report.case
    common = set(report.tokens["mac"].values()) & set(other.tokens["mac"].values())
    assert other.tokens["mac"].keys() & report.tokens["mac"].keys() and not common


def test_what_an_agent_reads_is_there(lived: tuple[Bed, Report, Path]) -> None:
    """Figures, times and codes beside what was taken out."""
    _, report, _ = lived
    document = json.dumps(report.document, ensure_ascii=False)
    assert all(one in document for one in ("ISP-DNS-DOWN", "dns.isp", "canary.boxpayload.1", "Device.", "4.5"))
    assert report.document["verdict"]["code"] == "ISP-DNS-DOWN"  # type: ignore[index]
    assert all(one["at"] for one in report.document["tried"])  # type: ignore[attr-defined]
