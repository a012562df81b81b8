"""Every operation has an example that the demo town really answers: those without a body are asked here, in one go.

What differs from one run to the next (numbers, moments, secrets) stands in the published examples as a sample of its
kind. Where an answer changed on purpose, write them anew and the interface with them:

    TSUNAGU_WRITE_EXAMPLES=1 python -m pytest tests/api/test_every_operation.py && tsunagu openapi > docs/openapi.json
"""

import json
import os
import re
import shutil
from functools import partial
from pathlib import Path

import pytest

import api
from api.examples import answer_of, example_of, ids_of
from api.security.policy import roles_of
from api.settings import Settings
from api.store.register import NOUNS
from tests.api.conftest import KEY, Office, the_app
from tests.api.test_rounds import a_proposal, asked, decide, solved_here
from tests.api.test_studies import studied
from tests.api.test_tours import planned

ANSWERS = Path(api.__file__).parent / "answers_by_example.json"
BODILESS = {
    operation["operationId"]: (method, path, operation)
    for path, methods in the_app().openapi()["paths"].items()
    for method, operation in methods.items()
    if "application/json" not in operation.get("requestBody", {}).get("content", {})
}
ELSEWHERE = {"oidc.start": "tests/api/test_oidc.py", "oidc.callback": "tests/api/test_oidc.py"}
"""What needs a provider of identities beside the service."""
MOST = 2
"""So many rows of a list stand in an example."""
SAMPLES = (
    (re.compile(r"\b[0-9a-f]{64}\b"), "0" * 64),
    (re.compile(r"\b[0-9a-f]{24}\b"), "0" * 24),
    (re.compile(r"\b[0-9a-hjkmnp-tv-z]{26}\b"), "01jdz6k3m8q2v5w7x9y0abcdef"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"), "2026-11-29T09:30:00.000000Z"),
)
SECRET = {"csrf", "token", "secret", "uri", "password"}
OF_THE_CLOCK = {"seconds", "elapsed", "until", "version", "position", "seq", "on", "next"}


def sample(value, name=""):
    """A value as an example tells it: short, and the same in every run."""
    if isinstance(value, dict):
        named = ((sample(key), one) for key, one in value.items())
        return {key: sample(one, key) for key, one in list(named)[:40]}
    if isinstance(value, list):
        return [sample(one) for one in value[:MOST]]
    if name in SECRET and isinstance(value, str):
        return "…"
    if name in OF_THE_CLOCK and value is not None and not isinstance(value, dict | list):
        return {str: "…", int: 1, float: 1.0}.get(type(value), value)
    if isinstance(value, str):
        for pattern, same in SAMPLES:
            value = pattern.sub(same, value)
    return value


class Town:
    """The demo town with something of every kind in it, and somebody who may ask for each operation."""

    def __init__(self, office):
        self.office, self.admin = office, office.desk("admin@kawabe")
        self.kept, self.desks = {}, {"admin": self.admin}

    def desk(self, operation):
        may = roles_of(self.office.service.policy, operation)
        role = next(r for r in ("admin", "coordinator", "planner", "auditor") if r in may or "anyone" in may)
        if role not in self.desks:
            self.desks[role] = self.office.desk(f"{role}@kawabe")
        return self.desks[role]

    def made(self, noun):
        """A new row of a noun, from its example: its identifier."""
        body = dict(example_of(f"{noun}.create"))
        if noun == "visits":
            body["by"] = self.admin.user_id
        answer = self.admin.post(f"/v1/{noun}", body)
        assert answer.status_code == 201, (noun, answer.text)
        told = answer.json()
        return re.search(r"/([^/]+)$", answer.headers["location"])[1] if "location" in answer.headers else told

    def round(self, key):
        return asked(self.admin, key).json()["round_id"]

    def study(self):
        return studied(self.office, self.admin, kind="gaps")[0]

    def study_waiting(self):
        body = {"kind": "graph"}
        return self.admin.post("/v1/studies", body, Idempotency_Key="study").json()["study_id"]

    def tours_waiting(self):
        body = {"date": "2026-11-27"}
        return self.admin.post("/v1/tours", body, Idempotency_Key="tours waiting").json()["tours_id"]

    def upload(self):
        data, headers = self.contents(), {**self.admin.headers, "Content-Type": "application/octet-stream"}
        answer = self.admin.client.post("/v1/town/uploads?form=zip", content=data, headers=headers)
        assert answer.status_code == 201, answer.text
        return answer.json()["upload_id"]

    def access(self):
        colleague = self.office.desk("coordinator@kawabe").user_id
        assert self.admin.post("/v1/residents/p01/access", {"user_id": colleague}).status_code == 201
        return colleague

    def once(self, name, make):
        if name not in self.kept:
            self.kept[name] = make()
        return self.kept[name]

    def solved(self):
        one = self.round("solved")
        solved_here(self.office)
        proposal = a_proposal(self.admin, one)
        assert decide(self.admin, proposal, "accept").status_code == 201
        return one, proposal

    def solved_round(self):
        return self.once("solved", self.solved)[0]

    def proposal(self):
        return self.once("solved", self.solved)[1]

    def ids(self, operation):
        """What stands in the path of an operation."""
        noun, _, what = operation.partition(".")
        if operation in WAYS or noun in WAYS:
            told = WAYS.get(operation, WAYS.get(noun))(self)
            return told if isinstance(told, dict) else {"row_id": told}
        return {"row_id": self.made(noun) if what == "delete" else self.row(noun)}

    def row(self, noun):
        """The first row of a noun in the town, or one that was made."""
        there = self.admin.get(f"/v1/{noun}?limit=1").json()["items"]
        key = NOUNS[noun].key if noun in NOUNS else "row_id"
        return there[0].get(key) if there and key in there[0] else self.once(noun, partial(self.made, noun))

    def contents(self):
        """The whole town as it is, as an archive."""
        return self.admin.get("/v1/town/export").content


WAYS = {
    "public": lambda town: {"municipality_id": "kawabe"},
    "residents.end_access": lambda town: {"row_id": "p01", "other_id": town.access()},
    "residents.withdraw": lambda town: town.made("residents"),
    "residents.list_access": lambda town: "p01",
    "residents.readers": lambda town: "p01",
    "need_options.create": lambda town: town.made("needs"),
    "need_options": lambda town: town.proposal()["need_id"],
    "need_explanation": lambda town: town.proposal()["need_id"],
    "placements": lambda town: town.proposal()["need_id"],
    "proposals": lambda town: town.proposal()["proposal_id"],
    "rounds.cancel": lambda town: town.round("round waiting"),
    "rounds": Town.solved_round,
    "studies.cancel": Town.study_waiting,
    "studies": lambda town: town.once("study", town.study),
    "tours.cancel": Town.tours_waiting,
    "tours": lambda town: town.once("tours", partial(planned, town.office, town.admin)),
    "uploads": Town.upload,
    "users": lambda town: town.admin.user_id,
    "tokens": lambda town: town.made("tokens")["token_id"],
}
"""How to come to what an operation is about, where it is no row of the register or a note."""


@pytest.fixture
def town(furnished_sqlite, tmp_path):
    path = tmp_path / "tsunagu.db"
    shutil.copy(furnished_sqlite, path)
    path.chmod(0o600)
    office = Office(Settings(database_url=f"sqlite:///{path}", keys=KEY))
    made = Town(office)
    for noun in ("contacts", "plans", "follow_ups", "visits", "voices", "meetings", "wishes", "ideas"):
        made.once(noun, partial(made.made, noun))
    made.once("solved", made.solved)
    yield made
    office.database.engine.dispose()


def ways_that_change_last(operation):
    """Everything that only reads comes first; what ends the session is the last."""
    return (BODILESS[operation][0] != "get", operation == "sessions.end", operation == "town.import", operation)


def ask(town, operation):
    method, path, _ = BODILESS[operation]
    ids = town.ids(operation) if "{" in path else {}
    row_id = ids.get("row_id") if method != "get" else None
    row = town.admin.get(f"/v1/{operation.partition('.')[0]}/{row_id}") if row_id else None
    version = row.json().get("version") if row and row.status_code == 200 else None
    desk, query = town.desk(operation), "?limit=2" if path.endswith("s") and method == "get" else ""
    headers = {**desk.headers, "Idempotency-Key": operation}
    headers |= {"If-Match": f'"{version}"'} if version is not None else {}
    content = town.contents() if operation in ("town.import", "uploads.create") else None
    kind = {"town.import": "application/zip", "uploads.create": "application/octet-stream"}.get(operation)
    headers |= {"Content-Type": kind} if kind else {}
    if operation == "uploads.create":
        query = "?form=zip"
    where = path.format(**ids) + query
    return ids, desk.client.request(method.upper(), where, headers=headers, content=content)


def test_the_demo_town_answers_every_operation_without_a_body_as_its_example_tells(town):
    told, wrong = {}, []
    for operation in sorted(BODILESS, key=ways_that_change_last):
        if operation in ELSEWHERE:
            continue
        ids, answer = ask(town, operation)
        if answer.status_code not in (200, 201, 202, 204):
            wrong.append((operation, answer.status_code, answer.text[:300]))
            continue
        json_told = answer.headers.get("content-type", "").startswith("application/json")
        told[operation] = {"ids": sample(ids), "answer": sample(answer.json()) if json_told else None}
        if not os.environ.get("TSUNAGU_WRITE_EXAMPLES") and (
            told[operation] != {"ids": ids_of(operation), "answer": answer_of(operation)}
        ):
            wrong.append((operation, told[operation]["answer"], answer_of(operation)))
    assert not wrong, "\n".join(f"{name}\n  now {now}\n  published {was}" for name, now, was in wrong)
    if os.environ.get("TSUNAGU_WRITE_EXAMPLES"):
        text = json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True)
        ANSWERS.write_text(text + "\n", encoding="utf-8")


def test_every_operation_has_an_example_in_the_interface_and_most_speak_japanese():
    without, japanese = [], 0
    for name, (_, _path, operation) in BODILESS.items():
        if name in ELSEWHERE:
            continue
        ok = next(body for status, body in operation["responses"].items() if status.startswith("2"))
        example = ok.get("content", {}).get("application/json", {}).get("example")
        named = [one.get("example") for one in operation.get("parameters", []) if one["in"] == "path"]
        has_json = "application/json" in ok.get("content", {})
        if not all(named) or (has_json and example is None):
            without.append(name)
        japanese += bool(re.search("[ぁ-んァ-ン一-龥]", json.dumps(example, ensure_ascii=False) + operation["summary"]))
    assert without == []
    assert japanese == len(BODILESS) - len(ELSEWHERE)
