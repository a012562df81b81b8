"""Every operation that takes a body has an example in Japanese, and the demo town takes every one."""

import re

import pytest

from api.security.passwords import totp
from tests.api.conftest import PASSWORD, the_app
from tests.api.test_rounds import a_proposal, asked, solved_here
from tests.api.test_tours import planned_here

WITH_BODY = {
    operation["operationId"]: (method, path, operation["requestBody"]["content"]["application/json"])
    for path, methods in the_app().openapi()["paths"].items()
    for method, operation in methods.items()
    if "application/json" in operation.get("requestBody", {}).get("content", {})
}


def test_every_body_has_an_example_and_most_speak_japanese():
    assert [name for name, (_, _, body) in WITH_BODY.items() if not body.get("example")] == []
    japanese = [
        name for name, (_, _, body) in WITH_BODY.items() if re.search("[ぁ-んァ-ン一-龥]", str(body["example"]))
    ]
    assert len(japanese) > 20


def the_row(office, desks, operation):
    """Something of the demo town that the operation can be about."""
    desk, noun = desks["admin"], operation.partition(".")[0]
    if operation in ("identities.replace", "identities.open", "residents.give_access"):
        return "p01", None
    if operation == "users.patch":
        made = desk.post("/v1/users", {"name": "abe@kawabe", "role": "coordinator"}).json()
        return made["user_id"], 1
    if operation in ("rounds.revise", "decisions.create"):
        round_id = asked(desk, "first").json()["round_id"]
        solved_here(office)
        return (round_id if noun == "rounds" else a_proposal(desk, round_id)["proposal_id"]), None
    if operation in ("tours.revise", "tours.answer"):
        asked_for = desk.post("/v1/tours", WITH_BODY["tours.create"][2]["example"], Idempotency_Key="t")
        planned_here(office)
        return asked_for.json()["tours_id"], None
    made = desk.post(f"/v1/{noun}", WITH_BODY[f"{noun}.create"][2]["example"])
    assert made.status_code == 201, made.text
    return re.search(r"/([^/]+)$", made.headers["location"]).group(1), 1


@pytest.mark.parametrize("operation", WITH_BODY)
def test_the_demo_town_takes_the_example(office, desks, operation):
    method, path, body = WITH_BODY[operation]
    desk, example, version = desks["admin"], dict(body["example"]), None
    if "{row_id}" in path:
        row_id, version = the_row(office, desks, operation)
        path = path.replace("{row_id}", row_id)
    if operation == "sessions.create":
        example["password"] = PASSWORD
    if operation == "me.password":
        example["present"] = PASSWORD
    if operation == "me.totp":
        import time

        example["totp"] = totp(example["secret"], int(time.time() // 30))
    if operation.startswith("visits."):
        example["by"] = desks["coordinator"].user_id
    if operation == "residents.give_access":
        example["user_id"] = desks["coordinator"].user_id
    if operation == "identities.open":
        desk.ask("PUT", "/v1/residents/p01/identity", {"name": "見本 花子"})
    if operation == "placements.create":
        held = desk.get("/v1/placements/n01b")
        assert held.status_code in (200, 404)
    answer = desk.ask(method.upper(), path, example, version=version, Idempotency_Key="example")
    assert answer.status_code in (200, 201, 202, 204), answer.text
