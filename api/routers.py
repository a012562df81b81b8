"""A router of a noun: it is passed over at once where a request is not about its nouns.

The service has some two hundred routes, and a framework that tries one after another spends more on finding the right
one than on many an answer.
"""

from functools import cached_property

from fastapi import APIRouter
from starlette.routing import Match
from starlette.types import Scope


class NounRouter(APIRouter):
    """An `APIRouter` that knows how the paths of its routes begin; they are all there before the first request."""

    @cached_property
    def _heads(self) -> tuple[str, ...]:
        return tuple({route.path.partition("{")[0] for route in self.routes})  # type: ignore[attr-defined]

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """As every router does, but for paths that begin in none of its ways."""
        passed_over = not scope.get("root_path") and not scope["path"].startswith(self._heads)
        return (Match.NONE, {}) if passed_over else super().matches(scope)
