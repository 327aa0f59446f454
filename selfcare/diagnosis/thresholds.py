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

# -- reach: what is let through -------------------------------------------------------------------

MIN_LOST_REPLIES = 4
"""Packets for this computer that reached no program before "it drops the answers" (count).

Own choice: one per connection attempt of the probe, and never fewer than four, as a neighbour's
stray packet or two are dropped by every healthy firewall.
"""

MIN_FINE_SITES = 3
"""Sampled services that must work before one that does not is worth a word (count; half of the sample)."""

MIN_SILENT_NETWORKS = 2
"""Independent networks or servers that must fail before the way there, not they, is suspected (rule 3 again)."""

MIN_OPEN_PORTS = 2
"""Ports of the same host that must be open before a closed one is a filter's work (count)."""

MAIL_PORT = 25
"""Closed on most home lines on purpose, against junk mail (operators' help pages): never a fault."""

# -- naming --------------------------------------------------------------------------------------

NAMES_SEEM_SLOW_MS = 250.0
"""Milliseconds an uncached lookup takes before it is looked at more closely.

Netalyzr: "generally perceptible" over 300 ms.
"""

NAMES_SEEM_SLOW_RATIO = 2.0
"""How many times slower than a public resolver asked at the same moment; below that the line is slow, not the names."""

NAMES_SLOW_MS = 400.0
"""Milliseconds of pure lookup (without the way there and back) that are a fault; ChromeOS: 400 possible, 500 sure."""

NAMES_FAST_MS = 150.0
"""Milliseconds of pure lookup up to which a resolver is cleared; between this and slow nobody is accused."""

MIN_LOOKUPS = 3
"""Answered lookups of a series (of four) before its median counts."""

MIN_TRUTH_CONTROLS = 2
"""Public resolvers that must give addresses of a name before another answer can be called untrue."""

MIN_TRUE_NAMES = 2
"""Names found true before a resolver is cleared of telling untruths."""

EDE_CENSORED = 16
"""Extended DNS error "censored": by order of somebody outside the operator (RFC 8914 §4.17), a court above all."""
