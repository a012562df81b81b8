"""In a real Chromium: every page of each role, wide and narrow, in both languages, and the main paths by keyboard."""

import pytest

from tests.api.conftest import PASSWORD
from tests.api.test_rounds import solved_here
from tests.api.test_tours import DAY, planned_here
from tests.web.conftest import ROOT, SHOTS
from tests.web.test_studies import solved_study

PAGES = {
    "coordinator": ["/", "/people", "/people/p01", "/rounds", "/rounds/latest"],
    "planner": ["/", "/resources", "/resources/r-salon", "/resources/week", "/gaps", "/connections", "/scenarios"],
    "admin": ["/people/p01/readers", "/rides", "/rides/tours"],
}


@pytest.fixture
def finished(office):
    """Studies of each kind and two rounds of the town; the latest round is told."""
    admin = office.desk("admin@kawabe")
    scenarios = (ROOT / "fixtures/scenarios/kawabe.toml").read_text(encoding="utf-8")
    for kind, more in (("gaps", {}), ("develop", {}), ("graph", {}), ("study", {"scenarios": scenarios})):
        admin.post("/v1/studies", {"kind": kind, **more}, Idempotency_Key=kind)
        solved_study(office)
    admin.post("/v1/tours", {"date": DAY}, Idempotency_Key="tours")
    planned_here(office)
    for key in ("one", "two"):
        admin.post("/v1/rounds", {}, Idempotency_Key=key)
        latest = solved_here(office)[0].job_id
    tours = admin.get("/v1/tours").json()["items"][-1]["tours_id"]
    return {"latest": latest, "tours": tours}


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("role", PAGES)
def test_every_page_is_accessible_fits_the_window_and_breaks_no_policy(tab, finished, role, lang):
    wide = tab(lang=lang).sign_in(role)
    narrow = tab(lang=lang, width=360).sign_in(role)
    for path in PAGES[role]:
        name = path.strip("/").replace("/", "-") or "today"
        where = "/".join(finished.get(part, part) for part in path.split("/")) if path.count("/") > 1 else path
        wide.page.goto(where)
        wide.shot(f"{role}-{name}-{lang}")
        assert wide.violations() == [], path
        narrow.page.goto(where)
        assert narrow.too_wide() <= 0, path
        narrow.shot(f"{role}-{name}-{lang}-360")
    assert wide.said == narrow.said == []
    assert (SHOTS / f"{role}-{name}-{lang}.png").stat().st_size > 5_000


def test_the_sign_in_page_is_accessible(tab):
    one = tab()
    one.page.goto("/sign-in")
    one.shot("sign-in")
    assert one.violations() == [] and one.said == []


def test_a_coordinator_signs_in_and_finds_a_person_by_keyboard_alone(tab):
    from playwright.sync_api import expect

    one = tab()
    page = one.page
    page.goto("/people")
    page.focus("#name")
    for text in ("coordinator@kawabe", PASSWORD):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/people")
    page.focus("#q")
    page.keyboard.type("p10")
    expect(page.locator("#found tbody tr")).to_have_count(1, timeout=20_000)
    page.focus("#found th a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/p10")
    assert one.said == []


@pytest.mark.parametrize("scripts", [True, False])
def test_a_round_is_made_and_a_place_accepted_with_and_without_scripts(tab, office, scripts):
    one = tab(scripts=scripts).sign_in("coordinator")
    page = one.page
    page.goto("/rounds")
    page.click("main form button.yes")
    page.wait_for_url("**/rounds/*")
    solved_here(office)  # the page becomes the result by itself
    page.wait_for_selector("h2:has-text('地区ごと')")
    page.click('a[href="/people/p01#n01"]')
    page.wait_for_url("**/people/p01*")
    page.click("#n01 button.yes")
    page.wait_for_selector("#n01 .chip.placed")
    assert one.said == []


def test_two_who_accept_the_last_place_do_not_both_get_it(tab, office, finished):
    """The second is told that it is full, and nothing of theirs is lost."""
    from sqlalchemy import update

    from api.store.register import NOUNS

    openings = NOUNS["openings"].table
    first, second = tab().sign_in("admin"), tab().sign_in("coordinator")
    for one in (first, second):
        one.page.goto("/people/p01")
    with office.database.change(office.scope()) as connection:
        connection.execute(update(openings).where(openings.c.municipality_id == "kawabe").values(capacity=0))
    second.page.click("#n01 button.yes")
    second.page.wait_for_selector("h1:has-text('空きがありません')")
    second.page.click("main a.button")
    second.page.wait_for_url("**/people/p01*")
    assert first.page.locator("#n01 button.yes").count() == 1
