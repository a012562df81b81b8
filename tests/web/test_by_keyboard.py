"""The keyboard alone suffices: every step by Tab and Enter, and where one stands is always seen."""

from playwright.sync_api import expect

from tests.api.conftest import PASSWORD
from tests.api.test_rounds import solved_here


def tab_to(page, wanted, most=120):
    """Press Tab until the element with the focus fits; returns after how many."""
    for presses in range(most):
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none", wanted
            return presses
        page.keyboard.press("Tab")
    raise AssertionError(f"{most} times Tab do not lead to {wanted} on {page.url}")


def test_a_coordinator_signs_in_finds_a_person_makes_a_round_and_decides_by_keyboard_alone(tab, office):
    one = tab()
    page = one.page
    page.goto("/people")
    tab_to(page, "#name")
    for text in ("coordinator@kawabe", PASSWORD):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("#q")
    tab_to(page, "#q")
    page.keyboard.type("p10")
    expect(page.locator("#found tbody tr")).to_have_count(1, timeout=20_000)
    tab_to(page, "#found th a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/p10")
    tab_to(page, 'nav a[href="/rounds"]')
    page.keyboard.press("Enter")
    page.wait_for_url("**/rounds")
    tab_to(page, "main button.yes")
    page.keyboard.press("Enter")
    page.wait_for_url("**/rounds/*")
    solved_here(office)
    page.locator("main", has_text="地区ごと").wait_for()
    tab_to(page, 'a[href="/people/p01#n01"]')
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/p01*")
    tab_to(page, "#n01 button.yes")
    page.keyboard.press("Enter")
    page.locator("#n01", has_text="体験中").wait_for()
    assert one.said == []


def test_the_first_tab_leads_past_the_menu_to_the_text(tab, office):
    one = tab().enter(office.desk("coordinator@kawabe"))
    one.page.goto("/people")
    one.page.keyboard.press("Tab")
    assert one.page.evaluate("document.activeElement.className") == "skip"
    one.page.keyboard.press("Enter")
    tab_to(one.page, "#q", most=3)
