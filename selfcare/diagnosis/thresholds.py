"""Every number the diagnosis decides by, with its unit and where it comes from.

Probes keep their own deadlines; what counts as good, bad or sure stands here only.
"""

from __future__ import annotations

from selfcare.model.finding import Weight

DHCP_PATIENCE_S = 6.0
"""Seconds without an offer after which a DHCP client's wait is a failure.

RFC 2131 §4.1: a client retransmits after 4 s, then 8 s. The slowest healthy server we
know (dnsmasq's ping check) offers after 3 s, so two lost rounds are needed to get here.
"""

MIN_PUBLIC_RESOLVERS = 2
"""Independent resolvers that must all be silent before "no public resolver answers".

Two endpoints before any "no Internet" (rule 3 of the inference rules in docs/design/diagnosis.md).
"""

MIN_PORTAL_PAGES = 2
"""Known pages that must come back altered before a portal is named (one may have changed by itself)."""

MIN_SILENT_ADDRESSES = 2
"""Addresses that must be silent on TCP before "nothing answers by address" (same rule 3)."""

LOG_ODDS: dict[Weight, float] = {
    Weight.DECISIVE: 6.0,
    Weight.STRONG: 3.0,
    Weight.MODERATE: 1.5,
    Weight.WEAK: 0.7,
    Weight.HINT: 0.3,
}
"""Natural log-odds per word. Own scale: decisive = 400 to 1, strong = 20 to 1, hint = 4 to 3."""

CERTAIN_SCORE = 6.0
"""Log-odds from which a finding may be certain (400 to 1), if also every rival is ruled out."""

LIKELY_SCORE = 3.0
"""Log-odds from which a finding is likely (20 to 1)."""

AMBIGUOUS_MARGIN = 1.5
"""Two open causes closer than this (one moderate piece of evidence) are not told apart: no one is accused."""

# -- capacity --------------------------------------------------------------------------------

LOADED_RISE_MS = 200.0
"""Rise of the round trip to a server under own load (of three answers in four), in ms, that people feel.

Two published scales change their word here: DSLReports' grade C becomes D, and the IETF's
responsiveness falls below 300 round trips per minute, "poor". A call during an upload is
then beyond what ITU-T G.114 calls fine (150 ms one way).
"""

BEYOND_SHARE = 0.5
"""Share of that rise which the first hop of the operator (or an independent address) must show too.

Own: it stands behind the same queue, but answers echo requests when it has time.
"""

GATEWAY_STEADY_MS = 30.0
"""Rise of the round trip to the box under load, in ms, below which the home network is not where it waits.

DSLReports' A; a suspicious Wi-Fi is above 30 ms in its 90th percentile (docs/design/diagnosis.md).
"""

MIN_LOADED_SAMPLES = 6
"""Answers under load, per place, below which they say nothing. Own."""

FREE_KBIT, FREE_SHARE = 200.0, 0.05
"""This PC's own traffic before the test, in kbit/s, or as a share of the measured rate: below either the line is free.

Own: a desktop at rest stays below 100 kbit/s; 5 % cannot change a verdict.
"""

FOREIGN_SHARE = 0.25
"""Share of the adapter's traffic during the test that was not ours, above which its figures are not judged. Own."""

BUSY_CPU = 0.8
"""Share of one processor core from which our own program may have been the limit. Own."""

UNDERRATE_SHARE, AGREED_SHARE = 0.5, 0.9
"""Measured rate over the contract's: below the first it is far from what was agreed, from the second it is as agreed.

EU 2015/2120 art. 4 speaks of a "significant" discrepancy that is also regular, which one
measurement cannot show: hence half, and never certain. 90 % is BNetzA's measure of the maximum rate.
"""

LINK_HEADROOM = 1.2
"""The cable's rate must exceed the contract's by this factor to be no suspect (headers, pauses). Own."""
