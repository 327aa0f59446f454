"""Always the same address for one machine."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from selfcare.app.box_kinds.kind import Plain, Reading, Scope, State, Step, Value, differing, told
from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.ports import ReadsDhcp, WritesReservations
from selfcare.model.box import Capability, Reservation, ReservationWish, Wish
from selfcare.model.box.change import Difference


class Reserve(Plain):
    """Parts: ``ip/<mac>`` (False: none) and ``comment/<mac>``, which is put back but not insisted on."""

    name = "reservation"
    reads, writes = Capability.DHCP, Capability.SET_RESERVATIONS
    patience_s = 8.0

    def scope(self, wish: Wish) -> Scope:
        """The machine."""
        assert isinstance(wish, ReservationWish)
        return Scope((wish.reservation.phys_address.lower(),))

    async def read(self, session: ReadsDhcp, scope: Scope) -> Reading:
        """A box that does not tell its reservations cannot be changed: nothing could be put back."""
        server = told(await session.dhcp())
        if server.reservations is None:
            raise BoxError(BoxErrorCode.UNREADABLE, kind="reservations")
        mine = next((r for r in server.reservations if r.phys_address.lower() in scope.macs), None)
        return Reading(_state(scope.macs[0], mine), server)

    def asked(self, wish: Wish, now: Reading) -> State:
        """One address, or none."""
        assert isinstance(wish, ReservationWish)
        one = wish.reservation
        return _state(one.phys_address.lower(), None if wish.remove else one)

    def kept(self, before: State, asked: State) -> Collection[str]:
        """With the comment, so that it comes back too."""
        return dict.fromkeys((*before, *asked)) if any(p.startswith("ip/") for p in differing(before, asked)) else ()

    def same(self, part: str, found: Value, goal: Value) -> bool:
        """A comment may be cut, or become a name."""
        return part.startswith("comment/") or found == goal

    def through(self, _part: str) -> tuple[Value, ...]:
        """Gone for a moment."""
        return (False,)

    def steps(
        self, session: WritesReservations, now: Reading, goal: State, _last: Collection[str], scope: Scope
    ) -> list[Step]:
        """One write; a box that wants the old one gone first is told so by its driver."""
        mac = scope.macs[0]
        address, comment = goal[f"ip/{mac}"], goal.get(f"comment/{mac}")
        if now.state.get(f"ip/{mac}", False) == address:
            return []
        if not address:
            return [partial(session.delete_reservation, mac)]
        return [partial(session.put_reservation, Reservation(mac, str(address), str(comment) if comment else None))]

    def differences(self, before: State, asked: State, _now: Reading) -> tuple[Difference, ...]:
        """The address."""
        return tuple(
            Difference("box.field.reservation.address", before.get(part, False), asked.get(part, False), part[3:])
            for part in differing(before, asked)
            if part.startswith("ip/")
        )


def _state(mac: str, one: Reservation | None) -> dict[str, Value]:
    return {f"ip/{mac}": one.ip_address if one else False, f"comment/{mac}": (one.comment if one else None) or False}
