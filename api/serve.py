"""`tsunagu serve`: the web processes and the solvers, one beside the other; and the demo town."""

import gc
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping

from api.app import create_app, open_service
from api.folders import TownFolder, read_folder
from api.problems import ProblemError
from api.routes.users import add_user, areas_of
from api.security.passwords import hashed, new_password
from api.security.policy import ROLES
from api.service import Service
from api.settings import Settings, key_file
from api.store import audit
from api.store.migrate import upgrade
from api.store.scope import Scope
from api.store.town import add_municipality, municipalities, replace_town
from matching.errors import InputError, Problem
from matching.exchange.nearest import Register

DEMO = "kawabe"
DEMO_NAMES: Mapping[str, str] = {
    "coordinator": "佐藤（生活支援コーディネーター・見本）", "participation_worker": "鈴木（参加支援員・見本）",
    "planner": "高橋（計画担当・見本）", "admin": "田中（市町村の管理者・見本）", "auditor": "伊藤（監査・見本）",
}  # fmt: skip
"""By which name the demo town shows its one account of each role; nobody is meant."""


def app_from_environment() -> object:
    """For uvicorn: the service as the environment sets it up."""
    app = create_app(Settings())
    look_for_garbage_seldom()
    return app


def look_for_garbage_seldom() -> None:
    """What is there now stays: looking through it again and again for what could go would make answers wait."""
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)


def run(settings: Settings, demo: bool, processes: int, say: Callable[[str], None]) -> None:
    """Serve until told to end. An embedded database gets its tables; another is brought up to date by hand.

    Raises:
        InputError: a setting is refused.
    """
    import uvicorn

    service = open_service(settings)
    if settings.on_sqlite:
        upgrade(service.database)
    if demo:
        _demo(service, say)
    if settings.file is not None and not settings.keys.get_secret_value():
        say(f"鍵 / keys: {key_file(settings.file).name}")
    create_app(settings)  # refuses here, before anything runs
    say(f"開く所 / open: {settings.public_origin or f'http://{settings.host}:{settings.port}'}/")
    service.database.engine.dispose()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # uvicorn raises it again at its end: the solvers end too
    solvers = Solvers(settings.solvers)
    try:
        uvicorn.run(
            "api.serve:app_from_environment", factory=True, host=settings.host, port=settings.port, workers=processes,
            access_log=False, server_header=False, date_header=True, log_level="info", timeout_keep_alive=15,
            timeout_graceful_shutdown=10, h11_max_incomplete_event_size=64_000,
        )  # fmt: skip
    finally:
        solvers.end()


class Solvers:
    """Solving processes beside the web processes; one that dies is started again."""

    def __init__(self, count: int) -> None:
        self._over = threading.Event()
        self._all = [self._new() for _ in range(count)]
        self._watch = threading.Thread(target=self._keep_up, daemon=True)
        self._watch.start()

    def end(self) -> None:
        """End them all, and wait until they are gone."""
        self._over.set()
        self._watch.join()
        for one in self._all:
            one.terminate()
        for one in self._all:
            try:
                one.wait(20)
            except subprocess.TimeoutExpired:
                one.kill()
                one.wait()

    def _keep_up(self) -> None:
        while not self._over.wait(1.0):
            self._all = [one if one.poll() is None else self._new() for one in self._all]

    @staticmethod
    def _new() -> "subprocess.Popen[bytes]":
        return subprocess.Popen([sys.executable, "-m", "api.jobs"])


def add_town(service: Service, municipality_id: str, folder: TownFolder, by: str) -> Mapping[str, int]:
    """A new municipality with everything in a town folder, in one transaction.

    Raises:
        InputError: there is one of that name.
    """
    if municipality_id in municipalities(service.database):
        ja, en = f"「{municipality_id}」はもうあります", f"{municipality_id} is there already"
        raise InputError([Problem("database", 0, "municipality_id", "exists", ja, en)])
    scope = Scope(municipality_id, by, None, system=True)
    with service.database.change(scope) as connection:
        add_municipality(connection, municipality_id, folder.community.info, service.vault)
        rows = replace_town(connection, scope, folder, service.vault)
        audit.record(connection, scope, service.vault.keys, "town.import", [municipality_id], {"rows": dict(rows)})
    return rows


def add_account(
    service: Service, municipality_id: str, name: str, role: str, areas: list[str], shown_name: str = ""
) -> str:
    """A new account; returns its password, which is kept nowhere.

    Raises:
        InputError: there is no such town, role or area, or the name is taken.
    """
    wrong = []
    if municipality_id not in municipalities(service.database):
        wrong.append(("municipality_id", f"「{municipality_id}」はありません", f"there is no {municipality_id}"))
    if role not in ROLES:
        wrong.append(("role", f"役割「{role}」はありません", f"there is no role {role}; maybe {', '.join(ROLES)}?"))
    scope = Scope(municipality_id, "command-line")
    if not wrong and areas:
        with service.database.look(scope) as connection:
            known = areas_of(connection, municipality_id)
        near = Register(sorted(known))
        for one in areas:
            if one not in known:
                maybe = near.nearest(one) or ", ".join(sorted(known)[:10])
                en = f"there is no area {one}; maybe {maybe}?"
                wrong.append(("area", f"圏域「{one}」はありません（もしかして {maybe}）", en))
    if wrong:
        raise InputError([Problem("user", 0, column, "user", ja, en) for column, ja, en in wrong])
    password = new_password()
    try:
        with service.database.change(scope) as connection:
            user_id = add_user(connection, municipality_id, name, role, areas, hashed(password), shown_name)
            audit.record(connection, scope, service.vault.keys, "users.create", [user_id], {"role": role})
    except ProblemError:
        raise InputError(
            [Problem("user", 0, "name", "exists", f"「{name}」はもうあります", f"{name} is taken")]
        ) from None
    return password


def _demo(service: Service, say: Callable[[str], None]) -> None:
    """The demo town, with one account for each role, whose password is told once."""
    from matching.shipped import FIXTURES

    if DEMO in municipalities(service.database):
        say("見本の町はもう入っています。合言葉は、はじめに一度だけ出しました")
        say("the demo town is there already; its passwords were told once")
        say(f"新しい人を足す / add somebody: tsunagu user add {DEMO} NAME admin")
        return
    folder = read_folder(FIXTURES / "towns" / DEMO)
    add_town(service, DEMO, folder, "demo")
    areas = [area.area_id for area in folder.community.areas]
    for role in ROLES:
        name = f"{role}@{DEMO}"
        say(f"{name}\t{add_account(service, DEMO, name, role, areas, DEMO_NAMES[role])}")
