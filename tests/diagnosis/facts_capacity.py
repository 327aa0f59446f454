"""Fact sets of the area: what is added to the healthy home, each cause, each near miss, each condition."""

from __future__ import annotations

from selfcare.model.tri import Tri

YES, NO, UNKNOWN = Tri.YES, Tri.NO, Tri.UNKNOWN

HEALTHY: dict[str, Tri] = {
    "latency_holds_under_load": YES, "rate_as_agreed": YES, "line_free_before_load": YES,
    "gateway_steady_under_load": YES, "beyond_box_steady_under_load": YES, "link_outruns_contract": YES,
    "way_to_box_fast_enough": YES,
}  # fmt: skip
_BLOAT = {"latency_holds_under_load": NO, "beyond_box_steady_under_load": NO}
FAULTS: dict[str, tuple[dict[str, Tri], str, str]] = {
    "queue in front of the line": (_BLOAT, "BOX-BLOAT", "certain"),
    "queue in front of the line, box unsteady too": (
        {**_BLOAT, "gateway_steady_under_load": NO}, "BOX-BLOAT", "certain"),
    "half of the contract": ({"rate_as_agreed": NO}, "ACC-UNDERRATE", "likely"),
}  # fmt: skip
NEAR_MISSES: dict[str, tuple[dict[str, Tri], str]] = {
    "nothing filled the line": (dict.fromkeys(HEALTHY, UNKNOWN), "BOX-BLOAT"),
    "only the far side slows": ({"latency_holds_under_load": UNKNOWN}, "BOX-BLOAT"),
    "another program was downloading": (
        {"line_free_before_load": NO, "latency_holds_under_load": UNKNOWN, "rate_as_agreed": UNKNOWN},
        "ACC-UNDERRATE"),
    "nobody knows the contract": ({"rate_as_agreed": UNKNOWN, "link_outruns_contract": UNKNOWN}, "ACC-UNDERRATE"),
}  # fmt: skip
CONDITIONS: dict[str, tuple[dict[str, Tri], str]] = {}
