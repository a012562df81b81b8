"""Every page, in one list."""

from starlette.routing import BaseRoute

from api.security.policy import Policy
from api.web import desk, people, person, resources, rides, rounds, sign_in, studies, today

PAGES = (
    *sign_in.PAGES,
    *today.PAGES,
    *people.PAGES,
    *person.PAGES,
    *rounds.PAGES,
    *resources.PAGES,
    *rides.PAGES,
    *studies.PAGES,
)
"""In the order in which paths are tried."""


def page_routes(policy: Policy) -> list[BaseRoute]:
    """The routes of all pages.

    Raises:
        InputError: a page needs an operation that no rule speaks of.
    """
    return desk.routes(PAGES, policy)
