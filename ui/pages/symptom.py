"""The symptom question: three optional rows of answers. It never stands in the way of the check."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from selfcare.i18n import Catalogue
from selfcare.model.symptom import OtherDevices, Symptom, SymptomKind
from ui.theme import Size, Theme
from ui.widgets import Card, Choices, text

SINCE = ("hour", "today", "yesterday", "week")


def start_of(since: str | None, now: datetime) -> str | None:
    """The start of the period named, ISO 8601 with offset; None when it was not said."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    starts = {
        "hour": now.replace(microsecond=0) - timedelta(hours=1),
        "today": midnight,
        "yesterday": midnight - timedelta(days=1),
        "week": midnight - timedelta(days=7),
    }
    return starts[since].isoformat() if since in starts else None


class SymptomCard(Card):
    """``value`` is the answer as the check takes it, None when nothing was said."""

    def __init__(
        self, theme: Theme, catalogue: Catalogue, now: Callable[[], datetime] = lambda: datetime.now().astimezone()
    ) -> None:
        super().__init__(theme)
        self._now = now
        say = catalogue.text
        self.column.addWidget(text(theme, say("ui.symptom.title"), Size.HEADING, bold=True))
        self.column.addWidget(text(theme, say("ui.symptom.lead"), tone="muted"))
        self.what = Choices(theme, "", [(k.value, say(f"ui.symptom.what.{k.value}")) for k in SymptomKind])
        for chip in self.what.chips.values():
            chip.setAccessibleDescription(say("ui.symptom.title"))
        self.since = Choices(theme, say("ui.symptom.since"), [(s, say(f"ui.symptom.since.{s}")) for s in SINCE])
        self.others = Choices(
            theme, say("ui.symptom.others"), [(o.value, say(f"ui.symptom.others.{o.value}")) for o in OtherDevices]
        )
        self.column.addSpacing(theme.space(1))
        for row in (self.what, self.since, self.others):
            self.column.addWidget(row)
            row.setContentsMargins(0, 0, 0, theme.space(1))
        # The other two rows mean something only once there is a symptom to date and to place.
        self.what.chosen.connect(lambda value: self._show_more(value is not None))
        self._show_more(False)

    @property
    def value(self) -> Symptom | None:
        """What was said, if anything was."""
        what = self.what.value
        if what is None:
            return None
        others = self.others.value
        return Symptom(
            SymptomKind(what),
            start_of(self.since.value, self._now()),
            OtherDevices(others) if others else OtherDevices.UNKNOWN,
        )

    def _show_more(self, on: bool) -> None:
        self.since.setVisible(on)
        self.others.setVisible(on)
