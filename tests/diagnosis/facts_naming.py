"""Fact sets of the area: what is added to the healthy home, each cause, each near miss, each condition."""

from __future__ import annotations

from selfcare.model.tri import Tri

YES, NO, UNKNOWN = Tri.YES, Tri.NO, Tri.UNKNOWN

HEALTHY: dict[str, Tri] = {
    "names_true": YES, "isp_names_true": YES, "names_fresh": YES, "stale_address_kept": NO,
    "chosen_resolver_filters": NO,
    "isp_blocks_by_order": NO, "names_seem_slow": NO, "names_fast": YES, "isp_names_fast": YES,
    "isp_rewrites_missing": NO, "dns_intercepted": NO, "other_resolver_fails": NO, "resolver_partly_dead": NO,
    "resolver_discontinued": NO, "resolver_in_home": NO, "resolver_local": YES, "local_resolver_listens": YES,
}  # fmt: skip

_NO_NAMES = {"names_resolve": NO, "web_by_name": NO}
_MANUAL = {"resolver_manual": YES, "configured_is_box": NO, "configured_depends_on_isp": UNKNOWN}
_SLOW = {"names_seem_slow": YES, "names_fast": NO}

FAULTS: dict[str, tuple[dict[str, Tri], str, str]] = {
    "closed public resolver": (
        {**_NO_NAMES, **_MANUAL, "configured_resolver_answers": NO, "other_resolver_fails": YES,
         "resolver_discontinued": YES}, "PC-DNS-STATIC", "certain"),
    "first of two manual resolvers dead": (
        {**_NO_NAMES, **_MANUAL, "other_resolver_fails": YES, "resolver_partly_dead": YES,
         "late_answer": YES},
        "PC-DNS-STATIC", "likely"),
    "local resolver stopped": ({**_NO_NAMES, "local_resolver_listens": NO}, "PC-DNS-LOCAL", "certain"),
    "home's resolver off": (
        {**_NO_NAMES, "resolver_in_home": YES, "configured_is_box": NO, "configured_depends_on_isp": UNKNOWN,
         "configured_resolver_answers": NO, "other_resolver_fails": YES, "late_answer": NO}, "LAN-DNS-DOWN", "certain"),
    "operator's names untrue": ({"names_true": NO, "isp_names_true": NO}, "ISP-DNS-LIES", "certain"),
    "box's names untrue": ({"names_true": NO}, "BOX-DNS-LIES", "certain"),
    "stale cache": ({"names_fresh": NO, "stale_address_kept": YES}, "PC-DNS-CACHE", "certain"),
    "impossible answer remembered, or filtered": ({"names_fresh": NO}, "PC-DNS-CACHE", "likely"),
    "operator's names slow": ({**_SLOW, "isp_names_fast": NO}, "ISP-DNS-SLOW", "certain"),
    "box's names slow": (_SLOW, "BOX-DNS-SLOW", "certain"),
    "manual resolver slow": ({**_SLOW, **_MANUAL}, "PC-DNS-SLOW", "certain"),
}  # fmt: skip

NEAR_MISSES: dict[str, tuple[dict[str, Tri], str]] = {
    "operator lies, but another resolver is used": ({**_MANUAL, "isp_names_true": NO}, "ISP-DNS-LIES"),
    "operator slow, but another resolver is used": ({**_MANUAL, "isp_names_fast": NO}, "ISP-DNS-SLOW"),
    "home's resolver works": (
        {"resolver_in_home": YES, "configured_is_box": NO, "configured_depends_on_isp": UNKNOWN}, "LAN-DNS-DOWN"),
    "no program between": ({"resolver_local": NO, "local_resolver_listens": UNKNOWN}, "PC-DNS-LOCAL"),
    "closed resolver left as a spare, names resolve": (
        {**_MANUAL, "resolver_discontinued": YES, "resolver_partly_dead": YES}, "PC-DNS-STATIC"),
}  # fmt: skip

CONDITIONS: dict[str, tuple[dict[str, Tri], str]] = {
    "missing names rewritten": ({"isp_rewrites_missing": YES}, "ISP-DNS-REWRITE"),
    "blocked by order": ({"isp_blocks_by_order": YES}, "ISP-DNS-BLOCK"),
    "answered on the way": ({"dns_intercepted": YES}, "NET-DNS-INTERCEPTED"),
    "chosen resolver filters": ({**_MANUAL, "chosen_resolver_filters": YES}, "PC-DNS-FILTER"),
    "one manual resolver dead": ({**_MANUAL, "resolver_partly_dead": YES}, "PC-DNS-SPARE"),
}
