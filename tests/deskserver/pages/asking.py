"""What a browser asks of the pages, without one."""

from __future__ import annotations

import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence
from html.parser import HTMLParser

from tests.deskserver.pages.world import World

VOID = {"meta", "link", "br", "hr", "img", "input"}


class _Kept(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def ask(
    world: World, path: str, form: dict[str, str] | None = None, csrf: str = "", pictures: Sequence[bytes] = ()
) -> tuple[int, str, dict[str, str]]:
    """Status, text, headers; a form is posted as a browser posts it. ``pictures``: chosen in its field ``picture``."""
    given = {"csrf": csrf or world.agent.csrf, **(form or {})}
    head = {} if form is None else {"Origin": world.url}
    data = None if form is None else urllib.parse.urlencode(given).encode()
    if pictures:
        head["Content-Type"], data = "multipart/form-data; boundary=b0undary", _parts(given, pictures)
    request = urllib.request.Request(world.url + path, data, head)
    try:
        answer = urllib.request.build_opener(_Kept).open(request, timeout=60)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        headers = {name.lower(): text for name, text in answer.headers.items()}
        return answer.status, answer.read().decode("utf-8", "replace"), headers


def form_of(page: str, action: str) -> dict[str, str]:
    """The hidden fields of the form that goes there."""
    found = re.search(rf'<form[^>]*action="{re.escape(action)}"[^>]*>(.*?)</form>', page, re.S)
    assert found, action
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', found[1]))


def _parts(given: Mapping[str, str], pictures: Sequence[bytes]) -> bytes:
    head = b'--b0undary\r\nContent-Disposition: form-data; name="%s"'
    fields = [head % name.encode() + b"\r\n\r\n" + value.encode() for name, value in given.items()]
    fields += [head % b"picture" + b'; filename="p.png"\r\nContent-Type: image/png\r\n\r\n' + one for one in pictures]
    return b"\r\n".join([*fields, b"--b0undary--", b""])


class Checked(HTMLParser):
    """What is wrong with a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.open: list[str] = []
        self.ids: list[str] = []
        self.labelled: set[str] = set()
        self.controls: list[str] = []
        self.headings: list[int] = []
        self.named: list[str] = []
        self.feed(text)
        self.faults += [f"open: {self.open}"] if self.open else []
        self.faults += [f"twice: {one}" for one in set(self.ids) if self.ids.count(one) > 1]
        self.faults += [f"no label: {one}" for one in self.controls if one not in self.labelled]
        self.faults += ["not one h1"] if self.headings.count(1) != 1 else []
        steps = zip(self.headings, self.headings[1:], strict=False)
        self.faults += [f"h{one} then h{other}" for one, other in steps if other > one + 1]
        self.faults += [f"names nothing: {one}" for one in self.named if one not in self.ids]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.faults += [f"{name} in {tag}" for name in given if name.startswith("on") or name == "style"]
        self.faults += ["a script"] if tag == "script" and given.get("src") != "/static/keys.js" else []
        self.named += [name for kind in ("aria-labelledby", "aria-describedby") for name in given.get(kind, "").split()]
        self.ids += [given["id"]] if "id" in given else []
        self.labelled |= {given["for"]} if tag == "label" else set()
        if tag in ("select", "textarea") or (tag == "input" and given.get("type") != "hidden"):
            self.controls.append(given.get("id", "?"))
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}>")
