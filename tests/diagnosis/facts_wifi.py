"""Fact sets of the area: what is added to the healthy home, each cause, each near miss, each condition."""

from __future__ import annotations

from selfcare.model.tri import Tri

YES, NO, UNKNOWN = Tri.YES, Tri.NO, Tri.UNKNOWN

# The healthy home of the other areas is on a cable.
HEALTHY: dict[str, Tri] = {"wifi_carries": NO, "wifi_joining": NO}

WELL: dict[str, Tri] = {
    "link_wired": NO, "cable_full_speed": UNKNOWN, "wifi_carries": YES, "wifi_only_way": YES, "wifi_radio_on": YES,
    "wifi_joined": YES, "wifi_encrypted": YES, "wifi_hotspot": NO, "wifi_phone": NO, "wifi_guest": NO,
    "wifi_net_foreign": NO, "wifi_right_net": YES, "wifi_stays_joined": YES, "wifi_channel_moves": NO,
    "wifi_signal_enough": YES, "wifi_signal_bad": NO, "wifi_clear": YES, "wifi_frames_lost": NO,
    "wifi_channel_busy": NO, "wifi_neighbours_many": NO, "wifi_channel_crowded": NO, "wifi_on_24": NO,
    "wifi_faster_band": NO, "wifi_band_better": NO, "wifi_better_point": NO, "wifi_ap_is_box": YES,
    "wifi_phy_enough": YES, "wifi_phy_modest": NO, "wifi_rate_enough": YES, "wifi_holds_under_load": YES,
    "wifi_suffers": NO, "wifi_reason_known": NO, "rate_as_agreed": UNKNOWN,
}  # fmt: skip
"""The same home over a sound Wi-Fi."""

_BAD = {
    **WELL, "gateway_loss_free": NO, "gateway_trouble": YES, "wifi_suffers": YES, "wifi_reason_known": YES,
    "outside_loss_free": UNKNOWN, "outside_latency_fine": UNKNOWN, "outside_jitter_fine": UNKNOWN,
    "wifi_frames_lost": UNKNOWN, "hop_clears_line": NO,
}  # fmt: skip
_SLOW = {**WELL, "wifi_rate_enough": NO, "wifi_phy_enough": NO, "wifi_suffers": YES}
_OUT = {
    **dict.fromkeys(WELL, UNKNOWN), "adapter_present": YES, "adapter_enabled": YES, "every_adapter_off": NO,
    "link_up": NO, "link_wired": NO, "wifi_radio_on": YES, "wifi_joined": NO, "wifi_joining": NO,
    "wifi_only_way": YES, "wifi_auth_refused": NO,
}  # fmt: skip
# Nothing further out can be measured without a link.
_GONE = (
    "address_valid", "address_manual", "dhcp_failed", "address_acquiring", "lease_offers_gateway", "default_route",
    "gateway_answers", "gateway_ping", "gateway_neighbour", "router_on_link", "names_resolve", "web_by_name",
    "web_unaltered", "web_by_address", "outside_answers", "ipv4_outside", "site_names_true",
)  # fmt: skip
_OUT |= dict.fromkeys(_GONE, UNKNOWN)

FAULTS: dict[str, tuple[dict[str, Tri], str, str]] = {
    "in no network, a known one in sight": ({**_OUT, "wifi_known_in_sight": YES}, "WIFI-UNJOINED", "certain"),
    "in no network, and a socket without a cable": (
        {**_OUT, "wifi_known_in_sight": YES, "wifi_only_way": NO}, "WIFI-UNJOINED", "likely"),
    "password refused": (
        {**_OUT, "wifi_known_in_sight": YES, "wifi_auth_refused": YES, "wifi_refused_often": YES,
         "wifi_refuser_near": YES}, "WIFI-AUTH", "certain"),
    "password refused once": ({**_OUT, "wifi_auth_refused": YES, "wifi_known_in_sight": YES}, "WIFI-AUTH", "likely"),
    "too far from the box": ({**_BAD, "wifi_signal_enough": NO, "wifi_signal_bad": YES}, "WIFI-WEAK", "likely"),
    "too far, and the radio says so itself": (
        {**_BAD, "wifi_signal_enough": NO, "wifi_signal_bad": YES, "wifi_frames_lost": YES}, "WIFI-WEAK", "certain"),
    "too far, noise not told": (
        {**_BAD, "wifi_signal_enough": NO, "wifi_signal_bad": YES, "wifi_frames_lost": YES, "wifi_clear": UNKNOWN,
         "wifi_better_point": UNKNOWN}, "WIFI-WEAK", "likely"),
    "something disturbs": ({**_BAD, "wifi_clear": NO, "wifi_frames_lost": YES}, "WIFI-NOISE", "certain"),
    "something disturbs, no counters": ({**_BAD, "wifi_clear": NO}, "WIFI-NOISE", "likely"),
    "crowded and busy": (
        {**_BAD, "wifi_channel_crowded": YES, "wifi_channel_busy": YES, "wifi_neighbours_many": YES},
        "WIFI-CHANNEL", "certain"),
    "many neighbours": (
        {**_BAD, "wifi_channel_crowded": YES, "wifi_neighbours_many": YES, "wifi_channel_busy": UNKNOWN},
        "WIFI-CHANNEL", "likely"),
    "on the slow band": (
        {**_BAD, "wifi_on_24": YES, "wifi_faster_band": YES, "wifi_band_better": YES}, "WIFI-BAND24", "likely"),
    "clings to the far access point": (
        {**_BAD, "wifi_signal_enough": NO, "wifi_signal_bad": YES, "wifi_better_point": YES}, "WIFI-STICKY", "likely"),
    "one antenna": ({**_SLOW, "wifi_phy_modest": YES}, "WIFI-SLOWPHY", "likely"),
    "behind a repeater": ({**_BAD, "wifi_ap_is_box": NO, "wifi_box_in_sight": YES}, "WIFI-REPEATER", "likely"),
    "falls out": ({**WELL, "wifi_stays_joined": NO, "wifi_suffers": YES}, "WIFI-DROPS", "likely"),
    "on a hotspot at home": (
        {**WELL, "wifi_hotspot": YES, "wifi_net_foreign": YES, "wifi_right_net": NO, "wifi_home_in_sight": YES},
        "WIFI-WRONGNET", "likely"),
    "bad, and no figure says why": ({**_BAD, "wifi_reason_known": NO}, "WIFI-LOSS", "likely"),
}  # fmt: skip
NEAR_MISSES: dict[str, tuple[dict[str, Tri], str]] = {
    "weak, and all arrives": ({**WELL, "wifi_signal_enough": NO, "wifi_signal_bad": YES}, "WIFI-WEAK"),
    "noisy, and all arrives": ({**WELL, "wifi_clear": NO}, "WIFI-NOISE"),
    "crowded, and all arrives": ({**WELL, "wifi_channel_crowded": YES}, "WIFI-CHANNEL"),
    "slow band, and all arrives": ({**WELL, "wifi_on_24": YES, "wifi_faster_band": YES, "wifi_band_better": YES},
                                   "WIFI-BAND24"),
    "a better access point, and all arrives": ({**WELL, "wifi_better_point": YES}, "WIFI-STICKY"),
    "an old adapter that is fast enough": ({**WELL, "wifi_phy_modest": YES}, "WIFI-SLOWPHY"),
    "a repeater that works": ({**WELL, "wifi_ap_is_box": NO}, "WIFI-REPEATER"),
    "a cable carries": ({"wifi_signal_enough": NO, "wifi_signal_bad": YES, "wifi_stays_joined": UNKNOWN}, "WIFI-WEAK"),
}  # fmt: skip
CONDITIONS: dict[str, tuple[dict[str, Tri], str]] = {
    "no password": ({**WELL, "wifi_encrypted": NO}, "WIFI-OPEN"),
    "through a phone": ({**WELL, "wifi_phone": YES, "wifi_net_foreign": YES, "wifi_right_net": UNKNOWN,
                         "wifi_foreign_by_choice": YES}, "WIFI-WRONGNET"),
}  # fmt: skip
