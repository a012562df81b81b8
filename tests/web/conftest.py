"""The pages with a small town on SQLite, asked as a browser would, and by a real Chromium where there is one."""

import html
import os
import re
import shutil
from pathlib import Path

import pytest

from tests.api.conftest import KEY, ROLES, Office, furnished_sqlite, small_town
from tests.web.chromium import CHROMIUM, FLAGS, Tab, answering

__all__ = ["furnished_sqlite"]
ROOT = Path(__file__).parents[2]


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
            fields.setdefault(told["name"], html.unescape(told.get("value", "")))
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', inner, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        fields.setdefault(name, chosen[1] if chosen else "")
    return fields


class TownOffice(Office):
    """A running service, and a scope that sees all of its first town."""

    def scope(self):
        from api.store.scope import Scope

        return Scope("kawabe", "somebody", None, system=True)


def open_office(path):
    """The service on a file."""
    from api.settings import Settings

    path.chmod(0o600)
    return TownOffice(Settings(database_url=f"sqlite:///{path}", keys=KEY))


@pytest.fixture
def office(tmp_path, furnished_sqlite):
    """The service on a file with two towns and their users."""
    path = tmp_path / "tsunagu.db"
    shutil.copy(furnished_sqlite, path)
    made = open_office(path)
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


@pytest.fixture(scope="session")
def address():
    """Where the browser asks the service; which database answers is for the office of each test."""
    with answering() as told:
        yield told


@pytest.fixture
def tab(request, browser, address):
    """Makes tabs, and closes them."""
    made = []

    def new(**settings):
        made.append(Tab(browser, address, **settings))
        return made[-1]

    yield new
    for number, one in enumerate(made):
        one.shot(f"last/{request.node.name[:80].replace('/', '-')}-{number}")  # where it stood, to see why a test fails
        one.context.close()


@pytest.fixture(scope="session")
def worked_sqlite(furnished_sqlite, tmp_path_factory):
    """A file with a town in which work is going on, and where its pages find what they name."""
    from tests.web.worked_town import work_done

    path = tmp_path_factory.mktemp("worked") / "tsunagu.db"
    shutil.copy(furnished_sqlite, path)
    made = open_office(path)
    examples = work_done(made)
    made.database.engine.dispose()  # what lies beside the file goes into it
    return path, examples


@pytest.fixture
def worked(worked_sqlite, tmp_path):
    """The service on a copy of it."""
    path = tmp_path / "worked.db"
    shutil.copy(worked_sqlite[0], path)
    made = open_office(path)
    made.examples = worked_sqlite[1]
    yield made
    made.database.engine.dispose()
