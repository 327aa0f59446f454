"""Causes in the area of ``observe.reach``."""

from __future__ import annotations

from selfcare.model.rule import Rule

RULES: tuple[Rule, ...] = ()
