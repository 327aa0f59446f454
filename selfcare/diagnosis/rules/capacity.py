"""Causes in the area of ``observe.capacity``."""

from __future__ import annotations

from selfcare.model.finding import Scope, Weight
from selfcare.model.rule import Clue, Gate, Rule
from selfcare.model.segment import Segment
from selfcare.model.symptom import SymptomKind
from selfcare.model.tri import Tri

YES, NO = Tri.YES, Tri.NO

RULES: tuple[Rule, ...] = (
    # The queue in front of the slower side of the line: that of the box on the way up, that of its counterpart
    # on the way down. The same remedy mends both, on the box, so it carries the name.
    Rule(
        code="BOX-BLOAT",
        segments=(Segment.BOX,),
        scope=Scope.HOME,
        gates=(
            Gate("outside_answers", YES),
            Gate("line_free_before_load", YES),
            Gate("latency_holds_under_load", NO),
            Gate("beyond_box_steady_under_load", NO),
        ),
        supports=(
            Clue("latency_holds_under_load", NO, Weight.STRONG, "latency_rise_server"),
            Clue("beyond_box_steady_under_load", NO, Weight.STRONG, "latency_rise_beyond"),
            Clue("gateway_steady_under_load", YES, Weight.MODERATE, "latency_rise_box"),
        ),
        # The windows of the rate speak of the air: then the queue may be there.
        contradicts=(Clue("wifi_limits_rate", YES, Weight.STRONG),),
        explains=("latency_holds_under_load",),
        answers=(SymptomKind.SLOW, SymptomKind.GAMES, SymptomKind.PHONE),
    ),
    # One measurement cannot tell a poor line from a busy operator, nor show that it is always so: never certain.
    Rule(
        code="ACC-UNDERRATE",
        segments=(Segment.ACCESS, Segment.ISP),
        scope=Scope.LINE,
        gates=(
            Gate("outside_answers", YES),
            Gate("way_to_box_fast_enough", YES),
            Gate("line_free_before_load", YES),
            Gate("link_outruns_contract", YES),
            Gate("rate_as_agreed", NO),
        ),
        supports=(
            Clue("rate_as_agreed", NO, Weight.STRONG, "rate_down"),
            Clue("line_free_before_load", YES, Weight.MODERATE),
            Clue("link_outruns_contract", YES, Weight.WEAK),
            Clue("line_limits_rate", YES, Weight.WEAK),
        ),
        refuted_by=(Gate("wifi_limits_rate", YES),),
        explains=("rate_as_agreed",),
        answers=(SymptomKind.SLOW,),
    ),
)
