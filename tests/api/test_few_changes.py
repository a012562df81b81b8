"""A round made again with a limit: of what people were told, no more changes than was asked for."""

import pytest
from hypothesis import given, strategies as st

from api.jobs.few_changes import changed, freed
from tests.api.test_rounds import a_proposal, asked, decide, solved_here, the_round  # noqa: F401  # a fixture

PLACES = st.dictionaries(st.sampled_from([f"n{at}" for at in range(9)]), st.sampled_from("abcd"))


@given(before=PLACES, freely=PLACES, most=st.integers(0, 9))
def test_no_more_are_freed_than_may_change_and_nobody_who_stays(before, freely, most):
    found = freed(before, freely, most)
    assert len(found) <= most
    assert found <= changed(before, freely)
    assert len(changed(before, freely)) > most or found == changed(before, freely)


def test_who_moves_into_anothers_place_is_freed_together_with_them():
    before = {"n1": "a", "n2": "b", "n3": "c"}
    freely = {"n1": "b", "n2": "d", "n3": "e", "new": "a"}
    assert freed(before, freely, 1) == {"n3"}
    assert freed(before, freely, 2) == {"n1", "n2"}
    assert freed(before, freely, 3) == {"n1", "n2", "n3"}


def chosen(desk, round_id):
    rows = desk.get(f"/v1/rounds/{round_id}/proposals?limit=500").json()["items"]
    return {
        row["need_id"]: row["proposal"]["options"][0]["opening"] for row in rows if row["proposal"]["state"] == "placed"
    }


def again(office, desk, round_id, **body):
    answer = desk.post(f"/v1/rounds/{round_id}:revise", body, Idempotency_Key=str(body))
    assert answer.status_code == 202, answer.text
    solved_here(office)
    return answer.json()["round_id"]


@pytest.mark.parametrize("most", [0, 1, 2])
def test_after_a_closing_few_are_told_another_place(office, desks, the_round, most):  # noqa: F811
    desk = desks["admin"]
    held = {row["need_id"]: row["opening_id"] for row in desk.get("/v1/placements?limit=500").json()["items"]}
    before = {**chosen(desk, the_round), **held}
    busiest = max(sorted(set(before.values())), key=lambda one: sum(at == one for at in before.values()))
    row = desk.get(f"/v1/openings/{busiest}").json()
    change = {"capacity": 1, "comfortable_load": 1}
    assert desk.ask("PATCH", f"/v1/openings/{busiest}", change, version=row["version"]).status_code == 200
    one = again(office, desk, the_round, most_changed=most)
    after = chosen(desk, one)
    told = desk.get(f"/v1/rounds/{one}").json()["summary"]["changes"]
    gone = {need for need, at in before.items() if after.get(need) != at}
    assert (told["most"], told["made"]) == (most, len(gone))
    assert told["made"] - told["forced"] <= most


def test_what_a_person_declined_is_not_kept_for_them(office, desks, the_round):  # noqa: F811
    desk = desks["admin"]
    proposal = a_proposal(desk, the_round)
    assert decide(desk, proposal, "decline", reason_code="too_far").status_code == 201
    one = again(office, desk, the_round, most_changed=0)
    assert desk.get(f"/v1/rounds/{one}").json()["summary"]["changes"]["made"] == 0


def test_without_a_limit_nothing_is_said_of_changes(office, desks, the_round):  # noqa: F811
    one = again(office, desks["admin"], the_round)
    assert "changes" not in desks["admin"].get(f"/v1/rounds/{one}").json()["summary"]


def test_a_limit_needs_a_round_that_is_done(desks):
    one = asked(desks["admin"]).json()["round_id"]
    refused = desks["admin"].post(f"/v1/rounds/{one}:revise", {"most_changed": 0}, Idempotency_Key="x")
    assert (refused.status_code, refused.json()["code"]) == (409, "wrong_state")
