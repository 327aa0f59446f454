"""What somebody agreed to before a report left, as data for the case: the text, the sections, the exact bytes."""

from __future__ import annotations

from selfcare.model.report import Consent, Report

TEXT_VERSION = "report-1"
"""Changed whenever the sentence ``report.consent`` says something else."""


def consent(report: Report, to: str, at: str) -> Consent:
    """``to``: the desk's name or the file's; ``at``: ISO 8601 with offset."""
    return Consent(at, TEXT_VERSION, tuple(sorted(one.value for one in report.sections)), report.sha256, to)
