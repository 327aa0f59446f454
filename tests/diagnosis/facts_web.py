"""Fact sets of the area: what is added to the healthy home, each cause, each near miss, each condition."""

from __future__ import annotations

from selfcare.model.tri import Tri

YES, NO, UNKNOWN = Tri.YES, Tri.NO, Tri.UNKNOWN

HEALTHY: dict[str, Tri] = {
    "clock_right": YES, "clock_drifts": NO, "clock_breaks_certificates": NO, "certificates_valid": YES,
    "certificate_wrong_alone": NO, "certificates_wrong_everywhere": NO, "certificates_out_of_date": NO,
    "certificates_intercepted": NO, "added_root_in_use": NO, "proxy_set": NO, "proxy_wants_password": NO,
    "system_says_online": YES, "box_answers_for_all": NO, "names_lead_to_box": NO,
}  # fmt: skip

_PORTAL = {
    "web_by_name": NO, "web_unaltered": NO, "portal_seen": YES, "portal_on_gateway": NO,
    "public_resolver_answers": NO, "web_by_address": UNKNOWN, "outside_answers": UNKNOWN,
}  # fmt: skip
_WALLED = {
    **_PORTAL, "portal_on_gateway": YES, "names_lead_to_box": YES, "box_answers_for_all": YES, "names_resolve": UNKNOWN,
    "box_resolver_answers": UNKNOWN, "box_reaches_outside": UNKNOWN, "isp_resolver_answers": UNKNOWN,
    "public_resolver_answers": UNKNOWN, "configured_resolver_answers": UNKNOWN, "beyond_box_answers": NO,
    "clock_right": UNKNOWN,
}  # fmt: skip

FAULTS: dict[str, tuple[dict[str, Tri], str, str]] = {
    "clock": ({"clock_right": NO}, "PC-CLOCK", "certain"),
    "clock a year off": (
        {"clock_right": NO, "clock_breaks_certificates": YES, "certificates_valid": NO,
         "certificates_wrong_everywhere": YES, "certificates_out_of_date": YES}, "PC-CLOCK", "certain"),
    "one certificate": ({"certificates_valid": NO, "certificate_wrong_alone": YES}, "NET-CERT", "certain"),
    "intercepted, unknown root": (
        {"certificates_valid": NO, "certificates_wrong_everywhere": YES, "certificates_intercepted": YES},
        "PC-TLS-MITM", "certain"),
    "proxy dead": ({"proxy_set": YES, "proxy_works": NO, "proxy_wants_password": NO}, "PC-PROXY", "certain"),
    "proxy wants a password": (
        {"proxy_set": YES, "proxy_works": NO, "proxy_wants_password": YES}, "PC-PROXY", "certain"),
    "proxy script missing": (
        {"proxy_set": YES, "proxy_works": NO, "proxy_script_missing": YES}, "PC-PROXY", "likely"),
    # A hotel's gateway may do the same, with words boxes use: likely, no more.
    "walled": ({**_WALLED, "page_is_box": YES}, "BOX-WALLED", "likely"),
    "walled, its own certificate": (
        {**_WALLED, "page_is_box": YES, "certificates_valid": NO, "certificates_intercepted": YES},
        "BOX-WALLED", "likely"),
    "portal that took over names, with a name of its own": (
        {**_WALLED, "portal_has_name": YES, "portal_on_gateway": NO}, "NET-PORTAL", "likely"),
    "portal that took over names, with its form": ({**_WALLED, "page_is_box": NO}, "NET-PORTAL", "likely"),
    "portal with its service": ({**_PORTAL, "portal_api_captive": YES}, "NET-PORTAL", "certain"),
    "portal on the gateway": ({**_PORTAL, "portal_on_gateway": YES}, "NET-PORTAL", "likely"),
}  # fmt: skip

NEAR_MISSES: dict[str, tuple[dict[str, Tri], str]] = {
    "the network says captive, but pages arrive": ({"portal_api_captive": YES}, "NET-PORTAL"),
    "a proxy that works": ({"proxy_set": YES, "proxy_works": YES}, "PC-PROXY"),
    "a proxy whose script was not understood": ({"proxy_set": YES, "proxy_works": UNKNOWN}, "PC-PROXY"),
    "clock not known": ({"clock_right": UNKNOWN, "clock_drifts": UNKNOWN}, "PC-CLOCK"),
    "system does not know": ({"system_says_online": UNKNOWN}, "PC-NCSI"),
}

# A symptom is there, and this code must not be the answer.
NOT_THIS: dict[str, tuple[dict[str, Tri], str]] = {
    "a certificate wrong and the clock not known": (
        {"certificates_valid": NO, "certificate_wrong_alone": YES, "clock_right": UNKNOWN},
        "NET-CERT",
    ),
    "one certificate wrong and the clock as well": (
        {"certificates_valid": NO, "certificate_wrong_alone": YES, "clock_right": NO},
        "NET-CERT",
    ),
    "the line is down and a proxy is set": (
        {"proxy_set": YES, "web_by_name": NO, "outside_answers": NO, "names_resolve": NO},
        "PC-PROXY",
    ),
    "certificates forged by a sign-in page": (
        {**_PORTAL, "certificates_valid": NO, "certificates_intercepted": YES},
        "PC-TLS-MITM",
    ),
    "a hotel's gateway with true names": ({**_PORTAL, "portal_on_gateway": YES}, "BOX-WALLED"),
    "a hotel's gateway with its sign-in service": ({**_WALLED, "portal_api_captive": YES}, "BOX-WALLED"),
    "names lead to the gateway, whose page says nothing": (_WALLED, "BOX-WALLED"),
    "names lead to the gateway, whose page says nothing of a form": (_WALLED, "NET-PORTAL"),
    "the system is offline for a reason": ({**_PORTAL, "system_says_online": NO}, "PC-NCSI"),
}

CONDITIONS: dict[str, tuple[dict[str, Tri], str]] = {
    "clock drifts": ({"clock_drifts": YES}, "PC-CLOCK-DRIFT"),
    "filter with a known root": ({"added_root_in_use": YES}, "PC-TLS-MITM"),
    "system says offline": ({"system_says_online": NO}, "PC-NCSI"),
}
