"""Case, report and ticket as a subscriber lives them: the real command at home, a real TMF621 desk beyond the line."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from threading import Thread
from typing import Any

import numpy as np
import pytest
import zxingcpp
from PySide6.QtGui import QImage

from selfcare.ground.folders import HOME_VARIABLE
from tests.lab.desk import LabDesk
from tests.lab.lab import Done, Lab
from tests.lab.mounts import HOME
from tests.lab.rootfs import why_unavailable
from tests.lab.scenario import Step
from tests.lab.spaces import child_of
from tests.test_repair_useless_in_lab import written_back

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(why_unavailable() is not None, reason=str(why_unavailable())),
]


class Subscriber:
    """An ordinary user of the PC, with a folder of their own; and the desk of their operator."""

    def __init__(self, lab: Lab, desk: LabDesk, name: str) -> None:
        self.lab, self.desk, self.name = lab, desk, name
        self.before = len(desk.tickets)

    def __call__(self, *words: str, code: int | None = 0, timeout: float = 90) -> Done:
        env = {HOME_VARIABLE: f"{HOME}/{self.name}"}
        done = self.lab.python("-m", "selfcare", *words, "--lang", "fr", user=True, timeout=timeout, env=env)
        assert code is None or done.returncode == code, (words, done.stdout, done.stderr)
        return done

    def document(self, *words: str, code: int = 0) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self(*words, "--json", code=code).stdout)
        return found

    @property
    def tickets(self) -> list[dict[str, Any]]:
        """Theirs, as the desk has them."""
        return self.desk.tickets[self.before :]

    def file(self, name: str) -> bytes:
        return self.lab.spaces.path(f"home/{name}").read_bytes()


@pytest.fixture(scope="module")
def home() -> Iterator[tuple[Lab, LabDesk]]:
    with Lab("healthy") as lab:
        yield lab, LabDesk(lab)


@pytest.fixture
def person(home: tuple[Lab, LabDesk], request: pytest.FixtureRequest) -> Iterator[Subscriber]:
    lab, desk = home
    _settled(Subscriber(lab, desk, "settling"))
    yield Subscriber(lab, desk, request.node.name)
    for step in (Step("line", {}), Step("isp_dns", {"mode": "answer"}), Step("cable", {"plugged": True})):
        lab.apply(step)
    desk.use()


def _settled(somebody: Subscriber) -> None:
    """What an earlier story broke is whole again, and the system knows it: a resolver forgets a dead one late."""
    for _ in range(8):
        if somebody("check", code=None).returncode == 0:
            return
        time.sleep(1.0)
    raise AssertionError("the home does not become well")


def facts(ticket: dict[str, Any]) -> dict[str, Any]:
    return {one["name"]: one["value"] for one in ticket["troubleTicketCharacteristic"]}


def agreed(person: Subscriber) -> list[str]:
    """Digests of the reports whose sending was agreed to, as the case has them."""
    events = person.document("case", "show")["events"]
    return [one["data"]["sha256"] for one in events if one["kind"] == "report" and one["data"]["did"] == "consent"]


def attached(ticket: dict[str, Any]) -> list[str]:
    """Digests of what the desk was given."""
    return [hashlib.sha256(base64.b64decode(one["content"])).hexdigest() for one in ticket["attachment"]]


def scanned_from(png: bytes) -> list[str]:
    """By another's reader, from the file that was written."""
    image = QImage.fromData(png).convertToFormat(QImage.Format.Format_Grayscale8)
    pixels = np.frombuffer(image.constBits(), dtype=np.uint8).reshape(image.height(), image.bytesPerLine())
    return [one.text for one in zxingcpp.read_barcodes(np.ascontiguousarray(pixels[:, : image.width()]))]


def test_names_are_dead_and_the_ticket_says_whose_side_it_is(person: Subscriber) -> None:
    """The desk is reached by its address; what was found, how surely, and that nothing was tried, stand in it."""
    person.lab.apply(Step("box_names", {}))  # it forgets the names that it knows
    time.sleep(1.0)
    person.lab.apply(Step("isp_dns", {"mode": "silent"}))
    said = person("ticket", "new", "--words", "Plus d'internet depuis ce matin", "--yes")
    (ticket,) = person.tickets
    assert ticket["id"] in said.stdout and "arrivé" in said.stdout
    told = facts(ticket)
    assert (told["verdict_code"], told["verdict_band"], told["segments"]) == ("ISP-DNS-DOWN", "certain", "isp")
    text = ticket["description"]
    assert "ISP-DNS-DOWN Certain" in text and "Réseau de l'opérateur" in text and "Aucun essai noté" in text
    assert text.count("Plus d'internet depuis ce matin") == 1 and text in said.stderr.replace("\r", "")
    assert attached(ticket) == agreed(person)


def test_the_line_is_down_and_what_was_written_gets_out_all_the_same(person: Subscriber) -> None:
    """It waits, and says so; a picture, sixteen digits and a stick tell the same; with the line it arrives, once."""
    person.lab.apply(Step("line", {"up": False}))
    said = person("ticket", "new", "--words", "Plus rien ne marche", "--yes", code=3)
    assert "en attente d’envoi" in said.stdout and "Rien n’est perdu" in said.stdout and not person.tickets
    person("report", "qr", "--out", f"{HOME}/qr.png")
    (scanned,) = scanned_from(person.file("qr.png"))
    seen = person.document("report", "decode", scanned)
    assert seen["signed"] is True and seen["data"]["verdict"]["code"] == "WAN-DOWN"
    digits = person("report", "code").stdout.split()
    assert len("".join(digits)) == 16
    assert any("WAN-DOWN" in line for line in person.document("report", "decode", *digits)["lines"])
    person("report", "make", "--out", f"{HOME}/stick.zip")
    assert person.document("report", "verify", f"{HOME}/stick.zip")["good"] is True
    person.lab.apply(Step("line", {}))
    assert "arrivé" in person("ticket", "send").stdout
    person("ticket", "send")
    (ticket,) = person.tickets
    assert facts(ticket)["verdict_code"] == "WAN-DOWN" and attached(ticket) == agreed(person)


def test_a_healthy_home_may_still_have_something_to_say(person: Subscriber) -> None:
    """A television: nobody is blamed, and the operator does not read "your connection works" as what it is about."""
    for _ in range(2):
        person("check")
    assert "Aucun dossier" in person("case", "list").stdout
    person("ticket", "new", "--words", "La télé se fige le soir", "--yes")
    (ticket,) = person.tickets
    assert ticket["name"].startswith("La télé se fige le soir")
    assert "verdict_code" not in facts(ticket) and "Aucun défaut trouvé" in ticket["description"]
    case = person.document("case", "show")
    assert len(case["checks"]) == 2 and case["head"]["code"] is None
    down = case["downtime"]
    # Two looks within a minute are no day that was watched.
    assert (down["day_min"], down["outages"]) == (None, [])


@pytest.mark.full
def test_by_its_name_a_desk_is_not_reached_without_names(person: Subscriber) -> None:
    person.lab.apply(Step("isp_dns", {"mode": "silent"}))
    person.desk.use(by_name=True)
    person("ticket", "new", "--words", "Plus de sites", "--yes", code=3)
    assert not person.tickets
    person.lab.apply(Step("isp_dns", {"mode": "answer"}))
    _arrives(person)
    (ticket,) = person.tickets
    assert ticket["href"] and attached(ticket) == agreed(person)
    second = person("ticket", "new", "--words", "Toujours rien", "--yes")
    assert "suite du ticket" in second.stdout and len(person.tickets) == 1
    assert any("Toujours rien" in note["text"] for note in person.tickets[0]["note"])


@pytest.mark.full
def test_the_cable_is_pulled_in_the_middle_of_sending(person: Subscriber) -> None:
    """The desk has it, and nobody heard so: it is looked for, and not sent a second time."""
    person.desk.fault("POST", "after", 4.0)
    asked = len(person.desk.seen)
    sending = Thread(target=person, args=("ticket", "new", "--words", "Coupures", "--yes"), kwargs={"code": 3})
    sending.start()
    while not any(one.startswith("POST") for one in person.desk.seen[asked:]):
        time.sleep(0.05)
    person.lab.apply(Step("cable", {"plugged": False}))
    sending.join()
    (parcel,) = person.document("ticket", "outbox")["outbox"]
    assert parcel["phase"] == "unknown"
    person.lab.apply(Step("cable", {"plugged": True}))
    _arrives(person)
    (ticket,) = person.tickets
    assert attached(ticket) == agreed(person)
    assert sum(one.startswith("POST") for one in person.desk.seen[asked:]) == 1


def _arrives(person: Subscriber, seconds: float = 30) -> None:
    """Sent by hand until it is there; the line's names and addresses take a moment."""
    end = time.monotonic() + seconds
    while person("ticket", "send", code=None).returncode != 0:
        assert time.monotonic() < end, person("ticket", "outbox").stdout
        time.sleep(1)


@pytest.mark.full
@pytest.mark.skipif(not shutil.which("Xvfb"), reason="Xvfb is not installed")
def test_the_open_window_sends_by_itself_when_the_line_is_back(person: Subscriber) -> None:
    """The program as it is started from a desktop; nobody touches it."""
    person.lab.apply(Step("line", {"up": False}))
    person("ticket", "new", "--words", "Plus rien ne marche", "--yes", code=3)
    with screen() as display, window(person, display) as program:
        time.sleep(15)  # its first try, in vain, is over
        assert not person.tickets and program.poll() is None
        person.lab.apply(Step("line", {}))
        end = time.monotonic() + 90
        while not person.tickets:
            assert time.monotonic() < end and program.poll() is None, person("ticket", "outbox").stdout
            time.sleep(0.5)
        while person.document("ticket", "outbox")["outbox"][0]["phase"] != "done":
            assert time.monotonic() < end
            time.sleep(0.5)
    person("ticket", "send")
    (ticket,) = person.tickets
    assert attached(ticket) == agreed(person)


@contextlib.contextmanager
def screen() -> Iterator[str]:
    """An X server on this machine: its socket is a file, which the lab's people see too."""
    reader, writer = os.pipe()
    command = ["Xvfb", "-displayfd", str(writer), "-ac", "-nolisten", "tcp", "-screen", "0", "1280x800x24"]
    server = subprocess.Popen(command, pass_fds=[writer], stderr=subprocess.DEVNULL)
    os.close(writer)
    try:
        yield f":{os.read(reader, 16).decode().strip()}"
    finally:
        os.close(reader)
        server.terminate()
        server.wait()


@contextlib.contextmanager
def window(person: Subscriber, display: str) -> Iterator[subprocess.Popen[bytes]]:
    """Asked to end as a desktop does at the end of a session, and it must have nothing against it."""
    argv, environment = person.lab.command([sys.executable, "-m", "selfcare"], user=True)
    more = {HOME_VARIABLE: f"{HOME}/{person.name}", "DISPLAY": display}
    environment = {name: value for name, value in environment.items() if name != "QT_QPA_PLATFORM"} | more
    program = subprocess.Popen(argv, env=environment, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        yield program
        inner = child_of(program.pid)
        assert inner is not None
        os.kill(inner, signal.SIGTERM)
        _, errors = program.communicate(timeout=30)
        assert program.returncode == 0, errors
    finally:
        if program.poll() is None:
            inner = child_of(program.pid)
            os.kill(inner if inner is not None else program.pid, signal.SIGKILL)
            program.wait()


@pytest.mark.full
def test_what_was_tried_is_told_with_its_effect() -> None:
    """A repair in vain, the same one with success, a port opened on the box, a word of the person's."""
    with Lab("pc-proxy") as lab:
        person = Subscriber(lab, LabDesk(lab), "tried")
        written_back(f"{HOME}/.config/kioslaverc")(lab)
        person("case", "note", "J'ai changé le câble")  # a case begins with what somebody says
        person("repair", "--yes", code=1)
        vain, _ = person_tried(person)
        assert (vain["what"], vain["effect"], vain["times"]) == ("proxy.off", "none", 1)
        lab.services.stop("meddler")
        person("repair", "--yes")
        person("check")
        person("guide", "run", "no-internet", "--yes", "--answer", "what=good", code=None)
        address = lab.pc.run("sh", "-c", "ip -4 -o addr show eth0 | awk '{print $4}' | cut -d/ -f1").strip()
        person("box", "forward", "add", "8080", "--to", address, "--yes")
        tried = {one["what"]: one for one in person_tried(person)}
        assert (tried["proxy.off"]["effect"], tried["proxy.off"]["times"]) == ("solved", 2)
        assert {one["source"] for one in tried.values()} >= {"remedy", "box", "self"}, tried
        shown = person("case", "show").stdout.replace("\xa0", " ")
        assert "Guide : Plus d’Internet" in shown and "Changer un port ouvert : effet non mesuré" in shown
        assert "Ne plus passer par le proxy : au test suivant, tout marchait (2 fois)" in shown
        assert "« J'ai changé le câble »" in shown and "« « " not in shown
        person("ticket", "new", "--words", "Encore des soucis", "--yes")
        (ticket,) = person.tickets
        assert "Ne plus passer par le proxy (2 fois) = résolu" in ticket["description"], ticket["description"]
        assert "Changer un port ouvert = effet non mesuré" in ticket["description"], ticket["description"]


def person_tried(person: Subscriber) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = person.document("case", "show")["tried"]
    return found
