"""Remedies as data: what answers which fault, what it would change, and how to see whether it helped. Pure."""

from selfcare.remedies.catalogue import REMEDIES, offered, remedies_for, remedy
from selfcare.remedies.remedy import Answer, Remedy
from selfcare.remedies.situation import Situation

__all__ = ["REMEDIES", "Answer", "Remedy", "Situation", "offered", "remedies_for", "remedy"]
