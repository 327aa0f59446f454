"""A desk on an ordinary evening, for eyes: ``python -m tests.deskserver.filled --out DIR [--look]`` draws its pages.

Without ``--look`` pictures for the README (1280 wide, light); with it every page in three sizes and both colours.
The app's question is drawn by ``tests/ui/test_desk_story.py`` where ``SELFCARE_PICTURES`` names a folder.
Needs Chromium, and neither root nor a home: the reports are made up, all else is the real desk.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PIL import Image
from sqlalchemy import Connection, insert, select, update

from selfcare.cases.ids import made_of
from selfcare.deskserver.core import found, tickets
from selfcare.deskserver.model import Change, Filing, NewNote, Role, Upload
from selfcare.deskserver.schema import attachments, installs, subscribers
from selfcare.deskserver.schema import tickets as rows
from selfcare.ground.install_key import InstallKey
from selfcare.model.ticket import State
from selfcare.report import qr
from selfcare.report.spoken import spoken
from tests.deskserver.browser import Tab, at_the_desk
from tests.deskserver.pages.reports import archive_of
from tests.deskserver.whole import PASSWORD, WholeDesk, whole
from tests.report import documents

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
NOW = int(documents.MADE.timestamp() * 1000) + 11 * MINUTE
NODE = "OLT-VIGNES-2"
ACCESS = {"verdict_state": "fault", "verdict_code": "ACC-FTTH-DARK", "verdict_band": "certain", "segments": "access",
          "access": "fibre"}  # fmt: skip


@dataclass
class Filler:
    """Homes one after the other, each with a PC of its own."""

    desk: WholeDesk
    agent: int
    refs: dict[str, str] = field(default_factory=dict)
    keys: dict[str, InstallKey] = field(default_factory=dict)
    now: int = NOW

    def home(self, who: str, ago: float, said: str = "", **given: Any) -> str:
        """``ago``: minutes since it was filed. ``report``: a document, signed by this home's PC."""
        number = len(self.refs) + 1
        key = self.keys[who] = InstallKey(Ed25519PrivateKey.generate())
        document: dict[str, Any] | None = given.pop("report", None)
        case = made_of([7, 20, 3, 1, number, 9, 2])
        uploads = (self._kept(archive_of({**document, "case": case}, key=key)),) if document else ()
        self.now = NOW - int(ago * MINUTE)

        def do(c: Connection) -> str:
            whose = c.execute(insert(subscribers).values(
                key=f"install:{number}", name=who, mail=f"client{number}@exemple.fr", proven=True,
                created_at=self.now)
            ).inserted_primary_key  # fmt: skip
            assert whose is not None
            c.execute(insert(installs).values(
                name=f"PC {number}", subscriber_id=whose[0], public_key=key.public, confirmed_at=self.now,
                mail=f"client{number}@exemple.fr", asked_at=self.now))  # fmt: skip
            filing = Filing(**{
                "scope": f"install:{number}", "subscriber": whose[0], "name": said[:60], "description": said,
                "severity": "major", "kind": "fault", "channel": "app", "contact": {"name": who}, "facts": {},
                "uploads": uploads, "case": case, **given,
            })  # fmt: skip
            return tickets.file(c, filing, self.now).ref

        self.refs[who] = self.desk.write(do)
        return self.refs[who]

    def says(self, who: str, text: str, ago: float, by: str = "subscriber", **more: Any) -> None:
        at = NOW - int(ago * MINUTE)
        author = {"agent": "Ada Martin", "subscriber": who}.get(by, "")
        given = {"agent": self.agent, "channel": "agent"} if by == "agent" else {}
        new = NewNote(text, by, author, **given, **more)  # type: ignore[arg-type]
        self.desk.write(lambda c: tickets.note(c, self._id(c, who), new, at))

    def change(self, who: str, ago: float = 0, **change: Any) -> None:
        new = Change("agent:ada", **change)
        self.desk.write(lambda c: tickets.change(c, self._id(c, who), new, NOW - int(ago * MINUTE)))

    def _id(self, c: Connection, who: str) -> int:
        number = found.id_of(c, self.refs[who])
        assert number is not None
        return number

    def _kept(self, data: bytes) -> Upload:
        digest = hashlib.sha256(data).hexdigest()
        self.desk.do(self.desk.desk.blobs.put(digest, data))
        return Upload("rapport.zip", "application/zip", len(data), digest, "report")


def fibre() -> dict[str, Any]:
    """Without the one fact that no program of ours writes so."""
    found = documents.fibre()
    return {**found, "line": [one for one in found["line"] if one["name"] != "up_time"]}


def dark_at(since: int) -> dict[str, Any]:
    """What the PC of a home without light sends, a minute after it tried to start the box again."""
    began = datetime.fromtimestamp(since / 1000, documents.MADE.tzinfo).isoformat()
    found = fibre()
    return {**found, "since": {"at": began, "source": "measured"}, "access_node": NODE, "tried": found["tried"][:1]}


def fill(desk: WholeDesk, agent: int) -> Filler:
    """An evening: a street without light, a promise about to be missed, a question, a television, a code read out."""
    f = Filler(desk, agent)
    since = NOW - 38 * MINUTE
    dark = {**ACCESS, "access_node": NODE}
    for turn, who in enumerate(("M. Haddad", "Mme Morel", "Club des Vignes", "M. Nguyen", "Mme Sarr")):
        began = since + turn * 2 * MINUTE
        f.home(who, 33 - 5 * turn, "Plus d’Internet, voyant rouge.", facts={**dark, "since": began},
               severity="blocking", report=dark_at(began))  # fmt: skip
    f.home("Mme Lefèvre", 26 * 60, "Plus rien ne marche depuis l’orage de samedi, le voyant de la box est rouge.",
           report=fibre(), facts={**ACCESS, "access_node": "OLT-MOULIN-1", "operator": "free"}, severity="blocking",
           contact={"name": "Mme Lefèvre", "phone": "06 12 34 56 78", "when": "en semaine après 18 h"})  # fmt: skip
    f.says("Mme Lefèvre", "Nous envoyons une équipe au point de raccordement.", 22 * 60, "agent")
    f.change("Mme Lefèvre", 22 * 60, promised=NOW + 95 * MINUTE, agent=agent)
    f.says("Mme Lefèvre", "Coupure franche : vérifier le PM avant le domicile.", 21 * 60, "agent", internal=True)
    f.says("Mme Lefèvre", "Personne n’est encore venu. Je télétravaille demain.", 42)
    f.home("M. Petit", 5 * 60, "Ça coupe tous les soirs.", report=documents.dsl(), facts={
        "verdict_state": "intermittent", "verdict_code": "ACC-DSL-MARGIN", "verdict_band": "likely",
        "segments": "access", "access": "dsl", "operator": "orange"})  # fmt: skip
    f.says("M. Petit", "Le téléphone fixe grésille-t-il quand cela coupe ?", 3 * 60, "agent", asks=True)
    f.home("Inès Roux", 70, "Ça rame dans la chambre.", report=documents.wifi(), facts={
        "verdict_state": "not_proven", "segments": "wifi box", "access": "fibre"}, severity="minor")  # fmt: skip
    f.home("Paul Girard", 9 * 60, "La télé se fige le soir.", facts={"verdict_state": "ok"}, channel="mail",
           severity="minor")  # fmt: skip
    f.says("Paul Girard", "Et maintenant aussi le matin.", 50, "mail", channel="mail")
    f.home("Sté Bâti-Pro", 30 * 60, "Internet très lent depuis hier.", facts={
        "verdict_state": "fault", "verdict_code": "BOX-DNS", "verdict_band": "likely", "segments": "box",
        "access": "cable"})  # fmt: skip
    f.says("Sté Bâti-Pro", "Nous remplaçons votre box.", 28 * 60, "agent")
    f.change("Sté Bâti-Pro", 28 * 60, promised=NOW - 50 * MINUTE)
    f.home("Mme Klein", 15, "Code lu au téléphone.", channel="spoken", facts={
        "verdict_state": "fault", "verdict_code": "WAN-DOWN", "verdict_band": "certain"})  # fmt: skip
    f.home("M. Ba", 3 * 24 * 60, "Plus de réseau.", facts=ACCESS)
    f.change("M. Ba", 60, status=State.RESOLVED, reason="Réparé.")
    desk.write(lambda c: c.execute(update(subscribers).where(subscribers.c.name.in_(("Mme Lefèvre", "M. Ba")))
                                   .values(contract="F-1182-3340", phone="06 12 34 56 78")))  # fmt: skip
    return f


@contextmanager
def filled() -> Iterator[tuple[WholeDesk, Filler]]:
    """On that evening; what came in is read."""
    os.environ["TZ"], os.environ["LANGUAGE"] = "Europe/Paris", "fr"
    time.tzset()
    with tempfile.TemporaryDirectory() as folder, whole(Path(folder), operator="Télécom des Vignes") as desk:
        desk.desk.now = lambda: NOW
        given = fill(desk, desk.agent("ada", "Ada Martin", Role.ADMIN))
        desk.desk.wake("reading")
        time.sleep(3)
        yield desk, given


def sign_in(tab: Tab, desk: WholeDesk) -> None:
    tab.go(f"{desk.url}/login")
    for name, text in (("login", "ada"), ("password", PASSWORD), ("code", desk.code())):
        tab.type(f"#{name}", text)
    tab.leave_by("#login-form button")


def paths(desk: WholeDesk, given: Filler) -> Mapping[str, str]:
    ref = given.refs["Mme Lefèvre"]
    asked = select(attachments.c.ref, rows.c.subscriber_id).join(rows).where(rows.c.ref == ref)
    file, whose = desk.read(lambda c: c.execute(asked).one())
    return {
        "queue": "/", "ticket": f"/t/{ref}", "report": f"/t/{ref}/report/{file}", "decode": "/decode",
        "outages": "/outages", "subscriber": f"/s/{whose}", "asked": f"/t/{given.refs['M. Petit']}",
        "empty": "/?text=zzzz", "account": "/account", "admin": "/admin", "audit": "/admin/audit",
        "tokens": "/admin/tokens", "retention": "/admin/retention",
        "letters": "/admin/letters",
    }  # fmt: skip


def decode(tab: Tab, desk: WholeDesk, given: Filler) -> None:
    """By the picture of a home's code."""
    key = given.keys["Mme Lefèvre"]
    document = {**fibre(), "case": made_of([7, 20, 3, 1, 6, 9, 2])}
    text = " ".join(one.text for one in qr.pictures(document, key, ""))
    tab.go(f"{desk.url}/decode")
    tab.type("#code", text)
    tab.leave_by("#decode-form button")


def pictures(out: Path) -> None:
    """Of the README."""
    with filled() as (desk, given), at_the_desk(1280, 800, language="fr") as tab:
        sign_in(tab, desk)
        for name in ("queue", "ticket", "report", "outages"):
            tab.go(desk.url + paths(desk, given)[name])
            if name == "report":
                time.sleep(0.5)
            if name == "outages":
                tab.run("document.querySelectorAll('.card details').forEach(one => { one.open = true; })")
                tab.type("#fr-c1", "Une fibre est coupée rue des Vignes. Nos équipes y sont ; retour prévu ce soir.")
                tab.type("#en-c1", "A fibre is cut in rue des Vignes. Our teams are there; back this evening.")
                tab.run("scrollTo(0, 0)")
            save(tab.picture(), out / f"desk-{name}.png")
        decode(tab, desk, given)
        save(tab.picture(), out / "desk-decode.png")


def save(png: bytes, path: Path) -> None:
    """In 256 colours: a page has few, and a README should be quick."""
    Image.open(BytesIO(png)).convert("RGB").quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)


def look(out: Path) -> None:
    """Everything, whole pages."""
    with filled() as (desk, given), at_the_desk(language="fr") as tab:
        for dark in (False, True):
            for width in (1280, 1920, 820):
                tab.page.screen(width, 900, dark=dark)
                mode = f"{'dark' if dark else 'light'}-{width}"
                if not dark and width == 1280:
                    tab.go(f"{desk.url}/login")
                    (out / "login.png").write_bytes(tab.picture(whole=True))
                    sign_in(tab, desk)
                for name, path in paths(desk, given).items():
                    tab.go(desk.url + path)
                    (out / f"{name}-{mode}.png").write_bytes(tab.picture(whole=True))
                decode(tab, desk, given)
                (out / f"decoded-{mode}.png").write_bytes(tab.picture(whole=True))
                tab.go(f"{desk.url}/decode")
                tab.type("#code", spoken(documents.fibre()))
                tab.leave_by("#decode-form button")
                (out / f"digits-{mode}.png").write_bytes(tab.picture(whole=True))
        print(tab.complaints())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--look", action="store_true")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    (look if given.look else pictures)(given.out)


if __name__ == "__main__":
    main()
