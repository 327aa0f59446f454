"""Remedies for what stands between a working line and a page: proxy, clock, IPv6."""

from __future__ import annotations

from selfcare.model.remedy import NotPossible
from selfcare.model.repair import Action, Change, Instruction, Risk, Verb
from selfcare.model.rule import Gate
from selfcare.model.tri import Tri
from selfcare.remedies.remedy import BASIC, Answer, Remedy
from selfcare.remedies.situation import Situation

YES, NO = Tri.YES, Tri.NO


def proxy(situation: Situation) -> tuple[Action, ...]:
    """The user's setting; what the environment says is set where programs are started, by whoever did it."""
    setting = situation.proxy
    if setting is None or setting.source is None:
        raise NotPossible("nothing_to_do")
    if setting.source == "environment":
        return (Instruction("proxy_environment", ("proxy_works",)),)
    return (Change(Verb.PROXY_OFF),)


def clock(situation: Situation) -> tuple[Action, ...]:
    """The time that at least two sources agree on. A clock that is right is better than the whole seconds we set."""
    if situation.tri("clock_right") is YES and situation.tri("clock_drifts") is not YES:
        raise NotPossible("nothing_to_do")
    offset = situation.numbers.get("clock_offset")
    if offset is None:
        raise NotPossible("no_time")
    return (Change(Verb.CLOCK_SET, {"seconds": round(situation.now_s + offset)}),)


def ipv4_first(situation: Situation) -> tuple[Action, ...]:
    """Programs try the older protocol first; nothing is switched off."""
    return (Change(Verb.IPV4_PREFER, {"on": True}),)


PROXY = Remedy(
    id="proxy.off",
    answers=(Answer("PC-PROXY"),),
    risk=Risk.SETTING,
    plan=proxy,
    # Only while pages come without it; a network may demand its proxy.
    needs=(Gate("proxy_set", YES), Gate("proxy_works", NO)),
    verify=(*BASIC, "proxy.settings", "proxy.use"),
    # Without a proxy nothing can be asked through it: that none is set and pages come is the proof.
    helped_when=(Gate("proxy_set", NO), Gate("web_by_name", YES)),
    duration_s=4.0,
)
CLOCK = Remedy(
    id="clock.set",
    answers=(Answer("PC-CLOCK"), Answer("PC-CLOCK-DRIFT")),
    risk=Risk.SETTING,
    plan=clock,
    verify=(*BASIC, "pc.clock", "tls.sites"),
    reversible=False,
    duration_s=4.0,
)
IPV4_FIRST = Remedy(
    id="ipv4.prefer",
    answers=(Answer("ISP-IPV6"),),
    risk=Risk.SETTING,
    plan=ipv4_first,
    needs=(Gate("ipv4_outside", YES),),
    unless=(Gate("ipv4_first", YES),),
    verify=(*BASIC, "names.order"),
    # IPv6 stays broken, as it is the operator's; what can be seen is that programs no longer try it first.
    helped_when=(Gate("ipv4_first", YES),),
)

REMEDIES = (PROXY, CLOCK, IPV4_FIRST)
