"""Studies as jobs: ties, gaps, what to develop and scenarios, solved elsewhere; nobody stands in what they tell."""

import functools
import hashlib
import re
from pathlib import Path

import pytest

from api.jobs.queue import claim
from api.jobs.rounds import keep_document
from api.jobs.solve import SOLVES
from matching.small_cells import SMALL
from tests.api.conftest import small_town

SCENARIOS = (Path(__file__).parents[2] / "fixtures/scenarios/kawabe.toml").read_text(encoding="utf-8")
TWO = SCENARIOS.partition("[[scenario]]")[0] + "".join(
    "[[scenario]]" + one for one in SCENARIOS.split("[[scenario]]")[1:2]
)


def studied(office, desk, **body):
    """Ask for a study and do it in this process, as the worker's child would."""
    answer = desk.post("/v1/studies", body, Idempotency_Key=hashlib.sha256(str(body).encode()).hexdigest())
    assert answer.status_code == 202, answer.text
    job, told = claim(office.database, "tests"), []
    SOLVES[job.kind](office.database, job.scope, job.asked, lambda kind, value: told.append((kind, value)))
    assert told[-1][0] == "done"
    keep_document(office.database, office.vault, job, told[-1][1], "done", "")
    return answer.json()["study_id"], told


BODIES = [
    {"kind": "gaps"}, {"kind": "indicators"}, {"kind": "develop", "steps": 2}, {"kind": "study", "scenarios": TWO},
    {"kind": "graph"},
]  # fmt: skip


@pytest.mark.parametrize("body", BODIES, ids=lambda body: body["kind"])
def test_a_study_tells_its_document_and_names_nobody(office, desks, body):
    one, _ = studied(office, desks["planner"], **body)
    told = desks["planner"].get(f"/v1/studies/{one}").json()
    assert (told["state"], told["kind"]) == ("done", body["kind"])
    assert told["document"]["format"] == f"tsunagu.{body['kind']}/1"
    english = desks["planner"].get(f"/v1/studies/{one}?lang=en").json()["document"]
    assert english["format"] == told["document"]["format"]
    town = small_town()
    people = {p.resident_id for p in town.residents} | {n.need_id for n in town.needs}
    words = set(re.findall(r"[\w-]+", str(told["document"]) + str(english)))
    assert not people & words
    assert desks["participation_worker"].get(f"/v1/studies/{one}").status_code == 404


@functools.cache
def gaps_of_the_command():
    from matching import provider, rulebook
    from matching.gaps import gaps

    folder = Path(__file__).parents[2] / "fixtures/towns/kawabe"
    town = small_town()
    return gaps(town, rulebook(town.info.rulebook, folder), provider(town.info.travel, folder))


def test_the_gaps_of_the_service_are_those_of_the_command(office, desks):
    from api.gaps.answer import gaps_document

    found = gaps_of_the_command()
    one, _ = studied(office, desks["planner"], kind="gaps")
    for lang in ("ja", "en"):
        told = desks["planner"].get(f"/v1/studies/{one}?lang={lang}").json()["document"]
        expected = gaps_document(found, lang, told["seconds"])
        assert {**told, "inputs_digest": ""} == {**expected, "inputs_digest": ""}
    counts = [n for row in told["areas"] for n in row["outcomes"].values()]
    assert not any(0 < n < SMALL for n in counts if n is not None)


def test_studies_are_listed_by_kind(office, desks):
    indicators, _ = studied(office, desks["planner"], kind="indicators")
    graph, _ = studied(office, desks["planner"], kind="graph")
    desk = desks["coordinator"]
    assert [row["study_id"] for row in desk.get("/v1/studies?kind=indicators").json()["items"]] == [indicators]
    assert [row["study_id"] for row in desk.get("/v1/studies").json()["items"]] == [indicators, graph]
    assert desk.get("/v1/studies?kind=round").status_code == 422


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"kind": "gaps", "steps": 2}, "/steps"),
        ({"kind": "develop", "scenarios": TWO}, "/scenarios"),
        ({"kind": "study"}, "/scenarios"),
        ({"kind": "study", "scenarios": TWO + "[monte_carlo]\ndraws = 5000\n"}, "/scenarios"),
        ({"kind": "develop", "budget": {"amount": -1, "unit": "yen"}}, "/budget/amount"),
    ],
)
def test_what_does_not_belong_to_a_kind_is_refused_by_its_field(desks, body, pointer):
    refused = desks["planner"].post("/v1/studies", body, Idempotency_Key="x")
    assert refused.status_code == 422
    assert pointer in [error["pointer"] for error in refused.json()["errors"]]


def test_scenarios_that_cannot_be_read_are_told_with_every_problem(desks):
    text = 'format = "tsunagu.scenarios/1"\n[[scenario]]\nname = "a"\n[[scenario.edit]]\ndo = "fly"\nhigh = 1\n'
    refused = desks["planner"].post("/v1/studies", {"kind": "study", "scenarios": text}, Idempotency_Key="x")
    assert (refused.status_code, refused.json()["code"]) == (422, "bad_scenarios")
    assert refused.json()["problems"] and all(one["ja"] and one["en"] for one in refused.json()["problems"])


def test_an_edit_of_what_the_town_does_not_have_is_told_as_a_problem_of_its_scenario(office, desks):
    text = TWO.replace("r-salon", "r-nowhere")
    one, _ = studied(office, desks["planner"], kind="study", scenarios=text)
    document = desks["planner"].get(f"/v1/studies/{one}").json()["document"]
    assert document["format"] == "tsunagu.problems/1" and document["problems"]


def test_a_waiting_study_is_stopped(desks):
    asked = desks["planner"].post("/v1/studies", {"kind": "develop"}, Idempotency_Key="x").json()
    assert asked["state"] == "waiting"
    assert desks["planner"].ask("DELETE", f"/v1/studies/{asked['study_id']}").json()["state"] == "cancelled"
