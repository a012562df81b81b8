"""The pictures of docs/guide, taken anew from the small invented village: `make pictures`."""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from api.folders import read_folder
from tests.api.conftest import KAWABE, furnish
from tests.web.chromium import CHROMIUM, FLAGS, Tab, answering
from tests.web.conftest import open_office
from tests.web.worked_town import work_done

PICTURES = Path(__file__).parents[2] / "docs/guide/pictures"
WIDTH, HEIGHT = 1000, 640
SHOTS = (
    ("coordinator", "/", "today", ""),
    ("coordinator", "/people", "people", ""),
    ("coordinator", "/rounds/{row_id}", "round", ""),
    ("coordinator", "/people/{row_id}", "person", ""),
    ("coordinator", "/people/{row_id}", "options", "#n01"),
    ("coordinator", "/people/{row_id}", "notes", "#contact"),
    ("admin", "/rides/{row_id}", "tours", ""),
    ("coordinator", "/resources", "resources", ""),
    ("participation_worker", "/", "own-cases", ""),
    ("participation_worker", "/plans/{row_id}", "plan", ""),
    ("participation_worker", "/meetings/{row_id}", "meeting", ""),
    ("planner", "/", "planning", ""),
    ("planner", "/gaps", "gaps", ""),
    ("planner", "/gaps", "develop", "main h2:nth-of-type(2)"),
    ("planner", "/connections", "connections", ""),
    ("planner", "/scenarios", "scenarios", ""),
)
"""Who looks at which page, the picture's name, and what of the page stands on top."""


def main() -> None:
    """Take all of them."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright, answering() as address:
        path = Path(folder) / "tsunagu.db"
        furnish(f"sqlite:///{path}", read_folder(KAWABE))
        office = open_office(path)
        examples = work_done(office)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, "--lang=ja"])
        tabs = {role: Tab(browser, address, width=WIDTH).enter(office.desk(f"{role}@kawabe")) for role, *_ in SHOTS}
        for role, page, name, top in SHOTS:
            take(tabs[role].page, examples.get(page, [page])[0], top, PICTURES / f"{name}.png")
        browser.close()
    sys.stdout.write(f"{len(SHOTS)} → docs/guide/pictures\n")


def take(page, where, top, path):
    """The window as it stands, or from an element down."""
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    page.goto(where)
    if page.locator("[data-map]").count():
        page.wait_for_timeout(500)  # until the map is drawn
    if top:
        page.locator(top).first.evaluate("one => window.scrollTo(0, one.getBoundingClientRect().top + scrollY - 12)")
    page.screenshot(path=path)


if __name__ == "__main__":
    main()
