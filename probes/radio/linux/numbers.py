"""The numbers of nl80211 that are used here, from the kernel's public header (linux/nl80211.h)."""

from __future__ import annotations

from enum import IntEnum

NAME = "nl80211"
GROUPS = ("mlme", "scan", "config", "regulatory")
STATION, P2P_CLIENT = 2, 8


class Command(IntEnum):
    """NL80211_CMD_*."""

    GET_WIPHY = 1
    GET_INTERFACE = 5
    GET_STATION = 17
    GET_REG = 31
    GET_SCAN = 32
    TRIGGER_SCAN = 33
    NEW_SCAN_RESULTS = 34
    SCAN_ABORTED = 35
    AUTHENTICATE = 37
    ASSOCIATE = 38
    DEAUTHENTICATE = 39
    DISASSOCIATE = 40
    CONNECT = 46
    ROAM = 47
    DISCONNECT = 48
    GET_SURVEY = 50
    GET_POWER_SAVE = 62
    UNPROT_DEAUTHENTICATE = 70
    UNPROT_DISASSOCIATE = 71
    CH_SWITCH_NOTIFY = 88
    RADAR_DETECT = 94


class Attr(IntEnum):
    """NL80211_ATTR_*."""

    WIPHY = 1
    WIPHY_NAME = 2
    IFINDEX = 3
    IFNAME = 4
    IFTYPE = 5
    MAC = 6
    STA_INFO = 21
    WIPHY_BANDS = 22
    REG_ALPHA2 = 33
    WIPHY_FREQ = 38
    SCAN_FREQUENCIES = 44
    SCAN_SSIDS = 45
    BSS = 47
    FRAME = 51
    SSID = 52
    REASON_CODE = 54
    TIMED_OUT = 65
    DISCONNECTED_BY_AP = 71
    STATUS_CODE = 72
    REQ_IE = 77
    SURVEY_INFO = 84
    PS_STATE = 93
    CHANNEL_WIDTH = 159
    CENTER_FREQ1 = 160
    RADAR_EVENT = 168
    SPLIT_WIPHY_DUMP = 174
    MLO_LINKS = 312
    MLO_LINK_ID = 313


class Sta(IntEnum):
    """NL80211_STA_INFO_*."""

    SIGNAL = 7
    TX_BITRATE = 8
    TX_PACKETS = 10
    TX_RETRIES = 11
    TX_FAILED = 12
    SIGNAL_AVG = 13
    RX_BITRATE = 14
    CONNECTED_TIME = 16
    STA_FLAGS = 17
    BEACON_LOSS = 18
    BEACON_SIGNAL_AVG = 30


class RateInfo(IntEnum):
    """NL80211_RATE_INFO_*."""

    BITRATE = 1
    MCS = 2
    WIDTH_40 = 3
    SHORT_GI = 4
    BITRATE32 = 5
    VHT_MCS = 6
    VHT_NSS = 7
    WIDTH_80 = 8
    WIDTH_80P80 = 9
    WIDTH_160 = 10
    HE_MCS = 13
    HE_NSS = 14
    HE_GI = 15
    HE_RU = 17
    WIDTH_320 = 18
    EHT_MCS = 19
    EHT_NSS = 20
    EHT_GI = 21
    EHT_RU = 22


class BssInfo(IntEnum):
    """NL80211_BSS_*."""

    BSSID = 1
    FREQUENCY = 2
    CAPABILITY = 5
    ELEMENTS = 6
    SIGNAL_MBM = 7
    STATUS = 9
    SEEN_MS_AGO = 10
    BEACON_ELEMENTS = 11
    LAST_SEEN = 15
    MLO_LINK_ID = 21
    MLD_ADDR = 22


class SurveyInfo(IntEnum):
    """NL80211_SURVEY_INFO_*."""

    FREQUENCY = 1
    NOISE = 2
    IN_USE = 3
    TIME = 4
    TIME_BUSY = 5


class BandAttr(IntEnum):
    """NL80211_BAND_ATTR_*, and of the parts of a band."""

    FREQS = 1
    HT_MCS_SET = 3
    HT_CAPA = 4
    VHT_MCS_SET = 7
    VHT_CAPA = 8
    IFTYPE_DATA = 9


class IftypeData(IntEnum):
    """NL80211_BAND_IFTYPE_ATTR_*."""

    IFTYPES = 1
    HE_PHY = 3
    HE_MCS_SET = 4
    EHT_PHY = 9
    EHT_MCS_SET = 10


FREQ, FREQ_DISABLED = 1, 2
WIDTHS_MHZ = {0: 20, 1: 20, 2: 40, 3: 80, 4: 80, 5: 160, 13: 320}
"""NL80211_CHAN_WIDTH_*; of two separate blocks ("80+80") that with the primary channel, which is the first centre."""
AUTHORIZED = 1 << 1
"""Bit NL80211_STA_FLAG_AUTHORIZED: the keys are agreed on, data may pass."""
ASSOCIATED = 1
"""NL80211_BSS_STATUS_ASSOCIATED."""
PRIVACY = 0x10
"""Of a beacon's capabilities (IEEE 802.11-2020 9.4.1.4)."""
