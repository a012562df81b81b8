"""The policy, from one file: who may do which operation, and who sees whom; nothing is allowed unsaid."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal, cast, get_args

from starlette.routing import BaseRoute

from matching.domain import Sharing
from matching.errors import InputError, Problem

FILE = Path(__file__).with_name("policy.toml")
ROLES = ("coordinator", "participation_worker", "planner", "admin", "auditor")
ANYONE = "anyone"

Policy = Mapping[str, frozenset[str]]
"""Operation (`residents.list`, or a whole noun, `me`) -> roles."""


Reach = Literal["own", "all", "cases", "nobody"]
WAYS = ("area", "holds", "case", "conference")
"""How one may come to see a person: by their area, or by an access row on one of three bases."""


@dataclass(frozen=True, slots=True)
class Sight:
    """Who sees whom: whom each role works with, and which ways lead to a person by the basis of sharing."""

    persons: Mapping[str, Reach]
    sharing: Mapping[str, tuple[str, ...]]

    def bases(self, way: str) -> tuple[str, ...]:
        """The bases of sharing on which a way leads to a person."""
        return tuple(sorted(basis for basis, ways in self.sharing.items() if way in ways))

    @property
    def with_persons(self) -> tuple[str, ...]:
        """Roles that work with persons at all."""
        return tuple(role for role, reach in self.persons.items() if reach != "nobody")


@lru_cache(1)
def sight() -> Sight:
    """Who sees whom, as the service's own policy says.

    Raises:
        InputError: see `read_sight`.
    """
    return read_sight()


def read_sight(file: Path = FILE) -> Sight:
    """Who sees whom, of a policy file.

    Raises:
        InputError: a role or a basis of sharing is missing or unknown, or a word is not known.
    """
    told = tomllib.loads(file.read_text(encoding="utf-8"))
    persons, sharing = told.get("persons", {}), told.get("sharing", {})
    wrong = [(one, "is a role that must stand once under [persons]") for one in set(persons) ^ set(ROLES)]
    wrong += [(one, "is a basis that must stand once under [sharing]") for one in set(sharing) ^ {*Sharing}]
    wrong += [(reach, "is no reach of a role") for reach in persons.values() if reach not in get_args(Reach)]
    wrong += [(way, "is no way to a person") for ways in sharing.values() for way in ways if way not in WAYS]
    if wrong:
        raise InputError([_problem(file, 0, what, en) for what, en in sorted(wrong)])
    return Sight(cast("Mapping[str, Reach]", persons), {basis: tuple(ways) for basis, ways in sharing.items()})


def read_policy(file: Path = FILE) -> Policy:
    """The policy of a file.

    Raises:
        InputError: an unknown role, or an operation that two rules speak of.
    """
    out: dict[str, frozenset[str]] = {}
    problems: list[Problem] = []
    for at, rule in enumerate(tomllib.loads(file.read_text(encoding="utf-8"))["rule"], 1):
        problems += [_problem(file, at, role, "no such role") for role in set(rule["roles"]) - {*ROLES, ANYONE}]
        for noun in rule["nouns"]:
            for operation in [f"{noun}.{one}" for one in rule.get("operations", ())] or [noun]:
                if operation in out:
                    problems.append(_problem(file, at, operation, "stands in two rules"))
                out[operation] = frozenset(rule["roles"])
    if problems:
        raise InputError(problems)
    return out


def may(policy: Policy, operation: str, role: str) -> bool:
    """Whether a role may do an operation (`anyone` for who has not signed in)."""
    roles = roles_of(policy, operation)
    return roles is not None and (ANYONE in roles or role in roles)


def roles_of(policy: Policy, operation: str) -> frozenset[str] | None:
    """The roles of an operation; None where no rule speaks of it."""
    return policy.get(operation, policy.get(operation.partition(".")[0]))


def check_routes(policy: Policy, routes: Iterable[BaseRoute]) -> None:
    """Refuse routes that no rule speaks of, mounts and hidden ones too.

    Raises:
        InputError: naming each.
    """
    without = [route for route in walk(routes) if roles_of(policy, getattr(route, "name", "")) is None]
    if without:
        raise InputError(
            [_problem(FILE, 0, f"{getattr(route, 'path', route)} ({getattr(route, 'name', '')})", "has no rule")
             for route in without]
        )  # fmt: skip


def walk(routes: Iterable[BaseRoute]) -> Iterator[BaseRoute]:
    """Every route, also those within routers and mounts; a mount that hides its routes is told as itself."""
    for route in routes:
        inner = getattr(route, "routes", None) or getattr(getattr(route, "original_router", None), "routes", None)
        if inner:
            yield from walk(inner)
        else:
            yield route


def _problem(file: Path, rule: int, what: str, en: str) -> Problem:
    return Problem(file.name, rule, "rule", "policy", f"権限の表: {what} {en}", f"policy: {what} {en}")
