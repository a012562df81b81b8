"""Who may sign in to a town: their role and areas; a change of either ends their sessions at once."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal, NamedTuple

from fastapi import Request, Response
from pydantic import Field
from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from api.bodies import Id, Short, Strict, Version
from api.conventions import IfMatch, RowId, answer, etag, must_match
from api.guard import Asking, Operation, TheService
from api.problems import FieldError, ProblemError
from api.routers import NounRouter
from api.security.passwords import hashed, new_password
from api.security.policy import ROLES, may, sight, walk
from api.security.sign_in import USERS, end_sessions
from api.service import Work
from api.store.database import new_id
from api.store.register import NOUNS
from matching.errors import Text

router = NounRouter(prefix="/v1", tags=["users"])
Role = Literal["coordinator", "participation_worker", "planner", "admin", "auditor"]
assert set(ROLES) == set(Role.__args__)  # type: ignore[attr-defined]
AREAS = NOUNS["areas"].table
WITH_PEOPLE = ("coordinator", "participation_worker", "admin")
"""Roles that work with persons."""
Areas = Annotated[list[Id], Field(max_length=1000)]


class NewUser(Strict):
    """A new account; its first password is made here and told once."""

    name: Annotated[Short, Field(min_length=3)] = Field(examples=["sato@kawabe"])
    shown_name: Short = Field("", description="画面に出す名前 / the name that colleagues see", examples=["佐藤"])
    role: Role
    areas: Areas = Field([], description="担当の圏域 / areas a coordinator holds for")


class UserPart(Strict):
    """What changes of an account."""

    shown_name: Short | None = None
    role: Role | None = None
    areas: Areas | None = None
    disabled: bool | None = None
    new_password: bool = Field(False, description="新しい合言葉を作る / make a new password")
    without_second_factor: bool = Field(False, description="なくした二段階を外す / take away a lost second factor")


class UserOut(Strict):
    """An account; `password` only in the answer that made it."""

    user_id: Id
    name: Short
    shown_name: Short
    role: Role
    areas: Areas
    disabled: bool
    second_factor: bool
    version: Version
    password: Short = ""


class Users(Strict):
    """All accounts of the town."""

    items: Annotated[list[UserOut], Field(max_length=10_000)]


class Colleague(Strict):
    """Somebody of the town, as colleagues know them."""

    user_id: Id
    name: Short
    role: Role


class Colleagues(Strict):
    """All of them."""

    items: Annotated[list[Colleague], Field(max_length=10_000)]


ROLES_TOLD: Mapping[str, Text] = {
    "coordinator": Text("生活支援コーディネーター", "coordinator"),
    "participation_worker": Text("参加支援員", "participation worker"),
    "planner": Text("計画担当", "planner"),
    "admin": Text("市町村の管理者", "municipal administrator"),
    "auditor": Text("監査", "auditor"),
}


class RoleOut(Strict):
    """A role: what it is called, whom it works with, and every operation that it may do."""

    role: Role
    ja: Short
    en: Short
    persons: Literal["own", "all", "cases", "nobody"] = Field(
        description="担当の圏域の方・すべての方・担当の方・人は見ない / whom it works with"
    )
    operations: Annotated[list[Short], Field(max_length=1000)]


class Roles(Strict):
    """All roles."""

    items: Annotated[list[RoleOut], Field(max_length=100)]


@router.get("/roles", name="roles.list", operation_id="roles.list", response_model=Roles, summary="役割 / roles")
def list_roles(service: TheService, request: Request) -> Response:
    """Every role as the policy has it; `anyone` may do the operations without a sign-in too."""
    names = {str(getattr(route, "name", "")) for route in walk(request.app.routes)}
    told = sorted(name for name in names if name and not name.startswith("pages."))
    return answer({"items": [
        {"role": role, "ja": ROLES_TOLD[role].ja, "en": ROLES_TOLD[role].en, "persons": sight().persons[role],
         "operations": [name for name in told if may(service.policy, name, role)]}
        for role in ROLES
    ]})  # fmt: skip


@router.get("/users", name="users.list", operation_id="users.list", response_model=Users, summary="利用者 / users")
def list_users(caller: Asking, service: TheService, operation: Operation) -> Response:
    """Everybody who may sign in to this town."""
    with service.look(caller, operation) as work:
        mine = USERS.c.municipality_id == caller.municipality_id
        rows = work.connection.execute(select(USERS).where(mine).order_by(USERS.c.sign_in_name)).mappings()
        return answer({"items": [_told(row) for row in rows]})


@router.get("/colleagues", name="colleagues.list", operation_id="colleagues.list", response_model=Colleagues,
            summary="いっしょに働く人 / colleagues")  # fmt: skip
def list_colleagues(caller: Asking, service: TheService, operation: Operation) -> Response:
    """Whom one may meet with, visit for, or give a case to: everybody who works with people."""
    with service.look(caller, operation) as work:
        return answer({"items": colleagues(accounts(work))})


class Account(NamedTuple):
    """Somebody who signs in, or did: by which name they are shown, that to sign in with where none is told."""

    user_id: str
    name: str
    role: str
    disabled: bool


_ACCOUNTS = (
    select(USERS.c.user_id, USERS.c.shown_name, USERS.c.sign_in_name, USERS.c.role, USERS.c.disabled)
    .where(USERS.c.municipality_id == bindparam("town"))
    .order_by(USERS.c.sign_in_name)
)
"""Made once: most pages name somebody who works here."""


def accounts(work: Work) -> list[Account]:
    """Everybody who may sign in to the town, or could before."""
    found = work.connection.execute(_ACCOUNTS, {"town": work.scope.municipality_id})
    return [Account(user_id, shown or name, role, disabled) for user_id, shown, name, role, disabled in found]


def shown_names(everybody: Iterable[Account]) -> dict[str, str]:
    """By which name each is shown, by their identifier."""
    return {one.user_id: one.name for one in everybody}


def colleagues(everybody: Iterable[Account]) -> list[dict[str, Any]]:
    """Name and role of those who work with people."""
    return [
        {"user_id": one.user_id, "name": one.name, "role": one.role}
        for one in everybody
        if one.role in WITH_PEOPLE and not one.disabled
    ]


@router.get("/users/{row_id}", name="users.read", operation_id="users.read", response_model=UserOut,
            summary="利用者を読む / one user")  # fmt: skip
def read_user(row_id: RowId, caller: Asking, service: TheService, operation: Operation) -> Response:
    """One account."""
    with service.look(caller, operation) as work:
        row = _one(work, row_id)
        return answer(_told(row), headers=etag(row["version"]))


@router.post("/users", name="users.create", operation_id="users.create", status_code=201, response_model=UserOut,
             summary="利用者を足す / a new user")  # fmt: skip
def create_user(body: NewUser, caller: Asking, service: TheService, operation: Operation) -> Response:
    """An account with a password that is told once."""
    password = new_password()
    kept = hashed(password)
    with service.change(caller, operation) as work:
        user_id = add_user(
            work.connection, caller.municipality_id, body.name, body.role, body.areas, kept, body.shown_name
        )
        work.tell([user_id], {"role": body.role, "areas": body.areas})
        told = _told(_one(work, user_id)) | {"password": password}
    return answer(told, 201, {"Location": f"/v1/users/{user_id}", **etag(1)})


@router.patch("/users/{row_id}", name="users.patch", operation_id="users.patch", response_model=UserOut,
              summary="利用者を変える / change a user")  # fmt: skip
def patch_user(
    row_id: RowId, body: UserPart, caller: Asking, service: TheService, operation: Operation, if_match: IfMatch = ""
) -> Response:
    """A new role, areas or password; sessions and keys of that account end at once."""
    password = new_password() if body.new_password else ""
    kept = hashed(password) if password else ""
    with service.change(caller, operation) as work:
        row = _one(work, row_id)
        sent = body.model_dump(exclude={"new_password", "without_second_factor"}, exclude_none=True)
        must_match(if_match, row, sent, _told(row))
        _refuse_unknown(work.connection, caller.municipality_id, body.areas or [])
        new: dict[str, Any] = {**sent, **({"totp_sealed": ""} if body.without_second_factor else {})}
        told = {**new, "version": row["version"] + 1, **({"password_hash": kept} if kept else {})}
        work.connection.execute(update(USERS).where(USERS.c.user_id == row_id).values(told))
        end_sessions(work.connection, row_id)
        work.tell([row_id], {"fields": sorted(new), "new_password": bool(password)})
        out = _told(_one(work, row_id)) | {"password": password}
    return answer(out, headers=etag(out["version"]))


def add_user(
    connection: Connection,
    municipality_id: str,
    name: str,
    role: str,
    areas: list[str],
    password_hash: str,
    shown_name: str = "",
) -> str:
    """A new account; returns its identifier.

    Raises:
        ProblemError: the name is taken, or an area is not known.
    """
    _refuse_unknown(connection, municipality_id, areas)
    if connection.execute(select(USERS.c.user_id).where(USERS.c.sign_in_name == name)).first():
        raise ProblemError("exists", [FieldError("/name", "taken")])
    user_id = new_id()
    row = {**_row(user_id, municipality_id, name, role, areas, password_hash), "shown_name": shown_name}
    try:
        connection.execute(insert(USERS).values(**row))
    except IntegrityError:  # of another town: row security does not show it
        raise ProblemError("exists", [FieldError("/name", "taken")]) from None
    return user_id


def _refuse_unknown(connection: Connection, municipality_id: str, areas: list[str]) -> None:
    known = areas_of(connection, municipality_id) if areas else frozenset()
    errors = [FieldError(f"/areas/{at}", "reference") for at, one in enumerate(areas) if one not in known]
    if errors:
        raise ProblemError("invalid", errors)


def areas_of(connection: Connection, municipality_id: str) -> frozenset[str]:
    """The areas of a town."""
    found = select(AREAS.c.area_id).where(AREAS.c.municipality_id == municipality_id)
    return frozenset(connection.execute(found).scalars())


def _row(
    user_id: str, municipality_id: str, name: str, role: str, areas: list[str], password_hash: str
) -> dict[str, Any]:
    """The row of a new account."""
    return {
        "user_id": user_id, "municipality_id": municipality_id, "sign_in_name": name, "role": role, "areas": areas,
        "password_hash": password_hash, "totp_sealed": "", "totp_last": 0, "disabled": False, "version": 1,
    }  # fmt: skip


def _one(work: Work, user_id: str) -> Any:
    mine = (USERS.c.municipality_id == work.scope.municipality_id, USERS.c.user_id == user_id)
    row = work.connection.execute(select(USERS).where(*mine)).mappings().one_or_none()
    if row is None:
        raise ProblemError("not_found")
    return row


def _told(row: Any) -> dict[str, Any]:
    return {
        "user_id": row["user_id"], "name": row["sign_in_name"], "shown_name": row["shown_name"], "role": row["role"],
        "areas": row["areas"], "disabled": bool(row["disabled"]), "second_factor": bool(row["totp_sealed"]),
        "version": row["version"], "password": "",
    }  # fmt: skip
