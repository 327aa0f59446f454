"""Identifiers as people type them, and names that people give to machines: patterns for French and English.

The second half of ``redact``: what a form, a chat or a letter holds, where no program wrote it. Linear as well: each
pattern begins at a word that is rare, or is looked at from the beginning of a run only.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from selfcare.ground.redact_near import near, where

Give = Callable[[str, str], str | None]

_GAP = r"(?:[ .\-/*_\u00a0\u2009\u202f]|\\u(?:00a0|2009|202f))?"
_PHONE = re.compile(
    r"[0+](?:(?<=\d{8}[.,/-].)|(?<![\w+].)(?<!\d[.,/-].))"
    rf"(?:(?:(?<=\+)33{_GAP}(?:\(0\){_GAP})?0?|(?<=0)033{_GAP}(?:\(0\){_GAP})?0?|(?<=0))"
    rf"[1-9](?P<gap>{_GAP})\d\d(?:(?P=gap)\d\d){{3}}"
    r"|(?<=0)[1-9](?:\d\d \d{3} \d{3}|\d \d{3} \d{4}| \d{4} \d{4})"
    r"|(?<=\+)[1-9](?:[ .-]?\d){7,13})(?!\w)(?![.:]\d)"
)
"""As written in France, and any with its country before it. A date with an hour behind it has two kinds of gaps."""
_MAIL_SPELT = re.compile(
    r"(?i)(?<![\w.+-])[\w.+-]++ ?(?:[(\[] ?(?:at|arobase|@) ?[)\]]|\barobase\b|(?<= )@(?= ))"
    r" ?[\w-]++(?:(?:\.| ?[(\[]?(?:dot|point)[)\]]? )[\w-]++)+"
)
_PAIRS = re.compile(
    r"(?i)(?<![0-9a-z-])(?=[0-9 -]*[a-f])(?:[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}|[0-9a-f]{6}[-:][0-9a-f]{6}"
    r"|[0-9a-f]{2}(?: [0-9a-f]{2}){5})(?![0-9a-z-])"
)
"""A hardware address as some makers of switches, and labels, have it."""
_IPV4_IN_A_NAME = re.compile(r"[0-9](?<!\d.)(?<!\d-.)\d{0,2}(?:-\d{1,3}){3,6}(?!\d)(?!-\d)")
_IBAN = re.compile(r"\b[A-Z]{2}\d\d(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b")
_JWT = re.compile(r"\beyJ[\w-]{8,}+\.[\w-]++(?:\.[\w-]++)?")
_RUN = re.compile(r"(?<![\w+/=-])[\w+/-]{20,}+={0,2}")
_KINDS = re.compile(r"[a-z]+|[A-Z]+|[0-9]+")

_MACHINES = (
    r"(?:i?phone|ipad|ipod|macbook(?:[- ](?:pro|air))?|mbp|imac|apple[- ]?(?:tv|watch)|galaxy(?:[- ][a-z]?\d{1,3})?|pc"
    r"|laptop|ordi(?:nateur)?|portable|tablette|t[ée]l[ée]phone|smartphone|nas|bravia|ps[345]|xbox|switch|imprimante)"
)
_NOT_SOMEBODY = r"(?!(?:Free|Orange|Sosh|SFR|RED|Bouygues|Sony|Apple|Samsung|Google|Microsoft)\b)"
_OF_SOMEBODY = re.compile(
    rf"(?i)(?<![^\W_]){_MACHINES}(?:(?:-de-|-du-|-d(?:['’]|\\u2019))(?-i:{_NOT_SOMEBODY})"
    rf"|[ ]d(?:e[ ]|['’]|\\u2019)(?-i:{_NOT_SOMEBODY}(?=[A-ZÀ-ÖØ-Þ])))[\w-]++"
)
_SOMEBODYS = re.compile(
    rf"(?i)(?<![\w-])(?:(?-i:(?!(?:The|Your|Live|Free|B)?[Bb]ox\b)[A-ZÀ-ÖØ-Þ])[\w-]{{1,40}}?['’]s[ ]"
    r"|[\w-]{2,40}?(?:['’]s-|s-))"
    rf"{_MACHINES}(?![^\W_])"
)
_WINDOWS = re.compile(r"(?i)(?<![^\W_])(?:DESKTOP|LAPTOP|WIN|PC)-(?=[a-z]*\d)[a-z0-9]{7,15}(?![^\W_])")
"""What Windows calls a PC by itself: as good as its serial number."""

_SECRET = (
    r"(?:mots?[ ]de[ ]passe|mdp|passcode|(?:code|cl[ée]f?)(?:[ ](?:de[ ]s[ée]curit[ée]|wi-?fi|wps|wpa[23]?|wep|pin"
    r"|secr[èe]te?"
    r"|r[ée]seau|d['’]acc[èe]s|client|abonn[ée]|du|de|la|mon|ma|box)){1,4}|(?:access|refresh|session|auth|app)token|api[_-]?key"
    r"|x-fbx-app-auth)"
)
_NUMBER = (
    r"(?:(?:n[°ºo]|num[ée]ro|ref|réf|référence)[ ]?(?:de[ ]|du[ ]|d['’])?(?:s[ée]rie|contrat|client|abonn[ée]|compte"
    r"|ligne|carte)"
    r"|(?<!\bdu[ ])contrat|identifiants?(?:[ ](?:client|de[ ]connexion))?|login|s/n|imei|iccid)"
)
_END = r"\n\x01-\x03"
_TOLD = re.compile(
    rf"(?i)(?<![^\W_])((?:{_SECRET}|{_NUMBER}|iban|rib)[\"']?)(\s*[=:]\s*)(\"(?:[^\"\\\n]|\\.)*+\"|[^,;)\]}}{_END}]+(?:[,;)\]}}](?=[^\s\"'])[^\s,;)\]}}\"]*)*)"
)
"""Behind a colon everything is the value, up to where a sentence goes on."""
_MENTIONED = re.compile(
    rf"(?i)(?<![^\W_])({_SECRET}|{_NUMBER})((?:[ ](?:est|c['’]est|n[°ºo]|num[ée]ro|:))*[ ])"
    rf"((?=[^\s{_END}]*\d)[^\s\",;)\]}}{_END}]{{4,}})"
)
"""Without a colon only what has a digit: « le mot de passe est refusé » says nothing."""
_TO_THE_END = re.compile(rf"(?i)\b(cookie|authorization)(\s*[=:]\s*)([^\"{_END}]+)")
_QUOTED_NAME = re.compile(
    rf"(?i)(?<![^\W_])((?:r[ée]seau|wi-?fi|ssid)[^{_END}«»“”<>\"]{{0,25}})([«“]\s*)([^»”<>\"{_END}]{{1,64}})"
)


_TOLD_WORDS = (
    "mot", "mdp", "passcode", "code", "clé", "cle", "access", "refresh", "session", "auth", "app", "api", "x-fbx",
    "iban", "rib", "n°", "nº", "no", "num", "ref", "réf", "contrat", "identifiant", "login", "s/n", "imei", "iccid",
)  # fmt: skip
_MACHINE_WORDS = (
    "iphone", "phone", "ipad", "ipod", "macbook", "mbp", "imac", "apple", "galaxy", "pc", "laptop", "ordi", "portable",
    "tablette", "téléphone", "telephone", "teléphone", "télephone", "smartphone", "nas", "bravia", "ps3", "ps4", "ps5",
    "xbox", "switch", "imprimante",
)  # fmt: skip


def _kept(give: Give, kind: str, found: str) -> str:
    given = give(kind, found)
    return found if given is None else given


def _sub(pattern: re.Pattern[str], kind: str, give: Give) -> Callable[[str], str]:
    return lambda text: pattern.sub(lambda found: _kept(give, kind, found.group()), text)


def _third(pattern: re.Pattern[str], words: tuple[str, ...], give: Give) -> Callable[[str], str]:
    def put(found: re.Match[str]) -> str:
        return found[1] + found[2] + _kept(give, "masked", found[3])

    return lambda text: near(pattern, words, put, text)


def _word(pattern: re.Pattern[str], words: tuple[str, ...], kind: str, give: Give) -> Callable[[str], str]:
    return lambda text: near(pattern, words, lambda found: _kept(give, kind, found.group()), text)


def _random(give: Give) -> Callable[[str], str]:
    """What a machine drew: capitals, small letters and digits in turns; words, paths and names are not like that."""

    def step(found: re.Match[str]) -> str:
        run = found.group()
        kinds = [one[0] for one in _KINDS.findall(run[:200])]
        mixed = sum(one.isdigit() for one in kinds) >= 2 and any(one.isupper() for one in kinds)
        often = len(kinds) * 3 >= min(len(run), 200) and any(one.islower() for one in kinds)
        return _kept(give, "token", run) if mixed and often else run

    return lambda text: _RUN.sub(step, text)


def named_steps(give: Give) -> tuple[Callable[[str], str], ...]:
    """What a word before it names. Kind: masked."""
    return (
        _third(_TO_THE_END, ("cookie", "authorization"), give),
        _third(_TOLD, _TOLD_WORDS, give),
        _third(_MENTIONED, _TOLD_WORDS, give),
        where(("«", "“"), _third(_QUOTED_NAME, ("réseau", "reseau", "wifi", "wi-fi", "ssid"), give)),
    )


def random_steps(give: Give) -> tuple[Callable[[str], str], ...]:
    """Tokens of programs. Kind: token."""
    return _sub(_JWT, "token", give), _random(give)


def typed_steps(give: Give) -> tuple[Callable[[str], str], ...]:
    """Kinds: phone, email, mac, ipv4, number (of an account), host (a machine's name with somebody in it)."""
    return (
        _sub(_IBAN, "number", give),
        _sub(_PHONE, "phone", give),
        where(("(", "[", "arobase", " @ "), _sub(_MAIL_SPELT, "email", give)),
        _sub(_PAIRS, "mac", give),
        _sub(_IPV4_IN_A_NAME, "ipv4", give),
        _word(_OF_SOMEBODY, _MACHINE_WORDS, "host", give),
        where(("'s ", "'s-", "’s ", "’s-", "s-"), _sub(_SOMEBODYS, "host", give)),
        _word(_WINDOWS, ("desktop-", "laptop-", "win-", "pc-"), "host", give),
    )
