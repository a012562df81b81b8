"""Thirty planted names, phones and addresses: every route is driven, errors too, and then everything is searched."""

import tempfile
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import SQLModel

from api.examples import example_of
from api.jobs.solve import SOLVES
from api.jobs.worker import claim
from api.security.policy import walk
from api.store.scope import Scope
from api.store.town import load
from tests.api.conftest import AREA

PEOPLE = 5
SYSTEM = Scope("kawabe", "x", None, system=True)


def planted(at):
    """Six of one person, none of them a part of another."""
    name, kana, phone = f"髙﨑架空{at}号", f"カクウ{at}ゴウ", f"090-0000-777{at}"
    return name, kana, phone, f"架空町{at}丁目77番地", f"緊急の連絡先は架空{at}の姉", f"免許30777{at}00000"


CANARIES = [one for at in range(PEOPLE) for one in planted(at)]


@pytest.fixture
def left_behind(monkeypatch):
    """What stood in temporary folders when they were taken away."""
    seen, clean = [], tempfile.TemporaryDirectory.cleanup

    def cleanup(folder):
        seen.extend(path.read_bytes() for path in Path(folder.name).rglob("*") if path.is_file())
        clean(folder)

    monkeypatch.setattr(tempfile.TemporaryDirectory, "cleanup", cleanup)
    return seen


def write_about(desk, at):
    """A person with everything that people write about persons."""
    name, kana, phone, address, emergency, licence = planted(at)
    person = desk.post("/v1/residents", {"area_id": AREA, "sharing": "consent"}).json()["resident_id"]
    identity = {"name": name, "kana": kana, "phone": phone, "address": address, "emergency_contact": emergency}
    where = f"/v1/residents/{person}/identity"
    assert desk.ask("PUT", where, identity).status_code == 204
    opened = desk.post(f"{where}/openings", {"purpose": "visit"}).json()
    assert opened["name"] == name
    words = " ".join((name, phone, address, emergency, licence))
    for noun, field in (("contacts", "note"), ("plans", "goal"), ("follow_ups", "note")):
        body = {**example_of(f"{noun}.create"), "resident_id": person, field: words}
        made = desk.post(f"/v1/{noun}", body)
        assert made.status_code == 201, made.text
        assert words in desk.get(made.headers["location"]).text
    meeting = {"kind": "plan_meeting", "on_day": "2026-12-01", "cases": [person], "agenda": words, "outcome": words}
    assert desk.post("/v1/meetings", meeting).status_code == 201
    desk.post("/v1/needs", {**example_of("needs.create"), "resident_id": person})
    desk.post("/v1/ride_requests", {**example_of("ride_requests.create"), "resident_id": person})
    return person


def drive_every_route(desk, person):
    """Every route of the API with what cannot be taken, planted words in it; what was answered where it was refused."""
    refused = []
    for route in walk(desk.client.app.routes):
        name = getattr(route, "name", "")
        if not name or name.startswith(("pages.", "oidc.")) or name in ("sessions.end", "rounds.events"):
            continue
        path = route.path if route.path.startswith(("/v1", "/health", "/ready", "/open")) else "/v1" + route.path
        for at, canary in enumerate(CANARIES[:3]):
            row_id = person if at % 2 else canary
            asked = path.replace("{row_id}", row_id).replace("{other_id}", canary).replace("{municipality_id}", canary)
            method = min(set(route.methods) - {"HEAD"})
            if method == "DELETE" and row_id == person:
                continue
            example = example_of(name) or {"x": ""}
            body = {**dict.fromkeys(example, canary + "\0"), "unknown": canary} if method != "GET" else None
            query = f"?limit={canary}&cursor={canary}&where=area_id:{canary}%00" if method == "GET" and at == 2 else ""
            answer = desk.ask(method, asked + query, body, version=1, Idempotency_Key=canary.encode().hex())
            assert answer.status_code < 500, (name, answer.text)
            if answer.status_code >= 400:
                refused.append(answer.text)
    return refused


def everything_in(database):
    with database.engine.connect() as connection:
        if not database.on_sqlite:
            connection.exec_driver_sql("RESET ROLE")
        rows = [str(row) for table in SQLModel.metadata.sorted_tables for row in connection.execute(select(table))]
        connection.invalidate()
    return rows


def test_planted_names_are_nowhere_but_sealed(office, desks, left_behind, tmp_path, caplog, capfd):
    caplog.set_level("DEBUG")
    desk, admin = desks["coordinator"], desks["admin"]
    people = [write_about(desk, at) for at in range(PEOPLE)]
    answers = [
        text for role in ("coordinator", "admin", "planner") for text in drive_every_route(desks[role], people[0])
    ]
    assert len(answers) > 800  # three roles, some two hundred routes, three words each
    told = []
    for kind, where, body in (("round", "rounds", {}), ("graph", "studies", {"kind": "graph"}),
                              ("tours", "tours", {"date": "2026-12-03"})):  # fmt: skip
        assert admin.post(f"/v1/{where}", body, Idempotency_Key=kind).status_code == 202
        job = claim(office.database, "tests")
        SOLVES[kind](office.database, job.scope, job.asked, lambda *said: told.append(str(said)))
        told.append(str((job.asked, job.scope)))
    with office.database.look(SYSTEM) as connection:
        given = repr(load(connection, SYSTEM))
    out = admin.get("/v1/town/export").content
    logged = [one.getMessage() for one in caplog.records if not one.name.startswith("http")]  # a client's own log apart
    everywhere = {
        "an answer that refuses": answers, "the log": logged, "what is printed": list(capfd.readouterr()),
        "the tables": everything_in(office.database), "what the solver is given": [given],
        "what the solver says": told, "a temporary file": [one.decode(errors="replace") for one in left_behind],
        "the export": [repr(load_zip(out))], "URLs told": [str(desk.client.base_url)],
    }  # fmt: skip
    assert told and left_behind
    for where, texts in everywhere.items():
        hits = {canary for canary in CANARIES for text in texts if canary in text}
        assert hits == set(), where
    erase_all(admin, people)
    if office.database.on_sqlite:
        office.database.engine.dispose()
        raw = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.name.startswith("tsunagu.db"))
        assert not [one for one in (*CANARIES, *people) if one.encode() in raw]
    assert not [one for one in people if one.encode() in admin.get("/v1/town/export").content]


def load_zip(data):
    from api.folders import from_zip

    return from_zip(data)


def erase_all(admin, people):
    for person in people:
        version = admin.get(f"/v1/residents/{person}").json()["version"]
        assert admin.ask("DELETE", f"/v1/residents/{person}", version=version).status_code == 204
