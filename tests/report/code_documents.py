"""Finished documents as the codes get them, and a key."""

from __future__ import annotations

import hashlib
import random
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from selfcare.ground.install_key import InstallKey
from selfcare.model.report import Picture

PAGE = "https://assistance.operateur.example/selfcare"


def key(seed: str = "one") -> InstallKey:
    return InstallKey(Ed25519PrivateKey.from_private_bytes(hashlib.sha256(seed.encode()).digest()))


def document(**changes: object) -> dict[str, Any]:
    """Of a home without names for two hours."""
    said: dict[str, Any] = {
        "schema": "selfcare.report/1", "schemaVersion": "1.0.0", "id": "5a8f6c1e-6f0e-4b52-9c3e-0d5f0a1b2c3d",
        "case": "CAS-7K3M-92QX", "made": "2026-11-22T18:30:00+01:00", "language": "fr",
        "by": {"selfcare": "0.1.0", "os": "linux", "fingerprint": "ab12 cd34 ef56 0789"},
        "operator": {"id": "free", "name": "Free"}, "access": "fibre",
        "box": {"family": "freebox", "model": "Delta", "firmware": "4.8.1"},
        "verdict": {"state": "fault", "code": "ISP-DNS-DOWN", "segments": ["isp"], "band": "certain", "text": "…",
                    "at": "2026-11-22T18:29:00+01:00"},
        "symptom": {"what": "no_web", "other_devices": "same", "words": "plus rien depuis ce midi, même au téléphone"},
        "since": {"at": "2026-11-22T16:30:00+01:00", "source": "said"},
        "downtime": {"day_min": 42.5, "week_min": None, "month_min": None, "gaps": [], "outages": [
            {"start": f"2026-11-22T0{hour}:10:00+01:00", "end": None, "seconds": 61.5, "layer": "wan", "source": "box"}
            for hour in (3, 7)]},
        "tried": [
            {"what": "dns.flush", "source": "remedy", "effect": "none", "at": "2026-11-22T17:00:00+01:00", "times": 1},
            {"what": "box-restart", "source": "guide", "effect": "helped", "at": "2026-11-22T17:30:00+01:00",
             "times": 2},
        ],
        "line": [{"name": "optical_rx", "path": "Device.Optical.Interface.1.OpticalSignalLevel", "value": -21.3,
                  "unit": "dBm", "grade": "good", "at": "2026-11-22T18:00:00+01:00", "source": "box", "text": "…"}],
        "wifi": [{"name": "wifi_on", "value": True, "unit": "", "grade": None},
                 *({"name": "device_signal", "value": level, "unit": "dBm", "grade": None} for level in (-45, -61))],
        "wish": {"wants": ["repair", "call_back"], "words": "je travaille à la maison",
                 "reach": {"name": "", "phone": "06 00 00 00 00", "when": "le soir"}},
        "contacts": [{"at": "2026-11-22T17:45:00+01:00", "channel": "phone", "waited_min": 25, "answer": "patientez"}],
        "tickets": [{"id": "x", "number": "4711", "state": "acknowledged", "promised": ""}],
        "check": {"findings": [{"code": "ISP-DNS-DOWN", "role": "culprit", "segments": ["isp"]}],
                  "ruled_out": [{"code": "PC-DNS-STATIC", "because": "…"}, {"code": "BOX-DNS", "because": "…"}]},
    }  # fmt: skip
    return {**said, **changes}


def noise(size: int, seed: int = 1) -> str:
    """Letters that nothing shrinks much."""
    chosen = random.Random(seed)
    return "".join(chosen.choice("abcdefghijklmnopqrstuvwxyzéèàABCDEFGHIJKLMNOP0123456789") for _ in range(size))


def long_document() -> dict[str, Any]:
    """More of everything than three pictures hold."""
    reach = {
        name: noise(90, at) for at, name in enumerate(("name", "phone", "mail", "contract", "line_number", "when"))
    }
    return document(
        symptom={"what": "drops", "other_devices": "same", "words": noise(900, 11)},
        wish={"wants": ["repair"], "words": noise(900, 12), "reach": reach},
        tried=[{"what": noise(40, 20 + n), "source": "self", "effect": "none", "times": n} for n in range(40)],
        line=[{"name": noise(40, 80 + n), "value": n / 7, "unit": "dB", "grade": "poor"} for n in range(40)],
    )


def pixels(picture: Picture, scale: int = 4) -> Any:
    """As drawn: 255 is white; the quiet zone of four is there."""
    import numpy as np

    dark = np.array(picture.modules, dtype=bool)
    white = np.where(dark, 0, 255).astype(np.uint8)
    return np.pad(white, 4, constant_values=255).repeat(scale, 0).repeat(scale, 1)
