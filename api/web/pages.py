"""Every page, in one list."""

from api.security.policy import Policy
from api.web import (
    admin,
    case_sheets,
    desk,
    ground,
    handout,
    ideas,
    meetings,
    mine,
    month,
    people,
    person,
    plans,
    register,
    resource_calendar,
    resources,
    rides,
    rounds,
    scenarios,
    sheets,
    sign_in,
    studies,
    tiles,
    today,
    town,
)

PAGES = (
    *sign_in.PAGES,
    *today.PAGES,
    *sheets.PAGES,
    *case_sheets.PAGES,
    *handout.PAGES,
    *people.PAGES,
    *person.PAGES,
    *meetings.PAGES,
    *plans.PAGES,
    *month.PAGES,
    *rounds.PAGES,
    *ground.PAGES,
    *tiles.PAGES,
    *resources.PAGES,
    *resource_calendar.PAGES,
    *rides.PAGES,
    *studies.PAGES,
    *scenarios.PAGES,
    *ideas.PAGES,
    *admin.PAGES,
    *town.PAGES,
    *mine.PAGES,
    *register.PAGES,
)
"""In the order in which paths are tried."""


def page_routes(policy: Policy) -> desk.PageRoutes:
    """All pages as one route.

    Raises:
        InputError: a page needs an operation that no rule speaks of.
    """
    return desk.routes(PAGES, policy)
