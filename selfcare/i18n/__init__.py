"""The one message catalogue. Sentences are looked up by a stable key, in the reader's language."""

from selfcare.i18n.catalogue import LANGUAGES, SUPPORT, Catalogue, system_language

__all__ = ["LANGUAGES", "SUPPORT", "Catalogue", "system_language"]
