"""An example for each operation: what one would send to the demo town, and what it answers; the tests try them all."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

_PERSON = {"resident_id": "p01", "on_day": "2026-11-20"}

NOUNS_BY_EXAMPLE: Mapping[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "areas": ({"name": "かわべ第三圏域", "tier": 2, "parent_id": "kawabe"}, {"population": 1200}),
    "organisations": ({"name": "ひだまりの会", "sector": "npo", "area_id": "kami"}, {"name": "ひだまりの会（上地区）"}),
    "council_members": (
        {"council_id": "c-kawabe", "area_id": "kawabe", "organisation_id": "o-shakyo"},
        {"organisation_id": "o-rmo"},
    ),
    "ties": ({"from_id": "o-shakyo", "to_id": "o-rmo", "kind": "works_with"}, {"kind": "knows"}),
    "residents": (
        {"area_id": "kami", "birth_year": 1944, "modes": ["walk"], "max_walk_minutes": 10, "sharing": "consent",
         "requires": ["step_free"], "strengths": ["歌"]},
        {"max_walk_minutes": 15},
    ),
    "needs": (
        {"resident_id": "p01", "kind": "participation", "activities": ["tea"], "urgency": 2,
         "available": ["tue 10:00-12:00"], "max_minutes": 20, "ride": "if_needed", "times_per_month": 2},
        {"urgency": 3},
    ),
    "wishes": ({"resident_id": "p01", "target": "r-salon", "liking": 2}, {"liking": 1}),
    "companions": ({"resident_id": "p01", "other_id": "p02", "relation": "together"}, {"relation": "apart"}),
    "resources": (
        {"name": "駅前サロン", "kind": "salon", "area_id": "naka", "activities": ["体操", "tea"], "accepting": "open",
         "features": ["step_free"], "fee_yen": 100},
        {"accepting": "ask_first"},
    ),
    "openings": (
        {"resource_id": "r-salon", "weekday": "fri", "start": "10:00", "end": "11:30", "weeks_of_month": [2, 4],
         "capacity": 10, "comfortable_load": 8},
        {"capacity": 12},
    ),
    "placements": ({"need_id": "n01b", "opening_id": "salon-tue", "state": "trial"}, {"since": "2026-12-01"}),
    "vehicles": ({"resource_id": "r-car", "seats": 3, "wheelchair_places": 1}, {"seats": 4}),
    "drivers": (
        {"resource_id": "r-car", "vehicles": ["v1"], "available": ["wed 09:00-12:00"], "max_trips_per_week": 4},
        {"max_trips_per_week": 2},
    ),
    "ride_requests": (
        {"resident_id": "p01", "date": "2026-12-03", "latest_arrival": "10:00", "from_latitude": 34.82,
         "from_longitude": 133.3, "to_latitude": 34.8, "to_longitude": 133.3},
        {"passengers": 2},
    ),
    "population": (
        {"area_id": "kami", "year": 2026, "sex": "female", "age_from": 75, "age_to": 79, "people": 41}, {"people": 42}
    ),
    "attendance": (
        {"resource_id": "r-salon", "month": "2026-11", "sex": "female", "age_band": "75-84", "people": 7}, {"people": 8}
    ),
    "survey": (
        {"area_id": "kawabe", "year": 2026, "question": "外出の回数が減りましたか", "answer": "はい", "people": 31},
        {"people": 32},
    ),
    "ideas": ({"area_id": "kami", "activities": ["縁側カフェ"], "offered_by": "resident"}, {"state": "talked"}),
    "places": ({"name": "上地区集会所", "area_id": "kami", "capacity": 30}, {"capacity": 40}),
}  # fmt: skip
"""Of each noun of the register: what creates (and replaces) a row, and what changes one in part."""

OTHERS: Mapping[str, dict[str, Any]] = {
    "sessions.create": {"name": "coordinator@kawabe", "password": "表示された合言葉"},
    "me.password": {"present": "今の合言葉", "new": "新しい長い合言葉を十二字以上"},
    "me.totp": {"secret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "totp": "123456"},
    "tokens.create": {"label": "夜の集計", "scopes": ["counts.list"], "days": 90},
    "users.create": {"name": "sato@kawabe", "role": "coordinator", "areas": ["kami"]},
    "users.patch": {"areas": ["kami", "naka"]},
    "identities.replace": {"name": "見本 花子", "kana": "ミホン ハナコ", "phone": "", "address": "見本町一丁目"},
    "identities.open": {"purpose": "visit"},
    "residents.give_access": {"user_id": "利用者の番号"},
    "contacts": {**_PERSON, "how": "visit", "reached": True, "note": "お茶が好きとのこと"},
    "plans": {
        **_PERSON, "goal": "また みんなで歌いたい", "review_on": "2027-02-20",
        "shares": [
            {"organisation_id": "o-shakyo", "what": "月2回の声かけ"}, {"organisation_id": "o-rmo", "what": "送迎"}
        ],
    },
    "follow_ups": {**_PERSON, "when": "first_visit", "of": "host", "going": "well", "tiredness": 1, "note": ""},
    "visits": {**_PERSON, "starts": "14:00", "by": "利用者の番号", "note": "庭の話をうかがう"},
    "voices": {**_PERSON, "target": "r-salon", "says": "wanted", "note": "歌の日に行ってみたい"},
    "meetings": {"kind": "plan_meeting", "on_day": "2026-12-01", "cases": ["p01"], "agenda": "はじめの一歩"},
    "rounds.create": {"room": "consent", "seconds": 60},
    "rounds.revise": {"pins": [{"need_id": "n01", "opening_id": "salon-tue"}], "most_changed": 3},
    "decisions.create": {"kind": "decline", "reason_code": "too_far"},
    "tours.create": {"date": "2026-11-26", "weeks": 0, "seconds": 30},
    "tours.revise": {"date": "2026-11-26", "now": "09:30", "without": ["q9"], "most_moved": 1,
                     "pinned": ["q3"], "given": [{"ride_id": "q4", "driver_id": "d1", "vehicle_id": "v1"}]},
    "tours.answer": {
        "date": "2026-11-26", "driver_id": "d2", "vehicle_id": "v1", "question": "b3b3d9c088fa94b8aa70f1d5",
        "fits": True, "answered_by": "運輸支局 見本さん", "answered_on": "2026-11-20",
        "note": "実費だけなら登録はいらないとのこと",
    },
    "studies.create": {"kind": "develop", "steps": 3, "budget": {"amount": 40, "unit": "hours"}},
}  # fmt: skip


def example_of(operation: str) -> dict[str, Any] | None:
    """The example of an operation; None where it takes no body."""
    noun, _, what = operation.partition(".")
    if noun in NOUNS_BY_EXAMPLE and what in ("create", "replace", "patch"):
        return NOUNS_BY_EXAMPLE[noun][what == "patch"]
    return OTHERS.get(operation, OTHERS.get(noun) if what in ("create", "replace") else None)


def answer_of(operation: str) -> Any:
    """What the demo town answers to an operation that takes no body; None where that is no JSON."""
    return _answers().get(operation, {}).get("answer")


def ids_of(operation: str) -> dict[str, str]:
    """What stands in the path of such an operation."""
    ids: dict[str, str] = _answers().get(operation, {}).get("ids", {})
    return ids


@cache
def _answers() -> dict[str, dict[str, Any]]:
    """As tests/api/test_every_operation.py writes them."""
    answers: dict[str, dict[str, Any]] = json.loads(_ANSWERS.read_text(encoding="utf-8"))
    return answers


_ANSWERS = Path(__file__).with_name("answers_by_example.json")
