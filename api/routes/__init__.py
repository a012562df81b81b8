"""The service by noun; each file is an `APIRouter`, each route is named by its operation in `security/policy.toml`."""

from api.routes import about, decisions, register, rounds, sessions, users

NOUNS_IN_ORDER = (about.router, sessions.router, users.router, rounds.router, decisions.router, register.router)
"""Every router, in the order of the OpenAPI document."""
