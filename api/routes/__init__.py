"""The service by noun; each file is an `APIRouter`, each route is named by its operation in `security/policy.toml`."""

from api.routes import (
    about,
    audit,
    consents,
    decisions,
    meetings,
    notes,
    oidc,
    people,
    public,
    register,
    retention,
    rounds,
    sessions,
    studies,
    tours,
    town,
    uploads,
    users,
)

NOUNS_IN_ORDER = (
    register.router,
    about.router,
    sessions.router,
    oidc.router,
    users.router,
    people.router,
    consents.router,
    notes.router,
    meetings.router,
    rounds.router,
    decisions.router,
    studies.router,
    tours.router,
    town.router,
    uploads.router,
    retention.router,
    audit.router,
    public.router,
)
"""Every router; the one that is asked most stands first, since they are tried in this order."""
