"""Parental control changed. A schedule is set whole: what it does not say is taken away, but only what it could say."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.freebox import parental
from selfcare.boxes.freebox.lenient import mapping, rows, text, whole
from selfcare.boxes.freebox.session import NEW_PARENTAL
from selfcare.boxes.freebox.writes import Writing, _number
from selfcare.model.box import ParentalRule, ParentalSchedule

OURS = "Selfcare"
"""How the name of a person begins that this program made up, so that it may be taken away again."""


class FreeboxSession(Writing):
    """The whole driver."""

    async def set_parental(self, schedule: ParentalSchedule) -> None:
        """Rights: ``profile`` from API 8 on, ``parental`` before; ``settings`` for both."""
        old = self._client.major < NEW_PARENTAL
        await self._ready("settings", "parental" if old else "profile")
        if not schedule.phys_addresses:
            raise BoxError(BoxErrorCode.INVALID)
        await (self._set_filter(schedule) if old else self._set_person(schedule))

    async def _set_person(self, schedule: ParentalSchedule) -> None:
        if not parental.possible(schedule.slots):
            raise BoxError(BoxErrorCode.INVALID)
        controls = rows(await self._get("network_control"))
        known = _known(controls, schedule, "profile_id")
        if _empty(schedule):
            if known is not None:
                await self._forget_person(known)
            return
        if known is None:
            known = await self._without_devices(controls, schedule.name)
        if known is None:
            name = await self._make_person(schedule)
        else:
            name = _number(text(known.get("profile_id")))
            await self._send("PUT", f"network_control/{name}", parental.override(schedule))
        await self._set_rules(name, schedule)
        if await self._counts_otherwise(name):
            await self._set_rules(name, schedule)

    async def _counts_otherwise(self, name: str) -> bool:
        """Whether only the rules just made let it be seen that the box counts days from Sunday."""
        if self._sunday:
            return False
        self._learn_days([mapping(await self._get(f"network_control/{name}"))], {name: await self._rules(name)})
        return self._sunday

    async def _without_devices(self, controls: tuple[Any, ...], name: str | None) -> Any:
        """A person of this name whose devices were taken out (:meth:`_forget_person`): it gets them back."""
        free = [each for each in controls if not parental.macs(each)]
        if name is None or not free:
            return None
        named = {text(each.get("id")) for each in rows(await self._get("profile")) if text(each.get("name")) == name}
        return next((each for each in free if text(each.get("profile_id")) in named), None)

    async def _make_person(self, schedule: ParentalSchedule) -> str:
        """A profile, which may have brought its control with it, or not."""
        made = mapping(await self._send("POST", "profile/", {"name": schedule.name or OURS}))
        name = _number(text(made.get("id")))
        wanted = parental.override(schedule)
        try:
            try:
                await self._send("PUT", f"network_control/{name}", wanted)
            except BoxError as error:
                if error.code is not BoxErrorCode.NOT_FOUND:
                    raise
                await self._send("POST", "network_control/", {"profile_id": int(name), **wanted})
        except BoxError:
            await self._send("DELETE", f"profile/{name}")
            raise
        return name

    async def _set_rules(self, name: str, schedule: ParentalSchedule) -> None:
        """Missing ones first: in between there is more denied than wished, never less."""
        there = [
            (each, found)
            for each in await self._rules(name)
            if (found := parental.slot(each, self._sunday)) is not None
        ]
        for wish in schedule.slots:
            if wish not in [found for _, found in there]:
                await self._send("POST", f"network_control/{name}/rules/", parental.rule(wish, self._sunday))
        kept = list(schedule.slots)
        for each, found in there:
            if found in kept:
                kept.remove(found)
            else:
                await self._send("DELETE", f"network_control/{name}/rules/{_number(text(each.get('id')))}")

    async def _rules(self, name: str) -> tuple[Any, ...]:
        return rows(await self._get(f"network_control/{name}/rules"))

    async def _forget_person(self, known: Any) -> None:
        """The devices go out of it; the person stays, unless this program made it up."""
        name = _number(text(known.get("profile_id")))
        profiles = {text(each.get("id")): text(each.get("name")) for each in rows(await self._get("profile"))}
        if (profiles.get(name) or "").startswith(OURS):
            await self._send("DELETE", f"profile/{name}")
            return
        for each in await self._rules(name):
            if parental.slot(each) is not None:
                await self._send("DELETE", f"network_control/{name}/rules/{_number(text(each.get('id')))}")
        nothing = {"macs": [], "override": False, "override_mode": "allowed", "override_until": 0}
        await self._send("PUT", f"network_control/{name}", nothing)

    async def _set_filter(self, schedule: ParentalSchedule) -> None:
        filters = rows(await self._get("parental/filter/"))
        known = _known(filters, schedule, "id")
        if _empty(schedule):
            if known is not None:
                await self._send("DELETE", f"parental/filter/{_number(text(known.get('id')))}")
            return
        wanted = parental.old_filter(schedule, datetime.now(UTC))
        if known is None:
            known = mapping(await self._send("POST", "parental/filter/", {"macs": wanted["macs"]}))
        name = _number(text(known.get("id")))
        plan = await self._get(f"parental/filter/{name}/planning")
        step = parental.DAY // (whole(mapping(plan).get("resolution"), 1, 1440) or 48)
        if not parental.possible(schedule.slots, step):
            raise BoxError(BoxErrorCode.INVALID)
        await self._send("PUT", f"parental/filter/{name}/planning", parental.old_planning(schedule.slots, plan))
        await self._send("PUT", f"parental/filter/{name}", wanted)


def _empty(schedule: ParentalSchedule) -> bool:
    return schedule.rule is ParentalRule.PLANNED and not schedule.slots


def _known(told: tuple[Any, ...], schedule: ParentalSchedule, key: str) -> Any:
    """By the box's number, else whoever has exactly these devices; another's device is not taken from him."""
    wanted = set(schedule.phys_addresses)
    for each in told:
        if schedule.id is not None and text(each.get(key)) == schedule.id:
            return each
    same = next((each for each in told if set(parental.macs(each)) == wanted), None)
    if same is None and any(wanted & set(parental.macs(each)) for each in told):
        raise BoxError(BoxErrorCode.CONFLICT, kind="other_schedule")
    return same
