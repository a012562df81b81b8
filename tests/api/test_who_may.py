"""Who may what: every route × role, generated from the running service's routes; and signing in."""

import itertools
from pathlib import Path

import pytest
from starlette.responses import Response
from starlette.routing import Mount, Route

from api.security.policy import ANYONE, check_routes, may, read_policy, walk
from matching.errors import InputError
from tests.api.conftest import PASSWORD, ROLES, the_app

MATRIX = Path(__file__).with_name("who_may.txt")
"""Operation and the letters of its roles, written by hand beside the policy: a change of either alone fails."""
LETTERS = {"coordinator": "C", "participation_worker": "W", "planner": "P", "admin": "A", "auditor": "U", ANYONE: "*"}


def routes():
    """Of the API; the pages ask the same policy, see tests/web/test_who_sees.py."""
    told = [route for route in walk(the_app().routes) if getattr(route, "name", "")]
    return [route for route in told if not route.name.startswith("pages.")]


def expected():
    return dict(line.split(":") for line in MATRIX.read_text(encoding="utf-8").replace(" ", "").splitlines() if line)


def test_every_operation_is_in_the_matrix_and_every_cell_is_as_it_says():
    policy, told = read_policy(), {}
    for route in routes():
        cells = "".join(letter for role, letter in LETTERS.items() if may(policy, route.name, role))
        told[route.name] = "*" if "*" in cells else cells
    assert told == expected()


def test_flipping_any_cell_of_the_policy_fails_the_matrix():
    policy = read_policy()
    for route, role in itertools.product(routes(), ROLES):
        if "*" in expected()[route.name]:
            continue
        was = may(policy, route.name, role)
        flipped = {**policy, route.name: frozenset({r for r in ROLES if may(policy, route.name, r)} ^ {role})}
        assert may(flipped, route.name, role) is not was
        assert (LETTERS[role] in expected()[route.name]) is was


def ask(desk, route, row_id="unknown"):
    method = min(set(route.methods) - {"HEAD"})
    path = route.path.replace("{row_id}", row_id).replace("{other_id}", "x").replace("{municipality_id}", "kawabe")
    if not path.startswith("/v1") and route.name not in ("health", "ready", "openapi"):
        path = "/v1" + path
    return desk.ask(method, path, {} if method in ("POST", "PUT", "PATCH") else None, version=1)


@pytest.mark.parametrize("role", ["nobody", *ROLES])
def test_every_route_lets_in_who_may_and_nobody_else(office, desks, role):
    desk = office.desk() if role == "nobody" else desks[role]
    for route in routes():
        if route.name.startswith(("sessions.end", "oidc")) or route.name.endswith(".events"):
            continue
        answer = ask(desk, route)
        letters = expected()[route.name]
        assert answer.status_code < 500, (route.name, answer.text)
        if letters == "*":
            assert answer.status_code != 403
        elif role == "nobody":
            assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in"), route.name
        elif LETTERS[role] in letters:
            assert answer.status_code not in (401, 403), (route.name, answer.text)
        else:
            wanted = (404, "not_found") if route.name.endswith(".read") else (403, "not_allowed")
            assert (answer.status_code, answer.json()["code"]) == wanted, route.name


async def secret(_request):
    return Response("secret")


@pytest.mark.parametrize(
    "planted", [Route("/v1/secret", secret, include_in_schema=False), Mount("/back", routes=[Route("/door", secret)]),
                Mount("/files", app=secret, name="files")], ids=["hidden", "within a mount", "a mount"]
)  # fmt: skip
def test_a_route_without_a_rule_stops_the_start(planted):
    check_routes(read_policy(), the_app().routes)
    with pytest.raises(InputError, match="has no rule"):
        check_routes(read_policy(), [*the_app().routes, planted])


def test_a_rule_that_stands_twice_or_names_an_unknown_role_is_refused(tmp_path):
    rule = '[[rule]]\nwhy = "x"\nnouns = ["areas"]\noperations = ["list"]\nroles = ["king"]\n'
    (tmp_path / "policy.toml").write_text(rule * 2, encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_policy(tmp_path / "policy.toml")
    assert {problem.en.split(" ", 2)[2] for problem in error.value.problems} == {
        "no such role",
        "stands in two rules",
    } or (len(error.value.problems) == 3)


def test_a_planner_sees_helpers_without_who_they_are(desks, kawabe):
    helpers = {r.resource_id for r in kawabe.resources if r.resident_id}
    assert helpers
    for row in desks["planner"].get("/v1/resources?limit=500").json()["items"]:
        assert row["resident_id"] == ""


def test_a_wrong_password_and_an_unknown_name_are_the_same_and_throttled(office):
    desk = office.desk()
    wrong = desk.post("/v1/sessions", {"name": "admin@kawabe", "password": "no"})
    nobody = desk.post("/v1/sessions", {"name": "who@kawabe", "password": "no"})
    assert wrong.content == nobody.content
    assert wrong.status_code == 401
    codes = [desk.post("/v1/sessions", {"name": "admin@kawabe", "password": "no"}).status_code for _ in range(7)]
    assert codes == [401] * 5 + [429] * 2
    assert desk.post("/v1/sessions", {"name": "admin@kawabe", "password": PASSWORD}).status_code == 429
    assert desk.post("/v1/sessions", {"name": "planner@kawabe", "password": PASSWORD}).status_code == 201


def test_a_session_is_new_at_each_sign_in_and_ends_with_sign_out(office):
    first, second = office.desk("admin@kawabe", PASSWORD), office.desk("admin@kawabe", PASSWORD)
    assert first.client.cookies["tsunagu_session"] != second.client.cookies["tsunagu_session"]
    cookie = first.client.cookies["tsunagu_session"]
    assert first.ask("DELETE", "/v1/sessions/current").status_code == 204
    assert office.desk().get("/v1/me", Cookie=f"tsunagu_session={cookie}").status_code == 401
    assert second.get("/v1/me").json()["role"] == "admin"


def test_the_cookie_is_for_this_site_alone_and_no_script_reads_it(office):
    told = office.desk().post("/v1/sessions", {"name": "admin@kawabe", "password": PASSWORD}).headers["set-cookie"]
    assert "HttpOnly" in told and "SameSite=strict" in told


@pytest.mark.parametrize(
    ("headers", "code"),
    [({}, 403), ({"X-CSRF-Token": "wrong"}, 403), ({"Origin": "https://evil.example"}, 403), ({"Origin": "null"}, 403)],
)
def test_another_page_cannot_ask_in_somebodys_name(desks, headers, code):
    desk = desks["admin"]
    sent = {**(desk.headers if "Origin" in headers else {}), **headers}
    answer = desk.client.post("/v1/organisations", json={"name": "x"}, headers=sent)
    assert (answer.status_code, answer.json()["code"]) == (code, "csrf")
    assert desk.post("/v1/organisations", {"name": "x"}, Origin="http://testserver").status_code == 201


def test_another_page_cannot_sign_somebody_in(office):
    body = {"name": "planner@kawabe", "password": PASSWORD}
    for origin, code in (("http://elsewhere.example", 403), ("http://testserver", 201)):
        assert office.desk().post("/v1/sessions", body, Origin=origin).status_code == code


def test_a_role_taken_away_ends_sessions_and_keys_at_once(office, desks):
    admin, worker = desks["admin"], office.desk("coordinator@kawabe")
    key = worker.post("/v1/tokens", {"label": "script", "scopes": ["resources.*"], "days": 3}).json()["token"]
    program = office.desk()
    assert program.get("/v1/resources", Authorization=f"Bearer {key}").status_code == 200
    user = admin.get(f"/v1/users/{worker.user_id}").json()
    changed = admin.ask("PATCH", f"/v1/users/{worker.user_id}", {"role": "planner"}, version=user["version"])
    assert changed.status_code == 200
    assert worker.get("/v1/me").status_code == 401
    assert program.get("/v1/resources", Authorization=f"Bearer {key}").status_code == 401


def test_a_key_does_what_its_scopes_say_and_no_more(office, desks):
    desk = desks["coordinator"]
    made = desk.post("/v1/tokens", {"label": "script", "scopes": ["resources.list", "areas.*"], "days": 3}).json()
    program, bearer = office.desk(), {"Authorization": f"Bearer {made['token']}"}
    assert program.get("/v1/resources", **bearer).status_code == 200
    assert program.get("/v1/areas", **bearer).status_code == 200
    assert program.get("/v1/residents", **bearer).status_code == 403
    assert program.get("/v1/resources/r-salon", **bearer).status_code == 404
    assert program.post("/v1/tokens", {"label": "more", "scopes": ["me.*"], "days": 3}, **bearer).status_code == 403
    assert made["token"] not in desk.get("/v1/tokens").text
    assert desk.ask("DELETE", f"/v1/tokens/{made['token_id']}").status_code == 204
    assert program.get("/v1/areas", **bearer).status_code == 401


def test_an_idle_or_old_session_is_over(office, desks):
    from sqlalchemy import update

    from api.security.sign_in import SESSIONS, ago
    from api.store.scope import NOBODY

    for column, minutes in (("seen_at", 31), ("begun_at", 481)):
        desk = office.desk("admin@kawabe")
        assert desk.get("/v1/me").status_code == 200
        with office.database.change(NOBODY) as connection:
            connection.execute(
                update(SESSIONS).where(SESSIONS.c.user_id == desk.user_id).values({column: ago(minutes * 60)})
            )
        assert desk.get("/v1/me").status_code == 401


def test_a_second_factor_is_asked_for_and_each_figure_serves_once(office):
    import time

    from api.security.passwords import totp

    desk = office.desk("planner@kawabe")
    secret = desk.post("/v1/me/totp").json()["secret"]
    step = int(time.time() // 30)
    assert desk.ask("PUT", "/v1/me/totp", {"secret": secret, "totp": "000000"}).status_code in (401, 204)
    assert desk.ask("PUT", "/v1/me/totp", {"secret": secret, "totp": totp(secret, step - 1)}).status_code == 204
    body = {"name": "planner@kawabe", "password": PASSWORD}
    fresh = office.desk()
    assert fresh.post("/v1/sessions", body).status_code == 401
    figures = totp(secret, int(time.time() // 30))
    assert fresh.post("/v1/sessions", {**body, "totp": figures}).status_code == 201
    assert fresh.post("/v1/sessions", {**body, "totp": figures}).status_code == 401


def test_a_lost_second_factor_is_taken_away_by_the_admin(office, desks):
    import time

    from api.security.passwords import totp

    desk = office.desk("planner@kawabe")
    secret = desk.post("/v1/me/totp").json()["secret"]
    figures = totp(secret, int(time.time() // 30))
    assert desk.ask("PUT", "/v1/me/totp", {"secret": secret, "totp": figures}).status_code == 204
    user = desks["admin"].get(f"/v1/users/{desk.user_id}").json()
    assert user["second_factor"] is True
    changed = desks["admin"].ask("PATCH", f"/v1/users/{desk.user_id}", {"without_second_factor": True}, version=1)
    assert changed.json()["second_factor"] is False
    body = {"name": "planner@kawabe", "password": PASSWORD}
    assert office.desk().post("/v1/sessions", body).status_code == 201


def test_every_role_is_told_with_what_it_may_do(desks):
    told = {one["role"]: one for one in desks["planner"].get("/v1/roles").json()["items"]}
    assert tuple(told) == ROLES
    for role, one in told.items():
        letters = {name for name, cells in expected().items() if LETTERS[role] in cells or "*" in cells}
        assert set(one["operations"]) == letters
        assert one["ja"] and one["en"]


def test_the_figures_are_those_of_the_standard():
    import base64

    from api.security.passwords import totp

    secret = base64.b32encode(b"12345678901234567890").decode()
    assert [totp(secret, seconds // 30) for seconds in (59, 1111111109, 1234567890)] == ["287082", "081804", "005924"]


def test_a_password_is_changed_with_the_present_one_and_other_sessions_end(office):
    one, other = office.desk("auditor@kawabe"), office.desk("auditor@kawabe")
    new = "another long password"
    assert one.ask("PUT", "/v1/me/password", {"present": "no", "new": new}).status_code == 401
    assert one.ask("PUT", "/v1/me/password", {"present": PASSWORD, "new": new}).status_code == 204
    assert (one.get("/v1/me").status_code, other.get("/v1/me").status_code) == (200, 401)
    assert office.desk("auditor@kawabe", new).get("/v1/me").status_code == 200


def test_the_present_password_is_not_guessed_in_an_open_session(office):
    desk, body = office.desk("auditor@kawabe"), {"present": "a wrong guess", "new": "another horse and battery"}
    codes = [desk.ask("PUT", "/v1/me/password", body).json()["code"] for _ in range(7)]
    assert codes == ["wrong_sign_in"] * 6 + ["too_many"]


def test_nobody_holds_for_an_area_that_is_not_there(desks):
    admin, body = desks["admin"], {"name": "abe@kawabe", "role": "coordinator"}
    refused = admin.post("/v1/users", {**body, "areas": ["kami", "kamii"]})
    assert [(one["pointer"], one["code"]) for one in refused.json()["errors"]] == [("/areas/1", "reference")]
    made = admin.post("/v1/users", {**body, "areas": ["kami"]}).json()
    changed = admin.ask("PATCH", f"/v1/users/{made['user_id']}", {"areas": ["nowhere"]}, version=1)
    assert changed.json()["errors"][0]["pointer"] == "/areas/0"
    assert admin.get(f"/v1/users/{made['user_id']}").json()["areas"] == ["kami"]


def test_an_admin_sees_the_users_of_their_own_town_only(office, desks):
    mine = desks["admin"].get("/v1/users").json()["items"]
    assert {user["name"].partition("@")[2] for user in mine} == {"kawabe"}
    stranger = office.desk("planner@other")
    assert desks["admin"].get(f"/v1/users/{stranger.user_id}").status_code == 404
    assert (
        desks["admin"].ask("PATCH", f"/v1/users/{stranger.user_id}", {"disabled": True}, version=1).status_code == 404
    )
    taken = desks["admin"].post("/v1/users", {"name": "planner@other", "role": "admin"})
    told = taken.json()
    assert (taken.status_code, told["code"], told["errors"][0]["pointer"]) == (409, "exists", "/name")
