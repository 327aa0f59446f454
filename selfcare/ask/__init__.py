"""What somebody asks in their own words, and what that may lead to. Pure: nothing is measured, nothing changed."""

from __future__ import annotations

from selfcare.ask.answers import Answer, AskError, answer, answers

__all__ = ["Answer", "AskError", "answer", "answers"]
