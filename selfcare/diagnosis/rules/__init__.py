"""The rule table: one entry per cause, each checked by a scenario that yields it and a near miss that does not.

Causes and separators follow docs/design/diagnosis.md. A module here holds one area; to add
a cause, add its entry there, its sentences in the catalogue, and its scenarios.
"""

from __future__ import annotations

from selfcare.diagnosis.rules import addressing, box, capacity, connection, line, naming, reach, web, wifi
from selfcare.model.rule import Rule

RULES: tuple[Rule, ...] = (
    *connection.RULES,
    *addressing.RULES,
    *line.RULES,
    *wifi.RULES,
    *capacity.RULES,
    *naming.RULES,
    *web.RULES,
    *reach.RULES,
    *box.RULES,
)
