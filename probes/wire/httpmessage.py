"""Judging the beginning of an HTTP answer against the page that was expected."""

from __future__ import annotations

import io
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from selfcare.model.payloads.web import WebStatus
from selfcare.model.profile import HttpEndpoint

if TYPE_CHECKING:
    from http.client import HTTPResponse

MAX_HEAD = 16 * 1024
MAX_BODY = 64 * 1024
_START = b"HTTP/"


@dataclass(frozen=True, slots=True)
class Page:
    """What the answer amounts to."""

    status: WebStatus
    http_status: int | None = None
    location_host: str | None = None
    date_s: float | None = None


MALFORMED = Page(WebStatus.MALFORMED)


def judge(data: bytes, ended: bool, expected: HttpEndpoint) -> Page | None:
    """The meaning of what has arrived so far; None while more is needed.

    Args:
        data: all bytes from the server so far.
        ended: whether the server closed the connection.
        expected: the page asked for.
    """
    if not data.startswith(_START[: len(data)]):
        return MALFORMED
    head, separator, _ = data.partition(b"\r\n\r\n")
    if not separator:
        if len(head) > MAX_HEAD:
            return MALFORMED
        if not ended:
            return None
        return Page(WebStatus.CLOSED) if not data else MALFORMED
    if len(head) > MAX_HEAD:
        return MALFORMED
    return _judge_page(data, ended or len(data) - len(head) > MAX_BODY, expected)


def _judge_page(data: bytes, complete: bool, expected: HttpEndpoint) -> Page | None:
    from http.client import HTTPException, HTTPResponse

    try:
        response = HTTPResponse(Replay(data))  # type: ignore[arg-type]
        response.begin()
        code = response.status
        date = _date(response)
        if 300 <= code < 400:
            return Page(WebStatus.REDIRECTED, code, _host(response.getheader("Location"), expected.host), date)
        if code != expected.status:
            return Page(WebStatus.ALTERED, code, date_s=date)
        wanted = expected.body.encode()
        # As much as has arrived, with the chunks of a chunked body taken apart.
        body = _read_some(response, len(wanted))
    except (HTTPException, OSError, ValueError, OverflowError):
        # A broken chunk can also be one that has not arrived yet.
        return MALFORMED if complete else None
    if body == wanted:
        return Page(WebStatus.EXPECTED, code, date_s=date)
    if wanted.startswith(body) and not complete and not _announced(response.getheader("Content-Length"), len(body)):
        return None
    return Page(WebStatus.ALTERED, code, date_s=date)


def _date(response: HTTPResponse) -> float | None:
    """The server's time as seconds since 1970; None from a cache, which repeats an older one (``Age``)."""
    text = response.getheader("Date")
    if not text or len(text) > 64 or response.getheader("Age", "0").strip() not in ("0", ""):
        return None
    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None


def _announced(length: str | None, size: int) -> bool:
    """Whether the server said that there is no more than ``size`` bytes."""
    return (
        length is not None and length.isascii() and length.isdecimal() and length.lstrip("0") == str(size).lstrip("0")
    )


def _read_some(response: object, size: int) -> bytes:
    from http.client import HTTPResponse, IncompleteRead

    assert isinstance(response, HTTPResponse)
    try:
        return response.read(size) if size else b""
    except IncompleteRead as cut:
        return cut.partial[:size]


class Replay:
    """Gives the parser the bytes that are already there in place of a socket."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def makefile(self, mode: str) -> io.BytesIO:
        """What HTTPResponse asks its socket for."""
        return io.BytesIO(self._data)


def _host(location: str | None, own: str) -> str | None:
    """The host a redirect points to; our own for a relative one, None for none or nonsense."""
    if not location:
        return None
    try:
        return urlsplit(location.strip()).hostname or own
    except ValueError:
        return None
