"""The policy: every operation of the service and the roles that may do it, from one file; nothing is allowed unsaid."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from starlette.routing import BaseRoute

from matching.errors import InputError, Problem

FILE = Path(__file__).with_name("policy.toml")
ROLES = ("coordinator", "participation_worker", "planner", "admin", "auditor")
ANYONE = "anyone"

Policy = Mapping[str, frozenset[str]]
"""Operation (`residents.list`, or a whole noun, `me`) -> roles."""


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
