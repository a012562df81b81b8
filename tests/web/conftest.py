"""The pages with a small town on SQLite, asked as a browser would, and by a real Chromium where there is one."""

import os
import re
import shutil
from pathlib import Path

import pytest

from tests.api.conftest import KEY, PASSWORD, ROLES, Office, furnished_sqlite, small_town
from tests.api.servers import serving

__all__ = ["furnished_sqlite"]
CHROMIUM = os.environ.get("TSUNAGU_CHROMIUM", "/usr/bin/chromium")
FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
ROOT = Path(__file__).parents[2]
SHOTS = ROOT / "out/shots"
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


class Reader:
    """Somebody with a browser without JavaScript: follows links and sends the forms of the page they see."""

    def __init__(self, desk):
        self.client, self.user_id, self.page = desk.client, getattr(desk, "user_id", ""), None
        self.client.headers["origin"] = "http://testserver"

    def open(self, path, status=200):
        self.page = self.client.get(path)
        assert self.page.status_code == status, (path, self.page.status_code, self.page.text[-2000:])
        return self.page.text

    def forms(self, action):
        """The forms of the page with this action, each as the fields that it would send."""
        found = re.findall(r'<form[^>]*action="([^"]*)"[^>]*>(.*?)</form>', self.page.text, re.DOTALL)
        return [_fields(inner) for where, inner in found if where == action]

    def send(self, action, status=200, which=0, **values):
        """Send one of the forms of the page with this action, some fields filled in."""
        forms = self.forms(action)
        assert forms, f"no form {action} in {self.page.url}"
        self.page = self.client.post(action, data={**forms[which], **values})
        assert self.page.status_code == status, (action, self.page.status_code, self.page.text[-2000:])
        return self.page.text


def _fields(inner):
    """What a browser would send of a form that nobody touched; boxes and files are left out."""
    fields = {}
    for tag in re.findall(r"<(?:input|textarea|button)[^>]*>", inner):
        told = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
        if "name" in told and told.get("type") not in ("file", "checkbox"):
            fields.setdefault(told["name"], told.get("value", ""))
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', inner, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        fields.setdefault(name, chosen[1] if chosen else "")
    return fields


@pytest.fixture
def town_url(tmp_path, furnished_sqlite):
    """A file with two towns and their users."""
    path = tmp_path / "tsunagu.db"
    shutil.copy(furnished_sqlite, path)
    path.chmod(0o600)
    return f"sqlite:///{path}"


class TownOffice(Office):
    """A running service, and a scope that sees all of its first town."""

    def scope(self):
        from api.store.scope import Scope

        return Scope("kawabe", "somebody", None, system=True)


@pytest.fixture
def office(town_url):
    """The service on that file."""
    from api.settings import Settings

    made = TownOffice(Settings(database_url=town_url, keys=KEY))
    yield made
    made.database.engine.dispose()


@pytest.fixture
def kawabe_town():
    """The town as its folder tells it."""
    return small_town()


@pytest.fixture
def kawabe_people(kawabe_town):
    """Everybody of the town."""
    return [one.resident_id for one in kawabe_town.residents]


@pytest.fixture
def readers(office):
    """Somebody of each role, signed in."""
    return {role: Reader(office.desk(f"{role}@kawabe")) for role in ROLES}


@pytest.fixture(scope="session")
def browser():
    """A real Chromium."""
    if not Path(CHROMIUM).exists():
        assert os.environ.get("TSUNAGU_BROWSER") != "needed", f"no Chromium at {CHROMIUM}"
        pytest.skip(f"no Chromium at {CHROMIUM}")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def address(office, town_url):
    """Where the service is asked by the browser."""
    with serving(town_url, processes=1) as told:
        yield told


class Tab:
    """A tab of the browser, in which whatever the console complains of is kept."""

    def __init__(self, browser, address, scripts=True, width=1180, lang="ja"):
        self.context = browser.new_context(
            base_url=address, java_script_enabled=scripts, viewport={"width": width, "height": 900}
        )
        self.context.add_cookies([{"name": "tsunagu_lang", "value": lang, "url": address}])
        self.page, self.said = self.context.new_page(), []
        self.page.set_default_timeout(20_000)
        self.page.on("console", lambda one: self.said.append(one.text) if one.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self.said.append(str(error)))

    def sign_in(self, role):
        self.page.goto("/sign-in")
        self.page.fill("#name", f"{role}@kawabe")
        self.page.fill("#password", PASSWORD)
        self.page.click("main button")
        self.page.wait_for_url("**/")
        return self

    def shot(self, name):
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SHOTS / f"{name}.png", full_page=True)

    def violations(self):
        """What axe finds against WCAG 2.2 AA; it is put in from outside, as our policy lets no page load it."""
        from axe_playwright_python.base import AXE_FILE_PATH

        session = self.context.new_cdp_session(self.page)
        session.send("Runtime.evaluate", {"expression": Path(AXE_FILE_PATH).read_text(encoding="utf-8")})
        run = f"axe.run(document, {{runOnly: {AXE_RULES}}}).then(r => JSON.stringify(r.violations))"
        told = session.send("Runtime.evaluate", {"expression": run, "awaitPromise": True, "returnByValue": True})
        import json

        found = json.loads(told["result"]["value"])
        return [(one["id"], [node["html"][:200] for node in one["nodes"]][:4]) for one in found]

    def too_wide(self):
        """How many pixels the page is wider than the window."""
        return self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")


@pytest.fixture
def tab(browser, address):
    """Makes tabs, and closes them."""
    made = []

    def new(**settings):
        made.append(Tab(browser, address, **settings))
        return made[-1]

    yield new
    for one in made:
        one.context.close()
