"""Fact sets of the area: what is added to the healthy home, each cause, each near miss, each condition."""

from __future__ import annotations

from selfcare.model.tri import Tri

YES, NO, UNKNOWN = Tri.YES, Tri.NO, Tri.UNKNOWN

# No known box answers: what the healthy home of all other areas has. A box that tells is said case by case.
HEALTHY: dict[str, Tri] = {}

FIBRE = {
    "box_known": YES, "box_offers_more": NO, "box_is_ours": YES, "box_settling": NO, "box_uptime_short": NO,
    "optical_signal": YES, "optical_registered": YES, "optical_level_good": YES, "optical_level_far_off": NO,
    "box_line_up": YES, "box_session_up": YES, "session_missing": NO, "line_down_told": NO, "line_poor_told": NO,
    "line_ails": NO, "line_poor_quietly": NO, "box_stays_on": YES, "line_stays_up": YES, "walled_by_operator": NO,
    "box_blocks_this_pc": NO, "ipv4_shared_by_box": NO, "forward_possible": YES, "others_fill_line": NO,
}  # fmt: skip
DSL = {
    **{fact: value for fact, value in FIBRE.items() if not fact.startswith("optical_")},
    "dsl_synced": YES, "dsl_margin_enough": YES, "dsl_errors_low": YES, "dsl_resynced_lately": NO,
}  # fmt: skip
# Nothing outside answers, the box's forwarder neither: as in the fact set "wan down".
_DEAD = {
    "names_resolve": NO, "web_by_name": NO, "configured_resolver_answers": NO, "late_answer": NO, "names_true": UNKNOWN,
    "names_fresh": UNKNOWN, "names_fast": UNKNOWN, "public_resolver_answers": NO, "isp_resolver_answers": NO,
    "web_by_address": NO, "beyond_box_answers": NO, "outside_answers": NO, "ipv4_outside": NO, "web_unaltered": UNKNOWN,
    "operator_alive": NO, "internet_answers": NO, "box_alone_gets_out": UNKNOWN, "box_resolver_answers": NO,
    "box_reaches_outside": NO, "line_dead": YES, "access_carries": NO,
}  # fmt: skip
_TOLD = {"line_down_told": YES, "box_session_up": NO}
DARK = {"optical_signal": NO, "optical_registered": NO, "optical_level_good": UNKNOWN, "box_line_up": NO}
_LOSS = {"outside_loss_free": NO, "line_ails": YES, "line_poor_told": YES}
_SLOW = {"outside_latency_fine": NO, "line_steady": NO}

FAULTS: dict[str, tuple[dict[str, Tri], str, str]] = {
    "fibre without light": ({**FIBRE, **_DEAD, **_TOLD, **DARK}, "ACC-FTTH-DARK", "certain"),
    "fibre without light, the box shows its own page instead": (
        {**FIBRE, **_TOLD, **DARK, "box_answers_for_all": YES, "page_is_box": YES, "portal_seen": YES,
         "portal_on_gateway": YES, "web_unaltered": NO, "web_by_name": NO, "outside_answers": UNKNOWN,
         "ipv4_outside": UNKNOWN, "line_dead": YES, "box_reaches_outside": UNKNOWN, "operator_alive": NO,
         "access_carries": NO, "internet_answers": UNKNOWN}, "ACC-FTTH-DARK", "certain"),
    # Who else is on the link was not heard: an old box kept as a switch may have answered in its place.
    "fibre without light, perhaps another box": (
        {**FIBRE, **_DEAD, **_TOLD, **DARK, "box_is_ours": UNKNOWN, "lease_trusted": UNKNOWN,
         "other_router_on_link": UNKNOWN}, "ACC-FTTH-DARK", "likely"),
    "fibre not registered": (
        {**FIBRE, **_DEAD, **_TOLD, "optical_registered": NO, "box_line_up": NO}, "ACC-FTTH-UNREG", "certain"),
    "fibre not registered, hardly any light": (
        {**FIBRE, **_DEAD, **_TOLD, "optical_registered": NO, "box_line_up": NO, "optical_level_good": NO},
        "ACC-FTTH-UNREG", "likely"),
    # A terminal beside the box may only be unplugged.
    "a line that is down, says the box, and not why": (
        {**FIBRE, **_DEAD, **_TOLD, "optical_signal": UNKNOWN, "optical_registered": NO, "box_line_up": NO,
         "optical_level_good": UNKNOWN}, "ACC-DOWN", "likely"),
    "telephone line that looks for its sync at this moment": (
        {**DSL, **_DEAD, **_TOLD, "dsl_synced": NO, "box_line_up": NO, "dsl_margin_enough": UNKNOWN,
         "dsl_errors_low": UNKNOWN, "line_training": YES}, "ACC-DSL-NOSYNC", "likely"),
    "telephone line without sync": (
        {**DSL, **_DEAD, **_TOLD, "dsl_synced": NO, "box_line_up": NO, "dsl_margin_enough": UNKNOWN,
         "dsl_errors_low": UNKNOWN}, "ACC-DSL-NOSYNC", "certain"),
    "no session on a sound fibre": ({**FIBRE, **_DEAD, **_TOLD, "session_missing": YES}, "ISP-NOSESSION", "certain"),
    "no session on a sound telephone line": (
        {**DSL, **_DEAD, **_TOLD, "session_missing": YES}, "ISP-NOSESSION", "certain"),
    "the operator shows a page of its own for a closed line": (
        {**FIBRE, "web_unaltered": NO, "web_by_name": NO, "portal_seen": YES, "portal_on_gateway": NO,
         "portal_has_name": YES, "walled_by_operator": YES, "session_missing": YES, "line_down_told": YES},
        "ISP-NOSESSION", "certain"),
    # Who has no session, and whose line nobody tells of, may be at either end of it.
    "no session, the box tells nothing of the line": (
        {**_DEAD, "box_known": YES, "box_session_up": NO, "box_settling": NO}, "WAN-DOWN", "certain"),
    # The box sees its line carry: what is cut is beyond. But it may tell what it saw before.
    "light, registration and session, and nothing answers": (
        {**FIBRE, **_DEAD, "access_carries": YES}, "ISP-OUTAGE", "likely"),
    # A figure beside a symptom: without errors that are told, it may be a coincidence.
    "thin margin, losses": (
        {**DSL, **_LOSS, "dsl_margin_enough": NO, "dsl_errors_low": UNKNOWN}, "ACC-DSL-MARGIN", "likely"),
    "thin margin, losses in a full queue": (
        {**DSL, **_LOSS, "dsl_margin_enough": NO, "line_steady": NO, "others_fill_line": UNKNOWN}, "ACC-DSL-MARGIN",
        "likely"),
    "thin margin, the line falls": (
        {**DSL, "dsl_margin_enough": NO, "dsl_resynced_lately": YES, "line_stays_up": NO, "line_ails": YES,
         "line_poor_told": YES}, "ACC-DSL-MARGIN", "certain"),
    "many errors, losses": (
        {**DSL, **_LOSS, "dsl_errors_low": NO, "dsl_errors_rising": YES}, "ACC-DSL-ERRORS", "certain"),
    "many errors some time since the sync, losses": (
        {**DSL, **_LOSS, "dsl_errors_low": NO}, "ACC-DSL-ERRORS", "likely"),
    "many errors by a thin margin": (
        {**DSL, **_LOSS, "dsl_errors_low": NO, "dsl_margin_enough": NO}, "ACC-DSL-MARGIN", "certain"),
    "weak light beyond doubt, losses": (
        {**FIBRE, **_LOSS, "optical_level_good": NO, "optical_level_far_off": YES}, "ACC-FTTH-LEVEL", "certain"),
    # Within the error of the meter.
    "weak light, losses": ({**FIBRE, **_LOSS, "optical_level_good": NO}, "ACC-FTTH-LEVEL", "likely"),
    "mobile network weak, losses": (
        {**_LOSS, "box_known": YES, "cellular_good": NO, "line_stays_up": YES}, "ACC-RADIO-WEAK", "likely"),
    # Who pulled its plug, no box knows.
    "box restarts": (
        {**FIBRE, "box_stays_on": NO, "box_uptime_short": YES}, "BOX-UNSTABLE", "likely"),
    "a dead line, and a box that somebody switched off and on": (
        {**_DEAD, "box_known": YES, "box_settling": NO, "box_stays_on": NO, "box_uptime_short": YES}, "WAN-DOWN",
        "certain"),
    "box restarts, its age is not told": (
        {**FIBRE, "box_stays_on": NO, "box_uptime_short": UNKNOWN}, "BOX-UNSTABLE", "likely"),
    "line drops, its figures are good": (
        {**FIBRE, "line_stays_up": NO, "line_ails": YES}, "WAN-DROPS", "likely"),
    "another device fills the line": ({**FIBRE, **_SLOW, "others_fill_line": YES}, "LAN-XTRAFFIC", "certain"),
    "the line is slow and nobody uses it": ({**FIBRE, **_SLOW}, "WAN-LATENCY", "likely"),
    "the box blocks this PC without a word": (
        {**FIBRE, **_DEAD, "box_blocks_this_pc": YES, "box_refuses_device": YES, "names_resolve": YES,
         "configured_resolver_answers": YES, "box_reaches_outside": YES, "box_alone_gets_out": YES,
         "access_carries": YES}, "BOX-FILTER", "certain"),
    "nothing is forwarded by a box whose line is sound": (
        {**FIBRE, **_DEAD, "names_resolve": YES, "configured_resolver_answers": YES, "box_reaches_outside": YES,
         "box_resolver_answers": YES, "box_alone_gets_out": YES, "operator_resolvers_silent": YES}, "BOX-NOFORWARD",
        "certain"),
    "closed line, the box shows its page": (
        {**FIBRE, "box_answers_for_all": YES, "page_is_box": YES, "portal_seen": YES, "portal_on_gateway": YES,
         "web_unaltered": NO, "web_by_name": NO, "outside_answers": UNKNOWN, "ipv4_outside": UNKNOWN,
         "line_dead": YES, "box_reaches_outside": UNKNOWN, "walled_by_operator": YES, "line_down_told": UNKNOWN},
        "BOX-WALLED", "certain"),
}  # fmt: skip
# The box says so, and everything works.
NEAR_MISSES: dict[str, tuple[dict[str, Tri], str]] = {
    "any fibre box": (FIBRE, "ACC-FTTH-DARK"),
    "any DSL box": (DSL, "ACC-DSL-NOSYNC"),
    "a box that claims darkness": ({**FIBRE, **DARK, "box_session_up": NO, "line_down_told": NO}, "ACC-FTTH-DARK"),
    "a box that claims no registration": (
        {**FIBRE, "optical_registered": NO, "box_line_up": NO, "box_session_up": NO}, "ACC-FTTH-UNREG"),
    "a box that claims no sync": ({**DSL, "dsl_synced": NO, "box_line_up": NO, "box_session_up": NO}, "ACC-DSL-NOSYNC"),
    "a box that claims no session": ({**FIBRE, "box_session_up": NO}, "ISP-NOSESSION"),
    "a box that claims a closed line": ({**FIBRE, "walled_by_operator": YES}, "BOX-WALLED"),
    "a box that claims to block this PC": ({**FIBRE, "box_blocks_this_pc": YES}, "BOX-FILTER"),
    "thin margin, nothing lost": ({**DSL, "dsl_margin_enough": NO, "line_poor_told": YES}, "WAN-LOSS"),
    "weak light, nothing lost": ({**FIBRE, "optical_level_good": NO, "line_poor_told": YES}, "WAN-LOSS"),
    "weak mobile network, nothing lost": ({"box_known": YES, "cellular_good": NO}, "ACC-RADIO-WEAK"),
    "a few restarts": ({**FIBRE, "box_stays_on": UNKNOWN, "box_uptime_short": YES}, "BOX-UNSTABLE"),
    "a few drops": ({**FIBRE, "line_stays_up": UNKNOWN}, "WAN-DROPS"),
    "others use the line, nobody suffers": ({**FIBRE, "others_fill_line": YES}, "LAN-XTRAFFIC"),
    "a box that has just started": ({**FIBRE, "box_settling": YES, "box_uptime_short": YES}, "BOX-UNSTABLE"),
    "a port that can be reached": (FIBRE, "BOX-PORTMAP"),
    "a box that was never paired": ({"box_known": YES, "box_offers_more": UNKNOWN}, "BOX-UNPAIRED"),
}  # fmt: skip
CONDITIONS: dict[str, tuple[dict[str, Tri], str]] = {
    "thin margin to watch": (
        {**DSL, "dsl_margin_enough": NO, "line_poor_told": YES, "line_poor_quietly": YES}, "ACC-DSL-MARGIN"),
    "errors to watch": ({**DSL, "dsl_errors_low": NO, "line_poor_told": YES, "line_poor_quietly": YES},
                        "ACC-DSL-ERRORS"),
    "weak light to watch": (
        {**FIBRE, "optical_level_good": NO, "line_poor_told": YES, "line_poor_quietly": YES}, "ACC-FTTH-LEVEL"),
    "weak mobile network to watch": (
        {"cellular_good": NO, "line_poor_told": YES, "line_poor_quietly": YES}, "ACC-RADIO-WEAK"),
    "ports shared out, says the box": ({**FIBRE, "ipv4_shared_by_box": YES}, "ISP-IPV4-SHARED"),
    "a port outside of the range": ({**FIBRE, "ipv4_shared_by_box": YES, "forward_possible": NO}, "BOX-PORTMAP"),
    "a box that is not paired": ({"box_known": YES, "box_offers_more": YES}, "BOX-UNPAIRED"),
}  # fmt: skip
