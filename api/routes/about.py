"""What the service says of itself: whether it lives, whether it can serve, its limits, its OpenAPI document."""

from fastapi import Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import text

from api.bodies import MOST_ITEMS, MOST_LETTERS
from api.conventions import KEPT_SECONDS, answer
from api.guard import TheService
from api.problems import ProblemError
from api.routers import NounRouter
from api.security.sign_in import TRIES, TRIES_SECONDS
from api.store.migrate import is_current

router = NounRouter(tags=["about"])


class Word(BaseModel):
    """One word."""

    status: str = Field(max_length=20)


class Limits(BaseModel):
    """How much is taken, and how long things hold."""

    request_bytes: int = Field(ge=0, le=2**53)
    import_bytes: int = Field(ge=0, le=2**53)
    text_letters: int = Field(ge=0, le=2**53)
    list_items: int = Field(ge=0, le=2**53)
    page_rows: int = Field(ge=0, le=2**53)
    idempotency_seconds: int = Field(ge=0, le=2**53)
    sign_in_tries: int = Field(ge=0, le=2**53)
    sign_in_seconds: int = Field(ge=0, le=2**53)


@router.get("/health", name="health", operation_id="health", response_model=Word, summary="生きているか / alive")
async def health() -> Response:
    """It answers at once, whatever else goes on."""
    return answer({"status": "alive"})


@router.get("/ready", name="ready", operation_id="ready", response_model=Word, summary="使えるか / ready to serve")
def ready(service: TheService) -> Response:
    """The database answers, and its tables are those of this version."""
    with service.database.engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    if not is_current(service.database):
        raise ProblemError("busy")
    return answer({"status": "ready"})


@router.get("/v1/limits", name="limits", operation_id="limits", response_model=Limits, summary="限り / limits")
async def limits(service: TheService) -> Response:
    """The limits that requests meet."""
    settings = service.settings
    told = Limits(
        request_bytes=settings.most_bytes,
        import_bytes=settings.most_import_bytes,
        text_letters=MOST_LETTERS,
        list_items=MOST_ITEMS,
        page_rows=500,
        idempotency_seconds=KEPT_SECONDS,
        sign_in_tries=TRIES,
        sign_in_seconds=TRIES_SECONDS,
    )
    return answer(told.model_dump())


@router.get("/openapi.json", name="openapi", operation_id="openapi", include_in_schema=False)
async def openapi(request: Request) -> Response:
    """The OpenAPI document."""
    return answer(request.app.openapi())
