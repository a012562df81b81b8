"""取り込みと書き出し: a file is brought, looked at as a whole, and only then taken in; the town folder goes out."""

from pathlib import PurePosixPath

from starlette.responses import RedirectResponse, Response

from api.incoming import FORMS
from api.problems import FieldError, ProblemError
from api.routes import town as town_routes, uploads as routes
from api.store.town import town_info
from api.web.desk import Desk, Page, told
from api.web.render import render
from matching.exchange.columns import FILES


def town(desk: Desk) -> Response:
    """What the town is, its folder to take out, and the form to bring one in."""
    with desk.look() as work:
        info = town_info(work.connection, work.scope)
    return render(desk, "town.html.j2", info=info)


def exported(desk: Desk) -> Response:
    """The town folder as one sees it."""
    return town_routes.export_town(desk.caller, desk.service, desk.needs)


def brought(desk: Desk) -> Response:
    """A file is looked at; nothing is changed."""
    data, name = desk.files.get("file", b""), desk.file_names.get("file", "")
    path = PurePosixPath(name.replace("\\", "/"))
    form = path.suffix.lower().lstrip(".")
    if not data:
        raise ProblemError("invalid", [FieldError("/file", "missing")])
    if form not in FORMS:
        raise ProblemError("invalid", [FieldError("/file", "form")])
    stem = "".join(letter for letter in path.stem if letter.isprintable() and letter not in ":.")[:100]
    made = told(routes.create(data, desk.caller, desk.service, desk.needs, form, stem))  # type: ignore[arg-type]
    return RedirectResponse(f"/admin/town/uploads/{made['upload_id']}", 303)


def upload(desk: Desk, row_id: str) -> Response:
    """What taking it in would do: new, changed and gone rows, every repair, every refused row."""
    one = told(routes.read(row_id, desk.caller, desk.service, desk.needs))
    return render(desk, "upload.html.j2", one=one, files=[of.table for of in FILES], taken=None)


def taken(desk: Desk, row_id: str) -> Response:
    """It is taken in, whole; what is in the register now."""
    done = told(routes.take(row_id, desk.caller, desk.service, desk.needs))
    return render(desk, "upload.html.j2", one=None, files=[of.table for of in FILES], taken=done)


def dropped(desk: Desk, row_id: str) -> Response:
    """It is thrown away."""
    routes.remove(row_id, desk.caller, desk.service, desk.needs)
    return RedirectResponse("/admin/town", 303)


PAGES = (
    Page("GET", "/admin/town", "town.read", town),
    Page("GET", "/admin/town/export", "town.export", exported),
    Page("POST", "/admin/town/uploads", "uploads.create", brought),
    Page("GET", "/admin/town/uploads/{row_id}", "uploads.read", upload),
    Page("POST", "/admin/town/uploads/{row_id}/imports", "uploads.take", taken),
    Page("POST", "/admin/town/uploads/{row_id}/end", "uploads.delete", dropped),
)
"""The pages of this file."""
