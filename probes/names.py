"""The names every DNS probe of one check asks, the same ones through each path."""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Sequence

from probes.framework import ProbeContext
from probes.wire.dnsmessage import Question
from selfcare.model.payloads.dns import NameKind
from selfcare.model.payloads.link import LinkPayload

# A check is recognised by the link payload, one object that all its probes share. The
# object is kept so that its identity cannot come back with another check.
_labels: deque[tuple[LinkPayload, str]] = deque(maxlen=8)


def run_label(ctx: ProbeContext) -> str:
    """A random DNS label, one per check: paths can be compared, and no cache knows it from the check before."""
    link = ctx.get("link.interfaces", LinkPayload)
    if link is None:
        return _fresh()
    for known, label in _labels:
        if known is link:
            return label
    label = _fresh()
    _labels.append((link, label))
    return label


def _fresh() -> str:
    # A letter first: some filters drop names that start with a digit.
    return "x" + secrets.token_hex(6)


def random_questions(ctx: ProbeContext, count: int = 2) -> tuple[Question, ...]:
    """Names that no cache can hold; "no such name" is a good answer."""
    label = run_label(ctx)
    return tuple(Question(f"{label}.{suffix}", NameKind.RANDOM) for suffix in ctx.profile.random_suffixes[:count])


def fixed_questions(ctx: ProbeContext, count: int = 1) -> tuple[Question, ...]:
    """Well-known names, which a cache may answer."""
    return tuple(Question(name, NameKind.FIXED) for name in ctx.profile.fixed_names[:count])


def outside_questions(ctx: ProbeContext) -> Sequence[Question]:
    """What is asked of each server: two random names of different owners and one fixed name."""
    return (*random_questions(ctx), *fixed_questions(ctx))
