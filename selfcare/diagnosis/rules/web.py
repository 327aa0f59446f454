"""Causes in the area of ``observe.web``: clock, certificates, proxy, the box's own page, the system's indicator."""

from __future__ import annotations

from selfcare.diagnosis.facts import downstream
from selfcare.model.finding import Scope, Weight
from selfcare.model.rule import Clue, Gate, Rule
from selfcare.model.segment import Segment
from selfcare.model.symptom import SymptomKind
from selfcare.model.tri import Tri

YES, NO = Tri.YES, Tri.NO
DECISIVE, STRONG, MODERATE = Weight.DECISIVE, Weight.STRONG, Weight.MODERATE
WEAK, HINT = Weight.WEAK, Weight.HINT

# What the subscriber calls it when programs are misled although the Internet works.
_WEB = (SymptomKind.NO_WEB, SymptomKind.ONE_SITE, SymptomKind.ONE_DEVICE)

RULES: tuple[Rule, ...] = (
    Rule(
        code="PC-CLOCK",
        segments=(Segment.PC,),
        scope=Scope.DEVICE,
        gates=(Gate("clock_right", NO),),
        supports=(
            Clue("clock_right", NO, DECISIVE, number="clock_offset"),
            Clue("certificates_out_of_date", YES, STRONG),
        ),
        explains=("clock_right", "certificates_valid"),
    ),
    Rule(
        code="NET-CERT",
        segments=(Segment.INTERNET,),
        scope=Scope.SERVICE,
        gates=(Gate("certificate_wrong_alone", YES), Gate("clock_right", YES)),
        supports=(Clue("certificate_wrong_alone", YES, DECISIVE), Clue("clock_right", YES, MODERATE)),
        refuted_by=(Gate("portal_seen", YES),),
        explains=("certificates_valid",),
    ),
    Rule(
        # A filter that this computer does not know: on it with its root lost, or on the way.
        # A second device would tell.
        code="PC-TLS-MITM",
        segments=(Segment.PC, Segment.BOX),
        scope=Scope.DEVICE,
        gates=(Gate("certificates_intercepted", YES), Gate("web_unaltered", YES)),
        supports=(Clue("certificates_intercepted", YES, DECISIVE),),
        explains=("certificates_valid",),
    ),
    Rule(
        code="PC-PROXY",
        segments=(Segment.PC,),
        scope=Scope.DEVICE,
        gates=(Gate("proxy_set", YES), Gate("proxy_works", NO), Gate("outside_answers", YES)),
        supports=(
            Clue("proxy_works", NO, STRONG),
            Clue("proxy_wants_password", YES, STRONG),
            Clue("web_by_name", YES, STRONG),
        ),
        # Programs mostly go on without a script they cannot have, only slower.
        contradicts=(Clue("proxy_script_missing", YES, MODERATE),),
        explains=("proxy_works",),
    ),
    Rule(
        # The line behind it is down or not in service yet; which of the two only the box knows.
        code="BOX-WALLED",
        segments=(Segment.BOX, Segment.ACCESS),
        scope=Scope.HOME,
        gates=(Gate("box_answers_for_all", YES),),
        supports=(
            Clue("box_answers_for_all", YES, STRONG),
            # A guest house's gateway takes over names and pages just so: the page's own words decide.
            Clue("page_is_box", YES, STRONG),
            # The box's own word: the operator keeps this line closed.
            Clue("walled_by_operator", YES, STRONG),
            Clue("portal_on_gateway", YES, WEAK),
            Clue("names_lead_to_box", YES, HINT),
            Clue("certificates_intercepted", YES, HINT),
            Clue("beyond_box_answers", NO, WEAK),
        ),
        contradicts=(Clue("beyond_box_answers", YES, MODERATE),),
        # A box that still finds out that a name does not exist has a line: then it is a sign-in page.
        refuted_by=(
            Gate("portal_api_captive", YES),
            Gate("box_reaches_outside", YES),
            Gate("portal_has_name", YES),
            Gate("page_is_box", NO),
            # Then the page is only what the box shows for want of a line, or until it has one.
            Gate("line_down_told", YES),
            Gate("box_settling", YES),
        ),
        explains=downstream("outside_answers"),
    ),
    Rule(
        code="PC-CLOCK-DRIFT",
        segments=(Segment.PC,),
        scope=Scope.DEVICE,
        gates=(Gate("clock_drifts", YES),),
        supports=(Clue("clock_drifts", YES, DECISIVE, number="clock_offset"),),
        explains=(),
        condition=True,
    ),
    Rule(
        code="PC-TLS-MITM",
        segments=(Segment.PC,),
        scope=Scope.DEVICE,
        gates=(Gate("added_root_in_use", YES),),
        supports=(Clue("added_root_in_use", YES, DECISIVE),),
        explains=(),
        condition=True,
    ),
    Rule(
        code="PC-NCSI",
        segments=(Segment.PC,),
        scope=Scope.DEVICE,
        gates=(
            Gate("system_says_online", NO),
            Gate("outside_answers", YES),
            Gate("names_resolve", YES),
            Gate("web_unaltered", YES),
        ),
        supports=(Clue("system_says_online", NO, DECISIVE), Clue("web_unaltered", YES, MODERATE)),
        explains=(),
        condition=True,
        answers=_WEB,
    ),
)
