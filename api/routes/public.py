"""The public list of resources in HSDS 3 (Open Referral's Human Services Data Specification): GET only, no persons.

Helpers who are residents, volunteers, informal treasures and what takes nobody at present are not in it.
"""

import uuid
from typing import Annotated, Any

from fastapi import Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Select, and_, func, select

from api.bodies import Id
from api.conventions import answer
from api.guard import TheService
from api.problems import ProblemError
from api.routers import NounRouter
from api.service import Service
from api.store.register import NOUNS
from api.store.scope import Scope, of, table_of, visible
from api.store.tables import Municipality

router = NounRouter(prefix="/v1/public", tags=["public"])
RESOURCES, OPENINGS = NOUNS["resources"].table, NOUNS["openings"].table
ORGANISATIONS = NOUNS["organisations"].table
Town = Annotated[Id, Path(description="市町村の番号 / municipality")]
PageNumber = Annotated[int, Query(ge=1, le=1_000_000)]
PerPage = Annotated[int, Query(ge=1, le=500)]
PROFILE = "https://docs.openreferral.org/en/3.0/"
DAYS = {"mon": "MO", "tue": "TU", "wed": "WE", "thu": "TH", "fri": "FR", "sat": "SA", "sun": "SU"}


class HsdsPage(BaseModel):
    """A page as HSDS tells it."""

    model_config = ConfigDict(extra="forbid")
    total_items: int = Field(ge=0, le=2**53)
    total_pages: int = Field(ge=0, le=2**53)
    page_number: int = Field(ge=1, le=2**53)
    size: int = Field(ge=0, le=2**53)
    first_page: bool
    last_page: bool
    empty: bool
    contents: Annotated[list[dict[Annotated[str, Field(max_length=100)], Any]], Field(max_length=500)]


class About(BaseModel):
    """Which specification this is."""

    version: str = Field(max_length=20)
    profile: str = Field(max_length=200)
    openapi_url: str = Field(max_length=200)


@router.get("/{municipality_id}/", name="public.about", operation_id="public.about", response_model=About,
            summary="公開の一覧について / about the public list")  # fmt: skip
def about(municipality_id: Town, service: TheService) -> Response:
    """The version of HSDS."""
    _known(service, municipality_id)
    return answer({"version": "3.0", "profile": PROFILE, "openapi_url": "/openapi.json"})


@router.get("/{municipality_id}/services", name="public.services", operation_id="public.services",
            response_model=HsdsPage, summary="公開の地域資源 / public resources (HSDS services)")  # fmt: skip
def services(municipality_id: Town, service: TheService, page: PageNumber = 1, per_page: PerPage = 50) -> Response:
    """Resources as HSDS services, with organisation, place and hours."""
    _known(service, municipality_id)
    scope = Scope(municipality_id)
    with service.database.look(scope) as connection:
        wanted = of(RESOURCES, scope).where(_is_public())
        rows, total = _rows(connection, wanted, page, per_page)
        ids = [row["resource_id"] for row in rows]
        hours = of(OPENINGS, scope).where(OPENINGS.c.resource_id.in_(ids)).order_by(OPENINGS.c.position)
        openings = [dict(row) for row in connection.execute(hours).mappings()]
        backers = {row["organisation_id"] for row in rows if row["organisation_id"]}
        found = of(ORGANISATIONS, scope).where(ORGANISATIONS.c.organisation_id.in_(sorted(backers)))
        organisations = {row["organisation_id"]: dict(row) for row in connection.execute(found).mappings()}
    contents = [_service(municipality_id, row, organisations, openings) for row in rows]
    return answer(_page(contents, total, page, per_page))


@router.get("/{municipality_id}/organizations", name="public.organizations", operation_id="public.organizations",
            response_model=HsdsPage, summary="公開の団体 / public organisations")  # fmt: skip
def organizations(municipality_id: Town, service: TheService, page: PageNumber = 1, per_page: PerPage = 50) -> Response:
    """Organisations that stand behind a public resource."""
    _known(service, municipality_id)
    scope = Scope(municipality_id)
    with service.database.look(scope) as connection:
        backers = select(RESOURCES.c.organisation_id).where(visible(RESOURCES, scope), _is_public())
        wanted = of(ORGANISATIONS, scope).where(ORGANISATIONS.c.organisation_id.in_(backers))
        rows, total = _rows(connection, wanted, page, per_page)
    return answer(_page([_organisation(municipality_id, row) for row in rows], total, page, per_page))


def _known(service: Service, municipality_id: str) -> None:
    towns = table_of(Municipality)
    with service.database.look(Scope(municipality_id)) as connection:
        found = select(towns.c.municipality_id).where(towns.c.municipality_id == municipality_id)
        if connection.execute(found).first() is None:
            raise ProblemError("not_found")


def _is_public() -> Any:
    return and_(
        RESOURCES.c.resident_id.is_(None),
        RESOURCES.c.kind != "volunteer",
        RESOURCES.c.informal.is_(False),
        RESOURCES.c.accepting != "closed",
    )


def _rows(connection: Any, wanted: Select[Any], page: int, per_page: int) -> tuple[list[dict[str, Any]], int]:
    total = connection.execute(select(func.count()).select_from(wanted.subquery())).scalar_one()
    ordered = wanted.order_by("position").offset((page - 1) * per_page).limit(per_page)
    return [dict(row) for row in connection.execute(ordered).mappings()], int(total)


def _page(contents: list[dict[str, Any]], total: int, page: int, per_page: int) -> dict[str, Any]:
    pages = -(-total // per_page)
    return {"total_items": total, "total_pages": pages, "page_number": page, "size": len(contents),
            "first_page": page == 1, "last_page": page >= pages, "empty": not contents,
            "contents": contents}  # fmt: skip


def _uuid(municipality_id: str, kind: str, row_id: str) -> str:
    """HSDS wants UUIDs: the same row has the same one for ever."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"tsunagu:{municipality_id}:{kind}:{row_id}"))


def _organisation(municipality_id: str, row: dict[str, Any]) -> dict[str, Any]:
    return {"id": _uuid(municipality_id, "organisation", row["organisation_id"]),
            "name": row["name"] or row["organisation_id"], "description": row["sector"]}  # fmt: skip


def _service(
    municipality_id: str, row: dict[str, Any], organisations: dict[str, Any], openings: list[dict[str, Any]]
) -> dict[str, Any]:
    one = _uuid(municipality_id, "resource", row["resource_id"])
    organisation = organisations.get(row["organisation_id"])
    told: dict[str, Any] = {
        "id": one,
        "name": row["name"] or row["resource_id"],
        "description": "・".join(row["activities"]),
        "status": "active",
        "assured_date": row["confirmed_on"],
        "minimum_age": row["min_age"],
        "maximum_age": row["max_age"],
        "fees_description": None if row["fee_yen"] is None else f"{row['fee_yen']} JPY",
        "languages": [
            {"id": _uuid(municipality_id, "language", one + code), "code": code} for code in row["languages"]
        ],
        "schedules": [_schedule(municipality_id, o) for o in openings if o["resource_id"] == row["resource_id"]],
    }
    if organisation is not None:
        told["organization"] = _organisation(municipality_id, organisation)
    if row["latitude"] is not None and row["where"] == "there":
        place = {"id": _uuid(municipality_id, "place", row["resource_id"]), "location_type": "physical",
                 "latitude": row["latitude"], "longitude": row["longitude"]}  # fmt: skip
        told["service_at_locations"] = [{"id": _uuid(municipality_id, "at", one), "location": place}]
    return {name: value for name, value in told.items() if value not in (None, [])}


def _schedule(municipality_id: str, row: dict[str, Any]) -> dict[str, Any]:
    """When a place is open, as far as it is known."""
    weeks, day = row["weeks_of_month"] or [], DAYS.get(row["weekday"])
    told = {"id": _uuid(municipality_id, "opening", row["opening_id"]), "opens_at": row["start"],
            "closes_at": row["end"]}  # fmt: skip
    if day is not None:
        told |= {"freq": "MONTHLY" if weeks else "WEEKLY", "byday": ",".join(f"{week}{day}" for week in weeks) or day}
    return {name: value for name, value in told.items() if value is not None}
