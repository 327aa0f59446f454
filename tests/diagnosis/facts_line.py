"""Fact sets of the area: what is added to the healthy home, each cause, each near miss, each condition."""

from __future__ import annotations

from selfcare.model.tri import Tri

YES, NO, UNKNOWN = Tri.YES, Tri.NO, Tri.UNKNOWN

HEALTHY: dict[str, Tri] = {
    "cable_full_speed": YES, "cable_errors_rising": NO, "cable_pairs_lost": NO, "cable_half_duplex": NO,
    "pc_busy": NO, "pc_short_of_memory": NO, "pc_loaded": NO, "own_traffic": NO, "metered": NO,
    "gateway_loss_free": YES, "gateway_latency_fine": YES, "gateway_trouble": NO, "hop_clears_line": YES,
    "outside_loss_free": YES,
    "outside_latency_fine": YES, "outside_jitter_fine": YES, "line_idle": YES, "line_far": NO,
    "line_steady": YES, "loss_heavy": NO,
}  # fmt: skip

_LAN = {"gateway_loss_free": NO, "gateway_trouble": YES, "hop_clears_line": NO, "outside_loss_free": NO}

FAULTS: dict[str, tuple[dict[str, Tri], str, str]] = {
    "cable with two pairs": ({"cable_full_speed": NO, "cable_pairs_lost": YES}, "LAN-CABLE-SLOW", "certain"),
    "cable with errors": ({"cable_full_speed": NO, "cable_errors_rising": YES}, "LAN-CABLE-SLOW", "certain"),
    "half duplex": ({"cable_full_speed": NO, "cable_half_duplex": YES}, "LAN-CABLE-SLOW", "certain"),
    # The other end may be an old device that can do no more.
    "slow cable, partner unknown": ({"cable_full_speed": NO, "cable_pairs_lost": UNKNOWN}, "LAN-CABLE-SLOW", "likely"),
    # The box itself might lose what it should pass on.
    "loss up to the box": (_LAN, "LAN-LOSS", "likely"),
    "delay up to the box": ({"gateway_latency_fine": NO, "gateway_trouble": YES}, "LAN-LOSS", "likely"),
    "loss on the line": ({"outside_loss_free": NO}, "WAN-LOSS", "certain"),
    # Delay and wavering may come from another device that fills the line.
    "loss and delay on the line": (
        {"outside_loss_free": NO, "outside_latency_fine": NO, "line_steady": NO}, "WAN-LOSS", "likely"),
    "delay on the line": ({"outside_latency_fine": NO}, "WAN-LATENCY", "likely"),
    "wavering line": ({"outside_jitter_fine": NO, "line_steady": NO}, "WAN-JITTER", "likely"),
}  # fmt: skip
NEAR_MISSES: dict[str, tuple[dict[str, Tri], str]] = {
    "errors nowhere, cable not judged": ({"cable_full_speed": UNKNOWN}, "LAN-CABLE-SLOW"),
    "box loses only what is for itself": (
        {"gateway_loss_free": UNKNOWN, "gateway_trouble": UNKNOWN, "hop_clears_line": UNKNOWN}, "LAN-LOSS"),
    "own download while measuring": (
        {"outside_loss_free": UNKNOWN, "line_idle": NO, "own_traffic": YES, "pc_loaded": YES}, "WAN-LOSS"),
    "own download, delay": ({"outside_latency_fine": UNKNOWN, "line_idle": NO}, "WAN-LATENCY"),
    "own download, wavering": ({"outside_jitter_fine": UNKNOWN, "line_idle": NO}, "WAN-JITTER"),
}  # fmt: skip
CONDITIONS: dict[str, tuple[dict[str, Tri], str]] = {
    "busy processor": ({"pc_busy": YES, "pc_loaded": YES}, "PC-LOAD"),
    "short of memory": ({"pc_short_of_memory": YES, "pc_loaded": YES}, "PC-LOAD"),
    "own download": ({"own_traffic": YES, "pc_loaded": YES}, "PC-LOAD"),
    "satellite": ({"line_far": YES}, "WAN-FAR"),
}
