"""What the last check found of the Wi-Fi, with the way to what can be done about it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout

from selfcare.model.finding import Diagnosis, Finding, Role
from ui.check_state import Phase
from ui.context import Context
from ui.rows import marked, show_now
from ui.theme import Size
from ui.wide import WideButton
from ui.widgets import Button, Card, clear, text
from ui.wifi_walk_words import when
from ui.wording import Way, advice, code_title, evidence_text, guide_title, guides_for, sentence, way_to_repair

_MOST_REASONS = 3


def of_wifi(diagnosis: Diagnosis | None) -> tuple[Finding, ...]:
    """Findings about the Wi-Fi; what merely follows from another one is left out."""
    found = diagnosis.findings if diagnosis is not None else ()
    return tuple(f for f in found if f.code.startswith("WIFI-") and f.role is not Role.ALSO)


class FoundCard(Card):
    """Not there at all where the check found nothing of the kind, or none was made."""

    def __init__(self, context: Context) -> None:
        super().__init__(context.theme)
        self._context = context
        self._shown: tuple[tuple[Finding, ...], bool] = (), False
        theme, say = context.theme, context.catalogue.text
        self.body = QVBoxLayout()
        self.body.setSpacing(theme.space(2))
        self.repair = Button(theme, say("ui.next.repair"), "second", Size.LEAD)
        self.guide: WideButton | None = None
        self._ways = QVBoxLayout()
        self.column.addWidget(text(theme, say("ui.wifi.found.title"), Size.HEADING, bold=True))
        self.when = text(theme, "", tone="muted")
        self.column.addWidget(self.when)
        self.column.addLayout(self.body)
        self.column.addWidget(self.repair, 0, Qt.AlignmentFlag.AlignLeft)
        self.column.addLayout(self._ways)
        self.repair.clicked.connect(lambda _checked: context.start_repair())
        self.setVisible(False)

    def refresh(self, by_cable: bool = False) -> None:
        """Reads the check's own state. With a cable in use nobody is told what to do for a better Wi-Fi."""
        check = self._context.check
        diagnosis = check.diagnosis if check.phase is Phase.DONE else None
        found = of_wifi(diagnosis)
        self.setVisible(bool(found))
        self._show_when()
        if diagnosis is None or (found, by_cable) == self._shown:
            return
        self._shown = found, by_cable
        clear(self.body)
        for finding in found:
            self._tell(diagnosis, finding, advised=not by_cable)
        show_now(self.body)
        self._offer(Diagnosis(diagnosis.verdict, found))

    def _show_when(self) -> None:
        """It is of the past: said with its time, as long as it is shown."""
        seen = max((one.started.timestamp() for one in self._context.check.measurements.values()), default=None)
        self.when.setVisible(seen is not None)
        if seen is not None:
            catalogue = self._context.catalogue
            self.when.setText(catalogue.text("ui.wifi.found.when", when=when(catalogue, seen, kind="moment")))

    def _tell(self, diagnosis: Diagnosis, finding: Finding, advised: bool) -> None:
        theme, catalogue = self._context.theme, self._context.catalogue
        culprit = finding.role is Role.CULPRIT
        title = text(theme, sentence(code_title(catalogue, finding.code)), Size.LEAD, bold=True)
        reasons = [sentence(evidence_text(catalogue, item)) for item in finding.evidence[:_MOST_REASONS]]
        lines = advice(catalogue, Diagnosis(diagnosis.verdict, (finding,))) if culprit and advised else ()
        words = [title, *(text(theme, line) for line in lines), *(text(theme, r, tone="muted") for r in reasons)]
        self.body.addLayout(marked(theme, "bang", "suspect" if culprit else "idle", *words))

    def _offer(self, wifi: Diagnosis) -> None:
        """As the check page does: mend it, or be led through it; a guide where one follows."""
        way, say = way_to_repair(wifi), self._context.catalogue.text
        self.repair.setVisible(way is not Way.NONE)
        if way is not Way.NONE:
            self.repair.setText(say(f"ui.next.{'repair' if way is Way.MEND else 'guide'}"))
        clear(self._ways)
        self.guide = None
        for name in guides_for(wifi)[:1]:
            title = guide_title(self._context.catalogue.language, name)
            self.guide = WideButton(self._context.theme, title, Size.BODY)
            self.guide.setAccessibleName(say("ui.guide.see.name", what=title))
            self.guide.clicked.connect(lambda _checked, one=name: self._context.open_guide(one))
            self._ways.addWidget(self.guide)
            self.guide.setVisible(True)
