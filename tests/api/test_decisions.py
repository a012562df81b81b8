"""Steps with a person when the place is no longer what the proposal held: what is there now is left as it is."""

import pytest
from sqlalchemy import insert, select

from api.jobs.rounds import PROPOSALS, ROUNDS
from api.store.scope import table_of
from api.store.tables import Job
from tests.api.test_rounds import decide
from tests.api.test_under_load import OPENING, OTHER, SCOPE, prepare

EARLIER, LATER, NEED = {"proposal_id": "pq0"}, {"proposal_id": "later"}, "nq0"


@pytest.fixture
def two_rounds(office, kawabe):
    """A need with a proposal in each of two rounds."""
    prepare(office, kawabe)
    with office.database.change(SCOPE) as connection:
        for table, own in (
            (table_of(Job), {"job_id": "r2"}),
            (ROUNDS, {"round_id": "r2"}),
            (PROPOSALS, {"round_id": "r2", **LATER}),
        ):
            found = select(table).where(table.c[next(iter(own))] == "r1").order_by(table.c.position).limit(1)
            row = dict(connection.execute(found).mappings().one())
            connection.execute(insert(table), {**row, **own, "position": row["position"] + 1000})


@pytest.fixture
def accepted_twice(desks, two_rounds):
    """First accepted as the earlier round proposed, then elsewhere, as the later one did."""
    assert decide(desks["admin"], EARLIER, "accept", opening_id=OPENING).status_code == 201
    assert decide(desks["admin"], LATER, "accept", opening_id=OTHER).status_code == 201
    return desks["admin"]


def placement(desk):
    told = desk.get(f"/v1/placements/{NEED}").json()
    return told.get("opening_id"), told.get("state")


@pytest.mark.parametrize("kind", ["decline", "withdraw"])
def test_ending_an_earlier_proposal_leaves_the_place_of_the_later_one(accepted_twice, kind):
    told = decide(accepted_twice, EARLIER, kind, reason_code="other_found")
    assert (told.status_code, told.json()["opening_id"]) == (201, "")
    assert placement(accepted_twice) == (OTHER, "trial")
    assert decide(accepted_twice, LATER, "settle").status_code == 201
    assert decide(accepted_twice, LATER, "withdraw").json()["opening_id"] == OTHER
    assert placement(accepted_twice) == (None, None)


@pytest.mark.parametrize("kind", ["trial", "settle"])
def test_an_earlier_proposal_does_not_settle_anybody_at_the_place_of_a_later_one(accepted_twice, kind):
    refused = decide(accepted_twice, EARLIER, kind)
    assert (refused.status_code, refused.json()["code"]) == (409, "wrong_state")
    assert placement(accepted_twice) == (OTHER, "trial")


@pytest.mark.parametrize("kind", ["trial", "settle"])
def test_nobody_settles_at_a_place_that_was_given_up(desks, two_rounds, kind):
    desk = desks["admin"]
    assert decide(desk, EARLIER, "accept").status_code == 201
    assert desk.ask("DELETE", f"/v1/placements/{NEED}", version=1).status_code == 204
    refused = decide(desk, EARLIER, kind)
    assert (refused.status_code, refused.json()["code"]) == (409, "wrong_state")
    assert decide(desk, EARLIER, "withdraw").status_code == 201
