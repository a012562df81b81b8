"""A town in which work is going on: rounds, tours, studies, cases, meetings and notes; and a page for every path."""

from tests.api.test_rounds import solved_here
from tests.api.test_tours import DAY, planned_here
from tests.web.conftest import ROOT
from tests.web.test_studies import solved_study

STUDIES = ("gaps", "develop", "graph", "study")


def work_done(office):
    """Do a month's work, and tell for each path of a page one page of that path."""
    admin, coordinator, worker = (office.desk(f"{role}@kawabe") for role in
                                  ("admin", "coordinator", "participation_worker"))  # fmt: skip
    _studies(office, admin)
    tours = done(admin.post("/v1/tours", {"date": DAY}, Idempotency_Key="tours"))["tours_id"]
    planned_here(office)
    for key in ("one", "two"):
        done(admin.post("/v1/rounds", {}, Idempotency_Key=key))
        latest = solved_here(office)[0].job_id
    for person in ("p01", "p03"):
        done(admin.post(f"/v1/residents/{person}/access", {"user_id": worker.user_id}))
    meeting = {"kind": "plan_meeting", "on_day": "2099-01-15", "members": [coordinator.user_id, worker.user_id],
               "cases": ["p01"], "agenda": "歌の会のこと"}  # fmt: skip
    meeting_id = done(admin.post("/v1/meetings", meeting))["meeting_id"]
    shares = [{"organisation_id": "o-shakyo", "what": "歌の会を探す"}, {"organisation_id": "o-rmo", "what": "送り迎え"}]
    plan = {"resident_id": "p01", "on_day": "2026-11-20", "goal": "また歌いたい", "shares": shares}
    done(worker.post("/v1/plans", plan))
    done(worker.post("/v1/contacts", {"resident_id": "p01", "on_day": "2026-11-18", "how": "visit", "reached": True}))
    told = {"resident_id": "p01", "on_day": "2026-11-19", "when": "one_month", "of": "host", "going": "well"}
    done(worker.post("/v1/follow_ups", told))
    return {
        "/people/{row_id}": "/people/p01",
        "/people/{row_id}/readers": "/people/p01/readers",
        "/rounds/{row_id}": f"/rounds/{latest}",
        "/resources/{row_id}": "/resources/r-salon",
        "/rides/{row_id}": f"/rides/{tours}",
        "/meetings/{row_id}": f"/meetings/{meeting_id}",
    }


def _studies(office, admin):
    scenarios = (ROOT / "fixtures/scenarios/kawabe.toml").read_text(encoding="utf-8")
    for kind in STUDIES:
        more = {"scenarios": scenarios} if kind == "study" else {}
        done(admin.post("/v1/studies", {"kind": kind, **more}, Idempotency_Key=kind))
        solved_study(office)


def done(answer):
    """What was answered, where it went well."""
    assert answer.status_code < 300, answer.text
    return answer.json()
