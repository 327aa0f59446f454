"""Causes in the area of ``observe.wifi``: between this PC and the box, through the air.

None of them stands on a figure of the radio alone: something must suffer, on this side of the box. Where several
figures are poor the one with the nearest remedy goes first: another access point, another band, then the rest.
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

_HERE = (Gate("wifi_carries", YES), Gate("wifi_suffers", YES))
_HOP = ("gateway_loss_free", "gateway_latency_fine")
_RATE = ("wifi_rate_enough", "wifi_holds_under_load")
_DROPS = ("wifi_stays_joined",)
# What is felt of it, on this side of the box. Little each: it says that something is wrong, not what.
_FELT = (
    Clue("gateway_loss_free", NO, WEAK, "gateway_loss"),
    Clue("gateway_latency_fine", NO, WEAK, "gateway_latency"),
    Clue("wifi_holds_under_load", NO, WEAK, "latency_rise_box"),
    Clue("wifi_rate_enough", NO, WEAK, "wifi_usable_rate"),
    Clue("wifi_limits_rate", YES, WEAK),
)
# The radio's own counters: it is the air that loses, and not the box behind it.
_COUNTED = Clue("wifi_frames_lost", YES, STRONG, "wifi_retries")
# Only what this PC sends is counted here; what the access point sends again is not seen.
_AIR_IS_SOUND = Clue("wifi_frames_lost", NO, WEAK)
# However much suffers: without them it may be the box that loses.
_PROVEN = (Gate("wifi_frames_lost", YES),)
_PROVEN_BUSY = (Gate("wifi_channel_busy", YES), Gate("wifi_neighbours_many", YES))
# A computer that has sockets only.
_NO_RADIO = Gate("link_wired", YES)
_BETTER = Gate("wifi_better_point", YES)
_FASTER = Gate("wifi_band_better", YES)
_SLOWLY = (SymptomKind.WIFI, SymptomKind.SLOW, SymptomKind.GAMES, SymptomKind.PHONE, SymptomKind.TV)
_OFF = (SymptomKind.WIFI, SymptomKind.NO_WEB, SymptomKind.DROPS)

RULES: tuple[Rule, ...] = (
    Rule(
        code="WIFI-UNJOINED",
        segments=(Segment.WIFI,),
        scope=Scope.DEVICE,
        gates=(
            Gate("link_up", NO),
            Gate("wifi_radio_on", YES),
            Gate("wifi_joined", NO),
            Gate("wifi_joining", NO),
            Gate("wifi_known_in_sight", YES),
        ),
        supports=(
            Clue("wifi_known_in_sight", YES, STRONG),
            # Else a cable that is out may be what is missed.
            Clue("wifi_only_way", YES, STRONG),
        ),
        refuted_by=(Gate("wifi_auth_refused", YES), _NO_RADIO),
        explains=downstream("link_up"),
        answers=_OFF,
    ),
    Rule(
        code="WIFI-AUTH",
        segments=(Segment.WIFI,),
        scope=Scope.DEVICE,
        gates=(Gate("link_up", NO), Gate("wifi_radio_on", YES), Gate("wifi_auth_refused", YES)),
        supports=(
            Clue("wifi_auth_refused", YES, STRONG, "wifi_refusals"),
            Clue("wifi_refused_often", YES, MODERATE),
            # Heard well: a handshake does not break for want of signal.
            Clue("wifi_refuser_near", YES, MODERATE),
        ),
        contradicts=(Clue("wifi_refuser_near", NO, DECISIVE),),
        refuted_by=(_NO_RADIO,),
        explains=downstream("link_up"),
        answers=_OFF,
    ),
    Rule(
        code="WIFI-WEAK",
        certain_with=_PROVEN,
        segments=(Segment.WIFI,),
        scope=Scope.DEVICE,
        gates=(*_HERE, Gate("wifi_signal_enough", NO)),
        supports=(
            Clue("wifi_signal_enough", NO, STRONG, "wifi_signal"),
            Clue("wifi_signal_bad", YES, WEAK),
            _COUNTED,
            *_FELT,
        ),
        contradicts=(_AIR_IS_SOUND,),
        refuted_by=(_BETTER, _FASTER),
        explains=(*_HOP, *_DROPS, *_RATE),
        answers=_SLOWLY,
    ),
    Rule(
        code="WIFI-NOISE",
        certain_with=_PROVEN,
        segments=(Segment.WIFI,),
        scope=Scope.HOME,
        gates=(*_HERE, Gate("wifi_signal_enough", YES), Gate("wifi_clear", NO)),
        supports=(Clue("wifi_clear", NO, STRONG, "wifi_snr"), _COUNTED, *_FELT),
        contradicts=(_AIR_IS_SOUND,),
        refuted_by=(Gate("wifi_channel_crowded", YES), _BETTER, _FASTER),
        explains=(*_HOP, *_RATE),
        answers=_SLOWLY,
    ),
    Rule(
        code="WIFI-CHANNEL",
        certain_with=_PROVEN_BUSY,
        segments=(Segment.WIFI,),
        scope=Scope.HOME,
        gates=(*_HERE, Gate("wifi_signal_enough", YES), Gate("wifi_channel_crowded", YES)),
        supports=(
            Clue("wifi_channel_crowded", YES, STRONG, "wifi_use"),
            # Measured, and by others than the home itself: neighbours that are there.
            Clue("wifi_channel_busy", YES, MODERATE),
            Clue("wifi_neighbours_many", YES, MODERATE, "wifi_crowd"),
            *_FELT,
        ),
        refuted_by=(_BETTER, _FASTER),
        explains=(*_HOP, *_RATE),
        answers=_SLOWLY,
    ),
    Rule(
        code="WIFI-BAND24",
        certain_with=None,
        segments=(Segment.WIFI,),
        scope=Scope.DEVICE,
        gates=(*_HERE, Gate("wifi_band_better", YES)),
        # The other band may have its own trouble, so what is known is that it would be worth trying: never certain.
        supports=(
            Clue("wifi_band_better", YES, STRONG, "wifi_faster_signal"),
            Clue("wifi_channel_crowded", YES, WEAK),
            Clue("wifi_frames_lost", YES, WEAK, "wifi_retries"),
            Clue("wifi_rate_enough", NO, WEAK, "wifi_usable_rate"),
        ),
        refuted_by=(_BETTER,),
        explains=(*_HOP, *_DROPS, *_RATE),
        answers=_SLOWLY,
    ),
    Rule(
        code="WIFI-STICKY",
        certain_with=_PROVEN,
        segments=(Segment.WIFI,),
        scope=Scope.DEVICE,
        gates=(*_HERE, Gate("wifi_signal_enough", NO), Gate("wifi_better_point", YES)),
        supports=(
            Clue("wifi_better_point", YES, STRONG, "wifi_better_by"),
            Clue("wifi_signal_enough", NO, MODERATE, "wifi_signal"),
            _COUNTED,
            *_FELT,
        ),
        contradicts=(_AIR_IS_SOUND,),
        explains=(*_HOP, *_DROPS, *_RATE),
        answers=_SLOWLY,
    ),
    Rule(
        code="WIFI-SLOWPHY",
        certain_with=None,
        segments=(Segment.WIFI,),
        scope=Scope.DEVICE,
        gates=(
            Gate("wifi_carries", YES),
            Gate("wifi_rate_enough", NO),
            Gate("wifi_phy_enough", NO),
            Gate("wifi_signal_enough", YES),
        ),
        # Never certain: drivers show the rate of a moment.
        supports=(
            Clue("wifi_phy_enough", NO, STRONG, "wifi_usable_rate"),
            Clue("wifi_phy_modest", YES, MODERATE, "wifi_phy_rate"),
            Clue("wifi_limits_rate", YES, WEAK),
        ),
        contradicts=(Clue("wifi_channel_crowded", YES, STRONG), Clue("wifi_clear", NO, STRONG)),
        refuted_by=(_BETTER, _FASTER, Gate("line_limits_rate", YES)),
        explains=_RATE,
        answers=_SLOWLY,
    ),
    Rule(
        code="WIFI-REPEATER",
        certain_with=None,
        segments=(Segment.WIFI,),
        scope=Scope.HOME,
        # Heard well, and yet bad: what suffers lies between the repeater and the box.
        gates=(*_HERE, Gate("wifi_ap_is_box", NO), Gate("wifi_signal_enough", YES)),
        # Never certain: by its number alone, another access point of the home may hang on a cable.
        supports=(
            Clue("wifi_ap_is_box", NO, MODERATE),
            Clue("wifi_signal_enough", YES, WEAK, "wifi_signal"),
            Clue("wifi_frames_lost", NO, WEAK),
            Clue("wifi_box_in_sight", YES, WEAK),
            Clue("gateway_loss_free", NO, MODERATE, "gateway_loss"),
            Clue("gateway_latency_fine", NO, WEAK, "gateway_latency"),
        ),
        contradicts=(
            Clue("wifi_channel_crowded", YES, STRONG),
            Clue("wifi_clear", NO, STRONG),
            Clue("wifi_frames_lost", YES, STRONG),
        ),
        refuted_by=(_BETTER, _FASTER),
        explains=(*_HOP, *_RATE),
        answers=_SLOWLY,
    ),
    Rule(
        code="WIFI-DROPS",
        certain_with=None,
        segments=(Segment.WIFI,),
        scope=Scope.HOME,
        gates=(Gate("wifi_carries", YES), Gate("wifi_stays_joined", NO)),
        # Never certain: the driver of this PC and the access point both end associations.
        supports=(
            Clue("wifi_stays_joined", NO, STRONG, "wifi_drops"),
            Clue("wifi_channel_moves", YES, MODERATE, "wifi_moves"),
            Clue("line_stays_up", YES, WEAK),
        ),
        refuted_by=(Gate("box_stays_on", NO), Gate("wifi_signal_enough", NO), _BETTER),
        explains=_DROPS,
        answers=(SymptomKind.WIFI, SymptomKind.DROPS, SymptomKind.PHONE),
    ),
    Rule(
        code="WIFI-WRONGNET",
        certain_with=None,
        segments=(Segment.WIFI,),
        scope=Scope.DEVICE,
        gates=(Gate("wifi_carries", YES), Gate("wifi_net_foreign", YES), Gate("wifi_right_net", NO)),
        supports=(
            Clue("wifi_hotspot", YES, STRONG),
            Clue("wifi_phone", YES, STRONG),
            Clue("wifi_guest", YES, STRONG),
            Clue("wifi_home_in_sight", YES, MODERATE),
        ),
        explains=(
            "gateway_answers", "outside_answers", "ipv4_outside", "names_resolve", "web_unaltered", "web_by_name",
            "outside_loss_free", "outside_latency_fine", "outside_jitter_fine", "wifi_right_net",
        ),
        answers=(SymptomKind.WIFI, SymptomKind.ONE_DEVICE, SymptomKind.SLOW),
    ),
    # The same where nothing fails and home is not in sight: worth knowing, and perhaps wanted.
    Rule(
        code="WIFI-WRONGNET",
        segments=(Segment.WIFI,),
        scope=Scope.DEVICE,
        gates=(Gate("wifi_carries", YES), Gate("wifi_foreign_by_choice", YES)),
        supports=(
            Clue("wifi_hotspot", YES, STRONG),
            Clue("wifi_phone", YES, STRONG),
            Clue("wifi_guest", YES, STRONG),
        ),
        explains=(),
        condition=True,
        answers=(SymptomKind.WIFI, SymptomKind.ONE_DEVICE, SymptomKind.SLOW),
    ),
    Rule(
        code="WIFI-OPEN",
        segments=(Segment.WIFI,),
        scope=Scope.HOME,
        gates=(Gate("wifi_carries", YES), Gate("wifi_encrypted", NO)),
        supports=(Clue("wifi_encrypted", NO, DECISIVE),),
        explains=(),
        condition=True,
        answers=(SymptomKind.WIFI,),
    ),
    Rule(
        code="WIFI-LOSS",
        certain_with=None,
        segments=(Segment.WIFI,),
        scope=Scope.DEVICE,
        gates=_HERE,
        # Never certain: the box itself may lose what it should pass on.
        supports=(
            Clue("gateway_loss_free", NO, STRONG, "gateway_loss"),
            Clue("gateway_latency_fine", NO, STRONG, "gateway_latency"),
            Clue("wifi_holds_under_load", NO, STRONG, "latency_rise_box"),
            Clue("wifi_limits_rate", YES, STRONG),
        ),
        refuted_by=(Gate("wifi_reason_known", YES),),
        explains=(*_HOP, *_RATE),
        answers=_SLOWLY,
    ),
)  # fmt: skip
