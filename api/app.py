"""The service put together: `create_app(settings)` -> FastAPI; uvicorn runs it, `tsunagu serve` starts both."""

import logging
from typing import Any

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse, Response
from sqlalchemy.exc import DBAPIError, IntegrityError
from starlette.exceptions import HTTPException

from api.edge import Edge, told
from api.examples import answer_of, example_of, ids_of
from api.guard import guard
from api.problems import MEDIA, ProblemError, ProblemOut, answer, field_errors
from api.routes import NOUNS_IN_ORDER
from api.security.policy import check_routes, read_policy
from api.service import Service
from api.settings import Settings, keys_of
from api.store.database import open_database
from api.store.vault import Vault
from api.web.pages import page_routes

LOG = logging.getLogger("tsunagu")
BY_STATUS = {401: "not_signed_in", 403: "not_allowed", 404: "not_found", 405: "method", 413: "too_large"}


def create_app(settings: Settings) -> FastAPI:
    """The service with its settings; its tables must be there (`tsunagu db upgrade`).

    Raises:
        InputError: a setting is refused, or a route stands nowhere in the policy.
    """
    service = open_service(settings)
    app = FastAPI(
        title="つなぐ tsunagu",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        dependencies=[Depends(guard)],
        responses={"default": {"model": ProblemOut, "description": "できなかったとき / a problem (RFC 9457)"}},
    )
    app.state.service = service
    for router in NOUNS_IN_ORDER:
        app.include_router(router)
    app.add_exception_handler(ProblemError, _problem)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(IntegrityError, _kept_by_database)
    app.add_exception_handler(DBAPIError, _database)
    app.router.routes.insert(0, page_routes(service.policy))  # it knows at a glance what is no page
    check_routes(service.policy, app.routes)
    app.openapi = lambda: _document(app)  # type: ignore[method-assign]  # as FastAPI asks it to be done
    app.add_middleware(Edge, most=settings.most_bytes, most_import=settings.most_import_bytes)
    return app


_PROBLEM = {
    "description": "できなかったとき / a problem (RFC 9457)",
    "content": {MEDIA: {"schema": {"$ref": "#/components/schemas/ProblemOut"}}},
}


def _document(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, made once: every problem is `application/problem+json`, and of one form."""
    if app.openapi_schema is None:
        told = get_openapi(title=app.title, version=app.version, routes=app.routes)
        for path in told["paths"].values():
            for operation in path.values():
                operation["responses"].pop("422", None)
                operation["responses"]["default"] = _PROBLEM
                body = operation.get("requestBody", {}).get("content", {}).get("application/json")
                if body is not None:
                    body["example"] = example_of(operation["operationId"])
                _show_answer(operation)
        for name in ("HTTPValidationError", "ValidationError"):
            told["components"]["schemas"].pop(name, None)
        app.openapi_schema = told
    return app.openapi_schema


def _show_answer(operation: dict[str, Any]) -> None:
    """What an operation without a body is asked and answers in the demo town."""
    ids, told = ids_of(operation["operationId"]), answer_of(operation["operationId"])
    for parameter in operation.get("parameters", ()):
        if parameter["name"] in ids:
            parameter["example"] = ids[parameter["name"]]
    for status, response in operation["responses"].items():
        content = response.get("content", {}).get("application/json")
        if told is not None and status.startswith("2") and content is not None:
            content["example"] = told


def open_service(settings: Settings) -> Service:
    """The parts of the service, without its routes.

    Raises:
        InputError: a setting is refused.
    """
    checked = settings.checked()
    return Service(checked, open_database(checked.database_url), Vault(keys_of(checked)), read_policy())


def _problem(_request: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemError)
    return answer(error)


def _invalid(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    unreadable = any(one["type"] == "json_invalid" for one in error.errors())
    # where a text stops being JSON is a count of letters and no field
    return answer(ProblemError("bad_request") if unreadable else ProblemError("invalid", field_errors(error.errors())))


def _http(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return answer(ProblemError(BY_STATUS.get(error.status_code, "bad_request"), headers=error.headers or {}))


def _kept_by_database(_request: Request, error: Exception) -> Response:
    """The second wall: what slipped through our own checks, or was changed meanwhile in a way that they cannot see."""
    LOG.warning("refused by the database %s", told(error))
    return answer(ProblemError("referenced"))


def _database(_request: Request, error: Exception) -> Response:
    """Full, read-only, locked or gone: nothing was changed, and it may be tried again."""
    LOG.error("database %s", told(error))
    return answer(ProblemError("busy", headers={"Retry-After": "2"}))
