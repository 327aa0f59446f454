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

# -- web: clock, certificates, sign-in pages -----------------------------------------------------

CLOCK_WARN_S = 120.0
"""Seconds of clock error worth telling. Own proposal: sign-in codes (TOTP, RFC 6238) fail at about a minute."""

CLOCK_FAULT_S = 300.0
"""Seconds of clock error that are a fault. Kerberos refuses at 5 minutes (RFC 4120 §1.6 leaves the limit to sites)."""

CLOCK_BREAKS_CERTIFICATES_S = 86_400.0
"""Seconds of clock error from which certificates may look expired or not yet valid. Own proposal."""

CLOCK_AGREE_S = 30.0
"""Two sources of time (time servers, web servers) that differ by less tell the same time."""

MIN_CLOCK_SOURCES = 2
"""Independent sources that must agree before the clock is called right or wrong: any one of them may be wrong."""

MIN_SITES = 2
"""Unrelated sites whose certificates show the same before it is called general: one may be wrong by itself."""
