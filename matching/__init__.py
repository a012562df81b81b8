"""つなぐ: residents' needs matched to what their community can offer; people decide, the engine proposes.

The main path, from a town folder to proposals with their reasons::

    from pathlib import Path
    from matching import provider, read_town, rulebook
    from matching.propose import propose

    folder = Path("fixtures/towns/kawabe")
    town = read_town(folder)                             # a frozen Community, checked
    travel = provider(town.info.travel, folder)          # who says how many minutes
    answer = propose(town, rulebook(), travel)           # a frozen Proposals, proven best
    print(answer.status, [p.options[0].opening_id for p in answer.proposals if p.placed])

The verbs are modules with a function of their name (`propose`, `could_go`, `estimate`); the nouns and their readers are
the names below, each loaded when it is asked for, so that nobody waits for solvers they do not use.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matching.domain import Community, Proposals
    from matching.exchange import check_town, read_town, write_town
    from matching.propose import Wanted
    from matching.rules import Rulebook, rulebook
    from matching.synthetic import generate
    from matching.travel import provider

_HOME = {
    "Community": "domain",
    "Proposals": "domain",
    "Rulebook": "rules",
    "Wanted": "propose",
    "check_town": "exchange",
    "generate": "synthetic",
    "provider": "travel",
    "read_town": "exchange",
    "rulebook": "rules",
    "write_town": "exchange",
}

__all__ = [
    "Community",
    "Proposals",
    "Rulebook",
    "Wanted",
    "check_town",
    "generate",
    "provider",
    "read_town",
    "rulebook",
    "write_town",
]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"matching has no {name!r}. Maybe one of {', '.join(__all__)}?")
    return getattr(import_module(f"matching.{_HOME[name]}"), name)
