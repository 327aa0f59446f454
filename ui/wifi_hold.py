"""The Wi-Fi, for as long as the window is open: its desk in the engine thread, followed only while somebody looks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from selfcare.app.services import Emit, Services
from selfcare.app.wifi.ports import Scan
from selfcare.model.wifi import LivePoint, Room, WalkRecord
from ui import wifi_jobs
from ui.bridge import EngineBridge
from ui.engine import Job
from ui.messages import Batch, End, JobEnded
from ui.wifi_jobs import Looked, Refusal, Spot, WifiKeeper
from ui.wifi_state import OURS, Picture, Share, ShareState, Unkept, Walking, WifiView, advised

if TYPE_CHECKING:
    from selfcare.app.wifi.ports import WifiDesk
    from selfcare.boxes.secret import Secret

LOOK_MS = 30_000
"""What is not followed from moment to moment (neighbours, the radio's switch) is looked at this often."""
OFF_MS = 4_000
"""The same where there is nothing to follow, or a cable is in use: somebody may be switching it on, or unplugging."""
SILENT_MS = 3_500
"""Without a moment for so long, the last one is not shown as of now."""
SHOWN_S = 60
"""How long the QR code with the password stands on the screen."""
REST_MS = 1_500
"""After so long without a page in sight the desk gives its handles back."""
KEPT = 60
"""Moments kept to be shown."""


class WifiHold(QObject):
    """Outlives the page, which is built anew when the language changes.

    ``changed``: something other than a moment; ``ticked``: a moment came, or none is current any more.
    """

    changed = Signal()
    ticked = Signal()
    _pointed = Signal(int, object)

    def __init__(self, services: Services, bridge: EngineBridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._keeper = WifiKeeper(services.wifi)
        self._kept: Job | None = None
        self._live: Job | None = None
        self._asked: dict[int, tuple[str, Callable[[object], None]]] = {}
        self._latest: dict[str, int] = {}
        self.watched = False
        self.view = WifiView()
        self._look = QTimer(self, interval=LOOK_MS)
        self._look.timeout.connect(self.look)
        self._silence = QTimer(self, interval=SILENT_MS, singleShot=True)
        self._silence.timeout.connect(self._on_silence)
        self._hiding = QTimer(self, interval=1000)
        self._hiding.timeout.connect(self._on_second)
        self._rest = QTimer(self, interval=REST_MS, singleShot=True)
        self._rest.timeout.connect(self._on_rest)
        self._pointed.connect(self._on_point, Qt.ConnectionType.QueuedConnection)  # emitted in the engine thread
        bridge.arrived.connect(self._on_batch)

    # -- who looks -------------------------------------------------------------------------------

    def watch(self, seen: bool) -> None:
        """The page came into sight, or went (another page, a minimised window): nothing runs while nobody looks."""
        if seen == self.watched:
            return
        self.watched = seen
        if not seen:
            for timer in (self._look, self._silence):
                timer.stop()
            self._stop_following()
            self.close_share()
            self._rest.start()
            self._show(points=(), silent=False, unkept=None)
            return
        self._rest.stop()
        self._look.start()
        self.look()
        self._do("walks", wifi_jobs.walks, self._on_walks)

    def look(self) -> None:
        """One look, as often as it makes sense; what can be followed is followed from then on."""
        self._do("look", wifi_jobs.look, self._on_looked)

    # -- what a person asks for ------------------------------------------------------------------

    def search(self) -> None:
        """Searches for networks now."""
        if not self.view.searching:
            self._do("search", wifi_jobs.search, self._on_searched)
            self._show(searching=True, searched=None)

    def start_walk(self, go_on: bool = False) -> None:
        """Begins a walk, or goes on with the one that was cut off; the moments come from it from now on."""
        if self.view.walking is None and self.watched:
            self._stop_following()
            before = self._keeper.before = self.view.unfinished if go_on else None
            walking = Walking(before.rooms) if before is not None else Walking()
            self._show(walking=walking, unfinished=None, unkept=None, trouble="")
            self._follow()

    def keep_unfinished(self) -> None:
        """The one that was cut off is kept as it is."""
        self._do("walks", wifi_jobs.keep_unfinished, self._on_walks)

    def enter(self, room: str) -> None:
        """Somebody stands there now."""
        walking = self.view.walking
        room = " ".join(room.split())
        if walking is not None and room:
            known = {one.name.casefold(): one.name for one in walking.rooms}
            self._stand(known.get(room.casefold(), room))

    def leave(self) -> None:
        """Somebody is between two rooms."""
        self._stand("")

    def move(self, *places: Spot) -> None:
        """Puts rooms elsewhere on the plan."""
        if self.view.walking is not None and places:
            self._stand(self.view.walking.room, *places)

    def box_stands(self, room: str) -> None:
        """The box is in that room; said again: it is not known where."""
        if (walking := self.view.walking) is not None:
            there = "" if walking.box_room == room else room
            self._keeper.box_stands(there)
            self._show(walking=replace(walking, box_room=there))

    def finish_walk(self, keep: bool = True) -> None:
        """Ends it, and keeps it or not."""
        walking, keeper = self.view.walking, self._keeper
        if walking is None or walking.ending:
            return
        self._show(walking=replace(walking, ending=True, given_up=not keep))
        self._stop_following()
        self._do("finish", lambda _desk: keeper.finish(walking.box_room, keep), self._on_finished)

    def forget_walk(self, walk: str) -> None:
        """Deletes one that was kept."""
        self._do("walks", lambda desk: wifi_jobs.forget(desk, walk), self._on_walks)

    # -- another device --------------------------------------------------------------------------

    def open_share(self) -> None:
        """Asks first: the picture says the password to whoever sees the screen."""
        self._show(share=ShareState(Share.ASKING))

    def share(self, key: Secret | None = None) -> None:
        """Shows the picture, or asks for the key where the system keeps it."""
        self._do("share", lambda desk: wifi_jobs.share(desk, key), self._on_shared)
        self._show(share=ShareState(Share.WAITING))

    def close_share(self) -> None:
        """Nothing of the key stays."""
        self._hiding.stop()
        self._latest.pop("share", None)
        if self.view.share.step is not Share.CLOSED:
            self._show(share=ShareState())

    # -- the engine ------------------------------------------------------------------------------

    def _submit(self, name: str, work: Callable[[], Awaitable[object]]) -> Job:
        if self._kept is None:
            self._kept = self._bridge.submit("wifi", lambda _emit: self._keeper.keep())

        async def run(_emit: Emit) -> object:
            return await wifi_jobs.fenced(work())

        return self._bridge.submit(f"wifi {name}", run)

    def _do(self, kind: str, work: Callable[[WifiDesk], Awaitable[object]], then: Callable[[object], None]) -> None:
        """One question; of two of a kind the newer counts."""
        keeper = self._keeper

        async def asked() -> object:
            return await work(await keeper.desk())

        number = self._submit(kind, asked).number
        self._asked[number] = kind, then
        self._latest[kind] = number

    def _follow(self) -> None:
        """The moments: of the walk that goes on, else of the link."""
        if self._live is not None or not self.watched:
            return
        keeper, tell, walking = self._keeper, self._pointed.emit, self.view.walking
        number = 0

        async def live() -> None:
            if walking is not None:
                await keeper.walk(lambda told: tell(number, told))
            else:
                await wifi_jobs.follow(await keeper.desk(), lambda point: tell(number, (point, None)))

        self._live = self._submit("live", live)
        number = self._live.number
        if walking is not None and walking.room:
            self._stand(walking.room)
        self._silence.start()

    def _stop_following(self) -> None:
        if self._live is not None:
            if (walking := self.view.walking) is not None and walking.room and not walking.ending:
                self._do("stand", lambda _desk: self._keeper.stand(""), lambda _told: None)
            self._live.cancel()
            self._live = None

    def _stand(self, room: str, *moved: Spot) -> None:
        walking, keeper = self.view.walking, self._keeper
        if walking is None or walking.ending:
            return
        self._show(walking=replace(walking, room=room), trouble="")
        self._do("stand", lambda _desk: keeper.stand(room, *moved), self._on_rooms)

    # -- what comes back -------------------------------------------------------------------------

    @Slot(int, object)
    def _on_point(self, number: int, told: tuple[LivePoint, tuple[Room, ...] | None]) -> None:
        if self._live is None or number not in (0, self._live.number):
            return  # it was on its way when the page went
        point, rooms = told
        before = self.view.points[-1].link if self.view.points else None
        self.view = replace(self.view, points=(*self.view.points, point)[-KEPT:], silent=False)
        if rooms is not None and self.view.walking is not None and not self.view.walking.ending:
            self.view = replace(self.view, walking=replace(self.view.walking, rooms=rooms))
        self._silence.start()
        self.ticked.emit()
        if len(self.view.points) > 1 and not point.stale and (point.link is None) != (before is None):
            self.look()  # joined, or thrown out: what it is in is another matter now

    @Slot()
    def _on_silence(self) -> None:
        self.view = replace(self.view, silent=True)
        self.ticked.emit()

    @Slot()
    def _on_second(self) -> None:
        left = self.view.share.left_s - 1
        if left <= 0:
            self.close_share()
        else:
            self._show(share=replace(self.view.share, left_s=left))

    @Slot()
    def _on_rest(self) -> None:
        self._show(old=True)
        if not self.watched and self._kept is not None:
            self._bridge.submit("wifi rest", lambda _emit: self._keeper.rest())

    @Slot(object)
    def _on_batch(self, batch: Batch) -> None:
        for message in batch.messages:
            if isinstance(message, JobEnded):
                self._on_ended(message)

    def _on_ended(self, ended: JobEnded) -> None:
        if self._live is not None and ended.job == self._live.number:
            self._live = None
            self._stopped_by_itself(ended)
            return
        if ended.job not in self._asked:
            return
        kind, then = self._asked.pop(ended.job)
        if self._latest.get(kind) != ended.job:
            return
        told = Refusal(OURS) if ended.end is not End.DONE else ended.result
        if isinstance(told, Refusal):
            self._refused(kind, told.code)
        else:
            then(told)

    def _stopped_by_itself(self, ended: JobEnded) -> None:
        code = ended.result.code if isinstance(ended.result, Refusal) else OURS if ended.end is End.FAILED else ""
        walking = self.view.walking
        lost = code and walking is not None and not walking.rooms and not walking.room
        self._show(trouble=code, walking=None if lost else walking)
        if lost:
            self._follow()  # no walk could begin: the link is followed as before

    def _refused(self, kind: str, code: str) -> None:
        more: dict[str, object] = {}
        if kind == "search":
            more = {"searching": False}
        elif kind == "share":
            more = {"share": ShareState(Share.REFUSED, why=OURS)}
        elif kind == "stand" and (walking := self.view.walking) is not None:
            known = {room.name for room in walking.rooms}
            more = {"walking": replace(walking, room=walking.room if walking.room in known else "")}
        elif kind == "finish" and self.view.walking is not None:  # it may be tried again
            more = {"walking": replace(self.view.walking, ending=False)}
        self._show(trouble=code, **more)

    def _on_looked(self, told: object) -> None:
        looked = cast(Looked, told)
        channels, heard_s = advised(self.view, looked.reading, looked.channels)
        self._show(reading=looked.reading, old=False, channels=channels, heard_s=heard_s, trouble="")
        self._look.setInterval(LOOK_MS if self.view.told and not looked.reading.by_cable else OFF_MS)
        if self.view.told or self.view.walking is not None:
            self._follow()
        else:
            self._stop_following()
            self._silence.stop()
            self._show(points=(), silent=False)

    def _on_searched(self, told: object) -> None:
        scan, looked = cast(tuple[Scan, Looked], told)
        self._show(searching=False, searched=scan.outcome)
        self._on_looked(looked)

    def _on_rooms(self, told: object) -> None:
        if self.view.walking is not None:
            self._show(walking=replace(self.view.walking, rooms=cast(tuple[Room, ...], told)))

    def _on_walks(self, told: object) -> None:
        walks, unfinished = cast(tuple[tuple[WalkRecord, ...], WalkRecord | None], told)
        self._show(walks=walks, unfinished=unfinished if self.view.walking is None else None)

    def _on_finished(self, told: object) -> None:
        self._keeper.box_stands("")
        walks, walking = cast(tuple[WalkRecord, ...], told), self.view.walking
        kept = {one.id for one in walks} - {one.id for one in self.view.walks}
        why = Unkept.GIVEN_UP if walking is not None and walking.given_up else Unkept.EMPTY
        self._show(walking=None, walks=walks, unkept=None if kept else why)
        if self.watched:
            self._follow()

    def _on_shared(self, told: object) -> None:
        if self.view.share.step is not Share.WAITING:
            return
        if isinstance(told, Picture):
            self._show(share=ShareState(Share.SHOWN, told, left_s=SHOWN_S))
            self._hiding.start()
            return
        step = Share.TYPING if told in ("type_it", "wrong_key") else Share.REFUSED
        self._show(share=ShareState(step, why=str(told)))

    def _show(self, **what: object) -> None:
        self.view = replace(self.view, **what)  # type: ignore[arg-type]
        self.changed.emit()
