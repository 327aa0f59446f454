"""The one base class of our own errors: a stable code and its values, never a sentence."""

from __future__ import annotations

import errno


class SelfcareError(Exception):
    """Something the program could not do, named by a stable code.

    The sentence a person reads is looked up in the catalogue by ``code`` and filled
    with ``values``, so that an error can be told in any language.
    """

    def __init__(self, code: str, **values: object) -> None:
        self.code = code
        self.values = values
        details = ", ".join(f"{name}={value}" for name, value in values.items())
        super().__init__(f"{code} ({details})" if details else code)


class FolderError(SelfcareError):
    """A folder or a file in it cannot be used: ``disk_full``, ``folder_read_only`` or ``write_failed``."""


_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_READ_ONLY = {errno.EROFS, errno.EACCES, errno.EPERM}


def folder_error(error: OSError, path: object) -> FolderError:
    """Translates what the operating system said about ``path``."""
    code = "disk_full" if error.errno in _FULL else "folder_read_only" if error.errno in _READ_ONLY else "write_failed"
    return FolderError(code, path=path, system=error.strerror or type(error).__name__)
