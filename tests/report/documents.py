"""Reports as they might be, for whoever reads ``rapport.json``: page, text, codes. Each call makes a new document."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

Document = dict[str, Any]
MADE = datetime.fromisoformat("2026-11-22T18:30:00+01:00")


def at(**ago: float) -> str:
    """So long before the report was made."""
    return (MADE - timedelta(**ago)).isoformat()


def measurement(name: str, payload: Document | None = None, ms: float = 120.0, **more: Any) -> Document:
    found = {"id": name, "version": 1, "outcome": "completed", "started": at(minutes=6), "duration_ms": ms,
             "interface": "eth0", "payload": payload or {}}  # fmt: skip
    found |= more
    if found["outcome"] != "completed":
        del found["payload"]
    return found


def evidence(fact: str, value: Any, probe: str, weight: str = "decisive", unit: str | None = None) -> Document:
    found = {"fact": fact, "value": value, "measurement": probe, "weight": weight}
    return found | ({"unit": unit} if unit else {})


def finding(code: str, segments: Iterable[str], role: str = "culprit", band: str = "certain", **more: Any) -> Document:
    return {"code": code, "role": role, "segments": list(segments), "band": band, "scope": "home", "evidence": [],
            "against": [], "explains": [], "runner_up": None, "remedies": [], "guides": []} | more  # fmt: skip


_MEASURED: tuple[tuple[str, Document, float], ...] = (
    ("link.interfaces", {"interfaces": [{"name": "eth0", "up": True, "medium": "cable", "speed_mbps": 1000}]}, 3.1),
    ("addr.lease", {"eth0": {"method4": "dhcp", "prefix": 24, "gateway4": "192.168.1.254"}}, 5.0),
    ("route.table", {"default": [{"gateway": "192.168.1.254", "interface": "eth0", "metric": 100}]}, 4.4),
    ("gateway.reach", {"gateway": "192.168.1.254", "answered": True, "rtt_ms": 0.8}, 14.0),
    ("dns.box", {"server": "192.168.1.254", "answered": True, "answer_ms": 12.0}, 31.0),
    ("dns.isp", {"servers": ["isp-dns-1", "isp-dns-2"], "answered": True, "answer_ms": 9.0}, 42.5),
    ("dns.public", {"servers": ["9.9.9.9", "1.1.1.1"], "answered": True}, 51.0),
    ("web.name", {"endpoints": 3, "answered": 3, "status": [204, 204, 200]}, 180.2),
    ("web.address", {"targets": 4, "answered": 4, "rtt_ms": [9.1, 9.4, 11.0, 12.2]}, 95.0),
    (
        "path.hops",
        {"hops": [{"ttl": 1, "address": "192.168.1.254", "rtt_ms": 0.8}, {"ttl": 2, "address": None}]},
        610.0,
    ),
    ("latency.isp", {"sent": 20, "lost": 0, "median_ms": 9.3, "p90_ms": 12.0, "jitter_ms": 0.9}, 2100.0),
    ("box.status", {"family": "freebox", "taken": at(minutes=6), "wan": {"status": "up"}}, 240.0),
)


def check(verdict: Document, findings: list[Document] | None = None, **more: Any) -> Document:
    """The contract's document, as a report embeds it."""
    inner = {name: value for name, value in verdict.items() if name != "at"}
    missing = measurement("lan.dhcp_servers", outcome="not_run", reason="needs_privilege", ms=0.0)
    return {
        "schema": "selfcare.check/1", "verdict": inner, "findings": findings or [], "ruled_out": [],
        "not_tested": [{"probe": "lan.dhcp_servers", "reason": "needs_privilege"}], "symptom": None,
        "measurements": [*(measurement(name, dict(payload), ms) for name, payload, ms in _MEASURED), missing],
        "timing": {"first_verdict_ms": 940.0, "total_ms": 2810.0}, "host": {"os": "linux", "privileged": False},
        "versions": {"selfcare": "0.1.0"},
    } | more  # fmt: skip


def healthy() -> Document:
    """Everything answers; nothing was tried; nothing was watched."""
    verdict = _verdict("ok", None, [], None, "Votre connexion fonctionne : l’essentiel répond normalement.")
    inner = check(verdict)
    return {
        "schema": "selfcare.report/1", "schemaVersion": "1.0.0", "id": "6d1f7f7c-31c5-4b61-9a35-6c4a32c8a8a1",
        "case": "CAS-7K3M-92QX", "made": MADE.isoformat(), "language": "fr",
        "by": {"selfcare": "0.1.0", "os": "linux", "fingerprint": "ab12 cd34 ef56 7890"},
        "operator": {"id": "free", "name": "Free"}, "access": "fibre",
        "box": {"family": "freebox", "model": "Freebox Pop", "firmware": "4.9.11"},
        "verdict": verdict, "symptom": {"what": "slow", "other_devices": "unknown", "words": ""},
        "since": {"at": None, "source": None},
        "downtime": {"day_min": None, "week_min": None, "month_min": None, "outages": [], "gaps": []},
        "tried": [], "line": [_optical(-18.4, "good")], "wifi": [], "series": [], "home": {"devices": []},
        "wish": {"wants": ["information"], "words": "", "reach": _nobody()},
        "contacts": [], "tickets": [], "asked": [],
        "collectors": [
            {"id": one["id"], "outcome": one["outcome"], "reason": one.get("reason"), "ms": one["duration_ms"]}
            for one in inner["measurements"]
        ],
        "redaction": {"version": 1, "by_kind": {"mac": 3, "host": 2}, "left_out": ["public_address", "log"],
                      "sections": ["words", "tried", "line", "wifi", "home", "measures", "contacts", "reach"]},
        "omitted": [], "check": inner,
    }  # fmt: skip


def fibre() -> Document:
    """No light in the fibre, certain; somebody who restarted three times as told, and called twice."""
    found = healthy()
    text = "La box ne reçoit plus de lumière par la fibre : la ligne est coupée entre chez vous et votre opérateur."
    verdict = _verdict("fault", "ACC-FTTH-DARK", ["access"], "certain", text)
    proof = [
        evidence("box_session_up", "no", "box.status"), evidence("optical_level_good", "no", "box.status"),
        evidence("gateway_answers", "yes", "gateway.reach", "strong"),
        evidence("outside_answers", "no", "web.address", "strong"),
    ]  # fmt: skip
    rival = {
        "code": "BOX-NOFORWARD",
        "why_not": "la box dit ne pas recevoir de lumière",
        "separating_test": "box.status",
    }
    culprit = finding("ACC-FTTH-DARK", ["access"], evidence=proof, explains=["outside_answers"], runner_up=rival)
    ruled = [
        {"code": "PC-DNS-STATIC", "because": "le serveur DNS a été donné par la box"},
        {"code": "LAN-CABLE-DOWN", "because": "l’ordinateur est relié par câble"},
        {"code": "BOX-SILENT", "because": "la box répond"},
    ]
    began = at(days=1, hours=3, minutes=12)
    return found | {
        "verdict": verdict,
        "check": check(verdict, [culprit, finding("ISP-IPV4-SHARED", ["isp"], "condition")], ruled_out=ruled),
        "symptom": {
            "what": "no_web", "other_devices": "same",
            "words": "Plus rien ne marche depuis l’orage de samedi, le voyant de la box est rouge. "
                     "J’ai déjà tout débranché trois fois comme on me l’a demandé.",
        },
        "since": {"at": began, "source": "said"},
        "downtime": {
            "day_min": 1440.0, "week_min": 1662.0, "month_min": None, "gaps": [[at(days=4), at(days=3, hours=5)]],
            "outages": [
                _outage(began, None, None, "checks"),
                _outage(at(days=5, hours=4), at(days=5, hours=3, minutes=30), 1800.0),
            ],
        },
        **_fibre_story(),
    }  # fmt: skip


def _fibre_story() -> Document:
    return {
        "tried": [
            _tried("box-restart", "guide", "none", 26, "Redémarrer la box", 3),
            _tried("fibre-connector", "guide", "none", 25, "Vérifier la prise et le cordon de la fibre"),
            _tried("lease.renew", "remedy", "none", 25, "Demander une nouvelle adresse"),
            _tried("factory-reset", "support", "refused", 2, "Remise à zéro de la box"),
        ],
        "line": [
            _optical(-38.2, "bad"),
            _fact("optical_tx", "Device.Optical.Interface.1.TransmitOpticalLevel", 2.1, "dBm", "good"),
            _fact("session", "", "down", "", "bad"), _fact("up_time", "Device.DeviceInfo.UpTime", 2.4, "h", None),
        ],
        "wifi": [_fact("wifi_signal", _SIGNAL, -52.0, "dBm", "good")],
        "home": {"devices": [
            {"token": "tv-1", "role": "tv", "wired": False}, {"token": "telephone-1", "role": "phone", "wired": False},
            {"token": "imprimante-1", "role": "printer", "wired": True},
        ]},
        "wish": {
            "wants": ["repair", "compensation"], "words": "Je télétravaille : il me faut la ligne lundi.",
            "reach": _nobody() | {"name": "Mme Lefèvre", "phone": "06 12 34 56 78", "contract": "F-1182-3340",
                                  "when": "en semaine après 18 h"},
        },
        "contacts": [
            {"at": at(hours=22), "channel": "phone", "waited_min": 28, "cost_cents": 0, "who": "Julie",
             "reason": "Plus d’Internet", "answer": "Redémarrer la box, rappeler demain.", "reference": "2211-8841",
             "promised": "", "by_hand": True},
            {"at": at(hours=3), "channel": "chat", "waited_min": 4, "cost_cents": None, "who": "",
             "reason": "Toujours rien", "answer": "Un technicien sera envoyé.", "reference": "",
             "promised": "2026-11-25", "by_hand": True},
        ],
        "tickets": [{"id": "0b0c8c57-3b80-4b3c-a1b9-19f9ef9a7d00", "number": "4711", "state": "inProgress",
                     "promised": "2026-11-25"}],
        "asked": [{"at": at(hours=26), "text": "le voyant de ma box est rouge",
                   "opened": ["guide:fibre-lights", "guide:box-restart"]}],
    }  # fmt: skip


def dsl() -> Document:
    """A telephone line that drops in the evening: figures over two days, eleven outages."""
    found = healthy()
    text = "Votre ligne téléphonique se coupe et se rétablit plusieurs fois par jour."
    verdict = _verdict("intermittent", "ACC-DSL-MARGIN", ["access"], "likely", text)
    proof = [
        evidence("dsl_margin", 4.3, "box.status", "strong", "dB"),
        evidence("line_ails", "yes", "latency.isp", "moderate"),
    ]
    culprit = finding("ACC-DSL-MARGIN", ["access"], band="likely", evidence=proof)
    outages = [_drop(index // 4, 1 + 3.3 * (index % 4), 280.0 + 40 * index) for index in range(11)]
    steps = range(0, 48 * 60, 5)
    margin = [[at(minutes=s), round(8.4 + 1.2 * math.sin(s / 90) - (4.5 if s % 660 < 25 else 0), 1)] for s in steps]
    errors = [[at(minutes=s), 900 if s % 660 < 25 else 12 + s % 7] for s in steps if not 900 < s < 1300]
    return found | {
        "operator": {"id": "orange", "name": "Orange"}, "access": "dsl",
        "box": {"family": "livebox", "model": "Livebox 5", "firmware": "SG50-4.20.12"},
        "verdict": verdict, "check": check(verdict, [culprit]),
        "symptom": {"what": "drops", "other_devices": "same", "words": "Ça coupe tous les soirs."},
        "since": {"at": at(days=12), "source": "said"},
        "downtime": {"day_min": 33.0, "week_min": 86.5, "month_min": 86.5, "outages": outages,
                     "gaps": [[at(days=30), at(days=11)], [at(days=6, hours=3), at(days=5)]]},
        "tried": [_tried("dsl-filter", "guide", "helped", 72, "Changer le filtre ADSL"),
                  _tried("box-restart", "self", "none", 48, "", 2)],
        "line": [_fact("downstream_snr", "Device.DSL.Line.1.DownstreamNoiseMargin", 4.3, "dB", "poor"),
                 _fact("downstream_attenuation", "Device.DSL.Line.1.DownstreamAttenuation", 38.5, "dB", "fair"),
                 _fact("downstream_rate", "Device.DSL.Channel.1.DownstreamCurrRate", 12480.0, "kbit/s", None),
                 _fact("upstream_rate", "Device.DSL.Channel.1.UpstreamCurrRate", 930.0, "kbit/s", None),
                 _fact("retrains", "", 11.0, "", "bad"), _fact("crc_errors", "", 48211.0, "", "poor")],
        "series": [
            {"name": "downstream_snr", "unit": "dB", "text": "Marge de bruit", "points": margin, "low": 6.0},
            {"name": "crc_errors", "unit": "", "text": "Erreurs CRC par 5 min", "points": errors},
        ],
        "wish": {"wants": ["visit"], "words": "", "reach": _nobody() | {"phone": "01 23 45 67 89", "when": "le matin"}},
    }  # fmt: skip


def wifi() -> Document:
    """Weak where the computer stands; whether it is the Wi-Fi or the box, nothing told; the reach was not given."""
    found = healthy()
    text = "Le problème vient de votre Wi-Fi ou de votre box : aucune mesure faite d’ici ne permet de trancher."
    verdict = _verdict("not_proven", None, ["wifi", "box"], None, text)
    proof = [evidence("gateway_loss_free", "no", "latency.gateway", "strong")]
    suspects = (("LAN-LOSS", "wifi"), ("BOX-UNSTABLE", "box"))
    return found | {
        "verdict": verdict,
        "check": check(verdict, [finding(code, [place], band="possible", evidence=proof) for code, place in suspects]),
        "symptom": {"what": "wifi", "other_devices": "fine", "words": "Ça rame dans la chambre"},
        "since": {"at": at(days=40), "source": "said"}, "line": [],
        "wifi": [_fact("wifi_signal", _SIGNAL, -81.0, "dBm", "bad"),
                 _fact("wifi_channel", "Device.WiFi.Radio.1.Channel", 11, "", None)],
        "wish": {"wants": ["call_back"], "words": "", "reach": None},
    }  # fmt: skip


def empty() -> Document:
    """Every field is null but the version."""
    return {name: None for name in healthy()} | {"schema": "selfcare.report/1", "schemaVersion": "1.0.0"}


def unticked() -> Document:
    """All that can be left out was."""
    gone = dict.fromkeys(
        ("tried", "line", "wifi", "series", "home", "contacts", "tickets", "asked", "downtime", "check")
    )
    return fibre() | gone | {"symptom": None, "wish": {"wants": ["repair"], "words": "", "reach": None}}


def huge() -> Document:
    """Of everything more than anybody has: thousands of outages, devices, contacts, measurements and points."""
    found = dsl()
    points = [[at(minutes=step), 8.0 + step % 5] for step in range(12_000)]
    return found | {
        "tried": fibre()["tried"] * 100, "line": found["line"] * 60, "contacts": fibre()["contacts"] * 150,
        "series": [found["series"][0] | {"points": points}] * 8,
        "downtime": found["downtime"] | {"outages": found["downtime"]["outages"] * 200},
        "home": {"devices": [{"token": f"tv-{index}", "role": "tv", "wired": True} for index in range(300)]},
        "check": check(found["verdict"], found["check"]["findings"] * 50,
                       measurements=[measurement(f"dns.isp{index}", {"x": "y" * 5000}) for index in range(210)]),
    }  # fmt: skip


MARK = "<script>document.title='owned'</script><img src=http://evil.invalid/x onerror=alert(1)>\"'&{{ 7*7 }}"
TURNED = "\u202e\u2066gro.live\u2069\u202c\u200f"


def hostile(text: str = MARK + TURNED + "</script><!--") -> Document:
    """The same shape as a real one, with this text wherever a text can stand."""

    def spoilt(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: spoilt(one) for name, one in value.items()}
        if isinstance(value, list):
            return [spoilt(one) for one in value]
        return text if isinstance(value, str) else value

    found: Document = spoilt(fibre())
    return found | {"schema": "selfcare.report/1", "schemaVersion": "1.0.0", "made": MADE.isoformat(), text[:50]: text}


ALL: dict[str, Callable[[], Document]] = {
    "healthy": healthy, "fibre": fibre, "dsl": dsl, "wifi": wifi, "empty": empty, "unticked": unticked, "huge": huge,
    "hostile": hostile,
}  # fmt: skip
USUAL = ("healthy", "fibre", "dsl", "wifi")


def _fact(name: str, path: str, value: Any, unit: str, grade: str | None) -> Document:
    return {"name": name, "path": path, "value": value, "unit": unit, "grade": grade, "at": at(minutes=6),
            "source": "box", "text": ""}  # fmt: skip


def _optical(value: float, grade: str) -> Document:
    return _fact("optical_rx", "Device.Optical.Interface.1.OpticalSignalLevel", value, "dBm", grade)


def _nobody() -> Document:
    return dict.fromkeys(("name", "phone", "mail", "contract", "line_number", "when"), "")


def _verdict(state: str, code: str | None, places: list[str], band: str | None, text: str) -> Document:
    return {"state": state, "code": code, "segments": places, "band": band, "at": at(minutes=6), "text": text}


def _tried(what: str, source: str, effect: str, hours: float, text: str, times: int = 1) -> Document:
    return {"what": what, "source": source, "effect": effect, "at": at(hours=hours), "times": times, "text": text}


def _outage(start: str, end: str | None, seconds: float | None, source: str = "box") -> Document:
    return {"start": start, "end": end, "seconds": seconds, "layer": "access", "source": source}


def _drop(days: int, hours: float, seconds: float) -> Document:
    return _outage(at(days=days, hours=hours, seconds=seconds), at(days=days, hours=hours), seconds)


_SIGNAL = "Device.WiFi.AccessPoint.1.AssociatedDevice.1.SignalStrength"
