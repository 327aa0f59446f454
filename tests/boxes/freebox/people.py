"""Parental control of the simulated Freebox: persons and rules from API 8 on, filters and a timetable before."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from tests.boxes.home import Plan

if TYPE_CHECKING:
    from tests.boxes.freebox.server import FreeboxSimulator


class Refused(Exception):
    def __init__(self, code: str, right: str = "") -> None:
        super().__init__(code)
        self.code, self.right = code, right


class People:
    """``rules`` of persons and names of those without devices: the home has no words for them."""

    def __init__(self, box: FreeboxSimulator) -> None:
        self.box = box
        self.profiles: dict[int, str] = {}
        self.rules: dict[int, dict[int, dict[str, Any]]] = {}
        self.last = 100
        self.sunday_first = False
        self.now = datetime.now

    def number(self) -> int:
        self.last += 1
        return self.last

    def _state(self, plan: Plan) -> str:
        rule = self._rule_state(plan)
        return {"blocked": "denied", "allowed": "allowed"}.get(plan.override, rule)

    def _rule_state(self, plan: Plan) -> str:
        return self._rule_state_at(plan, self.now())

    def _rule_state_at(self, plan: Plan, now: datetime) -> str:
        second = now.hour * 3600 + now.minute * 60 + now.second
        inside = any(day == now.weekday() and start <= second < end for day, start, end in plan.slots)
        return "denied" if inside else "allowed"

    def _settle(self, plan: Plan) -> None:
        for mac in plan.macs:
            host = self.box.home.host(mac)
            if host is not None:
                host.blocked = self._state(plan) == "denied"

    def _next_change(self, plan: Plan) -> int:
        """By looking at every minute of a week."""
        now = self.now().replace(second=0, microsecond=0)
        state = self._rule_state_at(plan, now)
        for minutes in range(1, 7 * 24 * 60 + 1) if plan.slots else ():
            at = now + timedelta(minutes=minutes)
            if self._rule_state_at(plan, at) != state:
                return int(at.timestamp())
        return 0

    def _days(self, told: list[bool]) -> list[int]:
        """A rule's days with Monday as 0."""
        return [(day - 1) % 7 if self.sunday_first else day for day in range(7) if told[day]]

    def _let_go(self, plan: Plan) -> None:
        for mac in plan.macs:
            host = self.box.home.host(mac)
            if host is not None:
                host.blocked = False

    def _plan_of(self, name: str) -> Plan:
        plan = next((each for each in self.box.home.plans if each.id == name), None)
        if plan is None:
            raise Refused("noent")
        return plan

    def _told_person(self, parts: list[str]) -> Any:
        plans = self.box.home.plans
        if parts == ["profile"]:
            named = {int(each.id): each.name for each in plans} | self.profiles
            return [{"id": number, "name": name, "icon": ""} for number, name in named.items()]
        if parts == ["network_control"]:
            return [self._control(each) for each in plans]
        plan = self._plan_of(parts[1])
        if len(parts) == 2:
            return self._control(plan)
        return [{"id": number, "profile_id": int(plan.id)} | rule for number, rule in self._rules_of(plan).items()]

    def _rules_of(self, plan: Plan) -> dict[int, dict[str, Any]]:
        """Plans that a test put into the home are told as one rule per slot."""
        kept = self.rules.setdefault(int(plan.id), {})
        if not kept and plan.slots:
            for day, start, end in plan.slots:
                place = (day + 1) % 7 if self.sunday_first else day
                days = [each == place for each in range(7)] + [False]
                kept[self.number()] = rule(start, end, days)
        return kept

    def _control(self, plan: Plan) -> dict[str, Any]:
        return {
            "profile_id": int(plan.id), "next_change": self._next_change(plan),
            "override": bool(plan.override), "override_until": plan.until,
            "override_mode": "denied" if plan.override == "blocked" else "allowed", "current_mode": self._state(plan),
            "rule_mode": self._rule_state(plan), "macs": [each.upper() for each in plan.macs], "hosts": [],
            "resolution": 288, "cdayranges": [],
        }  # fmt: skip

    def _take_profile(self, method: str, parts: list[str], sent: Any) -> Any:
        if method == "POST":
            number = self.number()
            self.profiles[number] = sent["name"]
            return {"id": number, "name": sent["name"]}
        if method != "DELETE" or int(parts[1]) not in {*self.profiles, *(int(each.id) for each in self.box.home.plans)}:
            raise Refused("noent")
        self.profiles.pop(int(parts[1]), None)
        for plan in [each for each in self.box.home.plans if each.id == parts[1]]:
            plan.override, plan.slots = "", []
            self._settle(plan)
            self.box.home.plans.remove(plan)
        return None

    def _take_control(self, method: str, parts: list[str], sent: Any) -> Any:
        if len(parts) > 2:
            return self._take_rule(method, parts, sent)
        if method == "POST":
            number = sent["profile_id"]
            if number not in self.profiles:
                raise Refused("noent")
            plan = Plan([], self.profiles[number], id=str(number))
            self.box.home.plans.append(plan)
        else:
            plan = self._plan_of(parts[1])
        self._let_go(plan)
        plan.macs = [each.lower() for each in sent.get("macs", plan.macs)]
        plan.override = {"denied": "blocked"}.get(sent["override_mode"], "allowed") if sent.get("override") else ""
        plan.until = sent.get("override_until", 0)
        self._settle(plan)
        return self._control(plan)

    def _take_rule(self, method: str, parts: list[str], sent: Any) -> Any:
        plan = self._plan_of(parts[1])
        rules = self._rules_of(plan)
        if method == "POST":
            if sent["start_time"] % 300 or sent["end_time"] % 300 or len(sent["weekdays"]) != 8:
                raise Refused("inval")
            number = self.number()
            rules[number] = {
                name: sent[name] for name in ("name", "mode", "start_time", "end_time", "weekdays", "enabled")
            }
        elif method == "DELETE" and int(parts[3]) in rules:
            number = int(parts[3])
            del rules[number]
        else:
            raise Refused("noent")
        plan.slots = [
            (day, each["start_time"], each["end_time"])
            for each in rules.values() if each["mode"] == "denied" and each["enabled"]
            for day in self._days(each["weekdays"])
        ]  # fmt: skip
        self._settle(plan)
        return {"id": number}

    def _told_filter(self, parts: list[str]) -> Any:
        plans = self.box.home.plans
        if parts == ["parental", "filter"]:
            return [self._filter(each) for each in plans]
        plan = self._plan_of(parts[2])
        return self._planning(plan) if len(parts) == 4 else self._filter(plan)

    def _filter(self, plan: Plan) -> dict[str, Any]:
        mode = "denied" if plan.override == "blocked" else "allowed"
        left = max(0, plan.until - int(time.time())) if plan.until else 0
        return {
            "id": int(plan.id), "desc": plan.name, "macs": [each.upper() for each in plan.macs], "hosts": [],
            "ip": "0.0.0.0", "forced": bool(plan.override) and not left, "forced_mode": mode, "tmp_mode": mode,
            "tmp_mode_expire": left if plan.override else 0, "scheduling_mode": "planning", "next_change": 0,
            "current_mapping_idx": 0, "filter_state": self._state(plan),
        }  # fmt: skip

    def _planning(self, plan: Plan) -> dict[str, Any]:
        week = ["allowed"] * (7 * 48)
        for day, start, end in plan.slots:
            for step in range(start // 1800, end // 1800):
                week[day * 48 + step] = "denied"
        return {"resolution": 48, "cdayranges": [], "mapping": week}

    def _take_filter(self, method: str, parts: list[str], sent: Any) -> Any:
        plans = self.box.home.plans
        if method == "POST":
            if any(set(each.macs) & {mac.lower() for mac in sent["macs"]} for each in plans):
                raise Refused("exist")
            plans.append(Plan([mac.lower() for mac in sent["macs"]], id=str(self.number())))
            return self._filter(plans[-1])
        plan = self._plan_of(parts[2])
        if method == "DELETE":
            plan.override, plan.slots = "", []
            self._settle(plan)
            plans.remove(plan)
            return None
        if len(parts) == 4:
            week = sent["mapping"]
            plan.slots = [
                (step // 48, step % 48 * 1800, (step % 48 + 1) * 1800)
                for step, state in enumerate(week) if state == "denied"
            ]  # fmt: skip
            return self._planning(plan)
        plan.macs, plan.name = [mac.lower() for mac in sent["macs"]], sent["desc"]
        by_hand, mode = sent["forced"] or sent["tmp_mode_expire"], sent["forced_mode"]
        mode = sent["tmp_mode"] if sent["tmp_mode_expire"] else mode
        plan.override = ("blocked" if mode == "denied" else "allowed") if by_hand else ""
        plan.until = int(time.time()) + sent["tmp_mode_expire"] if sent["tmp_mode_expire"] else 0
        self._settle(plan)
        return self._filter(plan)


def rule(start: int, end: int, days: list[bool]) -> dict[str, Any]:
    return {
        "name": "Nuit", "mode": "denied", "start_time": start, "end_time": end, "weekdays": days, "enabled": True,
    }  # fmt: skip
