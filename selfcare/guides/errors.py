"""What is wrong with a guide's file."""

from __future__ import annotations


class GuideError(ValueError):
    """The guide cannot be used; the message says where and why. ``code`` is stable."""

    code = "guide_invalid"

    def __init__(self, guide: str, problem: str, step: str = "") -> None:
        self.guide, self.step, self.problem = guide, step, problem
        super().__init__(f"{guide}{f'.{step}' if step else ''}: {problem}")
