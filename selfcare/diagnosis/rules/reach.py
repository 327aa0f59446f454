"""Causes in the area of ``observe.reach``: who lets through what."""

from __future__ import annotations

from selfcare.model.finding import Scope, Weight
from selfcare.model.rule import Clue, Gate, Rule
from selfcare.model.segment import Segment
from selfcare.model.symptom import SymptomKind
from selfcare.model.tri import Tri

YES, NO = Tri.YES, Tri.NO
DECISIVE, STRONG, MODERATE, WEAK = Weight.DECISIVE, Weight.STRONG, Weight.MODERATE, Weight.WEAK

_MISLED = (Gate("route_misdirected", YES), Gate("tunnel_misleads", YES))
_NOTHING_OUTSIDE = ("outside_answers", "ipv4_outside", "names_resolve", "web_unaltered", "web_by_name")

RULES: tuple[Rule, ...] = (
    Rule(
        code="PC-FIREWALL",
        segments=(Segment.PC,),
        scope=Scope.DEVICE,
        gates=(Gate("pc_lets_through", NO),),
        supports=(
            # The system's own word on its own packets: nobody else can have stopped them.
            Clue("pc_stops_sending", YES, DECISIVE),
            Clue("pc_drops_replies", YES, STRONG),
        ),
        # A page came, if not the right one: what refuses here is on the way.
        refuted_by=(Gate("portal_seen", YES),),
        explains=("gateway_answers", *_NOTHING_OUTSIDE, "pc_lets_through"),
    ),
    Rule(
        code="BOX-FILTER",
        segments=(Segment.BOX,),
        scope=Scope.DEVICE,
        gates=(Gate("gateway_answers", YES), Gate("box_refuses_device", YES), Gate("pc_lets_through", YES)),
        supports=(
            Clue("box_refuses_device", YES, DECISIVE),
            Clue("box_blocks_this_pc", YES, STRONG),
            Clue("box_reaches_outside", YES, MODERATE),
        ),
        # Without a line nobody gets out, blocked or not.
        refuted_by=(Gate("line_down_told", YES),),
        explains=_NOTHING_OUTSIDE,
    ),
    Rule(
        code="BOX-NOFORWARD",
        segments=(Segment.BOX,),
        scope=Scope.HOME,
        gates=(
            Gate("gateway_answers", YES),
            Gate("outside_answers", NO),
            Gate("box_reaches_outside", YES),
            Gate("operator_alive", NO),
            Gate("pc_lets_through", YES),
            Gate("portal_seen", NO),
        ),
        supports=(
            Clue("box_reaches_outside", YES, STRONG),
            # The same servers answer the box: only then is it the box, and not an operator that allows its own only.
            # With another operator's profile they are not the same.
            Clue("operator_resolvers_silent", YES, STRONG),
            Clue("outside_answers", NO, MODERATE),
        ),
        # Behind a tunnel a sign-in page is not seen, which names and drops as this box would.
        refuted_by=(
            *_MISLED,
            Gate("tunnel_owns_default", YES),
            Gate("box_refuses_device", YES),
            Gate("other_router_reaches_outside", YES),
            Gate("line_down_told", YES),
            Gate("box_settling", YES),
        ),
        explains=("outside_answers", "ipv4_outside", "web_by_name"),
    ),
    Rule(
        code="ISP-OUTAGE",
        segments=(Segment.ISP,),
        scope=Scope.LINE,
        gates=(
            Gate("gateway_answers", YES),
            # Its own resolvers may live on.
            Gate("internet_answers", NO),
            # A router of the operator speaks; or the box sees light, is registered and has its session.
            Gate("access_carries", YES),
            Gate("portal_seen", NO),
            Gate("pc_lets_through", YES),
        ),
        supports=(
            Clue("operator_alive", YES, STRONG),
            # Never certain by this alone: a session may outlive its line, and a box may tell what it saw before.
            Clue("box_line_up", YES, MODERATE),
            Clue("outside_answers", NO, MODERATE),
            # The box is cut off as well, so nothing of the home is in the way.
            Clue("box_reaches_outside", NO, MODERATE),
        ),
        refuted_by=(
            *_MISLED,
            Gate("box_alone_gets_out", YES),
            Gate("box_refuses_device", YES),
            Gate("other_router_reaches_outside", YES),
            Gate("box_settling", YES),
        ),
        explains=_NOTHING_OUTSIDE,
    ),
    Rule(
        code="ISP-PATH",
        segments=(Segment.ISP,),
        scope=Scope.LINE,
        gates=(
            Gate("outside_answers", YES),
            Gate("networks_reach", NO),
            Gate("stops_at_operator", YES),
            Gate("pc_lets_through", YES),
        ),
        # Never certain: no other place than this line was asked whether these networks answer it.
        supports=(
            Clue("networks_reach", NO, STRONG, "networks_silent"),
            Clue("stops_at_operator", YES, MODERATE),
        ),
        refuted_by=_MISLED,
        explains=("networks_reach",),
    ),
    Rule(
        code="NET-FILTERED",
        segments=(Segment.ISP, Segment.INTERNET),
        scope=Scope.LINE,
        gates=(Gate("outside_answers", YES), Gate("ports_pass", NO), Gate("pc_lets_through", YES)),
        # One host alone may have closed a port by itself: certain only when two of them agree.
        supports=(
            Clue("ports_pass", NO, STRONG),
            Clue("ports_cut_by_box", NO, MODERATE),
            Clue("ports_cut_twice", YES, MODERATE),
        ),
        refuted_by=(Gate("ports_cut_by_box", YES),),
        explains=("ports_pass",),
    ),
    Rule(
        code="NET-DOWN",
        segments=(Segment.INTERNET,),
        scope=Scope.SERVICE,
        gates=(Gate("outside_answers", YES), Gate("site_silent", YES)),
        supports=(Clue("site_silent", YES, STRONG), Clue("names_resolve", YES, WEAK)),
        explains=(),
        condition=True,
        answers=(SymptomKind.ONE_SITE,),
    ),
    Rule(
        code="NET-BLOCKED",
        segments=(Segment.INTERNET,),
        scope=Scope.SERVICE,
        gates=(Gate("outside_answers", YES), Gate("site_refuses", YES)),
        supports=(Clue("site_refuses", YES, STRONG), Clue("names_resolve", YES, WEAK)),
        explains=(),
        condition=True,
        answers=(SymptomKind.ONE_SITE,),
    ),
    Rule(
        code="NET-MAIL-PORT",
        segments=(Segment.ISP,),
        scope=Scope.LINE,
        gates=(Gate("outside_answers", YES), Gate("mail_port_closed", YES)),
        supports=(Clue("mail_port_closed", YES, DECISIVE),),
        explains=(),
        condition=True,
        answers=(SymptomKind.PORT,),
    ),
)
