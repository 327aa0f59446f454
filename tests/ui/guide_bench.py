"""A window whose guides are made up: one with every kind of step, in a home that answers as it is told to."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

from selfcare.app.ask import AskDesk
from selfcare.app.ask import Home as Known
from selfcare.app.guides import desk as desk_module
from selfcare.app.guides import present as present_module
from selfcare.app.guides.desk import GuideDesk
from selfcare.app.guides.run import Tools
from selfcare.app.guides.world import Begin, Consent, Moment, Progress, Suggestion
from selfcare.app.services import Services
from selfcare.cases.guide_runs import GuideRuns
from selfcare.guides import guide
from selfcare.guides.load import load_guide
from selfcare.guides.menus import Menu
from selfcare.guides.words import GuideWords
from selfcare.i18n import Catalogue
from selfcare.isp.facts import Fact, fact
from selfcare.model.box import BoxFamily
from selfcare.model.box.change import BoxProposal, Difference
from selfcare.model.guide import Guide, Test, Value
from selfcare.model.guide_run import Acted, Context, Seen
from selfcare.model.remedy import Privilege, Proposal
from selfcare.model.repair import Risk
from tests.guides.world import Keys, MadeUp

PAIRED = Context("freebox", "Freebox Pop", "free", "fibre", "linux", ("set_guest", "reboot"), paired=True)
LONG = "Ceci est une réponse longue, comme on en écrit quand il faut expliquer ce qu’elle entraîne pour toute la maison"
EVERY = """
id = "every"
topic = "wifi"
minutes = 7
risk = "setting"
shows = ["box.guest"]
start = "what"

[steps.what]
kind = "ask"
answer = "what"
of = "choice"
choices = [{ id = "wifi", to = "name" }, { id = "device", to = "device" }, { id = "port", to = "ports" }]
next = "name"

[steps.name]
kind = "ask"
answer = "name"
of = "network_name"
suggest = "guest_name"
next = "key"

[steps.key]
kind = "ask"
answer = "key"
of = "network_key"
suggest = "key"
next = "hours"

[steps.hours]
kind = "ask"
answer = "hours"
of = "hours"
optional = true
next = "table"

[steps.table]
kind = "ask"
answer = "table"
of = "timetable"
next = "order"

[steps.order]
kind = "do"
action = "box.guest"
arguments = { on = true, name = "$name" }
done = "look"
declined = "left"
refused = "hand"
failed = "hand"
unable = "hand"

[steps.look]
kind = "check"
tests = [{ test = "box.guest_is", on = true }]
yes = "fine"
no = "hand"
unknown = "hand"

[steps.hand]
kind = "instruct"
menu = "port-forwarding"
facts = ["one-restart", "rumour"]
verify = [{ test = "box.guest_is", on = true }]
next = "fine"
lost = "tell"

[steps.device]
kind = "ask"
answer = "device"
of = "device"
suggest = "devices"
next = "pair"

[steps.pair]
kind = "instruct"
gesture = "pair"
verify = ["box.paired"]
next = "fine"
failed = "hand"
lost = "hand"

[steps.ports]
kind = "ask"
answer = "port"
of = "ports"
next = "address"

[steps.address]
kind = "ask"
answer = "address"
of = "address"
suggest = "free_address"
optional = true
next = "channel"

[steps.channel]
kind = "ask"
answer = "channel"
of = "channel"
next = "note"

[steps.note]
kind = "ask"
answer = "note"
of = "text"
next = "fix"

[steps.fix]
kind = "do"
action = "fix"
arguments = { remedy = "dns.flush" }
done = "fine"
declined = "left"
refused = "impossible"
failed = "impossible"
unable = "impossible"

[steps.fine]
kind = "outcome"
end = "solved"
guides = ["box-restart"]

[steps.impossible]
kind = "outcome"
end = "impossible"
ticket = true

[steps.tell]
kind = "instruct"
gesture = "ticket"
next = "contact"

[steps.contact]
kind = "outcome"
end = "contact"
ticket = true

[steps.left]
kind = "outcome"
end = "left"
"""
THERE = ("box-restart", "every")
WORDS = {
    "title": "Un Wi-Fi pour vos invités",
    "goal": "Vos visiteurs vont sur Internet sans connaître votre clé, et sans voir vos appareils.",
    "what": "Que voulez-vous régler ?",
    "what.choice.wifi": "Le Wi-Fi des invités",
    "what.choice.device": "Un appareil de la maison",
    "what.choice.port": LONG,
    "name": "Comment ce Wi-Fi doit-il s’appeler ?",
    "key": "Quelle clé donnerez-vous à vos invités ?",
    "key.help": "Vos invités la taperont une fois. Elle ne donne pas accès à vos appareils.",
    "hours": "Pour combien de temps ?",
    "table": "À quelles heures doit-il être éteint ?",
    "order": "Nous demandons à la box d’allumer le Wi-Fi « {name} ».",
    "order.made": "Le Wi-Fi des invités « {name} », allumé",
    "look": "Nous regardons si la box l’a fait.",
    "hand": "Allumez le Wi-Fi des invités dans les pages de la box.",
    "hand.help": "La page de la box s’ouvre dans un navigateur, à l’adresse écrite sous la box.",
    "hand.undo": "Dans la même rubrique de la box, éteignez le Wi-Fi des invités.",
    "device": "De quel appareil s’agit-il ?",
    "pair": "Reliez d’abord la box : la page « Ma box » vous guide.",
    "ports": "Quel port faut-il ouvrir ?",
    "address": "Vers quelle adresse ?",
    "channel": "Sur quel canal ?",
    "note": "Comment s’appelle ce jeu ?",
    "fix": "Nous vidons la mémoire des noms.",
    "fine": "Le Wi-Fi des invités fonctionne.",
    "impossible": "Votre box ne le permet pas.",
    "tell": "Appelez le service client avec le résumé.",
    "tell.question": "Avez-vous eu quelqu’un ?",
    "contact": "Le service client peut vous dire où est cette rubrique.",
    "left": "Rien n’a été changé.",
}
GUEST = BoxProposal(
    None, "digest", BoxFamily.FREEBOX, "guest", (Difference("box.field.guest.enable", False, True),)
)  # fmt: skip
FLUSH = Proposal(
    "dns.flush", None, "Vider la mémoire des noms", "Elle garde parfois une vieille adresse.", ("Plan",), (),
    Risk.NONE, "Sans risque.", 0.0, 2.0, False, False, Privilege.NONE,
)  # fmt: skip
MENU = Menu("port-forwarding", labels=("NAT/PAT", "Redirection de ports", "Gestion des ports"))
RUMOUR = Fact("rumour", "any", {"fr": "Certaines box éteignent ce Wi-Fi d’elles-mêmes."})


class Said(GuideWords):
    """The sentences of the made-up guide; of the others those that ship."""

    def has(self, key: str) -> bool:
        return key.removeprefix("every.") in WORDS if key.startswith("every.") else super().has(key)

    def text(self, key: str, values: Mapping[str, object] | None = None) -> str:
        if not key.startswith("every."):
            return super().text(key, values)
        told = WORDS.get(key.removeprefix("every."), key)
        return told.replace("{name}", str((values or {}).get("name", "…")))


class Home(MadeUp):
    """``holds``: names of actions and tests that wait until ``free`` is set; ``dies``: an action is a fault of ours."""

    def __init__(self, context: Context | None = None) -> None:
        super().__init__(context or PAIRED)
        self.offered: dict[str, tuple[Suggestion, ...]] = {}
        self.shown: tuple[str, ...] = ("verdict.state.ok",)
        self.holds: set[str] = set()
        self.free, self.waits = threading.Event(), threading.Event()
        self.dies: set[str] = set()
        self.asked_for: list[object] = []
        self.closed = self.broken_off = 0
        self.undo_outcome = "done"
        self.side = Catalogue("fr")

    async def _wait(self, name: str) -> None:
        if name in self.holds:
            self.waits.set()
            while not self.free.is_set():  # noqa: ASYNC110  (it is set in the test's thread)
                await asyncio.sleep(0.005)

    async def test(self, test: Test, moment: Moment) -> Seen:
        await self._wait(test.name)
        seen = await super().test(test, moment)
        return replace(seen, said=(("box.change.stage.reading_back", {}),))

    async def show(self, test: Test, moment: Moment) -> Seen:
        await self._wait("show")
        return Seen("yes", tuple((key, {}) for key in self.shown))

    async def suggest(self, name: str, moment: Moment) -> tuple[Suggestion, ...]:
        await self._wait("suggest")
        return self.offered.get(name, ())

    async def act(
        self, action: str, arguments: Mapping[str, Value], moment: Moment, consent: Consent, begin: Begin,
        progress: Progress,
    ) -> Acted:  # fmt: skip
        proposal = FLUSH if action == "fix" else GUEST
        self.asked_for.append(proposal)
        try:
            agreed = await consent(proposal)
        except asyncio.CancelledError:
            self.broken_off += 1
            raise
        if not agreed:
            return Acted("declined")
        progress("box.change.stage.writing")
        await self._wait(action)
        if action in self.dies:
            raise ZeroDivisionError
        progress("box.change.stage.reading_back")
        return await super().act(action, arguments, moment, consent, begin, progress)

    async def undo(self, action: str, entry: str, consent: Consent, progress: Progress) -> Acted:
        if not await consent(replace(GUEST, undoes=entry)):
            return Acted("declined")
        self.undone.append(entry)
        return Acted(self.undo_outcome, lines=() if self.undo_outcome == "done" else ("La box ne répond pas.",))

    async def close(self) -> None:
        self.closed += 1


class GuideBench:
    """``broken``: the disk takes nothing more. The question box is the real one; ``slow``: made when this is set."""

    def __init__(self, folder: Path, home: Home | None = None, known: Known | None = None) -> None:
        self.folder, self.home, self.known = folder, home or Home(), known or Known()
        self.cache: Path | None = folder / "cache"
        self.slow: threading.Event | None = None
        self.notes: list[tuple[str, str, Mapping[str, object]]] = []
        self.keys = Keys()
        self.made = 0
        (folder / "guides").mkdir(parents=True, exist_ok=True)
        (folder / "guides" / "every.toml").write_text(EVERY, encoding="utf-8")
        self.every = load_guide(folder / "guides" / "every.toml")
        self.runs = GuideRuns(folder / "runs")

    def desk(self, language: str) -> GuideDesk:
        self.made += 1
        self.home.side = Catalogue(language)  # as a side of the real world: the one the desk was made with
        return GuideDesk(Tools(self.home, self.runs, Said(language), self.home.side, self.keys))

    def guide(self, name: str) -> Guide:
        return self.every if name == "every" else guide(name)

    def into(self, services: Services) -> Services:
        """The services with these guides."""

        def ask() -> AskDesk:
            if self.slow is not None:
                self.slow.wait(20)
            return AskDesk(self.cache, services.catalogue, lambda: self.known, lambda *line: self.notes.append(line))

        return replace(services, guides=lambda: self.desk(services.catalogue.language), ask=ask)

    @contextmanager
    def there(self) -> Iterator[GuideBench]:
        """While this lasts there are two guides: the made-up one, and a real one beside it."""
        told = {"rumour": RUMOUR}

        def any_fact(name: str, operator: str) -> Fact | None:
            return told.get(name) or fact(name, operator)

        with (
            patch.object(desk_module, "guide", self.guide),
            patch.object(desk_module, "guide_ids", lambda: THERE),
            patch.object(present_module, "fact", any_fact),
            patch.object(present_module, "menu", lambda *_where: MENU),
            patch("selfcare.guides.words.GuideWords", Said),
        ):
            yield self
