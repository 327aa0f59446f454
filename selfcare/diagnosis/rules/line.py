"""Causes of a connection that works, but badly: a poor cable, loss, delay, wavering; and a busy computer."""

from __future__ import annotations

from selfcare.model.finding import Scope, Weight
from selfcare.model.rule import Clue, Gate, Rule
from selfcare.model.segment import Segment
from selfcare.model.symptom import SymptomKind
from selfcare.model.tri import Tri

YES, NO = Tri.YES, Tri.NO
DECISIVE, STRONG, MODERATE = Weight.DECISIVE, Weight.STRONG, Weight.MODERATE

# The control that bypasses the line, and nobody at home who fills it.
_BEYOND = (Gate("outside_answers", YES), Gate("hop_clears_line", YES), Gate("line_idle", YES))
# Through the air there is no cable to blame; and what is not the subscriber's network has not the subscriber's line.
_AIR = Gate("wifi_carries", YES)
_STRANGER = Gate("wifi_net_foreign", YES)
# What only the box can tell: others of the home fill the line.
_FILLED = Gate("others_fill_line", YES)

RULES: tuple[Rule, ...] = (
    Rule(
        code="LAN-CABLE-SLOW",
        segments=(Segment.LAN,),
        scope=Scope.DEVICE,
        gates=(Gate("link_up", YES), Gate("cable_full_speed", NO)),
        supports=(
            Clue("cable_pairs_lost", YES, DECISIVE, "link_speed"),
            Clue("cable_half_duplex", YES, DECISIVE),
            Clue("cable_errors_rising", YES, DECISIVE, "cable_errors"),
            # Slower than the card, and the other end unknown: the cable or what it leads to.
            Clue("cable_full_speed", NO, STRONG, "link_speed"),
        ),
        refuted_by=(_AIR,),
        explains=("cable_full_speed", "gateway_loss_free", "gateway_latency_fine"),
    ),
    Rule(
        code="LAN-LOSS",
        segments=(Segment.LAN,),
        scope=Scope.DEVICE,
        gates=(Gate("gateway_answers", YES), Gate("gateway_trouble", YES)),
        supports=(
            Clue("gateway_loss_free", NO, STRONG, "gateway_loss"),
            Clue("gateway_latency_fine", NO, STRONG, "gateway_latency"),
            # What goes through the box suffers as what goes to it.
            Clue("outside_loss_free", NO, MODERATE, "outside_loss"),
            Clue("cable_errors_rising", YES, DECISIVE, "cable_errors"),
        ),
        refuted_by=(_AIR,),
        explains=(
            "gateway_loss_free", "gateway_latency_fine",
            "outside_loss_free", "outside_latency_fine", "outside_jitter_fine",
        ),
    ),
    Rule(
        code="WAN-LOSS",
        segments=(Segment.ACCESS, Segment.ISP),
        scope=Scope.LINE,
        gates=(*_BEYOND, Gate("outside_loss_free", NO)),
        supports=(
            Clue("outside_loss_free", NO, STRONG, "outside_loss"),
            # A full queue loses packets too, and another device of the home may have filled it.
            Clue("line_steady", YES, STRONG),
        ),
        # Its own figures of the line then have a name.
        refuted_by=(_FILLED, Gate("line_poor_told", YES), _STRANGER),
        explains=("outside_loss_free", "outside_latency_fine", "outside_jitter_fine"),
    ),
    Rule(
        code="WAN-LATENCY",
        segments=(Segment.ACCESS, Segment.ISP),
        scope=Scope.LINE,
        gates=(*_BEYOND, Gate("gateway_latency_fine", YES), Gate("outside_latency_fine", NO)),
        # Likely at best: another device of the home may use the line, which this computer cannot see.
        supports=(
            Clue("outside_latency_fine", NO, STRONG, "outside_latency"),
            # A moment's figure of the box: it does not speak for all the time of the series.
            Clue("others_fill_line", NO, MODERATE),
        ),
        refuted_by=(_FILLED, _STRANGER),
        explains=("outside_latency_fine", "outside_jitter_fine"),
    ),
    Rule(
        code="WAN-JITTER",
        segments=(Segment.ACCESS, Segment.ISP),
        scope=Scope.LINE,
        gates=(*_BEYOND, Gate("gateway_latency_fine", YES), Gate("outside_jitter_fine", NO)),
        supports=(
            Clue("outside_jitter_fine", NO, STRONG, "outside_jitter"),
            Clue("others_fill_line", NO, MODERATE),
        ),
        refuted_by=(_FILLED, _STRANGER),
        explains=("outside_jitter_fine",),
    ),
    Rule(
        code="WAN-FAR",
        segments=(Segment.ACCESS, Segment.ISP),
        scope=Scope.LINE,
        gates=(Gate("line_far", YES),),
        supports=(Clue("line_far", YES, STRONG, "outside_latency"),),
        explains=(),
        condition=True,
        answers=(SymptomKind.GAMES, SymptomKind.PHONE, SymptomKind.SLOW),
    ),
    Rule(
        code="PC-LOAD",
        segments=(Segment.PC,),
        scope=Scope.DEVICE,
        gates=(Gate("pc_loaded", YES),),
        supports=(
            Clue("pc_busy", YES, DECISIVE, "pc_cpu"),
            Clue("pc_short_of_memory", YES, DECISIVE, "pc_memory"),
            Clue("own_traffic", YES, DECISIVE, "own_traffic_rate"),
        ),
        explains=(),
        condition=True,
        answers=(SymptomKind.SLOW, SymptomKind.DROPS, SymptomKind.GAMES),
    ),
)  # fmt: skip
