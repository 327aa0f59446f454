"""A certificate authority of the lab: one root, and a leaf for each name a client asks for."""

from __future__ import annotations

import ssl
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.lab.world import clock

FAULTS = {"expired": (-90, -2), "not_yet": (5, 60), "wrong_name": (-30, 60), "untrusted": (-30, 60)}
"""What can be wrong with a site's certificate: its days, counted from now."""


class Authority:
    """Makes contexts by server name, each once."""

    def __init__(self, name: str = "Selfcare laboratory root", only: str | None = None) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = _name(name)
        self.only = only  # one certificate for every name, as boxes show
        self.shift_s = 0.0
        self.faults: dict[str, str] = {}
        self.root = self._signed(self.name, self.key.public_key(), authority=True)
        self.leaf_key = ec.generate_private_key(ec.SECP256R1())
        self.contexts: dict[str, ssl.SSLContext] = {}

    def set(self, *, shift_s: float | None = None, faults: dict[str, str] | None = None) -> None:
        """Another time in the world, or sites with a wrong certificate (see ``FAULTS``); leaves are made anew."""
        self.shift_s = self.shift_s if shift_s is None else shift_s
        self.faults = self.faults if faults is None else faults
        self.contexts.clear()

    def pem(self) -> bytes:
        return self.root.public_bytes(serialization.Encoding.PEM)

    def _signed(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePublicKey,
        *,
        authority: bool,
        host: str = "",
        days: tuple[int, int] = (-30, 60),
    ) -> x509.Certificate:
        now = datetime.fromtimestamp(clock.now() + self.shift_s, UTC)
        first, last = (-3650, 3650) if authority else days
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + timedelta(days=first))
            .not_valid_after(now + timedelta(days=last))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        )
        if authority:
            usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
            builder = builder.add_extension(usage, critical=True)
        else:
            builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
            purposes = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
            builder = builder.add_extension(purposes, critical=False)
        return builder.sign(self.key, hashes.SHA256())

    def context(self, host: str) -> ssl.SSLContext:
        if host not in self.contexts:
            fault = self.faults.get(host)
            maker = Authority("Unknown authority") if fault == "untrusted" else self
            named = "other-site.example" if fault == "wrong_name" else host
            days = FAULTS.get(fault or "", (-30, 60))
            leaf = maker._signed(_name(named), self.leaf_key.public_key(), authority=False, host=named, days=days)
            private = self.leaf_key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder, "leaf.pem")
                path.write_bytes(leaf.public_bytes(serialization.Encoding.PEM) + private)
                context.load_cert_chain(path)
            self.contexts[host] = context
        return self.contexts[host]

    def server(self) -> ssl.SSLContext:
        """Picks the leaf by the name the client sends."""
        context = self.context(self.only or "unnamed.invalid")
        if self.only:
            return context

        def choose(connection: ssl.SSLObject, name: str | None, _context: ssl.SSLContext) -> None:
            if name:
                connection.context = self.context(name)

        context.sni_callback = choose
        return context


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common[:64])])
