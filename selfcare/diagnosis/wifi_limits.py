"""The numbers the diagnosis of a Wi-Fi decides by, with unit and source. Beside ``thresholds``, which has the rest.

"Reference" is the collection that docs/design/diagnosis.md follows; §3.1 there are its figures for Wi-Fi.
"""

from __future__ import annotations

SNR_GOOD_DB, SNR_FAIR_DB, SNR_WEAK_DB = 25.0, 20.0, 15.0
"""Signal over noise in dB from which it is called clear, usable, and barely usable.

25 is asked for by the voice guides of Cisco (7925G) and Extreme, 20 is the least for data (diagnosis reference §3.1).
"""

HOP_MEDIAN_MS, HOP_P90_MS = 5.0, 30.0
"""Round trip to the box over Wi-Fi in ms: median up to which it is good, 90th percentile above which it is suspicious.

Reference §3.1; a campus measured 3 ms and 20 ms (Sui et al., MobiSys 2016). From ``GATEWAY_P90_MS`` it is bad.
"""

HOP_LOSS_BAD_PCT, HOP_QUESTIONS = 3.0, 50
"""Loss in % to the box over Wi-Fi above which it is bad, of so many questions (reference §3.1; suspicious from 1 %)."""

WORSE_MOMENTS, BETTER_MOMENTS = 2, 3
"""Moments of a walk in a row before another word is shown, for worse and for better. Own: some 1 to 1.5 s."""

WIFI_WEAK_DBM = -70.0
"""Signal in dBm from which down it may be why the way to the box suffers; from ``RSSI_FAIR_DBM`` up it is not.

Data is usable down to -67 to -70, iOS looks for another access point from -70 (reference §3.1). Below
``thresholds.RSSI_WEAK_DBM`` it is bad. By itself it accuses nothing.
"""

JOINABLE_DBM = -85.0
"""Signal in dBm from which a network in sight can be joined at all: worse than "poor or unusable" (-80, §3.1). Own."""

HEARD_OF_NOW_S = 60.0
"""Seconds after which a neighbour that was heard is no evidence of now (docs/design/wifi.md, rule 3)."""

BETTER_AP_DB = 12.0
"""dB by which another access point of the same name must be stronger: iOS roams at 12 when idle (reference §3.1)."""

BAND5_WORTH_DBM = -70.0
"""Signal in dBm from which the same network on 5 or 6 GHz is better than on 2.4 (reference §2.1)."""

RETRIES_PCT, RETRIES_FEW_PCT, FAILED_PCT, MIN_FRAMES = 20.0, 10.0, 1.0, 50
"""Frames sent again in % that are too many (Cisco 7925G: below 20), and few; given up in %; of so many frames.

By the bounds at 95 % of what a second of the check sends. Own: few, given up, so many."""

BEACONS_LOST_PCT, BEACON_S = 20.0, 0.1024
"""Share in % of the beacons missed in the window; their interval, 100 time units (802.11 default). Share own."""

CHANNEL_BUSY, CHANNEL_FREE = 0.5, 0.3
"""Share of time a channel is in use: from the first too busy (Cisco 7925G: QBSS load 105 of 255), below the second not.
Second own."""

OVERLAP_FLOOR_DBM, OVERLAP_FULL_DBM, CROWDED, UNCROWDED = -90.0, -60.0, 3.0, 1.0
"""A neighbour's share of our channel grows from nothing at the first (below -82 nobody waits for it, 802.11 §17.3.10.6)
to full at the second. The sum over them that is crowded, and that is not: three that are heard loud. Own."""

TCP_SHARE = 0.55
"""Of a Wi-Fi's PHY rate this share arrives as data (reference §3.1)."""

WIFI_ENOUGH_MBPS, BELOW_LINE_SHARE = 100.0, 0.8
"""Data rate in Mbit/s over Wi-Fi from which nobody feels it though the line could do more; and the share of the line's
known rate below which it is felt. Own: a family's films and calls need 50 (ARCEP's "très haut débit" begins at 30)."""

LOW_MCS = 3
"""MCS index up to which the modulation is at most 16-QAM 1/2 (802.11n to be): not what a good signal is used for."""

WIFI_DROPS_MANY, WIFI_STEADY_S = 3, 3600.0
"""Drops in a day that are several (as retrains of a line, reference §3.2); seconds joined that are steady (own)."""

ONE_MOVE_S, BOX_STARTS_WITHIN_S = 30.0, 300.0
"""Seconds within which radar and the change of channel are one; and within which a drop is the box's restart. Own."""

MANY_MOVES = 2
"""Changes of the access point's channel in a day that disturb. Own: one at night is its automatic choice."""

SAME_DEVICE_MACS = 16
"""Numbers by which two hardware addresses of one device differ at most. Own: boxes number their networks in a row."""

POWER_SAVE_MS = 310.0
"""Round trip in ms that a sleeping radio may add: three beacons of 102.4 ms (DTIM 3). No fault without loss."""

OWN_QUESTIONS_KBIT_S = 80.0
"""What the questions to a box that loses send upwards, in kbit/s: 400 of some 90 bytes within 3.5 s."""

HOP_SHARE = 0.5
"""Share of what is lost, or waits, beyond the box that the way to the box must have to explain it. Own."""
