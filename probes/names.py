"""The names every DNS probe of one check asks, the same ones through each path."""

from __future__ import annotations

from collections.abc import Sequence

from probes.framework import ProbeContext
from probes.wire.dnsmessage import Question
from selfcare.model.payloads.dns import NameKind


def random_questions(ctx: ProbeContext, count: int = 2) -> tuple[Question, ...]:
    """Names that no cache can hold; "no such name" is a good answer."""
    return tuple(Question(f"{ctx.label}.{suffix}", NameKind.RANDOM) for suffix in ctx.profile.random_suffixes[:count])


def fixed_questions(ctx: ProbeContext, count: int = 1) -> tuple[Question, ...]:
    """Well-known names, which a cache may answer."""
    return tuple(Question(name, NameKind.FIXED) for name in ctx.profile.fixed_names[:count])


def zone_questions(ctx: ProbeContext, count: int = 2) -> tuple[Question, ...]:
    """Whose servers hold the zones of the random names: it exists, and hardly any cache of a home holds it."""
    return tuple(Question(suffix, NameKind.FIXED, "NS") for suffix in ctx.profile.random_suffixes[:count])


def outside_questions(ctx: ProbeContext) -> Sequence[Question]:
    """What is asked of each server: two random names of different owners and one fixed name."""
    return (*random_questions(ctx), *fixed_questions(ctx))
