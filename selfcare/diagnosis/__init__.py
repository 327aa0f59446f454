"""Pure diagnosis: measurements in, located findings out. No I/O, no clock, no language."""

from selfcare.diagnosis.engine import diagnose
from selfcare.diagnosis.observe import observe

__all__ = ["diagnose", "observe"]
