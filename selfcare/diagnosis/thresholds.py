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

# -- addressing: link, shared addresses, packet sizes, IPv6 ---------------------------------------

STANDARD_MTU_BYTES = 1500
"""Packet size of Ethernet (IEEE 802.3); larger ones need every device of the link to agree."""

MIN_MTU_BYTES = 1280
"""Smallest packet size a link may have for IPv6 (RFC 8200 §5); QUIC needs 1200 bytes of payload (RFC 9000 §14)."""

MANUAL_PATIENCE_S = 5.0
"""Seconds after which a manual address that is still not in use is taken by somebody else.

RFC 5227 §1.1: one second at most before the first of three probes one to two seconds apart; the conflict shows at
the first one. NetworkManager's own look takes 0.2 s unless it is told otherwise.
"""

HOME_HOP_MS = 4.0
"""Round trip in ms, beyond that of the gateway, below which a second router can stand in the same home.

Own reasoning: the first router of an access network is 1 ms (fibre) to 30 ms away, one in the home below 1 ms,
3 ms over Wi-Fi (diagnosis reference §3.1); used only together with an address of 192.168/16.
"""

IPV6_EXTRA_MS = 250.0
"""Delay in ms of IPv6 against IPv4 beyond which programs give up on it (RFC 8305 §5: connection attempt delay)."""
