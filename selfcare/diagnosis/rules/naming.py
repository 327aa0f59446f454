"""Causes in the area of ``observe.naming``: slow, untrue or stale names, and resolvers of the home."""

from __future__ import annotations

from selfcare.model.finding import Scope, Weight
from selfcare.model.rule import Clue, Gate, Rule
from selfcare.model.segment import Segment
from selfcare.model.symptom import SymptomKind
from selfcare.model.tri import Tri

YES, NO = Tri.YES, Tri.NO
# Questions lost on the way to the box are asked again, which takes seconds: no resolver is slow for that.
_BAD_HOP = Gate("gateway_trouble", YES)
DECISIVE, STRONG, MODERATE = Weight.DECISIVE, Weight.STRONG, Weight.MODERATE

_FAULTS: tuple[Rule, ...] = (
    Rule(
        code="PC-DNS-LOCAL",
        segments=(Segment.PC,),
        scope=Scope.DEVICE,
        gates=(
            Gate("resolver_local", YES),
            Gate("local_resolver_listens", NO),
            Gate("names_resolve", NO),
            Gate("outside_answers", YES),
        ),
        supports=(Clue("local_resolver_listens", NO, DECISIVE),),
        explains=("names_resolve", "web_by_name"),
    ),
    Rule(
        code="LAN-DNS-DOWN",
        segments=(Segment.LAN,),
        scope=Scope.HOME,
        gates=(
            Gate("resolver_in_home", YES),
            Gate("resolver_manual", NO),
            Gate("configured_resolver_answers", NO),
            Gate("names_resolve", NO),
            Gate("outside_answers", YES),
        ),
        supports=(
            Clue("resolver_in_home", YES, MODERATE),
            Clue("isp_resolver_answers", YES, STRONG),
            Clue("late_answer", NO, MODERATE),
            Clue("only_known_names", YES, Weight.HINT),
        ),
        # It may forward to the very servers that are down.
        refuted_by=(
            Gate("isp_resolver_answers", NO),
            Gate("configured_is_box", YES),
            Gate("late_answer", YES),
        ),
        explains=("names_resolve", "web_by_name"),
    ),
    Rule(
        code="ISP-DNS-LIES",
        segments=(Segment.ISP,),
        scope=Scope.LINE,
        gates=(Gate("names_true", NO), Gate("configured_depends_on_isp", YES), Gate("isp_names_true", NO)),
        supports=(Clue("isp_names_true", NO, DECISIVE),),
        explains=("names_true",),
        answers=(SymptomKind.ONE_SITE,),
    ),
    Rule(
        code="BOX-DNS-LIES",
        segments=(Segment.BOX,),
        scope=Scope.HOME,
        gates=(Gate("names_true", NO), Gate("configured_is_box", YES), Gate("isp_names_true", YES)),
        supports=(Clue("isp_names_true", YES, DECISIVE),),
        explains=("names_true",),
        answers=(SymptomKind.ONE_SITE,),
    ),
    Rule(
        code="PC-DNS-CACHE",
        segments=(Segment.PC,),
        scope=Scope.DEVICE,
        gates=(Gate("names_fresh", NO),),
        # A filter on this PC would answer with an impossible address; an old one is a memory.
        supports=(Clue("names_fresh", NO, STRONG), Clue("stale_address_kept", YES, STRONG)),
        explains=("names_fresh",),
        answers=(SymptomKind.ONE_SITE,),
    ),
    Rule(
        code="ISP-DNS-SLOW",
        segments=(Segment.ISP,),
        scope=Scope.LINE,
        gates=(Gate("names_fast", NO), Gate("configured_depends_on_isp", YES), Gate("isp_names_fast", NO)),
        supports=(
            Clue("names_fast", NO, STRONG, number="names_ms"),
            Clue("isp_names_fast", NO, STRONG, number="isp_names_ms"),
        ),
        refuted_by=(Gate("resolver_manual", YES), _BAD_HOP),
        explains=("names_fast",),
        answers=(SymptomKind.SLOW,),
    ),
    Rule(
        code="BOX-DNS-SLOW",
        segments=(Segment.BOX,),
        scope=Scope.HOME,
        gates=(Gate("names_fast", NO), Gate("configured_is_box", YES), Gate("isp_names_fast", YES)),
        supports=(
            Clue("names_fast", NO, STRONG, number="names_ms"),
            Clue("isp_names_fast", YES, STRONG, number="isp_names_ms"),
        ),
        refuted_by=(_BAD_HOP,),
        explains=("names_fast",),
        answers=(SymptomKind.SLOW,),
    ),
    Rule(
        code="PC-DNS-SLOW",
        segments=(Segment.PC,),
        scope=Scope.DEVICE,
        gates=(Gate("names_fast", NO), Gate("resolver_manual", YES), Gate("configured_is_box", NO)),
        supports=(
            Clue("names_fast", NO, STRONG, number="names_ms"),
            Clue("resolver_manual", YES, STRONG),
        ),
        refuted_by=(_BAD_HOP,),
        explains=("names_fast",),
        answers=(SymptomKind.SLOW,),
    ),
)

_CONDITIONS: tuple[Rule, ...] = (
    Rule(
        code="ISP-DNS-REWRITE",
        segments=(Segment.ISP,),
        scope=Scope.LINE,
        gates=(Gate("isp_rewrites_missing", YES),),
        supports=(Clue("isp_rewrites_missing", YES, DECISIVE),),
        explains=(),
        condition=True,
    ),
    Rule(
        code="ISP-DNS-BLOCK",
        segments=(Segment.ISP,),
        scope=Scope.LINE,
        gates=(Gate("isp_blocks_by_order", YES),),
        supports=(Clue("isp_blocks_by_order", YES, DECISIVE),),
        explains=(),
        condition=True,
        answers=(SymptomKind.ONE_SITE,),
    ),
    Rule(
        code="NET-DNS-INTERCEPTED",
        segments=(Segment.BOX, Segment.ISP),
        scope=Scope.LINE,
        gates=(Gate("dns_intercepted", YES),),
        supports=(Clue("dns_intercepted", YES, DECISIVE),),
        explains=(),
        condition=True,
    ),
    Rule(
        code="PC-DNS-FILTER",
        segments=(Segment.PC, Segment.LAN),
        scope=Scope.DEVICE,
        gates=(Gate("chosen_resolver_filters", YES),),
        supports=(Clue("chosen_resolver_filters", YES, DECISIVE),),
        explains=(),
        condition=True,
        answers=(SymptomKind.ONE_SITE,),
    ),
    Rule(
        code="PC-DNS-SPARE",
        segments=(Segment.PC,),
        scope=Scope.DEVICE,
        gates=(Gate("resolver_partly_dead", YES), Gate("resolver_manual", YES), Gate("names_resolve", YES)),
        supports=(Clue("resolver_partly_dead", YES, DECISIVE), Clue("resolver_discontinued", YES, STRONG)),
        explains=(),
        condition=True,
        answers=(SymptomKind.SLOW,),
    ),
)

RULES: tuple[Rule, ...] = (*_FAULTS, *_CONDITIONS)
