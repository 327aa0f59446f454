"""An authority of an operator's own, and a certificate of its for this machine's loopback."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Own:
    """Files (PEM): ``authority`` is what a program has to be told of; ``certificate`` and ``key`` are a server's."""

    authority: Path
    certificate: Path
    key: Path


def own(folder: Path, *names: str) -> Own:
    """For 127.0.0.1, localhost and ``names``."""
    root, server = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    issuer, now = _name("An operator's own authority"), datetime.now(UTC)
    days = now - timedelta(days=1), now + timedelta(days=7)
    authority = (
        x509.CertificateBuilder().subject_name(issuer).issuer_name(issuer).public_key(root.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(days[0]).not_valid_after(days[1])
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(root.public_key()), critical=False)
        .sign(root, hashes.SHA256())
    )  # fmt: skip
    known = [x509.IPAddress(ip_address("127.0.0.1")), *(x509.DNSName(one) for one in ("localhost", *names))]
    certificate = (
        x509.CertificateBuilder().subject_name(_name("localhost")).issuer_name(issuer).public_key(server.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(days[0]).not_valid_after(days[1])
        .add_extension(x509.SubjectAlternativeName(known), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root.public_key()), critical=False)
        .sign(root, hashes.SHA256())
    )  # fmt: skip
    found = Own(folder / "authority.pem", folder / "certificate.pem", folder / "key.pem")
    for path, one in ((found.authority, authority), (found.certificate, certificate)):
        path.write_bytes(one.public_bytes(serialization.Encoding.PEM))
    kind = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    found.key.write_bytes(server.private_bytes(serialization.Encoding.PEM, *kind))
    found.key.chmod(0o600)
    return found


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])
