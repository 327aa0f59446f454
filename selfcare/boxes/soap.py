"""SOAP as UPnP and TR-064 speak it: the reply's values by name, or the error number in words of ours."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree.ElementTree import Element

from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.wire import Reply

END_OF_LIST, NO_SUCH_ENTRY, NONE_IN_RANGE = 713, 714, 730
NOT_AUTHORISED, ACTION_FAILED, CONFLICT = 606, 501, 718

CODES: Mapping[int, BoxErrorCode] = {
    401: BoxErrorCode.UNSUPPORTED,
    402: BoxErrorCode.INVALID,
    501: BoxErrorCode.REFUSED,
    600: BoxErrorCode.INVALID,
    601: BoxErrorCode.INVALID,
    602: BoxErrorCode.UNSUPPORTED,
    603: BoxErrorCode.FULL,
    604: BoxErrorCode.REFUSED,
    606: BoxErrorCode.REFUSED,
    713: BoxErrorCode.NOT_FOUND,
    714: BoxErrorCode.NOT_FOUND,
    715: BoxErrorCode.INVALID,
    716: BoxErrorCode.INVALID,
    718: BoxErrorCode.CONFLICT,
    724: BoxErrorCode.SAME_PORT_ONLY,
    725: BoxErrorCode.ONLY_PERMANENT,
    726: BoxErrorCode.INVALID,
    727: BoxErrorCode.INVALID,
    728: BoxErrorCode.FULL,
    729: BoxErrorCode.CONFLICT,
    730: BoxErrorCode.NOT_FOUND,
    732: BoxErrorCode.INVALID,
    733: BoxErrorCode.INVALID,
    801: BoxErrorCode.INVALID,
    802: BoxErrorCode.INVALID,
    803: BoxErrorCode.INVALID,
    820: BoxErrorCode.REFUSED,
    866: BoxErrorCode.SECOND_FACTOR,
    867: BoxErrorCode.SECOND_FACTOR,
    868: BoxErrorCode.SECOND_FACTOR,
}
"""UPnP Device Architecture 1.1 table 3-3 (401-604), WANIPConnection:1 and :2 (606-733), AVM's TR-064 notes (8xx)."""


class UpnpFault(BoxError):
    """The box refused an action. ``number`` is its own error code, which a caller may read more narrowly."""

    def __init__(self, number: int, box_says: str | None = None) -> None:
        self.number = number
        super().__init__(CODES.get(number, BoxErrorCode.REFUSED), box_says, number=number)


def local(element: Element) -> str:
    """The tag without its namespace: boxes write those as they like. Comments have no name."""
    tag: object = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def find(root: Element, name: str) -> Element | None:
    """The first element of this name at any depth, whatever its namespace."""
    return next((element for element in root.iter() if local(element) == name), None)


def text_of(root: Element, name: str) -> str | None:
    """The trimmed text of the first element of this name; None where there is none or it is empty."""
    element = find(root, name)
    return ((element.text or "").strip() or None) if element is not None else None


def answer(reply: Reply, action: str) -> dict[str, str]:
    """Values by name; an empty element is an empty string. Raises :class:`UpnpFault`, or ``UNREADABLE``.

    A reply to another question is unreadable: its figures would be taken for those asked for.
    """
    root = reply.xml()
    if find(root, "Fault") is not None or reply.status >= 400:
        raise fault(root, reply.status)
    body = find(root, f"{action}Response")
    if body is None:
        raise BoxError(BoxErrorCode.UNREADABLE, kind="soap", action=action)
    return {name: (child.text or "").strip() for child in body if (name := local(child))}


def fault(root: Element, status: int) -> BoxError:
    """What a refusal says. One without a number that can be read is unreadable."""
    number = text_of(root, "errorCode")
    if number is None or not number.isascii() or not number.isdigit() or len(number) > 5:
        return BoxError(BoxErrorCode.UNREADABLE, kind="soap", status=status)
    return UpnpFault(int(number), text_of(root, "errorDescription"))
