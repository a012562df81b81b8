"""How the people of a town stand, and whom a reader sees of it, is worked out once and kept until it changes."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import ProgrammingError

from api.store.register import NOUNS
from api.store.scope import NOBODY, Scope, table_of
from api.store.standing import Standing, seen_by, standing_of, tied
from api.store.tables import Access, ProposalRow
from tests.api.conftest import AREA, ELSEWHERE
from tests.api.test_rounds import solved_here

EVERYBODY = Scope("kawabe", "somebody", None, system=True)
HOLDER = Scope("kawabe", "nobody-in-particular", (AREA,))
PROPOSALS = table_of(ProposalRow)


def read(office, scope=EVERYBODY):
    with office.database.look(scope) as connection:
        return standing_of(connection, scope)


def test_it_is_what_the_register_holds(office, kawabe):
    found = read(office)
    held = {one.need_id for one in kawabe.placements}
    open_needs = {need.resident_id for need in kawabe.needs if need.need_id not in held}
    placed = {need.resident_id for need in kawabe.needs if need.need_id in held}
    waiting = [one for one in kawabe.residents if one.resident_id in open_needs and one.waiting_since]
    waiting.sort(key=lambda one: one.waiting_since)
    assert [one.resident_id for one in found.waiting] == [one.resident_id for one in waiting] != []
    assert set(found.unplaced) == {one.resident_id for one in kawabe.residents} - placed
    people = {one.resident_id for one in kawabe.residents}
    ends = {((tie.from_id in people and tie.from_id) or None, (tie.to_id in people and tie.to_id) or None)
            for tie in kawabe.ties}  # fmt: skip
    assert set(found.ties) == ends - {(None, None)}


def test_it_is_worked_out_once_for_all_readers_and_each_sees_their_own(office):
    assert read(office) is read(office, HOLDER)
    with office.database.look(HOLDER) as connection:
        seen = seen_by(connection, HOLDER)
    with office.database.look(EVERYBODY) as connection:
        assert seen < seen_by(connection, EVERYBODY)


def test_a_tie_to_somebody_unseen_is_not_told():
    found = Standing([], [], [("p1", "p2"), ("p3", None), (None, "p4")], [])
    assert tied(found, frozenset({"p1", "p2", "p3"})) == {"p1", "p2", "p3"}
    assert tied(found, frozenset({"p1", "p4"})) == {"p4"}


def whom(office, scope):
    with office.database.look(scope) as connection:
        return seen_by(connection, scope)


ACCESS = table_of(Access)
WORKER = Scope("kawabe", "a-worker", ())


def moved(area):
    people = NOUNS["residents"].table
    return people.update().where(people.c.municipality_id == "kawabe", people.c.resident_id == "p01").values(
        area_id=area
    )  # fmt: skip


def access(basis):
    return ACCESS.insert().values(municipality_id="kawabe", resident_id="p01", user_id=WORKER.user_id, basis=basis)


@pytest.mark.parametrize(
    ("scope", "steps"),
    [
        (HOLDER, [(moved(ELSEWHERE), False), (moved(AREA), True)]),
        (WORKER, [(access("case"), True), (ACCESS.delete().where(ACCESS.c.user_id == WORKER.user_id), False)]),
    ],
    ids=["by area", "by case"],
)
def test_whom_one_sees_is_kept_until_a_person_or_an_access_changes(office, scope, steps):
    for statement, sees in steps:
        with office.database.change(EVERYBODY) as connection:
            connection.execute(statement)
            assert ("p01" in seen_by(connection, scope)) is sees
        assert ("p01" in whom(office, scope)) is sees
        assert whom(office, scope) is whom(office, scope)


def test_each_sees_their_own_also_where_what_they_see_is_kept(office):
    for _ in range(2):
        assert whom(office, WORKER) == frozenset()
        assert frozenset() != whom(office, HOLDER) < whom(office, EVERYBODY)
        assert whom(office, Scope("other", HOLDER.user_id, HOLDER.areas)) == whom(office, HOLDER)


def test_consent_withdrawn_is_seen_by_nobody_from_the_next_request_on(desks, office):
    coordinator, admin = desks["coordinator"], desks["admin"]
    person = next(one for one in coordinator.get("/v1/outreach?limit=500").json()["items"])
    version = int(admin.get(f"/v1/residents/{person}").headers["etag"].strip('"'))
    assert admin.ask("POST", f"/v1/residents/{person}/withdrawals", None, version).status_code == 201
    seen = coordinator.get(f"/v1/residents/{person}").status_code == 200
    assert (person in coordinator.get("/v1/outreach?limit=500").json()["items"]) is seen
    assert f"/people/{person}" not in coordinator.client.get("/").text or seen


@pytest.mark.parametrize("noun", ["needs", "placements", "residents", "ties"])
def test_every_change_is_known_at_once_and_none_that_is_taken_back(office, noun):
    before = read(office)
    with pytest.raises(RuntimeError), office.database.change(EVERYBODY) as connection:
        written(connection, noun)
        assert standing_of(connection, EVERYBODY) is not before
        raise RuntimeError
    assert read(office) is before
    with office.database.change(EVERYBODY) as connection:
        written(connection, noun)
    assert read(office) is not before


def written(connection, noun):
    table = NOUNS[noun].table
    new = {"version": table.c.version + 1}
    connection.execute(table.update().where(table.c.municipality_id == "kawabe").values(new))


def test_proposals_are_those_of_the_latest_round_until_somebody_decides(office, desks):
    desk = desks["admin"]
    for key in ("one", "two"):
        assert desk.post("/v1/rounds", {}, Idempotency_Key=key).status_code == 202
        round_id = solved_here(office)[0].job_id
    found = read(office).proposed
    with office.database.look(EVERYBODY) as connection:
        mine = (PROPOSALS.c.municipality_id == "kawabe", PROPOSALS.c.round_id == round_id, PROPOSALS.c.opening_id != "")
        latest = connection.execute(select(PROPOSALS.c.need_id, PROPOSALS.c.proposal_id).where(*mine)).all()
    assert [one.need_id for one in found] == [row.need_id for row in latest] != []
    body = {"kind": "discussed"}
    told = desk.post(f"/v1/proposals/{latest[0].proposal_id}/decisions", body, Idempotency_Key="talked")
    assert told.status_code == 201, told.text
    assert {one.state for one in read(office).proposed if one.need_id == latest[0].need_id} == {"discussed"}


def test_nobody_changes_whom_one_sees_without_a_mark(office):
    """A change of no town could not be marked: it is refused (PostgreSQL lets nobody write it at all)."""
    before = whom(office, WORKER)
    with pytest.raises((ValueError, ProgrammingError), match="access"), office.database.change(NOBODY) as connection:
        connection.execute(access("case"))
    assert whom(office, WORKER) == before == frozenset()
