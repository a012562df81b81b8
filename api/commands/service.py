"""The service's commands: serve, db, user, erase, retention, audit, openapi. Heavy imports wait inside them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from api.service import Service
    from api.settings import Settings

db = typer.Typer(no_args_is_help=True, help="データベースの表、控え、鍵。Tables, backup, restore, keys.")
user = typer.Typer(no_args_is_help=True, help="利用者を足す。Who may sign in.")
retention = typer.Typer(no_args_is_help=True, help="保存期間を過ぎたものを消す。Delete what is past its time.")
audit = typer.Typer(no_args_is_help=True, help="記録を確かめる。Verify the audit.")

TownId = Annotated[str, typer.Argument(help="市町村の番号 / the municipality", metavar="MUNICIPALITY")]


def add_to(app: typer.Typer) -> None:
    """Join the service's commands to the others."""
    app.command()(serve)
    app.command()(erase)
    app.command()(openapi)
    for name, group in (("db", db), ("user", user), ("retention", retention), ("audit", audit)):
        app.add_typer(group, name=name)


def serve(
    demo: Annotated[bool, typer.Option("--demo", help="見本の町と利用者を入れる / with a demo town")] = False,
    processes: Annotated[int, typer.Option(min=1, max=64, help="受付の数 / web processes")] = 1,
) -> None:
    """サービスを始める。Starts the service; settings are TSUNAGU_* in the environment."""
    with _told():
        from api.serve import run

        run(_settings(), demo, processes, typer.echo)


def erase(
    municipality: TownId,
    resident: Annotated[str, typer.Argument(help="本人の番号 / the person", metavar="RESIDENT")],
) -> None:
    """一人の記録をすべて消す。Erases a person, their key too; the audit stays whole."""
    with _told():
        from api.erase import erase as gone, forget
        from api.service import Caller

        service = _service()
        with service.change(Caller("command-line", municipality, "admin", None), "residents.delete") as work:
            from api.service import Work
            from api.store.database import seeing_everybody

            with seeing_everybody(work.connection, work.scope) as everybody:
                gone(Work(work.connection, everybody, work.operation, work.vault), resident)
        forget(service.database, thoroughly=True)
        typer.echo("消しました / erased")


def openapi() -> None:
    """OpenAPI の文書を出す。Prints the OpenAPI document, as docs/openapi.json has it."""
    import json
    import tempfile

    from cryptography.fernet import Fernet
    from pydantic import SecretStr

    from api.app import create_app
    from api.settings import Settings

    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(database_url=f"sqlite:///{folder}/none.db", keys=SecretStr(Fernet.generate_key().decode()))
        document = create_app(settings).openapi()
    typer.echo(json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True))


@db.command()
def upgrade() -> None:
    """表を新しくする。Brings the tables up to date, all of it or nothing."""
    with _told():
        from api.settings import keys_of
        from api.store.database import open_database
        from api.store.migrate import upgrade as up

        settings = _settings().checked()
        keys_of(settings)
        up(open_database(settings.database_url))
        typer.echo("表は最新です / the tables are up to date")


@db.command()
def backup(to: Annotated[Path, typer.Argument(help="控えのファイル / the backup", metavar="FILE")]) -> None:
    """控えを取る（動いたままでよい）。Backs up while the service runs, and verifies what it wrote."""
    with _told():
        from api.backup import back_up

        typer.echo(back_up(_service(), to))


@db.command()
def restore(of: Annotated[Path, typer.Argument(help="控えのファイル / the backup", metavar="FILE")]) -> None:
    """控えから戻す（サービスは止めておく）。Restores a backup and verifies it; stop the service first."""
    with _told():
        from api.backup import bring_back

        typer.echo(bring_back(_settings().checked(), of))


@db.command()
def key() -> None:
    """新しい鍵を作って見せる。Prints a new key for TSUNAGU_KEYS; the newest stands first."""
    from cryptography.fernet import Fernet

    typer.echo(Fernet.generate_key().decode("ascii"))


@db.command(name="rotate-keys")
def rotate_keys() -> None:
    """最も新しい鍵で封じ直す。Seals everything anew with the newest key; then the old one may go."""
    with _told():
        from api.store.audit import record
        from api.store.scope import Scope
        from api.store.town import municipalities

        service, done = _service(), 0
        for town in municipalities(service.database):
            scope = Scope(town, "command-line", None, system=True)
            with service.database.change(scope) as connection:
                count = service.vault.rotate(connection)
                record(
                    connection, scope, service.vault.keys, "keys.rotate", [], {"values": count}
                )  # seals anew as well
            done += count
        typer.echo(f"{done} 件を封じ直しました / {done} values sealed anew")


@db.command()
def load(
    municipality: TownId,
    folder: Annotated[Path, typer.Argument(help="町フォルダー / a town folder", metavar="TOWN")],
) -> None:
    """町フォルダーから新しい市町村を作る。A new municipality from a town folder."""
    with _told():
        from api.folders import read_folder
        from api.serve import add_town

        rows = add_town(_service(), municipality, read_folder(folder), "command-line")
        typer.echo(f"{sum(rows.values()):,} 行を入れました / {sum(rows.values()):,} rows")


@user.command()
def add(
    municipality: TownId,
    name: Annotated[str, typer.Argument(help="サインインの名前 / the name to sign in with", metavar="NAME")],
    role: Annotated[str, typer.Argument(help="役割 / coordinator, participation_worker, planner, admin, auditor")],
    areas: Annotated[list[str] | None, typer.Argument(help="担当の圏域 / areas of a coordinator")] = None,
    shown_name: Annotated[str, typer.Option(help="画面に出す名前 / the name that colleagues see")] = "",
) -> None:
    """利用者を足し、合言葉を一度だけ見せる。A new account; its password is shown once."""
    with _told():
        from api.serve import add_account

        password = add_account(_service(), municipality, name, role, areas or [], shown_name)
        typer.echo(f"{name}\t{password}")


@retention.command()
def run(
    today: Annotated[str, typer.Argument(help="基準の日 / as of this day (YYYY-MM-DD); empty = today")] = "",
) -> None:
    """保存期間を過ぎたものを消す。Deletes what is past its time."""
    with _told():
        from api import days
        from api.commands.write_rides import day_of
        from api.erase import forget
        from api.retention import retain

        service = _service()
        day = day_of(today) if today else days.today()
        for what, count in retain(service, day).items():
            typer.echo(f"{what}\t{count}")
        forget(service.database)


@audit.command()
def verify(municipality: TownId) -> None:
    """記録の鎖を確かめる。Finds and locates any edit, deletion, move or cut; ends with 1 if there is one."""
    with _told():
        from api.store.audit import FAULTS, verify as faults_of
        from api.store.scope import Scope
        from api.store.town import municipalities
        from matching.errors import InputError, Problem

        service = _service()
        if municipality not in municipalities(service.database):
            ja, en = f"「{municipality}」はありません", f"there is no {municipality}"
            raise InputError([Problem("audit", 0, "municipality_id", "unknown", ja, en)])
        with service.database.look(Scope(municipality, "", None, system=True)) as connection:
            faults = faults_of(connection, municipality, service.vault.keys)
        for fault in faults:
            typer.echo(f"{fault.seq}\t{FAULTS[fault.code][0]} / {FAULTS[fault.code][1]}")
        typer.echo("記録は無傷です / the audit is whole" if not faults else f"{len(faults)}")
    if faults:
        raise typer.Exit(1)


def _settings() -> "Settings":
    from pydantic import ValidationError

    from api.settings import Settings, refused
    from matching.errors import InputError

    try:
        return Settings()
    except ValidationError as error:
        names = {str(one["loc"][0]) for one in error.errors() if one["loc"]}
        raise InputError(
            [refused(name, "値が使えません", "has a value that cannot be used") for name in names]
        ) from None


def _service() -> "Service":
    from api.app import open_service
    from api.store.migrate import is_current
    from matching.errors import InputError, Problem

    service = open_service(_settings())
    if not is_current(service.database):
        ja, en = (
            "表が古いか、まだありません。`tsunagu db upgrade` をしてください",
            "old or no tables: tsunagu db upgrade",
        )
        raise InputError([Problem("database", 0, "", "old_tables", ja, en)])
    return service


class _told:  # noqa: N801  # reads as a word of `with`
    """Problems are told in both languages and end with 1."""

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        from api.problems import PROBLEMS, ProblemError
        from matching.errors import InputError

        if isinstance(error, InputError):
            for problem in error.problems:
                typer.echo(f"{problem.ja} / {problem.en}", err=True)
            raise typer.Exit(1) from None
        if isinstance(error, ProblemError):
            text = PROBLEMS[error.code][1]
            typer.echo(f"{text.ja} / {text.en}", err=True)
            raise typer.Exit(1) from None
