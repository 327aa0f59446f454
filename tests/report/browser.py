"""A headless Chromium behind its own protocol (CDP): one instance for many pages, nothing looked up outside."""

from __future__ import annotations

import asyncio
import base64
import itertools
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any

import aiohttp

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
_SWITCHES = (
    "--headless=new", "--remote-debugging-port=0", "--no-first-run", "--no-default-browser-check", "--disable-gpu",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
    "--disable-domain-reliability", "--disable-dev-shm-usage", "--mute-audio", "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)  # fmt: skip
_START_S, _ANSWER_S = 30.0, 30.0


class Page:
    """One tab. ``said``: console, log and uncaught errors; ``asked``: every address it wanted to fetch."""

    def __init__(self, browser: Browser, target: str, session: str) -> None:
        self._browser, self._target, self._session = browser, target, session
        self.said: list[str] = []
        self.asked: list[str] = []

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        return self._browser.call(method, parameters, self._session)

    def screen(self, width: int, height: int, *, dark: bool = False, media: str = "") -> None:
        mobile = width < 600
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=mobile)
        scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.call("Emulation.setEmulatedMedia", media=media, features=scheme)

    def open(self, path: Path | str) -> None:
        """A file, or an address; until it is loaded."""
        self.said.clear()
        self.asked.clear()
        self._browser.loaded.discard(self._session)
        self.call("Page.navigate", url=path if isinstance(path, str) else path.as_uri())
        self._browser.until(lambda: self._session in self._browser.loaded)

    def run(self, expression: str) -> Any:
        found = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    def picture(self, *, whole: bool = False) -> bytes:
        found = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        return base64.b64decode(found["data"])

    def printed(self) -> bytes:
        return base64.b64decode(self.call("Page.printToPDF", preferCSSPageSize=True, printBackground=False)["data"])

    def close(self) -> None:
        self._browser.call("Target.closeTarget", {"targetId": self._target})


class Browser:
    """Synchronous: its loop runs while something is waited for."""

    def __init__(self, switches: Sequence[str] = ()) -> None:
        assert CHROMIUM is not None
        self._folder = tempfile.TemporaryDirectory(prefix="selfcare-chromium-", ignore_cleanup_errors=True)
        root = ("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()
        command = [CHROMIUM, *_SWITCHES, *switches, *root, f"--user-data-dir={self._folder.name}", "about:blank"]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._loop = asyncio.new_event_loop()
        self._ids, self._answers = itertools.count(1), dict[int, dict[str, Any]]()
        self._pages, self.loaded = dict[str, Page](), set[str]()
        try:
            self._loop.run_until_complete(self._connect())
        except BaseException:
            self._process.kill()
            raise

    async def _connect(self) -> None:
        told, deadline = Path(self._folder.name) / "DevToolsActivePort", time.monotonic() + _START_S
        while not (told.exists() and len(told.read_text().split()) == 2):
            assert self._process.poll() is None, "Chromium ended by itself"
            assert time.monotonic() < deadline, "Chromium did not start"
            await asyncio.sleep(0.02)
        port, path = told.read_text().split()
        self._http = aiohttp.ClientSession()
        self._socket = await self._http.ws_connect(f"ws://127.0.0.1:{port}{path}", max_msg_size=0)

    def call(self, method: str, parameters: dict[str, Any], session: str | None = None) -> dict[str, Any]:
        number = next(self._ids)
        message = {"id": number, "method": method, "params": parameters} | ({"sessionId": session} if session else {})
        self._loop.run_until_complete(self._socket.send_json(message))
        self.until(lambda: number in self._answers)
        answer = self._answers.pop(number)
        assert "error" not in answer, (method, answer["error"])
        result: dict[str, Any] = answer["result"]
        return result

    def until(self, there: Any) -> None:
        """Reads what the browser says until it has come to that."""
        deadline = time.monotonic() + _ANSWER_S
        while not there():
            left = deadline - time.monotonic()
            self._note(self._loop.run_until_complete(self._socket.receive_json(timeout=left)))

    def _note(self, message: dict[str, Any]) -> None:
        if "id" in message:
            self._answers[message["id"]] = message
            return
        session, told = message.get("sessionId", ""), message.get("params", {})
        page = self._pages.get(session)
        match message["method"]:
            case "Page.loadEventFired":
                self.loaded.add(session)
            case "Network.requestWillBeSent" if page:
                page.asked.append(told["request"]["url"])
            case "Runtime.consoleAPICalled" | "Runtime.exceptionThrown" | "Log.entryAdded" if page:
                page.said.append(str(told))
            case "Page.javascriptDialogOpening" if page:
                page.said.append(f"dialog: {told}")

    def page(self) -> Page:
        target = self.call("Target.createTarget", {"url": "about:blank"})["targetId"]
        session = self.call("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        page = self._pages[session] = Page(self, target, session)
        for domain in ("Page", "Runtime", "Log", "Network"):
            page.call(f"{domain}.enable")
        return page

    def __enter__(self) -> Browser:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(Exception):
            self.call("Browser.close", {})
        with suppress(Exception):
            self._loop.run_until_complete(self._http.close())
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._loop.close()
        self._folder.cleanup()


@contextmanager
def opened(path: Path, **screen: Any) -> Iterator[Page]:
    """One page in a browser of its own."""
    with Browser() as browser:
        page = browser.page()
        page.screen(**{"width": 1280, "height": 800, **screen})
        page.open(path)
        yield page
