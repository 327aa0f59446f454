"""Outputs of programs, of the shapes that were recorded, with invented values."""

from __future__ import annotations

W11_FR = """
Il existe 1 interface sur le système :

    Nom                   : Wi-Fi
    Description            : Carte sans fil inventée 6E
    GUID                   : 0a1b2c3d-1111-2222-3333-445566778899
    Adresse physique       : 02:00:00:ab:cd:ef
    Type d’interface         : Primaire
    État                  : connecté
    SSID                  : Chez Léa : le salon
    Point d'accès d’identificateur SSID (Service Set Identifier) : 02:00:00:11:22:33
    Bande                   : 2,4 GHz
    Canal                : 11
    Type de réseau           : Infrastructure
    Type de radio             : 802.11ax
    Authentification         : WPA2 - Personnel
    Chiffrement                 : CCMP
    Mode de connexion        : Profil
    Réception (Mbits/s)    : 960,7
    Transmission (Mbits/s)   : 206
    Signal                 : 100%
    Rssi                   : -59
    Profil                : Chez Léa
    QoS MSCS configuré : 0
    Carte QoS configurée : 0
    Mappage QoS autorisé par la stratégie : 0

    État du réseau hébergé: Non disponible
"""

W11_BE_6GHZ = """
There is 1 interface on the system:

    Name                   : Wi-Fi 2
    Description            : Invented Wi-Fi 7 adapter
    GUID                   : 0a1b2c3d-1111-2222-3333-445566778899
    Physical address       : 02:00:00:ab:cd:ef
    Interface type         : Primary
    State                  : connected
    SSID                   : maison
    AP BSSID               : 02:00:00:11:22:66
    Band                   : 6 GHz
    Channel                : 37
    Network type           : Infrastructure
    Radio type             : 802.11be
    Authentication         : WPA3-Personal
    Cipher                 : GCMP-256
    Connection mode        : Auto Connect
    Receive rate (Mbps)    : 46000
    Transmit rate (Mbps)   : 5764.7
    Signal                 : 86%
    Rssi                   : -51
    Profile                : maison
    QoS MSCS Configured         : 0

    Hosted network status  : Not available
"""

W11_MLO = """
There is 1 interface on the system:

    Name                   : Wi-Fi
    Description            : Invented Wi-Fi 7 adapter
    GUID                   : 0a1b2c3d-1111-2222-3333-445566778899
    Physical address       : 02:00:00:ab:cd:ef
    State                  : connected
    SSID                   : maison
    AP BSSID               : 02:00:00:11:22:77
    Network type           : Infrastructure
    Radio type             : 802.11be
    Authentication         : WPA3-Personal
    Cipher                 : GCMP
    Connection mode        : Auto Connect
    LinkID: 0, RSSI: -63, Channel: 44, Band: 5 GHz, BW: 160 MHz
    LinkID: 1, RSSI: -58, Channel: 37, Band: 6 GHz, BW: 320 MHz
    Receive rate (Mbps)    : 4803
    Transmit rate (Mbps)   : 5187
    Signal                 : 84%
    Profile                : maison
"""

W11_OFF = """
There is 1 interface on the system:

    Name                   : Wi-Fi
    Description            : Invented adapter
    GUID                   : 0a1b2c3d-1111-2222-3333-445566778899
    Physical address       : 02:00:00:ab:cd:ef
    State                  : disconnected
    Radio status           : Hardware On
                             Software Off

    Hosted network status  : Not available
"""

W11_DENIED = """
There is 1 interface on the system:

Network shell commands need location permission to access WLAN information.

Here is the URI for the Location page in the Settings app:

ms-settings:privacy-location

Function WlanQueryInterface returns error 5:

Access is denied.
"""

W11_HELP = """
Les commandes suivantes sont disponibles :

Commandes dans ce contexte :
?              - Affiche une liste de commandes.
show           - Affiche des informations.
"""

NETWORKS_DE = """
Schnittstellenname : WLAN
Momentan sind 2 Netzwerke sichtbar.

SSID 1 : maison
    Netzwerktyp             : Infrastruktur
    Authentifizierung       : WPA3-Personal
    Verschlüsselung         : CCMP
    BSSID 1                 : 02:00:00:11:22:33
         Signal             : 71%
         Funktyp            : 802.11ax
         Bereich            : 5 GHz
         Kanal              : 100
         Bss-Auslastung:
             Verbundene Stationen:         12
             Kanalauslastung:        201 (78 %)
             Mittlere verfügbare Kapazität:  0 (0 us/s)
         Basisraten (MBit/s) : 6 12 24
    BSSID 2                 : 02:00:00:11:22:34
         Signal             : 99%
         Funktyp            : 802.11n
         Bereich            : 2,4 GHz
         Kanal              : 1
         Basisraten (MBit/s) : 1 2 5.5 11

SSID 2 :
    Netzwerktyp             : Infrastruktur
    Authentifizierung       : Offen
    Verschlüsselung         : Keine
    BSSID 1                 : 02:00:00:11:22:35
         Signal             : 23%
         Funktyp            : 802.11be
         Bereich            : 6 GHz
         Kanal              : 5
"""

PROFILES_IT = """
Profili sull'interfaccia Wi-Fi:

Profili di Criteri di gruppo (sola lettura)
---------------------------------
    <Nessuno>

Profili utente
-------------
    Tutti i profili utente    : casa: al mare
    Tutti i profili utente    : ufficio
"""

IW_MLO = """Connected to 02:00:00:11:22:77 (on wlp9s0)
\tSSID: maison
\tLink 2 BSSID 02:00:00:11:22:24
\t\tfreq: 2412.0
\tLink 0 BSSID 02:00:00:11:22:66
\t\tfreq: 6615.0
MLD 02:00:00:11:22:77 stats:
\tsignal: -46 dBm
\ttx bitrate: 344.1 MBit/s EHT-MCS 13 EHT-NSS 2 EHT-GI 0
\trx bitrate: 206.5 MBit/s EHT-MCS 8 EHT-NSS 2 EHT-GI 0
"""

IW_AX = """Connected to 02:00:00:11:22:33 (on wlan0)
\tSSID: maison
\tfreq: 5500
\tRX: 2989579880 bytes (8111876 packets)
\tTX: 481889773 bytes (2623467 packets)
\tsignal: -61 dBm
\trx bitrate: 720.6 MBit/s 80MHz HE-MCS 7 HE-NSS 2 HE-GI 0 HE-DCM 0
\ttx bitrate: 960.7 MBit/s 80MHz HE-MCS 9 HE-NSS 2 HE-GI 0 HE-DCM 0
"""

IW_STATION = """Station 02:00:00:11:22:33 (on wlan0)
\tinactive time:\t40 ms
\trx bytes:\t1000
\trx packets:\t10
\ttx bytes:\t2000
\ttx packets:\t2000
\ttx retries:\t300
\ttx failed:\t7
\tbeacon loss:\t4
\tsignal:  \t-67 [-70, -69] dBm
\tsignal avg:\t-66 [-69, -68] dBm
\ttx bitrate:\t866.7 MBit/s VHT-MCS 9 80MHz short GI VHT-NSS 2
\trx bitrate:\t6.0 MBit/s
\tconnected time:\t3600 seconds
"""

IW_SCAN = """BSS 02:00:00:11:22:33(on wlan0) -- associated
\tfreq: 5500
\tcapability: ESS Privacy SpectrumMgmt (0x0111)
\tsignal: -58.00 dBm
\tlast seen: 1200 ms ago
\tSSID: maison
\tRSN:\t * Version: 1
\t\t * Group cipher: CCMP
\t\t * Authentication suites: PSK SAE
\tBSS Load:
\t\t * station count: 3
\t\t * channel utilisation: 51/255
\tHT capabilities:
\tHT operation:
\t\t * primary channel: 100
\t\t * secondary channel offset: above
\tVHT capabilities:
\tVHT operation:
\t\t * channel width: 1 (80 MHz)
\t\t * center freq segment 1: 106
\t\t * center freq segment 2: 114
\tHE capabilities:
BSS 02:00:00:11:22:44(on wlan0)
\tfreq: 2412
\tcapability: ESS (0x0401)
\tsignal: 3.00 dBm
\tSSID: \\x00\\x00\\x00
BSS 02:00:00:11:22:55(on wlan0)
\tfreq: 2437
\tcapability: ESS Privacy (0x0411)
\tsignal: -80.00 dBm
\tSSID: vieux
\tHT capabilities:
\tHT operation:
\t\t * primary channel: 6
\t\t * secondary channel offset: below
"""

NMCLI_TABLE = """IN-USE  BSSID              SSID           MODE   CHAN  RATE        SIGNAL  BARS  SECURITY
*       02:00:00:11:22:33  Chez Léa       Infra  11    130 Mbit/s  72      ▂▄▆_  WPA2
        02:00:00:11:22:44  --             Infra  36    270 Mbit/s  44      ▂▄__  WPA2 802.1X
        02:00:00:11:22:55  gare           Infra  6     54 Mbit/s   30      ▂___  --
"""

AIRPORT_I = """     agrCtlRSSI: -57
     agrExtRSSI: 0
    agrCtlNoise: -92
    agrExtNoise: 0
          state: running
        op mode: station
     lastTxRate: 585
        maxRate: 867
lastAssocStatus: 0
    802.11 auth: open
      link auth: wpa2-psk
          BSSID: 2:0:0:11:22:33
           SSID: maison
            MCS: 7
  guardInterval: 800
            NSS: 2
        channel: 36,80
"""

AIRPORT_S = """                            SSID BSSID             RSSI CHANNEL HT CC SECURITY (auth/unicast/group)
                          maison 02:00:00:11:22:33 -51  36,+1   Y  FR WPA2(PSK/AES/AES) WPA3(SAE/AES/AES)
                                 02:00:00:11:22:44 -80  6       Y  -- NONE
"""

PROFILER_26 = """{"SPAirPortDataType": [{"spairport_airport_interfaces": [{"_name": "en0",
 "spairport_current_network_information": {"_name": "<redacted>", "spairport_network_channel": "37 (6GHz, 160MHz)",
  "spairport_network_mcs": 11, "spairport_network_phymode": "802.11be", "spairport_network_rate": 2401,
  "spairport_security_mode": "spairport_security_mode_wpa3_transition",
  "spairport_signal_noise": "-61 dBm / 0 dBm"},
 "spairport_status_information": "spairport_status_connected", "spairport_wireless_country_code": "FR"}]}]}"""

WDUTIL = """
————————————————————————————————————————————————————————————————————
NETWORK
————————————————————————————————————————————————————————————————————
    Primary IPv4         : en0 (Wi-Fi / 0A1B2C3D-1111-2222-3333-445566778899)
————————————————————————————————————————————————————————————————————
WIFI
————————————————————————————————————————————————————————————————————
    MAC Address          : <redacted> (hw=<redacted>)
    Interface Name       : en0
    Power                : On [On]
    Op Mode              : STA
    SSID                 : <redacted>
    BSSID                : <redacted>
    RSSI                 : -66 dBm
    CCA                  : 34 %
    Noise                : -94 dBm
    Tx Rate              : 2401.0 Mbps
    Security             : WPA3 Personal
    PHY Mode             : 11be
    MCS Index            : 11
    Guard Interval       : 800
    NSS                  : 2
    Channel              : 6g37/160
    Country Code         : FR
————————————————————————————————————————————————————————————————————
BLUETOOTH
————————————————————————————————————————————————————————————————————
    Power                : Off
"""
