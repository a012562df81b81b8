"""The service by noun; each file is an `APIRouter`, each route is named by its operation in `security/policy.toml`."""

from api.routes import about, register, sessions, users

NOUNS_IN_ORDER = (about.router, sessions.router, users.router, register.router)
"""Every router, in the order of the OpenAPI document."""
