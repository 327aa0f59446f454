"""Causes of a connection that does not work at all: adapter, cable, address, routes, box, names, line, portal."""

from __future__ import annotations

from selfcare.diagnosis.facts import SOURCES, downstream
from selfcare.model.finding import Scope, Weight
from selfcare.model.rule import Clue, Gate, Rule
from selfcare.model.segment import Segment
from selfcare.model.tri import Tri

YES, NO = Tri.YES, Tri.NO
DECISIVE, STRONG, MODERATE, WEAK = Weight.DECISIVE, Weight.STRONG, Weight.MODERATE, Weight.WEAK
# Told beside the evidence: why some sites still open.
_BY_HEART = Clue("only_known_names", YES, Weight.HINT)


_NAMES = ("names_resolve", "web_by_name")
# So much is lost that the silence of a resolver is chance.
_LOSSY = Gate("loss_heavy", YES)
# A hotspot's or a phone's network: neither the box nor the line behind it are the subscriber's.
_STRANGER = Gate("wifi_net_foreign", YES)
_BEYOND = ("beyond_box_answers", "box_says_unreachable", "ipv6_works", "ipv6_offered", "proxy_answers", "late_answer")

_THIN_AIR = (Clue("wifi_signal_bad", YES, STRONG), Clue("wifi_frames_lost", YES, STRONG))

RULES: tuple[Rule, ...] = (
    Rule(
        code="PC-NIC-OFF",
        segments=(Segment.PC,),
        scope=Scope.DEVICE,
        gates=(Gate("adapter_present", YES), Gate("adapter_enabled", NO)),
        # Only with every adapter off is it sure that the one in use is off.
        supports=(Clue("adapter_enabled", NO, STRONG), Clue("every_adapter_off", YES, STRONG)),
        explains=downstream("adapter_enabled"),
        moot=tuple(SOURCES),
    ),
    Rule(
        code="LAN-CABLE-DOWN",
        segments=(Segment.LAN,),
        scope=Scope.DEVICE,
        gates=(Gate("adapter_enabled", YES), Gate("link_up", NO), Gate("link_wired", YES)),
        supports=(Clue("link_up", NO, DECISIVE),),
        explains=downstream("link_up"),
        moot=tuple(SOURCES),
    ),
    Rule(
        code="PC-IP-STATIC",
        segments=(Segment.PC,),
        scope=Scope.DEVICE,
        gates=(Gate("link_up", YES), Gate("address_manual", YES), Gate("gateway_answers", NO)),
        supports=(
            Clue("gateway_in_subnet", NO, DECISIVE),
            Clue("router_on_link", YES, DECISIVE),
            Clue("address_manual", YES, STRONG),
        ),
        # Weak only: a box without IPv6 would not answer this question either.
        contradicts=(Clue("router_on_link", NO, WEAK),),
        refuted_by=(Gate("pc_lets_through", NO),),
        explains=downstream("default_route"),
        moot=_BEYOND,
    ),
    Rule(
        code="PC-DNS-STATIC",
        segments=(Segment.PC,),
        scope=Scope.DEVICE,
        gates=(
            Gate("resolver_manual", YES),
            # Also when only the first of two is dead and this system waits for it with every name.
            Gate("other_resolver_fails", YES),
            Gate("names_resolve", NO),
            Gate("outside_answers", YES),
        ),
        supports=(
            Clue("resolver_discontinued", YES, STRONG),
            Clue("resolver_manual", YES, MODERATE),
            Clue("box_resolver_answers", YES, MODERATE),
            Clue("isp_resolver_answers", YES, MODERATE),
            Clue("public_resolver_answers", YES, MODERATE),
            Clue("late_answer", NO, MODERATE),
            _BY_HEART,
        ),
        contradicts=(
            # Another of several answered: then the first may be slow rather than dead.
            Clue("late_answer", YES, WEAK),
            # Where no public resolver answers, the network keeps PCs from asking any but its own: the setting does not
            # fit here, but nobody knows who decided that. And if its own fails too, the setting is not the cause.
            Clue("public_resolver_answers", NO, MODERATE),
            Clue("box_resolver_answers", NO, MODERATE),
        ),
        refuted_by=(
            Gate("configured_is_isp", YES),
            # The server is the tunnel's, set by its program.
            Gate("tunnel_misleads", YES),
            _LOSSY,
        ),
        explains=_NAMES,
    ),
    Rule(
        code="PC-HOSTS",
        segments=(Segment.PC,),
        scope=Scope.DEVICE,
        gates=(Gate("site_names_true", NO),),
        supports=(Clue("site_names_true", NO, DECISIVE),),
        explains=("site_names_true", "web_by_name"),
    ),
    Rule(
        code="PC-ROUTES",
        segments=(Segment.PC,),
        scope=Scope.DEVICE,
        gates=(Gate("link_up", YES), Gate("address_valid", YES), Gate("route_misdirected", YES)),
        supports=(
            Clue("route_misdirected", YES, STRONG),
            Clue("physical_link_reaches", YES, STRONG),
            Clue("default_route", NO, STRONG),
            Clue("gateway_answers", YES, MODERATE),
            Clue("gateway_off_lease", YES, MODERATE),
        ),
        explains=downstream("default_route"),
        moot=_BEYOND,
    ),
    Rule(
        code="PC-VPN",
        segments=(Segment.PC,),
        scope=Scope.DEVICE,
        gates=(Gate("tunnel_owns_default", YES), Gate("tunnel_misleads", YES)),
        supports=(Clue("tunnel_misleads", YES, STRONG), Clue("physical_link_reaches", YES, STRONG)),
        # With only its names dead, the system's own resolver could be what fails.
        contradicts=(Clue("physical_link_reaches", NO, DECISIVE), Clue("outside_answers", YES, WEAK)),
        explains=downstream("outside_answers"),
        moot=_BEYOND,
    ),
    Rule(
        code="LAN-DHCP-NONE",
        segments=(Segment.LAN,),
        scope=Scope.HOME,
        gates=(Gate("link_up", YES), Gate("address_valid", NO), Gate("dhcp_failed", YES)),
        # Never certain: this PC cannot see whether its question left, nor who should have answered.
        supports=(Clue("dhcp_failed", YES, STRONG), Clue("router_on_link", YES, MODERATE)),
        contradicts=(Clue("address_manual", YES, DECISIVE), *_THIN_AIR),
        # Who never asked cannot have been refused.
        refuted_by=(Gate("dhcp_client_absent", YES),),
        explains=downstream("address_valid"),
        moot=_BEYOND,
    ),
    Rule(
        code="BOX-SILENT",
        segments=(Segment.BOX,),
        scope=Scope.HOME,
        gates=(
            Gate("link_up", YES),
            Gate("address_valid", YES),
            Gate("gateway_known", YES),
            Gate("gateway_answers", NO),
        ),
        supports=(
            Clue("gateway_answers", NO, STRONG),
            # Never certain: a switch or powerline pair in between may be what died.
            Clue("gateway_neighbour", NO, MODERATE),
            Clue("address_manual", NO, WEAK),
            Clue("router_on_link", NO, WEAK),
        ),
        # Through an air that is too weak or gives frames up the liveliest box is silent as well.
        contradicts=(
            Clue("router_on_link", YES, DECISIVE),
            Clue("address_manual", YES, MODERATE),
            *_THIN_AIR,
        ),
        # A firewall of this PC makes the liveliest box look dead.
        refuted_by=(
            Gate("gateway_in_subnet", NO),
            Gate("pc_lets_through", NO),
            Gate("gateway_off_lease", YES),
            _STRANGER,
        ),
        explains=downstream("gateway_answers"),
        moot=_BEYOND,
    ),
    Rule(
        code="BOX-DNS",
        segments=(Segment.BOX,),
        scope=Scope.HOME,
        gates=(
            Gate("outside_answers", YES),
            Gate("names_resolve", NO),
            Gate("configured_is_box", YES),
            Gate("box_resolver_answers", NO),
        ),
        supports=(
            Clue("isp_resolver_answers", YES, STRONG),
            Clue("public_resolver_answers", YES, MODERATE),
            Clue("box_forwarder_alive", NO, MODERATE),
            Clue("late_answer", NO, STRONG),
            _BY_HEART,
        ),
        # A box that refuses may keep only this PC out.
        contradicts=(Clue("box_refuses_names", YES, STRONG), Clue("isp_resolver_answers", NO, WEAK)),
        # Another operator's servers are silent in the soundest home: they must be known to be this line's.
        # A box that has only just started may not pass on names yet.
        refuted_by=(
            Gate("operator_resolvers_silent", YES),
            Gate("late_answer", YES),
            Gate("box_settling", YES),
            _LOSSY,
        ),
        explains=_NAMES,
    ),
    Rule(
        code="ISP-DNS-DOWN",
        segments=(Segment.ISP,),
        scope=Scope.LINE,
        gates=(
            Gate("outside_answers", YES),
            Gate("names_resolve", NO),
            Gate("configured_depends_on_isp", YES),
            Gate("public_resolver_answers", YES),
        ),
        supports=(
            Clue("isp_resolver_answers", NO, STRONG),
            Clue("public_resolver_answers", YES, MODERATE),
            Clue("box_forwarder_alive", YES, MODERATE),
            Clue("late_answer", NO, STRONG),
            _BY_HEART,
        ),
        contradicts=(Clue("box_forwarder_alive", NO, STRONG),),
        # A server that still answers somebody of this home shows that the operator's work.
        refuted_by=(
            Gate("isp_resolver_answers", YES),
            Gate("box_resolver_answers", YES),
            Gate("configured_resolver_answers", YES),
            Gate("late_answer", YES),
            _LOSSY,
        ),
        explains=_NAMES,
    ),
    Rule(
        code="WAN-DOWN",
        segments=(Segment.ACCESS, Segment.ISP),
        scope=Scope.LINE,
        gates=(Gate("gateway_answers", YES), Gate("outside_answers", NO), Gate("portal_seen", NO)),
        supports=(
            Clue("outside_answers", NO, STRONG),
            # The box's own forwarder failing while alive shows that the box, not this PC, is cut off.
            Clue("box_reaches_outside", NO, MODERATE),
            Clue("late_answer", NO, MODERATE),
            Clue("box_says_unreachable", YES, STRONG),
            Clue("box_session_up", NO, MODERATE),
            Clue("beyond_box_answers", NO, WEAK),
        ),
        contradicts=(
            Clue("box_refuses_names", YES, MODERATE),
            # The box sees its line carry at this moment: then it is behind the line.
            Clue("access_carries", YES, DECISIVE),
            # Then the router this PC was sent to may not be the box.
            Clue("box_elsewhere_on_link", YES, STRONG),
            # Or somebody else may have the box's address: a line is not blamed on a stranger's silence.
            Clue("gateway_in_doubt", YES, STRONG),
        ),
        refuted_by=(
            Gate("box_reaches_outside", YES),
            Gate("late_answer", YES),
            Gate("route_misdirected", YES),
            Gate("tunnel_misleads", YES),
            Gate("pc_lets_through", NO),
            Gate("box_refuses_device", YES),
            # The line carries: what is cut is behind the operator's first router.
            Gate("operator_alive", YES),
            # Another router of the same link gets out: then it is not the line.
            Gate("other_router_reaches_outside", YES),
            # The box itself says more exactly where it ends; or it has only just started.
            Gate("line_down_told", YES),
            Gate("box_settling", YES),
            _STRANGER,
        ),
        explains=downstream("outside_answers"),
        moot=_BEYOND,
    ),
    Rule(
        code="NET-PORTAL",
        segments=(Segment.INTERNET,),
        scope=Scope.HOME,
        gates=(Gate("portal_seen", YES),),
        supports=(Clue("portal_seen", YES, DECISIVE), Clue("portal_api_captive", YES, STRONG)),
        contradicts=(
            Clue("portal_on_gateway", YES, MODERATE),
            Clue("web_by_address", YES, STRONG),
            # A box without a line answers with its own page: see BOX-WALLED.
            Clue("page_is_box", YES, MODERATE),
            Clue("names_lead_to_box", YES, WEAK),
        ),
        refuted_by=(
            Gate("box_refuses_device", YES),
            Gate("line_down_told", YES),
            Gate("box_settling", YES),
            # The page is the operator's own, for a line it has closed or not opened yet.
            Gate("walled_by_operator", YES),
            # A hotspot's page, while home is in sight.
            Gate("wifi_right_net", NO),
        ),
        explains=downstream("outside_answers"),
        moot=_BEYOND,
    ),
)
