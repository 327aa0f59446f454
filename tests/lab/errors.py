"""What the laboratory says when it cannot run here."""

from __future__ import annotations


class LabError(Exception):
    """Something in the laboratory did not come up."""


class LabUnavailable(LabError):
    """This machine lacks something; the message says what, in words fit for a list of skipped tests."""
