"""The report of a round of proposals: one HTML page that needs nothing else, for a meeting or for paper."""

from typing import TYPE_CHECKING

from matching.errors import Lang

if TYPE_CHECKING:
    from matching.domain import Community, Proposals


def report(community: "Community", proposals: "Proposals", lang: Lang) -> str:
    """A round of proposals as one HTML page: no script, no request to anywhere, the same bytes for the same input.

    Needs that the room may not look at are only counted, and no home stands in it.

    Raises:
        KeyError: the proposals speak of a need or a place that the community does not have.
    """
    from api.report.page import page

    return page(community, proposals, lang)
