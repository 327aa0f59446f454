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

# -- line: the cable, delay and loss, what the PC itself does -----------------------------------

LOSS_PCT = 1.0
"""Loss in %, lower bound at 95 %, above which a series of at least 200 echoes is lossy.

Teams asks for < 1 % per 15 s, DSLReports' best grade ends at 1 % (reference §3.5).
"""

CONFIRMED_LOSS_PCT = 0.5
"""The same bound in % for the TCP and DNS questions that must confirm it; they are fewer, so half of it."""

CLEAN_LOSS_PCT = 1.0
"""Confirming questions that lose less than this, in %, show that only echoes are dropped."""

HEAVY_LOSS_PCT = 10.0
"""Loss in % from which three tries of a probe may all be lost by chance (10 % of round trips cubed: 1 in 1000),

so that silence elsewhere proves nothing any more. Own calculation.
"""

MIN_SERIES = 100
"""Questions a series needs before its bounds speak against anybody (issue: at least 200 echoes in all)."""

LATENCY_LIMIT_MS = 800.0
"""Median round trip in ms no line in service has: G.114 calls 400 ms one way unacceptable.

Geostationary satellites need 550 to 700 ms: a property of such a line, no fault.
"""

FAR_MS = 300.0
"""Median round trip in ms worth telling to people who call or play: G.114's 150 ms one way."""

SPREAD_LIMIT_MS = 100.0
"""90th percentile less minimum of the round trips in ms (delay variation as in RFC 5481 §4.2, less the minimum).

ITU-T Y.1541 (restated in RFC 5976) allows 50 ms each way in the classes for calls, for all but
one packet in a thousand: a round trip of a line that keeps to it stays below 100 ms. Asked of
nine in ten only, as a hundred echoes know no thousandth. Limits of jitter from packet to packet
(RFC 3550; Microsoft asks for less than 30 ms for calls) are another measure: a delay that comes
and goes slowly has little of it.
"""

CONFIRMED_SPREAD_MS = 75.0
"""The same in ms for the TCP and DNS questions that must confirm it: three quarters, as fewer meet the minimum."""

QUEUE_MS = 100.0
"""Median less minimum in ms: what a queue adds. A tenth of a second is felt in a game (G.114), and more than
the wavering of a radio line (Y.1541's 50 ms)."""

CONFIRMED_QUEUE_MS = 40.0
"""The same in ms for the TCP and DNS questions that must confirm it: a new connection may meet an emptier queue.
Own choice, twice what is still called steady."""

STEADY_MS = 20.0
"""Spread of the round trips in ms below which nothing waits in a queue. Own choice, below every limit above."""

CONTROL_SPREAD_MS = 25.0
"""The same towards the box over a cable: above a quarter of the limit, the wavering may begin before the box."""

GATEWAY_P90_MS = 100.0
"""90th percentile in ms towards the box on a cable (reference §3.1: above 100 ms is bad even over Wi-Fi)."""

IDLE_UP_KBIT_S = 200.0
"""Own traffic upwards in kbit/s that cannot fill a line: less than the slowest uplink sold (256 kbit/s)."""

IDLE_DOWN_KBIT_S = 300.0
"""Own traffic downwards in kbit/s that cannot fill a line: less than the slowest ADSL (512 kbit/s)."""

OWN_TRAFFIC_KBIT_S = 1000.0
"""Own traffic in kbit/s, either way, worth telling: a video, an upload. Own choice, far above the check's own."""

CPU_BUSY_PCT = 90.0
"""Processor use by other programs, all cores, in %. Own choice: what is left delays a program by tenths of a second."""

MEMORY_LEFT_PCT = 5.0
"""Memory still available in %, below which a computer begins to swap. Own choice."""

MEMORY_STALLED_PCT = 20.0
"""Share of time in % some program waited for memory (kernel's avg10). Own choice: a fifth of the time is felt."""

GIGABIT_MBPS = 1000
"""Speed in Mb/s of IEEE 802.3ab, which needs all four pairs of the cable; two are enough for 100."""

FRAME_ERRORS = 3
"""Frames with errors within the window of `link.quality`; a sound cable has fewer than one an hour (BER 1e-10)."""

FRAME_ERRORS_PCT = 0.1
"""And their share of all frames in %: a thousandth is ten times what loss of 0.01 % would need. Own choice."""
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
# -- Wi-Fi or line ---------------------------------------------------------------------------

AIR_QUEUE_MS, LINE_QUEUE_MS, QUEUE_SHARE = 15.0, 10.0, 0.6
"""What waits under load before the air, or before the line, in ms of three answers in four, from which it may be the
narrower one; and the share of all waiting that it must hold. Chosen on the tuning half of `tests/wifi/traces`."""

AIR_WAVERS, LINE_WAVERS, LINE_WAVERS_AT_MOST, MIN_RATE_WINDOWS = 0.12, 0.03, 0.3, 4
"""Inter-quartile range over median of one-second windows: from the first it is the air, up to the second the line,
between the two nobody is named; above the third not even a queue before the line names it; and the windows this
needs. Chosen as above."""
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

RSSI_GOOD_DBM, RSSI_FAIR_DBM, RSSI_WEAK_DBM = -60.0, -67.0, -75.0
"""Wi-Fi signal in dBm from which it is called good and fair, and below which very weak.

-67 is the edge of a cell laid out for voice (Cisco Unified Wireless IP Phone 7925G deployment guide), data is usable
down to some -70 to -80. Used to put a figure into words for people, not to accuse anything.
"""

HOME_HOP_MS = 4.0
"""Round trip in ms, beyond that of the gateway, below which a second router can stand in the same home.

Own reasoning: the first router of an access network is 1 ms (fibre) to 30 ms away, one in the home below 1 ms,
3 ms over Wi-Fi (diagnosis reference §3.1); used only together with an address of 192.168/16.
"""

IPV6_EXTRA_MS = 250.0
"""Delay in ms of IPv6 against IPv4 beyond which programs give up on it (RFC 8305 §5: connection attempt delay)."""
# -- box: what the box says of itself and of the line ----------------------------------------------

BOX_SETTLES_S, SYNC_SETTLES_S = 300.0, 120.0
"""Seconds after a start of the box, or after a DSL sync, in which no session yet is no fault. Own."""

DSL_MARGIN_LOW_DB, DSL_MARGIN_ENOUGH_DB = 3.0, 6.0
"""Noise margin in dB: below the first a fault, from the second enough (reference §3.2; 6 dB is the usual target)."""

DSL_ERRORS_PER_MIN, DSL_ERRORS_FEW_PER_MIN, DSL_SES_PER_H = 60.0, 1.0, 10.0
"""CRC errors per minute that are a fault, and that are few; severely errored seconds per hour that are (§3.2)."""

COUNTER_SHARE, COUNTER_WINDOW_S, COUNTER_ALONE_S = 2.0, 60.0, 900.0
"""A counter since the sync accuses only at so many times the limit, over so many seconds (third) at least; two
readings of the box must lie so many seconds (second) apart. Own: a storm a week ago is no fault of today."""

RECENT_COUNTER_S = 7200.0
"""Seconds since the box began over which its counters still speak of today. Own."""

DSL_RESYNCED_S = 3600.0
"""Seconds since the sync below which, in a box that runs far longer, the line fell lately. Own."""

OPTICS_DARK_DBM = -35.0
"""Received power in dBm where there is no light: meters end at about -40 (reference §2.1: Rx ≈ -40 or none)."""

OPTICS_WINDOW_DBM, OPTICS_WINDOW_XGS_DBM = (-27.0, -8.0), (-28.0, -9.0)
"""Received power in dBm: G.984.2 class B+, G.9807.1 N1; the box's own limits go before (reference §3.3)."""

OPTICS_METER_DB, OPTICS_OWN_DB = 3.0, 1.0
"""Error of an optical meter in dB (§3.3 [V S24b]); and hysteresis where limit and figure are of the same meter. Own."""

RSRP_BAD_DBM, RSRP_GOOD_DBM, SINR_BAD_DB, SINR_GOOD_DB = -110.0, -90.0, 0.0, 13.0
"""4G and 5G signal (reference §3.4, recalled there): therefore never certain."""

MANY_A_DAY, FEW_A_DAY = 4, 1
"""Restarts, or drops of the line, in 24 h that are a fault, and that are none. Own: once a night is somebody's habit
(a timer, a nightly reconnection), three are a bad evening with somebody at the switch."""

UPTIME_AGREES_S, RESTARTS_SPREAD_S = 600.0, 7200.0
"""Seconds by which a box's own age and its newest restart may differ and still tell the same; and over which restarts
must be spread: an hour of switching it off and on is somebody's answer to an outage. Own."""

LINE_OVERFULL_SHARE, LINE_FULL_SHARE, LINE_FREE_SHARE, FULL_KBIT_S = 1.2, 0.7, 0.3, 500.0
"""Share of the line that others use: above the first a figure is wrong, from the second it is full (a queue grows),
below the third it is not; kbit/s that are at least needed to speak of it. Own: boxes average over seconds."""

ONE_DROP_S = 120.0
"""Seconds within which lines of a box's log are one drop: link, session and IPv6 each write theirs. Own."""

READING_OF_NOW_S = 10.0
"""Seconds after which a reading proves no more that the line carries, or who fills it, at this moment. Own."""

READING_FRESH_S = 60.0
"""Seconds after which what a box said is no more than history. A Bbox may be asked once a minute."""
