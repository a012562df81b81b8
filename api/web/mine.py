"""わたし: one's own password, second factor and keys for programs."""

from typing import Any

from sqlalchemy import select
from starlette.responses import Response

from api.routes import sessions as routes
from api.security.policy import ANYONE, may
from api.security.sign_in import USERS
from api.web.desk import Desk, Page, told
from api.web.render import render
from api.web.rows import all_areas


def mine(desk: Desk) -> Response:
    """Who one is here, and what belongs to oneself."""
    return _page(desk)


def _page(desk: Desk, **shown: Any) -> Response:
    keys = told(routes.tokens(desk.caller, desk.service, "tokens.list"))["items"] if desk.may("tokens.list") else []
    with desk.look("me.read") as work:
        row = work.connection.execute(select(USERS).where(USERS.c.user_id == desk.caller.user_id)).mappings().one()
        areas = all_areas(work)
    policy = desk.service.policy
    nouns = {one.partition(".")[0] for one in policy if desk.may(one) and not may(policy, one, ANYONE)}
    values = {"secret": None, "picture": None, "token": None, "done": "", **shown}
    return render(desk, "mine.html.j2", row=row, areas=areas, keys=keys, nouns=sorted(nouns), **values)


def password_changed(desk: Desk) -> Response:
    """A new password; other sessions and all keys end."""
    body = desk.body(routes.PasswordChange, {"present": desk.sent("present"), "new": desk.sent("new")})
    routes.password(body, desk.caller, desk.service, desk.needs)
    return _page(desk, done="password")


def totp_asked(desk: Desk) -> Response:
    """A secret for the authenticator, shown once."""
    secret = told(routes.new_totp(desk.caller))
    return _page(desk, secret=secret, picture=_picture(secret["uri"]))


def _picture(uri: str) -> str:
    """A QR code for the authenticator, drawn in the page: its attributes alone say how it looks."""
    import segno

    return str(segno.make(uri, micro=False).svg_inline(scale=4, dark="#000", light="#fff"))


def totp_used(desk: Desk) -> Response:
    """From now on the sign-in asks for its figures."""
    body = desk.body(routes.TotpProof, {"secret": desk.sent("secret"), "totp": desk.sent("totp")})
    routes.use_totp(body, desk.caller, desk.service, desk.needs)
    return _page(desk, done="totp")


def token_made(desk: Desk) -> Response:
    """A key for a program, shown once."""
    days = desk.sent("days")
    values = {"label": desk.sent("label"), "scopes": [f"{one}.*" for one in desk.form.get("nouns", [])],
              "days": int(days) if days.isascii() and days.isdigit() and len(days) < 5 else days}  # fmt: skip
    body = desk.body(routes.NewToken, values)
    return _page(desk, token=told(routes.new_token(body, desk.caller, desk.service, desk.needs)))


def token_ended(desk: Desk, row_id: str) -> Response:
    """The key ends at once."""
    routes.delete_token(row_id, desk.caller, desk.service, desk.needs)
    return _page(desk, done="token")


PAGES = (
    Page("GET", "/me", "me.read", mine),
    Page("POST", "/me/password", "me.password", password_changed),
    Page("POST", "/me/totp", "me.new_totp", totp_asked),
    Page("POST", "/me/totp/proofs", "me.totp", totp_used),
    Page("POST", "/me/tokens", "tokens.create", token_made),
    Page("POST", "/me/tokens/{row_id}/end", "tokens.delete", token_ended),
)
"""The pages of this file."""
