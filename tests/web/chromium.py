"""A real Chromium before the real service: tabs that keep what the console complains of, and what axe finds in them."""

import contextlib
import json
import os
import threading
import time
from functools import cache
from pathlib import Path

from axe_playwright_python.base import AXE_FILE_PATH

from tests.api.conftest import PASSWORD, the_app
from tests.api.servers import free_port

CHROMIUM = os.environ.get("TSUNAGU_CHROMIUM", "/usr/bin/chromium")
FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SHOTS = Path(__file__).parents[2] / "out/shots"
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
WIDE, NARROW, ZOOMED, SHEET = 1280, 360, 640, 703
"""Widths in CSS pixels: an office PC, a telephone, the same PC at 200 %, the text of an A4 page between its margins."""


@contextlib.contextmanager
def answering():
    """The service on loopback, in a thread of this process: each test's office gives it its database."""
    import uvicorn

    port = free_port()
    server = uvicorn.Server(
        uvicorn.Config(the_app(), host="127.0.0.1", port=port, lifespan="off", log_level="error", access_log=False,
                       timeout_graceful_shutdown=1)
    )  # fmt: skip
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 30
    while not server.started:
        assert thread.is_alive() and time.monotonic() < until, "the service did not start"
        time.sleep(0.01)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


@cache
def axe():
    """The script of axe-core."""
    return Path(AXE_FILE_PATH).read_text(encoding="utf-8")


class Tab:
    """A tab of the browser, in which whatever the console complains of is kept."""

    def __init__(self, browser, address, scripts=True, width=WIDE, lang="ja"):
        self.context = browser.new_context(
            base_url=address, java_script_enabled=scripts, viewport={"width": width, "height": 900},
            locale="ja-JP" if lang == "ja" else "en-GB", timezone_id="Asia/Tokyo",
        )  # fmt: skip
        self.context.add_cookies([{"name": "tsunagu_lang", "value": lang, "url": address}])
        self.address, self.scripts, self.said = address, scripts, []
        self.page = self.context.new_page()
        self.page.set_default_timeout(20_000)
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.said.append(str(error)))

    def _heard(self, one):
        """Errors and warnings, but not that a page itself was refused: the page says so."""
        refused = one.text.startswith("Failed to load resource") and one.location["url"] == self.page.url
        if one.type in ("error", "warning") and not refused:
            self.said.append(one.text)

    def enter(self, desk):
        """Be who sits at a desk, without signing in again."""
        for cookie in desk.client.cookies.jar:
            told = {"name": cookie.name, "value": cookie.value, "url": self.address, "httpOnly": True}
            self.context.add_cookies([{**told, "sameSite": "Strict"}])
        return self

    def sign_in(self, name):
        """Sign in as a person does."""
        self.page.goto("/sign-in")
        self.page.fill("#name", name)
        self.page.fill("#password", PASSWORD)
        self.page.click("main form button")
        self.page.wait_for_url("**/")
        return self

    def shot(self, name):
        """A picture of the whole page, to be looked at."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SHOTS / f"{name}.png", full_page=True)

    def violations(self):
        """What axe finds against WCAG 2.2 AA; it is put in from outside, as our policy lets no page load it."""
        session = self.context.new_cdp_session(self.page)
        session.send("Runtime.evaluate", {"expression": axe()})
        run = f"axe.run(document, {{runOnly: {AXE_RULES}}}).then(r => JSON.stringify(r.violations))"
        told = session.send("Runtime.evaluate", {"expression": run, "awaitPromise": True, "returnByValue": True})
        session.detach()
        found = json.loads(told["result"]["value"])
        return [(one["id"], [node["html"][:200] for node in one["nodes"]][:4]) for one in found]

    def unprinted(self):
        """How many rows of tables are left out on paper, but for those that are meant to be."""
        self.page.emulate_media(media="print")
        lost = self.page.evaluate(
            "[...document.querySelectorAll('main tbody tr')]"
            ".filter(row => !row.closest('.no-print') && !row.getClientRects().length).length"
        )
        self.page.emulate_media(media="screen")
        return lost

    def too_wide(self, width, media="screen"):
        """How many pixels the page is wider than a window of that width."""
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.emulate_media(media=media)
        wider = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        self.page.emulate_media(media="screen")
        return wider
