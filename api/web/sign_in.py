"""Signing in and out, and the language of the pages."""

from starlette.responses import RedirectResponse, Response

from api.problems import ProblemError
from api.routes.sessions import SignIn, end, signed_in
from api.security.policy import ANYONE
from api.security.sign_in import COOKIE, sign_in
from api.web.desk import ERA, LANGUAGE, Desk, Page, local
from api.web.files import SOURCES, file_of
from api.web.render import render
from api.web.texts import LANGS

A_YEAR = 31_536_000


def sign_in_form(desk: Desk) -> Response:
    """Name, password and the figures of an authenticator; who is there already goes on."""
    onward = local(desk.request.query_params.get("next", "")) or "/"
    if desk.signed_in:
        return RedirectResponse(onward, 303)
    return render(desk, "sign_in.html.j2", onward=onward, wrong="", name="")


def sign_in_now(desk: Desk) -> Response:
    """Sign in as `POST /v1/sessions` does, and go on to where one wanted to be."""
    onward = local(desk.sent("next")) or "/"
    try:
        body = desk.body(SignIn, {name: desk.sent(name) for name in ("name", "password", "totp")})
        made = signed_in(desk.service, sign_in(desk.service, body.name, body.password, body.totp))
    except ProblemError as error:
        wrong = "too_many" if error.code == "too_many" else "wrong_sign_in"
        return render(desk, "sign_in.html.j2", 429 if wrong == "too_many" else 401, onward=onward,
                      wrong=desk.say(f"sign_in.{wrong}"), name=desk.sent("name"))  # fmt: skip
    response = RedirectResponse(onward, 303)
    response.headers["set-cookie"] = made.headers["set-cookie"]
    return response


def sign_out(desk: Desk) -> Response:
    """The session ends at once, and the browser forgets what it kept."""
    end(desk.caller, desk.service, desk.needs)
    response = RedirectResponse("/sign-in", 303)
    response.delete_cookie(COOKIE, path="/")
    response.headers["clear-site-data"] = '"cache", "storage"'
    return response


def language(desk: Desk) -> Response:
    """The language of the pages, kept by the browser."""
    response = desk.back("/")
    chosen = next((lang for lang in LANGS if lang == desk.sent("lang")), LANGS[0])
    response.set_cookie(LANGUAGE, chosen, max_age=A_YEAR, httponly=True, samesite="lax", path="/")
    return response


def calendar(desk: Desk) -> Response:
    """和暦 or the western years, kept by the browser."""
    response = desk.back("/")
    chosen = "era" if desk.sent("era") == "era" else "western"
    response.set_cookie(ERA, chosen, max_age=A_YEAR, httponly=True, samesite="lax", path="/")
    return response


def static(desk: Desk, digest: str, name: str) -> Response:
    """One of the files that pages load, packed where the browser can unpack it."""
    if name not in SOURCES or file_of(name).digest != digest:
        raise ProblemError("not_found")
    one, packed = file_of(name), "gzip" in desk.request.headers.get("accept-encoding", "")
    headers = {"cache-control": f"public, max-age={A_YEAR}, immutable", "vary": "accept-encoding"}
    if packed:
        headers["content-encoding"] = "gzip"
    return Response(one.packed if packed else one.content, headers=headers, media_type=one.kind)


PAGES = (
    Page("GET", "/sign-in", ANYONE, sign_in_form),
    Page("POST", "/sign-in", ANYONE, sign_in_now),
    Page("POST", "/sign-out", "sessions.end", sign_out),
    Page("POST", "/language", ANYONE, language),
    Page("POST", "/calendar", ANYONE, calendar),
    Page("GET", "/static/{digest}/{name}", ANYONE, static),
)
"""The pages of this file."""
