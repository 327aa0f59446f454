"""The whole product in about a minute: a home that breaks, repairs itself and files tickets, and their desk.

``python -m tests.lab.demo [--once] [--data FOLDER] [--lang fr|en] [--port N]``: Linux and root. All that is seen
is the real program; only who is asked (Camille's neighbours) is played: four folders of data and four keys in one home.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from selfcare.deskserver.access import totp
from selfcare.deskserver.core.lines import replace
from selfcare.ground.folders import HOME_VARIABLE
from tests.lab import plan
from tests.lab.demo_desk import LOGIN, DemoDesk
from tests.lab.demo_words import WORDS
from tests.lab.lab import Done, Lab
from tests.lab.mounts import HOME
from tests.lab.rootfs import why_unavailable
from tests.lab.scenario import Step

NODE = "OLT-VIGNES-2"
NEIGHBOURS = ("amina", "bruno", "chloe", "diego")
CAMILLE = ("camille", "0140000001")
AT_ONCE = 2
"""Programs beside each other on the one PC that plays several: more would measure each other."""
MOST = 3
"""Times that the PC is checked before the demonstration gives up."""


class Story:
    """Told on the terminal, one line a step."""

    def __init__(self, lab: Lab, desk: DemoDesk, language: str) -> None:
        self.lab, self.desk, self.language = lab, desk, language
        self.began = time.monotonic()
        self.seen: Callable[[str, str], None] = lambda _name, _path: None

    def tells(self, key: str, **values: object) -> None:
        line = WORDS[key][self.language].format(**values)
        print(f"[{time.monotonic() - self.began:5.1f} s] {line}", flush=True)

    def runs(self, who: str, *words: str, codes: tuple[int, ...] = (0,), user: bool = True) -> Done:
        """The program on the home's PC, with that person's own folder."""
        env = {HOME_VARIABLE: f"{HOME}/{who}"}
        done = self.lab.python("-m", "selfcare", *words, "--lang", self.language, user=user, timeout=90, env=env)
        if done.returncode not in codes:
            raise RuntimeError(f"{who}: {words} ended with {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done

    def registers(self, who: str) -> None:
        mail = f"{who}@exemple.fr"
        self.runs(who, "ticket", "register", mail)
        self.runs(who, "ticket", "confirm", self.desk.code(mail))

    def files(self, who: str, number: str, said: str, codes: tuple[int, ...] = (0,)) -> Done:
        reach = ("--name", who.capitalize(), "--mail", f"{who}@exemple.fr", "--line-number", number)
        return self.runs(who, "ticket", "new", "--words", said, *reach, "--yes", codes=codes)

    def arrives(self, who: str, number: str, said: str) -> None:
        """Filed and at the desk: where this machine was too busy to be sure that it arrived, it is sent again."""
        if self.files(who, number, said, codes=(0, 3)).returncode == 3:
            self.until("the ticket arrives", lambda: self.runs(who, "ticket", "send", codes=(0, 3)).returncode == 0, 60)

    def until(self, what: str, there: Callable[[], Any], seconds: float = 20) -> Any:
        end = time.monotonic() + seconds
        while not (found := there()):
            if time.monotonic() > end:
                raise RuntimeError(f"not so after {seconds:g} s: {what}")
            time.sleep(0.3)
        return found

    # -- the four parts ---------------------------------------------------------------------------

    def repaired(self) -> None:
        """A wrong setting of the PC's own: found, mended with consent, and no ticket."""
        self.lab.apply(Step("pc_dns", {"servers": [plan.DEAD_RESOLVER]}))
        self.tells("pc_broken")
        for _ in range(MOST - 1):  # a machine that is busy measures late, and then nothing is sure, rightly
            if self.runs("root", "repair", "--yes", codes=(0, 3), user=False).returncode == 0:
                break
            self.tells("unsure")
        else:
            self.runs("root", "repair", "--yes", user=False)
        self.tells("pc_mended")
        assert not self.desk.tickets()

    def filed(self) -> None:
        """The operator's name service is dead: certain, and so a ticket; asked, answered, promised."""
        who, number = CAMILLE
        self.registers(who)
        self.tells("registered")
        self.breaks_names()
        self.tells("names_dead")
        self.arrives(who, number, WORDS["words_names"][self.language])
        (ticket,) = self.desk.tickets()
        self.tells("filed", ref=ticket.ref, url=f"{self.desk.url}/t/{ticket.ref}")
        page = f"/t/{ticket.ref}"
        self.desk.does(page, f"{page}/ask", text=WORDS["question"][self.language])
        self.tells("asked", question=WORDS["question"][self.language])
        self.answers(who)
        self.tells("answered")
        promise = datetime.now(self.desk.zone) + timedelta(hours=2)
        self.desk.does(page, f"{page}/promise", at=promise.strftime("%Y-%m-%dT%H:%M"))
        self.tells("promised", at=promise.strftime("%H:%M"))
        self.seen("ticket", page)
        self.lab.apply(Step("isp_dns", {"mode": "answer"}))

    def breaks_names(self) -> None:
        self.lab.apply(Step("box_names", {}))  # it forgets the names that it knows
        time.sleep(1.0)
        self.lab.apply(Step("isp_dns", {"mode": "silent"}))

    def answers(self, who: str) -> None:
        told = json.loads(self.runs(who, "ticket", "status", "--json").stdout)
        (filed,) = told["tickets"]
        asking = next(reply for reply in filed["replies"] if reply["asks"])
        text = WORDS["answer"][self.language]
        self.runs(who, "ticket", "answer", filed["id"], asking["id"], text)

    def offline(self) -> None:
        """The line is cut: digits for the telephone, a picture for the phone; the ticket waits, and arrives once."""
        self.registers("elise")
        self.lab.apply(Step("line", {"up": False}))
        self.tells("line_cut")
        before, who = len(self.desk.tickets()), "elise"
        self.files(who, "0140000009", WORDS["words_line"][self.language], codes=(3,))
        digits = self.runs(who, "report", "code").stdout.strip().splitlines()[0]
        self.runs(who, "report", "qr", "--out", f"{HOME}/{who}.png")
        self.tells("waits", digits=digits)
        assert len(self.desk.tickets()) == before
        self.lab.apply(Step("line", {}))
        self.until("the ticket arrives", lambda: self.runs(who, "ticket", "send", codes=(0, 3)).returncode == 0, 30)
        self.runs(who, "ticket", "send")
        assert len(self.desk.tickets()) == before + 1
        self.tells("flushed")

    def together(self) -> None:
        """Several homes behind one node at once."""
        numbers = {who: f"014000010{turn}" for turn, who in enumerate(NEIGHBOURS)}
        rows = [(number, NODE) for number in (*numbers.values(), CAMILLE[1])]
        self.desk.opened(lambda _desk, c: replace(c, rows))
        with ThreadPoolExecutor(AT_ONCE) as several:  # they are four homes: none waits for the other
            list(several.map(self.registers, NEIGHBOURS))
        self.breaks_names()
        self.tells("street", count=len(NEIGHBOURS), node=NODE)
        said = WORDS["words_names"][self.language]
        with ThreadPoolExecutor(AT_ONCE) as several:
            list(several.map(lambda one: self.arrives(*one, said), numbers.items()))
        likely = self.until("a probable outage", self.desk.likely)
        self.tells("likely", node=likely["node"], url=f"{self.desk.url}/outages")
        self.seen("outage", "/outages")
        self.seen("queue", "/")
        texts = {"text_fr": WORDS["outage"]["fr"], "text_en": WORDS["outage"]["en"]}
        self.desk.does("/outages", "/outages", **likely, **texts, confirm="1")
        linked = self.until("everybody answered", self._linked)
        self.tells("declared", count=linked)
        self.lab.apply(Step("isp_dns", {"mode": "answer"}))

    def _linked(self) -> int:
        count = sum(one.outage_id is not None for one in self.desk.tickets())
        return count if count >= len(NEIGHBOURS) else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--once", action="store_true")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--lang", choices=("fr", "en"), default="fr")
    parser.add_argument("--port", type=int, default=plan.DESK_PORT)
    arguments = parser.parse_args()
    if (why := why_unavailable()) is not None:
        sys.stderr.write(f"{WORDS['no_lab'][arguments.lang]} ({why})\n")
        return 5
    signal.signal(signal.SIGINT, _interrupted)
    with tempfile.TemporaryDirectory(prefix="selfcare-demo-") as temporary:
        try:
            _play(arguments, arguments.data or Path(temporary))
        except KeyboardInterrupt:
            print(f"\n{WORDS['closed'][arguments.lang]}", flush=True)
        except (RuntimeError, AssertionError) as error:
            sys.stderr.write(f"{WORDS['failed'][arguments.lang]}\n{error}\n")
            return 1
    return 0


def _interrupted(*_: object) -> None:
    """Once: whoever presses again is not to leave half of it behind."""
    signal.signal(signal.SIGINT, lambda *_: None)
    raise KeyboardInterrupt


def _play(arguments: argparse.Namespace, folder: Path) -> None:
    print(WORDS["begins"][arguments.lang], flush=True)
    with Lab("healthy") as lab, DemoDesk(lab, folder, arguments.port) as desk:
        story = Story(lab, desk, arguments.lang)
        story.tells("open", url=desk.url, login=LOGIN, password=desk.password, secret=totp.written(desk.secret))
        for part in (story.repaired, story.filed, story.offline, story.together):
            part()
        story.tells("over", url=desk.url)
        if not arguments.once:
            while True:
                time.sleep(3600)


if __name__ == "__main__":
    sys.exit(main())
