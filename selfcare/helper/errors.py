"""How the helper says no."""

from __future__ import annotations

import errno


class Refusal(Exception):
    """Not done. ``code`` is one of those of ``selfcare.model.repair.HandError``."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}")
        self.code, self.detail = code, detail[:300]


def of_file(error: OSError) -> Refusal:
    """The refusal that a failure of the file system stands for."""
    said = f"{error.strerror}: {error.filename}"
    if error.errno == errno.EACCES:
        return Refusal("needs_privilege", said)
    if error.errno in (errno.EROFS, errno.EPERM, errno.EBUSY):
        return Refusal("protected", said)
    return Refusal("failed", said)
