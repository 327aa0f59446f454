"""Causes in the area of ``observe.box``: what only the box can tell of its line, its session and its home.

Each needs its word and this PC's own measurement: a box that calls a working line dead accuses nobody.
"""

from __future__ import annotations

from selfcare.diagnosis.facts import downstream
from selfcare.model.finding import Scope, Weight
from selfcare.model.rule import Clue, Gate, Rule
from selfcare.model.segment import Segment
from selfcare.model.symptom import SymptomKind
from selfcare.model.tri import Tri

YES, NO = Tri.YES, Tri.NO
DECISIVE, STRONG, MODERATE, WEAK = Weight.DECISIVE, Weight.STRONG, Weight.MODERATE, Weight.WEAK

_DOWN = Gate("line_down_told", YES)
# The PC's share of the proof. With the box's own word (strong) and no session, that is certain.
_SEEN_DEAD = (
    Clue("line_dead", YES, MODERATE),
    Clue("box_session_up", NO, MODERATE),
    Clue("box_reaches_outside", NO, WEAK),
)
# At it at this very moment: it may have it in another.
_TRAINING = Clue("line_training", YES, MODERATE)
_MISLED = (
    Gate("route_misdirected", YES),
    Gate("tunnel_misleads", YES),
    Gate("pc_lets_through", NO),
    Gate("other_router_reaches_outside", YES),
)
_POORLY = ("outside_loss_free", "outside_latency_fine", "outside_jitter_fine", "line_stays_up")
_AILING = (Gate("outside_answers", YES), Gate("line_ails", YES), Gate("hop_clears_line", YES))
# Lost while answers come evenly: not a full queue, which another device may have filled.
_FELT = (
    Clue("outside_loss_free", NO, MODERATE, "outside_loss"),
    Clue("line_stays_up", NO, MODERATE, "line_drops"),
    Clue("line_steady", YES, WEAK),
)
_BADLY = (SymptomKind.SLOW, SymptomKind.DROPS, SymptomKind.GAMES, SymptomKind.PHONE, SymptomKind.TV)
_FILLED = Gate("others_fill_line", YES)


def _quiet(code: str, fact: str, number: str) -> Rule:
    """The same figures where nothing is felt of them: worth watching, no fault."""
    return Rule(
        code=code,
        segments=(Segment.ACCESS,),
        scope=Scope.LINE,
        gates=(Gate("outside_answers", YES), Gate("line_poor_quietly", YES), Gate(fact, NO)),
        supports=(Clue(fact, NO, STRONG, number),),
        explains=(),
        condition=True,
        answers=_BADLY,
    )


RULES: tuple[Rule, ...] = (
    Rule(
        code="ACC-FTTH-DARK",
        segments=(Segment.ACCESS,),
        scope=Scope.LINE,
        gates=(_DOWN, Gate("optical_signal", NO)),
        supports=(Clue("optical_signal", NO, STRONG, "optical_rx"), *_SEEN_DEAD),
        refuted_by=_MISLED,
        explains=downstream("outside_answers"),
        told_by=("optical_signal",),
    ),
    Rule(
        # The operator's end does not accept this terminal: a fibre moved to another home, a terminal not declared.
        code="ACC-FTTH-UNREG",
        segments=(Segment.ACCESS,),
        scope=Scope.LINE,
        gates=(_DOWN, Gate("optical_signal", YES), Gate("optical_registered", NO)),
        supports=(
            Clue("optical_registered", NO, STRONG),
            Clue("optical_signal", YES, WEAK, "optical_rx"),
            *_SEEN_DEAD,
        ),
        # Then the light may be too weak to register with: which of the two, a technician sees.
        contradicts=(Clue("optical_level_good", NO, MODERATE), _TRAINING),
        refuted_by=_MISLED,
        explains=downstream("outside_answers"),
        told_by=("optical_registered",),
    ),
    Rule(
        code="ACC-DSL-NOSYNC",
        segments=(Segment.ACCESS,),
        scope=Scope.LINE,
        gates=(_DOWN, Gate("dsl_synced", NO)),
        supports=(Clue("dsl_synced", NO, STRONG), *_SEEN_DEAD),
        contradicts=(_TRAINING,),
        refuted_by=_MISLED,
        explains=downstream("outside_answers"),
        told_by=("dsl_synced",),
    ),
    Rule(
        # The box sees no line and does not say why. Likely at most: a terminal beside the box may only be unplugged.
        code="ACC-DOWN",
        segments=(Segment.ACCESS,),
        scope=Scope.LINE,
        gates=(_DOWN, Gate("box_line_up", NO)),
        supports=(
            Clue("box_line_up", NO, STRONG),
            Clue("line_dead", YES, MODERATE),
            Clue("box_reaches_outside", NO, WEAK),
        ),
        refuted_by=(
            *_MISLED,
            Gate("optical_signal", NO),
            Gate("optical_signal", YES),
            Gate("dsl_synced", NO),
        ),
        explains=downstream("outside_answers"),
        told_by=("box_line_up",),
    ),
    Rule(
        code="ISP-NOSESSION",
        segments=(Segment.ISP,),
        scope=Scope.LINE,
        gates=(_DOWN, Gate("session_missing", YES)),
        supports=(
            Clue("box_line_up", YES, STRONG),
            Clue("walled_by_operator", YES, STRONG),
            *_SEEN_DEAD,
        ),
        refuted_by=_MISLED,
        explains=downstream("outside_answers"),
        told_by=("session_missing",),
    ),
    Rule(
        code="ACC-DSL-MARGIN",
        segments=(Segment.ACCESS,),
        scope=Scope.LINE,
        gates=(*_AILING, Gate("line_poor_told", YES), Gate("dsl_margin_enough", NO)),
        supports=(
            Clue("dsl_margin_enough", NO, STRONG, "dsl_margin"),
            # Its errors or a fall show that the margin is too thin: else it is but a figure beside a symptom.
            Clue("dsl_errors_low", NO, MODERATE, "dsl_errors"),
            Clue("dsl_resynced_lately", YES, MODERATE),
            *_FELT,
        ),
        refuted_by=(_FILLED,),
        explains=_POORLY,
        answers=_BADLY,
        told_by=("dsl_margin_enough",),
    ),
    Rule(
        code="ACC-DSL-ERRORS",
        segments=(Segment.ACCESS,),
        scope=Scope.LINE,
        gates=(*_AILING, Gate("dsl_errors_low", NO)),
        supports=(
            Clue("dsl_errors_low", NO, STRONG, "dsl_errors"),
            # Since when a counter counts is not known: between two readings it is.
            Clue("dsl_errors_rising", YES, MODERATE),
            Clue("dsl_margin_enough", YES, WEAK, "dsl_margin"),
            *_FELT,
        ),
        # A thin margin makes errors: then it is the cause.
        refuted_by=(_FILLED, Gate("dsl_margin_enough", NO)),
        explains=_POORLY,
        answers=_BADLY,
        told_by=("dsl_errors_low",),
    ),
    Rule(
        code="ACC-FTTH-LEVEL",
        segments=(Segment.ACCESS,),
        scope=Scope.LINE,
        gates=(*_AILING, Gate("optical_level_good", NO)),
        supports=(
            # Meters err by 3 dB: only what lies further out is sure.
            Clue("optical_level_good", NO, STRONG, "optical_rx"),
            Clue("optical_level_far_off", YES, MODERATE),
            Clue("outside_loss_free", NO, WEAK, "outside_loss"),
            Clue("line_stays_up", NO, WEAK, "line_drops"),
            Clue("line_steady", YES, MODERATE),
        ),
        refuted_by=(_FILLED,),
        explains=_POORLY,
        answers=_BADLY,
        told_by=("optical_level_good",),
    ),
    Rule(
        # Limits of the level are recalled, not read: never certain.
        code="ACC-RADIO-WEAK",
        segments=(Segment.ACCESS,),
        scope=Scope.LINE,
        gates=(*_AILING, Gate("cellular_good", NO)),
        supports=(Clue("cellular_good", NO, STRONG, "cellular_rsrp"), Clue("line_steady", YES, WEAK)),
        refuted_by=(_FILLED,),
        explains=_POORLY,
        answers=_BADLY,
        told_by=("cellular_good",),
    ),
    _quiet("ACC-DSL-MARGIN", "dsl_margin_enough", "dsl_margin"),
    _quiet("ACC-DSL-ERRORS", "dsl_errors_low", "dsl_errors"),
    _quiet("ACC-FTTH-LEVEL", "optical_level_good", "optical_rx"),
    _quiet("ACC-RADIO-WEAK", "cellular_good", "cellular_rsrp"),
    Rule(
        # Restarted again and again, by its list and by its own clock, and nobody asked it to.
        code="BOX-UNSTABLE",
        segments=(Segment.BOX,),
        scope=Scope.HOME,
        # Who has no Internet switches the box off and on: nothing is said of it before the line is seen to carry.
        gates=(Gate("gateway_answers", YES), Gate("box_stays_on", NO), Gate("line_dead", NO)),
        supports=(
            Clue("box_stays_on", NO, STRONG, "box_restarts"),
            # Never certain: who pulled its plug, and why, no box knows.
            Clue("box_uptime_short", YES, MODERATE),
        ),
        contradicts=(Clue("box_uptime_short", NO, DECISIVE),),
        explains=("box_stays_on", "line_stays_up"),
        answers=(SymptomKind.DROPS, SymptomKind.WIFI, SymptomKind.TV, SymptomKind.PHONE),
        told_by=("box_stays_on",),
    ),
    Rule(
        # The box stayed on and lost its line; why, its figures do not show.
        code="WAN-DROPS",
        segments=(Segment.ACCESS, Segment.ISP),
        scope=Scope.LINE,
        gates=(Gate("gateway_answers", YES), Gate("line_stays_up", NO), Gate("line_dead", NO)),
        supports=(Clue("line_stays_up", NO, STRONG, "line_drops"),),
        refuted_by=(Gate("box_stays_on", NO), Gate("line_poor_told", YES)),
        explains=("line_stays_up",),
        answers=(SymptomKind.DROPS, SymptomKind.TV, SymptomKind.PHONE),
        told_by=("line_stays_up",),
    ),
    Rule(
        code="LAN-XTRAFFIC",
        segments=(Segment.LAN,),
        scope=Scope.HOME,
        gates=(Gate("outside_answers", YES), Gate("line_idle", YES), _FILLED, Gate("gateway_latency_fine", YES)),
        supports=(
            Clue("others_fill_line", YES, STRONG, "others_rate"),
            Clue("outside_latency_fine", NO, MODERATE, "outside_latency"),
            Clue("outside_jitter_fine", NO, MODERATE, "outside_jitter"),
            Clue("outside_loss_free", NO, MODERATE, "outside_loss"),
            # A queue that fills and empties.
            Clue("line_steady", NO, MODERATE),
        ),
        explains=("outside_loss_free", "outside_latency_fine", "outside_jitter_fine"),
        answers=(SymptomKind.SLOW, SymptomKind.GAMES, SymptomKind.TV),
        told_by=("others_fill_line",),
    ),
    Rule(
        code="BOX-PORTMAP",
        segments=(Segment.BOX,),
        scope=Scope.DEVICE,
        gates=(Gate("gateway_answers", YES), Gate("forward_possible", NO)),
        # The box's own word on its own rule and its own range: nobody else decides it.
        supports=(Clue("forward_possible", NO, DECISIVE),),
        explains=(),
        condition=True,
        answers=(SymptomKind.PORT, SymptomKind.GAMES),
    ),
    Rule(
        code="BOX-UNPAIRED",
        segments=(Segment.BOX,),
        scope=Scope.HOME,
        gates=(Gate("box_known", YES), Gate("box_offers_more", YES)),
        supports=(Clue("box_offers_more", YES, DECISIVE),),
        explains=(),
        condition=True,
    ),
)
