"""Every page, as every role that may see it: accessible, fitting every window and sheet, of the strict policy."""

import pytest

from api.security.policy import may, read_policy
from api.web.pages import PAGES
from tests.api.conftest import ROLES
from tests.web.chromium import NARROW, SHEET, SHOTS, WIDE, ZOOMED

ELSEWHERE = ("/static/{digest}/{name}", "/sign-in")
"""Pages that nobody signed in looks at; the sign-in has a test of its own."""
GETS = [one for one in PAGES if one.method == "GET" and one.path not in ELSEWHERE]


def pages_of(role, examples):
    """The path and address of each page that a role may open; a new path wants a page in worked_town.py."""
    policy = read_policy()
    paths = [
        one.path for one in PAGES if one.method == "GET" and one.path not in ELSEWHERE and may(policy, one.needs, role)
    ]
    lost = [path for path in paths if "{" in path and path not in examples]
    assert lost == [], f"no page of {lost} is known to worked_town.py"
    return [(path, where) for path in paths for where in examples.get(path, [path])]


def is_html(one, where):
    """Whether an address answers with a page and not with a file; either is answered."""
    answer = one.context.request.get(where)
    assert answer.ok or answer.status in (403, 404), (where, answer.status)
    return answer.headers["content-type"].startswith("text/html"), answer.status


def named(path, where):
    """The name of a page's picture: its address, but for identifiers that are made anew each time."""
    told = where if path.startswith("/register/") else path
    return told.strip("/").replace("/", "-").replace("{", "").replace("}", "") or "today"


@pytest.mark.parametrize("role", ROLES)
def test_every_page_is_accessible_fits_every_window_and_sheet_and_breaks_no_policy(tab, worked, role):
    one = tab().enter(worked.desk(f"{role}@kawabe"))
    for path, where in pages_of(role, worked.examples):
        html, status = is_html(one, where)
        if not html or status != 200:  # a file, or a row that this role does not see
            continue
        one.page.set_viewport_size({"width": WIDE, "height": 900})
        one.page.goto(where)
        assert one.violations() == [], where
        one.shot(f"{role}-{named(path, where)}")
        for width, media in ((ZOOMED, "screen"), (NARROW, "screen"), (SHEET, "print")):
            assert one.too_wide(width, media) <= 0, (where, width)
        assert one.unprinted() == 0, where
        assert one.said == [], where
        assert (SHOTS / f"{role}-{named(path, where)}.png").stat().st_size > 5_000


def test_every_page_is_accessible_and_fits_in_english_too(tab, worked):
    seen = set()
    for role in ROLES:
        one = tab(lang="en").enter(worked.desk(f"{role}@kawabe"))
        for path, where in pages_of(role, worked.examples):
            if path in seen or is_html(one, where) != (True, 200):
                continue
            seen.add(path)
            one.page.set_viewport_size({"width": WIDE, "height": 900})
            one.page.goto(where)
            assert one.violations() == [], where
            one.shot(f"en-{named(path, where)}")
            assert one.too_wide(NARROW) <= 0, where
        assert one.said == []
    assert len(seen) > 10


def test_every_page_is_seen_by_somebody(worked):
    """So that the walk above leaves none out: each path of a page answers to at least one role."""
    desks = {role: worked.desk(f"{role}@kawabe") for role in ROLES}
    seen = {
        path
        for role, desk in desks.items()
        for path, where in pages_of(role, worked.examples)
        if desk.client.get(where).status_code == 200
    }
    assert {one.path for one in GETS} - seen == set()


def test_the_sign_in_and_what_was_not_possible_are_accessible_and_fit(tab, worked):
    one = tab()
    one.page.goto("/sign-in")
    one.shot("sign-in")
    assert one.violations() == [] and one.too_wide(NARROW) <= 0
    one.enter(worked.desk("planner@kawabe")).page.goto("/people/p01")
    one.shot("problem")
    assert one.violations() == [] and one.too_wide(NARROW) <= 0
    assert one.said == []
