"""Strangers at the desk as it is served: each refused with its word, nothing lost, nothing of ours in the answer."""

from __future__ import annotations

import base64
import json
import socket
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from selfcare.deskserver import serve_http
from selfcare.deskserver.access.pace import Window
from tests.deskserver.strangers import TICKETS, Told, Whole, ticket, whole_at

FORM = "application/x-www-form-urlencoded"
NUL = "a\0b"


@pytest.fixture(scope="module")
def sqlite_whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    with pytest.MonkeyPatch.context() as patch, whole_at(tmp_path_factory.mktemp("whole")) as found:
        patch.setattr(serve_http, "REST_S", 0.3)
        yield found


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.full)])
def either(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    """The same on PostgreSQL, which takes less."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_whole")
        return
    url = request.getfixturevalue("postgres").fresh()
    with whole_at(tmp_path_factory.mktemp("whole"), database=url) as found:
        yield found


@pytest.fixture
def whole(sqlite_whole: Whole) -> Iterator[Whole]:
    """Afterwards it answers, and an earlier ticket is as it was."""
    yield from _unharmed(sqlite_whole)


@pytest.fixture
def both(either: Whole) -> Iterator[Whole]:
    """As ``whole``, on each database."""
    yield from _unharmed(either)


def _unharmed(whole: Whole) -> Iterator[Whole]:
    data = base64.b64encode(b"un journal").decode()
    ref = whole.file(whole.anna, note=[{"@type": "Note", "text": "Bonjour"}],
                     attachment=[{"@type": "Attachment", "name": "j.txt", "content": data}])  # fmt: skip
    was = whole.api("GET", f"{TICKETS}/{ref}", whole.anna).body
    yield whole
    told = whole.api("GET", f"{TICKETS}/{ref}", whole.anna)
    assert (told.status, told.body) == (200, was)
    file = whole.api("GET", was["attachment"][0]["href"].removeprefix(whole.url), whole.anna)
    assert (file.status, file.raw) == (200, b"un journal")
    assert whole.tabs["reader"].get(f"/t/{ref}").status == 200


def code_of(told: Told) -> tuple[int, str]:
    """What a program is told."""
    body = told.body
    return told.status, body.get("code") or body.get("error_description") or body.get("error")


# -- what no address, form or text of ours has ----------------------------------------------------------------------

ODD_PAGES = [
    ("/t/%00", 404), ("/?text=%00a", 400), ("/?view=%00", 400), ("/s/" + "9" * 30, 404), ("/s/" + "9" * 4200, 414),
    ("/admin/audit?who=%00", 400), ("/t/x/report/%00", 404), ("/welcome/%00", 404), ("/static/%2e%2e/%2e%2e/x", 404),
    ("/static/..%2fstyle.css", 404), ("/" + "a" * 5000, 414), ("/?text=" + "a" * 20_000, 414), ("//evil.example/", 404),
    ("/t/../../etc/passwd", 404), ("/?after=1.99999999999999999999999999", 200), ("/?after=%ff", 400),
    ("/t/%ED%A0%80", 404), ("/?text=%25%25%5f", 200), ("/admin/audit?before=999999999999999999&since=0001-01-01", 200),
]  # fmt: skip


@pytest.mark.parametrize(("path", "status"), ODD_PAGES, ids=lambda one: str(one)[:30])
def test_odd_addresses_of_pages(both: Whole, path: str, status: int) -> None:
    assert both.tabs["admin"].get(path).status == status


ODD_CALLS = [
    (f"{TICKETS}/%00", 404, "not_found"), (f"{TICKETS}?externalIdentifier.id=%00", 400, "odd_request"),
    (f"{TICKETS}/..%2f..%2fetc", 404, "no_such_place"), (f"{TICKETS}?sort=;drop", 400, "query_unknown"),
    (f"{TICKETS}?limit=-1", 400, "query_unknown"), (f"{TICKETS}?offset={'9' * 40}", 400, "query_unknown"),
    (f"{TICKETS}?after=o99999999", 400, "query_unknown"), (f"{TICKETS}?filter=$..*", 400, "query_unknown"),
    (f"{TICKETS}?creationDate.gt=9999-99-99", 400, "no_moment"),
    ("/tmf-api/troubleTicket/v5/hub/%00", 404, "not_found"), ("/tmf-api/x%00", 404, "not_found"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "status", "code"), ODD_CALLS, ids=lambda one: str(one)[-30:])
def test_odd_addresses_of_the_api(both: Whole, path: str, status: int, code: str) -> None:
    told = both.api("GET", path, both.billing)
    assert code_of(told) == (status, code) and told.body["@type"] == "Error"


ODD_FORMS = [
    ("/decode", {"text": NUL}),
    ("/outages", {"node": NUL, "since": "2020-01-01T00:00", "text_fr": "a", "text_en": "b"}),
    ("/t/{ref}/answer", {"text": NUL, "version": "1"}), ("/t/{ref}/merge", {"into": NUL, "version": "1"}),
    ("/t/{ref}/link", {"outage": NUL, "version": "1"}), ("/admin/agents", {"login": "x", "name": NUL, "role": "agent"}),
    ("/admin/tokens", {"name": NUL}), ("/account/language", {"language": NUL}),
    ("/prove", {"password": NUL, "code": "1"}), ("/login", {"login": NUL, "password": "x", "code": "1"}),
]  # fmt: skip


@pytest.mark.parametrize(("path", "form"), ODD_FORMS, ids=lambda one: str(one)[:20])
def test_nul_in_a_form(both: Whole, path: str, form: dict[str, str]) -> None:
    ref = both.file(both.anna)
    told = both.tabs["admin"].post(path.format(ref=ref), form, Accept="application/json")
    assert code_of(told) == (400, "form_broken")


def test_half_characters_by_a_charset_that_makes_them(both: Whole) -> None:
    admin, mark = both.tabs["admin"], "BB"
    parts = "".join(f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
                    for name, value in (("csrf", admin.csrf), ("text", "\\ud800"), ("version", "1")))  # fmt: skip
    head = {"Origin": both.url, "Cookie": admin.cookie, "Content-Type":
            f"multipart/form-data; boundary={mark}; charset=unicode_escape"}  # fmt: skip
    assert code_of(both.ask("POST", "/decode", f"{parts}--{mark}--\r\n", head)) == (400, "form_broken")


def test_numbers_beyond_any_column(both: Whole) -> None:
    admin = both.tabs["admin"]
    assert admin.post(f"/admin/agents/{'9' * 20}/role", {"role": "agent"}).status == 404
    for days in ("00001" + "9" * 5000, "99999999999999", "\u0663"):
        name = f"s{len(days)}"
        assert admin.post("/admin/tokens", {"name": name, "days": days}).status == 200
    ref = both.file(both.anna)
    for said in ("9999-12-31T23:59:59.999999999Z", "9999-12-31T23:59:59-23:59"):
        patch = {"expectedResolutionDate": said}
        told = both.api("PATCH", f"{TICKETS}/{ref}", both.billing, patch, "application/merge-patch+json")
        assert told.status in (200, 400)
        assert both.api("GET", f"{TICKETS}/{ref}", both.anna).status == 200
        assert both.tabs["reader"].get(f"/t/{ref}").status == 200
    for since in (1e14, -5, 1e308, "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"):
        kept = both.file(both.anna, troubleTicketCharacteristic=[{"name": "since", "value": since}]
                         if since != 1e308 else [])  # fmt: skip
        assert both.tabs["reader"].get(f"/t/{kept}").status == 200
    assert both.tabs["reader"].get("/?view=all").status == 200 and both.tabs["reader"].get("/outages").status == 200


@pytest.mark.parametrize("who", ["a\0b", "\ud800", "\u202ea", "x" * 600])
def test_an_assertion_of_nobody(both: Whole, who: str) -> None:
    def part(told: Any) -> str:
        return base64.urlsafe_b64encode(json.dumps(told).encode()).rstrip(b"=").decode()

    claims = {"iss": who, "sub": who, "aud": "x", "jti": "j", "exp": time.time() + 60}
    said = f"{part({'alg': 'EdDSA'})}.{part(claims)}.{'A' * 86}"
    form = urlencode({"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": said})
    told = both.ask("POST", "/register/token", form, {"Content-Type": FORM})
    assert code_of(told) == (400, "assertion_unreadable")


# -- HTTP itself ------------------------------------------------------------------------------------------------------

HEAD = b"Host: 127.0.0.1\r\n"
SMUGGLED = [
    b"GET / HTTP/1.1\r\n" + HEAD + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
    b"GET / HTTP/1.1\r\n" + HEAD + b"Transfer-Encoding: xchunked\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + HEAD + b"X: a\r\n b\r\n\r\n", b"GET /\xff HTTP/1.1\r\n" + HEAD + b"\r\n",
    b"GET / HTTP/1.1\n" + b"Host: 127.0.0.1\n\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"CONNECT evil:80 HTTP/1.1\r\n" + HEAD + b"\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + HEAD + b"Content-Length: -1\r\n\r\n",
]  # fmt: skip


@pytest.mark.parametrize("sent", SMUGGLED, ids=lambda one: repr(one[-25:]))
def test_what_two_servers_would_read_differently_ends_the_connection(whole: Whole, sent: bytes) -> None:
    told = whole.raw(sent)
    assert told.startswith(b"HTTP/1.1 400") and b"connection: close" in told.lower()
    assert told.count(b"HTTP/1.1") == 1


@pytest.mark.parametrize("host", ["[", "[::1", "evil.example", "127.0.0.1@evil", "", "127.0.0.1.evil.example"])
def test_another_host_is_not_ours(whole: Whole, host: str) -> None:
    assert code_of(whole.ask("GET", "/login", headers={"Host": host})) == (421, "other_host")


def test_who_is_asked_for_is_never_taken_from_a_header(whole: Whole) -> None:
    lies = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "Forwarded": "host=evil.example",
            "X-Original-URL": "/admin", "X-Rewrite-URL": "/admin", "X-HTTP-Method-Override": "DELETE"}  # fmt: skip
    told = whole.ask("GET", "/", headers=lies)
    assert told.status == 303 and told.headers["Location"] == "/login"
    made = whole.ask("POST", TICKETS, json.dumps(ticket()), {**lies, "Authorization": f"Bearer {whole.anna}",
                     "Content-Type": "application/json"})  # fmt: skip
    assert "evil" not in made.text and made.body["href"].startswith(whole.url)


@pytest.mark.parametrize("method", ["TRACE", "PUT", "OPTIONS", "PROPFIND"])
def test_other_methods_do_nothing(whole: Whole, method: str) -> None:
    for path in ("/", "/login", "/register/token", "/static/style.css", f"{TICKETS}/x"):
        told = whole.ask(method, path, headers={"X-Canary": "c4n4ry"})
        assert told.status in (204, 405) and b"c4n4ry" not in told.raw
        assert told.headers["Allow"]


def test_large_heads_and_bodies(whole: Whole) -> None:
    assert whole.raw(b"GET / HTTP/1.1\r\n" + HEAD + b"X: " + b"a" * 80_000 + b"\r\n\r\n") == b""
    assert whole.raw(b"GET / HTTP/1.1\r\n" + HEAD + b"X: a\r\n" * 15_000 + b"\r\n") == b""
    said = f"POST {TICKETS} HTTP/1.1\r\nAuthorization: Bearer {whole.anna}\r\nContent-Type: application/json\r\n"
    for length in (b"17000000", b"99999999999999999999"):
        back = whole.raw(said.encode() + HEAD + b"Content-Length: " + length + b"\r\n\r\n{", wait=0.3)
        assert back.startswith((b"HTTP/1.1 413", b"HTTP/1.1 400"))
    told = whole.api("POST", "", whole.anna, ticket(description="a" * 30_000))
    assert code_of(told) == (400, "too_long")
    zipped = whole.ask("POST", TICKETS, b"\x1f\x8b", {"Authorization": f"Bearer {whole.anna}", "Content-Encoding":
                       "gzip", "Content-Type": "application/json"})  # fmt: skip
    assert code_of(zipped) == (415, "body_kind")


def test_a_form_of_a_million_fields_is_not_even_parsed(whole: Whole) -> None:
    head = {"Origin": whole.url, "Content-Type": FORM}
    for body in (b"a=&" * 100_000, b"a=" + b"b" * 600_000, b"&" * 300_000, b"a" * 15_000_000):
        assert code_of(whole.ask("POST", "/login", body, head)) == (413, "form_large")
    mark = b"--B\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n"
    head["Content-Type"] = "multipart/form-data; boundary=B"
    told = whole.ask("POST", "/login", mark * 10_000 + b"--B--", head)
    assert code_of(told) == (415, "form_type")
    reader = whole.tabs["reader"]
    told = whole.ask("POST", "/decode", mark * 10_000 + b"--B--", {**head, "Cookie": reader.cookie})
    assert code_of(told) == (400, "form_broken")


def test_slow_ones_are_ended_and_others_are_answered_meanwhile(whole: Whole) -> None:
    """Heads without an end, bodies that crawl (refused or not), empty lines for ever, answers that nobody reads."""
    large = base64.b64encode(b"%PDF-" + b"x" * 7_000_000).decode()
    ref = whole.file(whole.anna, attachment=[{"@type": "Attachment", "name": "a.pdf", "content": large}])
    where = whole.api("GET", f"{TICKETS}/{ref}", whole.anna).body["attachment"][0]["href"].removeprefix(whole.url)
    key = f"Authorization: Bearer {whole.anna}\r\n".encode()
    body = HEAD + key + b"Content-Type: application/json\r\n"
    begun = [
        b"", b"GET", b"GET / HTTP/1.1\r\n" + HEAD + b"X: ", b"GET /login HTTP/1.1\r\n" + HEAD + b"\r\n",
        f"POST {TICKETS} HTTP/1.1\r\n".encode() + body + b"Content-Length: 90\r\n\r\n{",
        f"POST {TICKETS} HTTP/1.1\r\n".encode() + body + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
        f"POST {TICKETS} HTTP/1.1\r\n".encode() + HEAD + b"Content-Length: 90\r\n\r\n{",  # 401 before the body
    ] * 4  # fmt: skip
    slow = [socket.create_connection(("127.0.0.1", whole.port)) for _ in begun]
    for one, first in zip(slow, begun, strict=True):
        one.sendall(first)
    deaf = [socket.socket() for _ in range(3)]
    for one in deaf:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        one.connect(("127.0.0.1", whole.port))
        one.sendall(f"GET {where} HTTP/1.1\r\n".encode() + HEAD + key + b"\r\n")
    left = {*slow}
    end = time.monotonic() + 15
    while left:
        assert time.monotonic() < end, f"{len(left)} are still held"
        assert whole.api("GET", f"{TICKETS}/{ref}", whole.anna).status == 200  # others are answered
        for one in list(left):
            try:
                one.setblocking(False)
                one.sendall(b"\r\n" if begun[slow.index(one)].endswith(b"\r\n\r\n") else b" ")
                one.recv(65536)
            except BlockingIOError:
                continue
            except OSError:
                left.discard(one)
        time.sleep(0.05)
    for one in deaf:
        assert _ended(one), "an answer that nobody reads is held"
    for one in (*slow, *deaf):
        one.close()


def _ended(one: socket.socket) -> bool:
    """The other side has given it up: less came than was promised."""
    one.settimeout(5)
    found = 0
    try:
        while piece := one.recv(65536):
            found += len(piece)
    except TimeoutError:
        return False
    except OSError:
        pass
    return found < 7_000_000


def test_files_of_one_subscriber_are_bounded_in_a_day(whole: Whole) -> None:
    """Also those that are refused with their ticket: the bytes were kept before that was known."""
    limits, most = whole.desk.settings.limits, 3_000_000
    person, data = whole.person("install:hoarder"), base64.b64encode(b"x" * 1_000_000).decode()
    whole.app.state.brought = Window(most, 86_400_000)
    body = ticket(status="nothing known", attachment=[{"@type": "Attachment", "name": "a.txt", "content": data}])
    told = [whole.api("POST", "", person, body) for _ in range(5)]
    assert [one.status for one in told[:3]] == [201] * 3
    assert [code_of(one) for one in told[3:]] == [(429, "too_many_bytes")] * 2
    assert int(told[3].headers["Retry-After"]) > 3600 and whole.file(whole.bert)
    assert limits.bytes_a_day >= limits.tickets_a_day * 250_000 or limits.tickets_a_day == 1000
    other = whole.person("install:hoarder-of-two")
    told = [whole.api("POST", "", other, body) for _ in range(2)]
    whole.app.state.brought = Window(most, 86_400_000)  # another process, or this one begun anew
    told += [whole.api("POST", "", other, {**body, "status": "acknowledged"}) for _ in range(2)]
    assert [one.status for one in told[2:]] == [201, 429]
    del whole.app.state.brought
