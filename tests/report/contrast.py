"""WCAG 2.2: how far a text stands out from what is behind it."""

from __future__ import annotations

AA = 4.5
"""Of text of usual size (success criterion 1.4.3)."""
AA_DRAWN = 3.0
"""Of what is drawn, as a line of a chart (1.4.11)."""


def luminance(colour: tuple[float, float, float]) -> float:
    """Relative luminance of sRGB, 0 to 255 each."""
    parts = [one / 255 / 12.92 if one / 255 <= 0.04045 else ((one / 255 + 0.055) / 1.055) ** 2.4 for one in colour]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: tuple[float, float, float], other: tuple[float, float, float]) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def rgb(text: str) -> tuple[float, float, float]:
    """Of ``#rrggbb`` or ``#rgb``."""
    digits = text.strip().lstrip("#")
    digits = "".join(2 * one for one in digits) if len(digits) == 3 else digits
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)
