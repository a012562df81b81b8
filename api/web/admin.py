"""管理: who may sign in, who did what, how long things are kept, and erasing a person."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.responses import RedirectResponse, Response

from api.conventions import row_of
from api.erase import erase, forget
from api.problems import FieldError, ProblemError
from api.retention import DAYS
from api.routes import audit as audit_routes, retention as retention_routes, users as routes
from api.routes.audit import Search, found_entries
from api.routes.consents import consents as register_of
from api.security.policy import ROLES, walk
from api.service import Work
from api.store.register import NOUNS
from api.web.desk import Desk, Page, told
from api.web.people import PEOPLE
from api.web.render import part, render
from api.web.rows import all_areas, names_of_users, things
from matching.errors import Lang

ASIDE = re.compile("\uff08[^\uff08\uff09]*\uff09")
AT_ONCE = 100
"""Rows of the audit and of the register of consents on one page."""


def admin(desk: Desk) -> Response:
    """What there is to look after."""
    return render(desk, "admin.html.j2")


def users(desk: Desk) -> Response:
    """Everybody who may sign in, and the form for a new account."""
    return _users(desk)


def user_added(desk: Desk) -> Response:
    """A new account; its password is shown on the page that follows, once."""
    values = {name: desk.sent(name) for name in ("name", "shown_name", "role")} | {"areas": desk.form.get("areas", [])}
    body = desk.body(routes.NewUser, values)
    return _users(desk, told(routes.create_user(body, desk.caller, desk.service, desk.needs)))


def _users(desk: Desk, made: dict[str, Any] | None = None) -> Response:
    rows = told(routes.list_users(desk.caller, desk.service, "users.list"))["items"]
    with desk.look("users.list") as work:
        areas = all_areas(work)
    return render(desk, "users.html.j2", rows=rows, areas=areas, roles=ROLES, made=made)


def user(desk: Desk, row_id: str) -> Response:
    """One account."""
    return _user(desk, told(routes.read_user(row_id, desk.caller, desk.service, desk.needs)))


def user_changed(desk: Desk, row_id: str) -> Response:
    """Another role, other areas, closed or open, a new password; sessions of that account end."""
    values: dict[str, Any] = {"new_password": True} if desk.sent("new_password") else {
        **{name: desk.sent(name) for name in ("shown_name", "role", "disabled")}, "areas": desk.form.get("areas", []),
    }  # fmt: skip
    body = desk.body(routes.UserPart, values)
    if "shown_name" in values and not values["shown_name"]:
        body = body.model_copy(update={"shown_name": ""})  # what is empty is left out of a body; here it takes away
    return _user(desk, told(routes.patch_user(row_id, body, desk.caller, desk.service, desk.needs, desk.match())))


def _user(desk: Desk, one: dict[str, Any]) -> Response:
    with desk.look("users.read") as work:
        areas = all_areas(work)
    return render(desk, "user.html.j2", one=one, areas=areas, roles=ROLES)


def consents(desk: Desk) -> Response:
    """本人同意の台帳: the basis of each person whom one sees, since when, and who noted it."""
    with desk.read() as work:
        rows, following = register_of(work, desk.at_once(AT_ONCE), desk.cursor())
        names = names_of_users(work)
        if rows:
            work.tell_people([row["resident_id"] for row in rows], {"rows": len(rows)})
    return render(desk, "consents.html.j2", rows=rows, following=following, names=names)


def audit(desk: Desk) -> Response:
    """The latest entries, or those that fit; what is looked for may name a person, so it is sent by POST."""
    names = ("by", "did", "about", "since", "until")
    asked = {name: desk.sent(name) for name in names}
    search = desk.body(Search, {**asked, "limit": AT_ONCE, "cursor": desk.cursor(), "newest_first": True})
    with desk.look() as work:
        rows, following = found_entries(work, search, desk.at_once(AT_ONCE))
        who = names_of_users(work)
    does = in_words(desk.request.app, desk.lang)
    return render(desk, "audit.html.j2", rows=rows, following=following, asked=asked, who=who, found=None, does=does,
                  operations=part(desk, "operations.html.j2", tuple(does.items()), does=does))  # fmt: skip


@lru_cache(8)
def in_words(app: FastAPI, lang: Lang) -> Mapping[str, str]:
    """What each operation of the API does, as its own summary says it: «日本語 / English»."""
    out = {}
    for route in walk(app.routes):
        if isinstance(route, APIRoute) and route.operation_id and route.summary:
            ja, _, en = route.summary.partition(" / ")
            if ":" in ja and ":" not in en:  # of the register's nouns the English tells the verb alone
                en = f"{route.operation_id.partition('.')[0].replace('_', ' ')}: {en}"
            out[route.operation_id] = ASIDE.sub("", ja) if lang == "ja" else en
    return out


def audit_verified(desk: Desk) -> Response:
    """Whether nothing was edited, taken away, moved or cut."""
    found = told(audit_routes.verification(desk.caller, desk.service, desk.needs))
    return render(desk, "audit.html.j2", rows=[], following=None, asked={}, who={}, found=found, does={},
                  operations="")  # fmt: skip


def retention(desk: Desk) -> Response:
    """How long each thing is kept, and when what was past its time last went."""
    kept = told(retention_routes.read(desk.caller, desk.service, desk.needs))
    return render(desk, "retention.html.j2", kept=kept, gone=None)


def retention_run(desk: Desk) -> Response:
    """What is past its time goes now."""
    gone = told(retention_routes.run(desk.caller, desk.service))["gone"]
    kept = {"days": dict(DAYS), "last_run": ""}
    return render(desk, "retention.html.j2", kept=kept, gone=gone)


def erasure(desk: Desk, row_id: str) -> Response:
    """What would be gone with a person, and the form that asks for their identifier once more."""
    with desk.read("residents.read") as work:
        row_of(work, PEOPLE.c.resident_id, row_id)
        counts = _hangs_on(work, row_id)
        work.tell_people([row_id])
    return render(desk, "erasure.html.j2", row_id=row_id, counts=counts)


def _hangs_on(work: Work, resident_id: str) -> dict[str, int]:
    """How many rows of each kind are about a person."""
    nouns = ("needs", "wishes", "companions", "ride_requests")
    return {name: len(things(work, name, NOUNS[name].table.c.resident_id == resident_id)) for name in nouns}


def erased(desk: Desk, row_id: str) -> Response:
    """The person, what hangs on them and their key are gone."""
    if desk.sent("again") != row_id:
        raise ProblemError("invalid", [FieldError("/again", "differs")])
    with desk.change("residents.delete") as work:
        erase(work, row_id)
    forget(desk.service.database)
    return RedirectResponse("/admin?erased=1", 303)


PAGES = (
    Page("GET", "/admin", "audit.list", admin),
    Page("GET", "/admin/users", "users.list", users),
    Page("POST", "/admin/users", "users.create", user_added),
    Page("GET", "/admin/users/{row_id}", "users.read", user),
    Page("POST", "/admin/users/{row_id}", "users.patch", user_changed),
    Page("GET", "/admin/audit", "audit.list", audit),
    Page("POST", "/admin/audit", "audit.list", audit),
    Page("POST", "/admin/audit/verifications", "audit.verify", audit_verified),
    Page("GET", "/admin/retention", "retention.read", retention),
    Page("POST", "/admin/retention", "retention.run", retention_run),
    Page("GET", "/consents", "consents.list", consents),
    Page("POST", "/consents", "consents.list", consents),
    Page("GET", "/people/{row_id}/erasure", "residents.delete", erasure),
    Page("POST", "/people/{row_id}/erasure", "residents.delete", erased),
)
"""The pages of this file."""
