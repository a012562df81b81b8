"""A town in which work is going on: rounds, tours, studies, cases, meetings and notes; and pages for every path."""

from datetime import timedelta

from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer
from sqlalchemy import insert

from api.folders import read_folder, to_zip
from api.store.register import NOUNS
from api.web.times import today
from tests.api.conftest import KAWABE
from tests.api.test_rounds import solved_here
from tests.api.test_tours import DAY, planned_here
from tests.web.conftest import ROOT
from tests.web.test_studies import solved_study

STUDIES = ("gaps", "indicators", "develop", "graph", "study")


def work_done(office):
    """Do a month's work, and tell for each path of a page some pages of that path."""
    admin, coordinator, worker = (office.desk(f"{role}@kawabe") for role in
                                  ("admin", "coordinator", "participation_worker"))  # fmt: skip
    study = _studies(office, admin)
    keep_file(office, archive_of(TileType.PNG))
    tours = done(admin.post("/v1/tours", {"date": DAY}, Idempotency_Key="tours"))["tours_id"]
    planned_here(office)
    for key in ("one", "two"):
        done(admin.post("/v1/rounds", {}, Idempotency_Key=key))
        latest = solved_here(office)[0].job_id
    for person in ("p01", "p03"):
        done(admin.post(f"/v1/residents/{person}/access", {"user_id": worker.user_id}))
    soon = (today() + timedelta(days=14)).isoformat()
    meeting = {"kind": "plan_meeting", "on_day": soon, "members": [coordinator.user_id, worker.user_id],
               "cases": ["p01"], "agenda": "歌の会のこと"}  # fmt: skip
    meeting_id = done(admin.post("/v1/meetings", meeting))["meeting_id"]
    shares = [{"organisation_id": "o-shakyo", "what": "歌の会を探す"}, {"organisation_id": "o-rmo", "what": "送り迎え"}]
    plan = {"resident_id": "p01", "on_day": "2026-11-20", "goal": "また歌いたい", "shares": shares}
    plan_id = done(worker.post("/v1/plans", plan))["row_id"]
    done(worker.post("/v1/contacts", {"resident_id": "p01", "on_day": "2026-11-18", "how": "visit", "reached": True}))
    told = {"resident_id": "p01", "on_day": "2026-11-19", "when": "one_month", "of": "host", "going": "well"}
    done(worker.post("/v1/follow_ups", told))
    nouns = [noun for noun in NOUNS if admin.get(f"/v1/{noun}?limit=1").json()["items"]]
    one_of = {noun: admin.get(f"/v1/{noun}?limit=1").json()["items"][0][NOUNS[noun].key] for noun in nouns}
    return {
        "/people/{row_id}": ["/people/p01"],
        "/people/{row_id}/readers": ["/people/p01/readers"],
        "/people/{row_id}/erasure": ["/people/p01/erasure"],
        "/resources/tiles/{z}/{x}/{y}": ["/resources/tiles/1/0/0"],
        "/people/{row_id}/handout": ["/people/p01/handout"],
        "/scenarios/{row_id}/study.json": [f"/scenarios/{study}/study.json"],
        "/scenarios/{row_id}/study.csv": [f"/scenarios/{study}/study.csv"],
        "/rounds/{row_id}/sheets": [f"/rounds/{latest}/sheets"],
        "/rounds/{row_id}/sheets.pdf": [f"/rounds/{latest}/sheets.pdf"],
        "/meetings/{row_id}/sheets.pdf": [f"/meetings/{meeting_id}/sheets.pdf"],
        "/rides/{row_id}/{day}/{number}/run.pdf": [f"/rides/{tours}/{DAY}/1/run.pdf"],
        "/rounds/{row_id}": [f"/rounds/{latest}"],
        "/resources/{row_id}": ["/resources/r-salon", "/resources/r-porch"],
        "/resources/{row_id}/calendar.ics": ["/resources/r-salon/calendar.ics"],
        "/plans/{row_id}": [f"/plans/{plan_id}"],
        "/rides/{row_id}": [f"/rides/{tours}"],
        "/meetings/{row_id}": [f"/meetings/{meeting_id}"],
        "/register/{noun}": [f"/register/{noun}" for noun in nouns],
        "/register/{noun}/new": [f"/register/{noun}/new" for noun in ("residents", "needs", "openings", "ideas")],
        "/register/{noun}/rows/{row_id}": [
            f"/register/{noun}/rows/{one_of[noun]}" for noun in ("residents", "resources", "drivers")
        ],
        "/admin/users/{row_id}": [f"/admin/users/{worker.user_id}"],
        "/admin/town/uploads/{row_id}": [f"/admin/town/uploads/{_looked_at(admin)}"],
    }


def _looked_at(admin):
    """A town folder that was looked at and not taken in."""
    folder = to_zip(read_folder(KAWABE))
    answer = admin.client.post(
        "/v1/town/uploads", headers={**admin.headers, "content-type": "application/zip"}, content=folder
    )
    return done(answer)["upload_id"]


def _studies(office, admin):
    """One of each kind; returns that of scenarios."""
    scenarios = (ROOT / "fixtures/scenarios/kawabe.toml").read_text(encoding="utf-8")
    for kind in STUDIES:
        more = {"scenarios": scenarios} if kind == "study" else {}
        study_id = done(admin.post("/v1/studies", {"kind": kind, **more}, Idempotency_Key=kind))["study_id"]
        solved_study(office)
    return study_id


def done(answer):
    """What was answered, where it went well."""
    assert answer.status_code < 300, answer.text
    return answer.json()


PNG = b"\x89PNG\r\n\x1a\n tile"


def archive_of(kind):
    """A PMTiles archive with one tile at 1/0/0."""
    import io

    out = io.BytesIO()
    writer = Writer(out)
    writer.write_tile(zxy_to_tileid(1, 0, 0), PNG)
    places = {"min_lon_e7": 0, "min_lat_e7": 0, "max_lon_e7": 0, "max_lat_e7": 0, "center_zoom": 1, "center_lon_e7": 0,
              "center_lat_e7": 0, "min_zoom": 1, "max_zoom": 1}  # fmt: skip
    writer.finalize({"tile_type": kind, "tile_compression": Compression.NONE, **places}, {})
    return out.getvalue()


def keep_file(office, content):
    from api.web.tiles import _FILES, FILE

    with office.database.change(office.scope()) as connection:
        connection.execute(insert(_FILES).values(municipality_id="kawabe", path=FILE, content=content))
