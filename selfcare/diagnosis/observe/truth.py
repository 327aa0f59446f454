"""Judging answers to the same name: true, untrue, or nothing known. Addresses may differ (CDN); proof may not."""

from __future__ import annotations

import ipaddress

from selfcare.diagnosis import thresholds
from selfcare.model.payloads.dns import DnsAnswer, DnsStatus
from selfcare.model.payloads.naming import Path, Tls, TruthPayload
from selfcare.model.tri import Tri


class Truth:
    """One truth payload, with what its names can be measured against."""

    def __init__(self, payload: TruthPayload) -> None:
        self._payload = payload
        self._tls = {(c.name, c.address): c.outcome for c in payload.certificates}
        self._ordered = {a.name for a in self._own() if a.extended_error == thresholds.EDE_CENSORED}
        self._control = {a.name: self._agreed(a.name) for a in payload.of(Path.PUBLIC)}

    def _own(self) -> tuple[DnsAnswer, ...]:
        return tuple(a.answer for a in self._payload.answers if a.path is not Path.PUBLIC)

    def _agreed(self, name: str) -> frozenset[str]:
        """Global addresses that public resolvers give for a name; none unless two of them give some."""
        given = {
            a.server: {x for x in a.addresses if ipaddress.ip_address(x).is_global}
            for a in self._payload.of(Path.PUBLIC)
            if a.name == name and a.status is DnsStatus.NOERROR
        }
        speaking = [addresses for addresses in given.values() if addresses]
        if len(speaking) < thresholds.MIN_TRUTH_CONTROLS:
            return frozenset()
        return frozenset().union(*speaking)

    def judge(self, answer: DnsAnswer) -> Tri:
        """YES: leads to the site. NO: does not, while what public resolvers say does (by its certificate)."""
        control = self._control.get(answer.name, frozenset())
        if answer.status not in (DnsStatus.NOERROR, DnsStatus.NXDOMAIN) or not control:
            return Tri.UNKNOWN
        if control & set(answer.addresses):
            return Tri.YES
        seen = [self._tls.get((answer.name, address)) for address in answer.addresses]
        if Tls.VALID in seen:
            return Tri.YES
        if not any(self._tls.get((answer.name, address)) is Tls.VALID for address in control):
            # The public answer proves nothing either: no one to compare with.
            return Tri.UNKNOWN
        real = [a for a in answer.addresses if ipaddress.ip_address(a).is_global]
        if not real:
            return Tri.NO
        return Tri.NO if any(s in (Tls.INVALID, Tls.SILENT) for s in seen) else Tri.UNKNOWN

    def right(self, path: Path) -> frozenset[str]:
        """Names found true on this path."""
        return frozenset(a.name for a in self._payload.of(path) if self.judge(a) is Tri.YES)

    def wrong(self, path: Path) -> frozenset[str]:
        """Names found untrue on this path, those blocked by order included."""
        return frozenset(a.name for a in self._payload.of(path) if self.judge(a) is Tri.NO)

    def misled(self, path: Path) -> frozenset[str]:
        """Names for which this path gives an address of the Internet that is not, or no longer, the site's."""
        real = {a.name for a in self._payload.of(path) if any(ipaddress.ip_address(x).is_global for x in a.addresses)}
        return self.wrong(path) & real

    def blocked_by_order(self, path: Path) -> Tri:
        """Whether a server says itself that an order keeps it from answering."""
        if self.wrong(path) & self._ordered:
            return Tri.YES
        return Tri.NO if self.right(path) or self.wrong(path) else Tri.UNKNOWN

    def verdict(self, path: Path) -> Tri:
        """NO with one untrue name that no order explains; YES with enough true ones and none untrue."""
        # Behind a box the reason may be lost; the name is the same.
        if self.wrong(path) - self._ordered:
            return Tri.NO
        return Tri.YES if len(self.right(path)) >= thresholds.MIN_TRUE_NAMES else Tri.UNKNOWN
