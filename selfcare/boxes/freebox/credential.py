"""What pairing gives, in one text for the keyring: the token, the box it is for, and whether it was given over TLS."""

from __future__ import annotations

from dataclasses import dataclass

from selfcare.boxes.secret import Secret

APP_ID, APP_NAME, APP_VERSION = "fr.selfcare.agent", "Selfcare", "1"
"""Shown on the box's display. A change of any of them would need a new pairing, so the version is not the program's."""


@dataclass(frozen=True, slots=True)
class Credential:
    """``tls``: never to be used without again. ``uid`` None: not known."""

    token: Secret
    uid: str | None = None
    tls: bool = False

    def text(self) -> Secret:
        """For the keyring. A token is base64: it has no "|"."""
        return Secret("|".join(("freebox1", "tls" if self.tls else "", self.uid or "", self.token.reveal())))


def read(secret: Secret) -> Credential:
    """From the keyring; a bare token is taken as one."""
    parts = secret.reveal().split("|", 3)
    if len(parts) == 4 and parts[0] == "freebox1":
        return Credential(Secret(parts[3]), parts[2] or None, parts[1] == "tls")
    return Credential(secret)
