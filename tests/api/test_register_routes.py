"""The register over HTTP: every noun by the same conventions, bad input told field by field, nobody overwritten."""

import unicodedata
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

import pytest

from api.bodies import BODIES
from api.problems import FIELDS, PROBLEMS
from api.security.policy import walk
from api.store.register import NOUNS
from tests.api.conftest import AREA, ELSEWHERE


def test_what_is_created_is_read_listed_changed_and_deleted(desks):
    desk = desks["coordinator"]
    made = desk.post("/v1/organisations", {"name": "ひだまりの会", "sector": "npo", "area_id": AREA})
    assert made.status_code == 201
    where = made.headers["location"]
    assert desk.get(where).json() == made.json()
    assert made.json() in desk.get("/v1/organisations?limit=500").json()["items"]
    first = made.json()["version"]
    put = desk.ask("PUT", where, {"name": "別の名"}, version=first)
    assert (put.status_code, put.headers["etag"], put.json()["sector"]) == (200, f'"{first + 1}"', "other")
    patched = desk.ask("PATCH", where, {"sector": "shop"}, version=first + 1)
    assert (patched.json()["name"], patched.json()["sector"], patched.json()["version"]) == (
        "別の名",
        "shop",
        first + 2,
    )
    assert desk.ask("DELETE", where, version=first + 2).status_code == 204
    assert desk.get(where).status_code == 404


def test_who_read_a_row_that_is_gone_does_not_change_the_one_in_its_place(desks):
    desk, body = desks["coordinator"], {"organisation_id": "twice", "name": "会"}
    gone = desk.post("/v1/organisations", body).json()["version"]
    assert desk.ask("DELETE", "/v1/organisations/twice", version=gone).status_code == 204
    assert desk.post("/v1/organisations", body).json()["version"] > gone
    assert desk.ask("PATCH", "/v1/organisations/twice", {"name": "新"}, version=gone).status_code == 412


@pytest.mark.parametrize("name", [n for n in NOUNS if n not in ("population", "survey", "areas", "attendance")])
def test_every_row_of_the_town_can_be_written_back_as_it_was_read(desks, name):
    desk = desks["admin"]
    rows = desk.get(f"/v1/{name}?limit=500").json()["items"]
    for row in rows[:3]:
        body = {field: row[field] for field in BODIES[name].whole.model_fields}
        key = row[NOUNS[name].key]
        put = desk.ask("PUT", f"/v1/{name}/{key}", body, version=row["version"])
        assert put.status_code == 200, put.text
        assert {**put.json(), "version": 0, "changed_at": ""} == {**row, "version": 0, "changed_at": ""}


def test_a_change_needs_the_version_that_was_read(desks):
    desk = desks["coordinator"]
    made = desk.post("/v1/organisations", {"name": "会"})
    where, first = made.headers["location"], made.json()["version"]
    assert desk.ask("PATCH", where, {"name": "新"}).json()["code"] == "no_match"
    assert desk.ask("PATCH", where, {"name": "新"}, version=first).status_code == 200
    stale = desk.ask("PATCH", where, {"name": "後", "sector": "other"}, version=first)
    assert stale.status_code == 412
    assert [error["pointer"] for error in stale.json()["errors"]] == ["/name"]
    assert stale.headers["etag"] == f'"{first + 1}"'
    for nonsense in ("*", "1", '"x"', '"' + "9" * 40 + '"', "W/"):
        assert desk.ask("PATCH", where, {"name": "新"}, If_Match=nonsense).status_code == 412
    assert desk.ask("DELETE", where).status_code == 428


def test_fifty_editors_of_one_record_make_one_change_a_version(desks):
    desk = desks["coordinator"]
    made = desk.post("/v1/organisations", {"name": "会"})
    where, first = made.headers["location"], made.json()["version"]

    def edit(number):
        return desk.ask("PATCH", where, {"name": f"名{number}"}, version=first).status_code

    with ThreadPoolExecutor(10) as pool:
        codes = list(pool.map(edit, range(50)))
    assert sorted(set(codes)) == [200, 412]
    assert codes.count(200) == 1
    assert desk.get(where).json()["version"] == first + 1


def test_pages_walk_without_doubles_or_gaps_while_rows_are_added(desks):
    desk = desks["coordinator"]
    made = [desk.post("/v1/ideas", {"area_id": AREA}).json()["idea_id"] for _ in range(12)]
    seen, cursor = [], ""
    while cursor is not None:
        if len(seen) < 20:
            made.append(desk.post("/v1/ideas", {"area_id": AREA}).json()["idea_id"])
        told = desk.get(f"/v1/ideas?limit=5&cursor={cursor}").json()
        seen += [row["idea_id"] for row in told["items"]]
        cursor = told["next"]
    assert len(seen) == len(set(seen))
    assert set(made) <= set(seen)


BAD = {
    "big integer": ("resources", {"fee_yen": 2**63}, "/fee_yen", "range"),
    "negative": ("resources", {"fee_yen": -1}, "/fee_yen", "range"),
    "boolean for a number": ("resources", {"fee_yen": True}, "/fee_yen", "type"),
    "text for a number": ("resources", {"fee_yen": "3"}, "/fee_yen", "type"),
    "a part of a yen": ("resources", {"fee_yen": 1.5}, "/fee_yen", "type"),
    "unknown word": ("resources", {"kind": "castle"}, "/kind", "word"),
    "unknown field": ("resources", {"colour": "red"}, "/colour", "unknown"),
    "NUL": ("resources", {"name": "a\0b"}, "/name", "form"),
    "a control character": ("resources", {"name": "a\x1bb"}, "/name", "form"),
    "too long": ("resources", {"name": "長" * 2001}, "/name", "length"),
    "too many": ("resources", {"activities": ["x"] * 201}, "/activities", "length"),
    "a day that is none": ("resources", {"confirmed_on": "2026-02-30"}, "/confirmed_on", "form"),
    "a strange id": ("resources", {"resource_id": "a b"}, "/resource_id", "form"),
    "half a point": ("resources", {"latitude": 34.0}, "/longitude", "half_a_point"),
    "swapped ages": ("resources", {"min_age": 70, "max_age": 60}, "/min_age", "above"),
    "not on Earth": ("resources", {"latitude": 134.0, "longitude": 34.0}, "/latitude", "range"),
    "nobody": ("resources", {"area_id": "atlantis"}, "/area_id", "reference"),
    "nobody in a list": ("resources", {"areas_served": ["atlantis"]}, "/areas_served", "reference"),
    "missing": ("needs", {}, "/resident_id", "missing"),
    "wrong hours": (
        "openings", {"resource_id": "r-salon", "weekday": "mon", "start": "12:00", "end": "11:00"},
        "/end", "ends_before_it_begins",
    ),
    "no span": ("needs", {"resident_id": "p01", "available": ["mon 9-12"]}, "/available/0", "form"),
    "with oneself": (
        "companions", {"resident_id": "p01", "other_id": "p01", "relation": "apart"}, "/other_id", "oneself",
    ),
    "both days": (
        "ride_requests", {"resident_id": "p01", "date": "2026-11-26", "weekday": "mon"}, "/date", "date_or_weekday",
    ),
    "its own way home": (
        "ride_requests", {"ride_id": "new", "resident_id": "p01", "weekday": "mon", "returns": "new"}, "/returns",
        "returns_itself",
    ),
    "an area in a circle": ("areas", {"area_id": "new", "parent_id": "new"}, "/parent_id", "cycle"),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_bad_input_is_told_field_by_field_and_never_repeated(desks, what):
    noun, body, pointer, code = BAD[what]
    answer = desks["admin"].post(f"/v1/{noun}", body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    told = {(error["pointer"], error["code"]) for error in answer.json()["errors"]}
    assert (pointer, code) in told
    assert "atlantis" not in answer.text and "castle" not in answer.text


@pytest.mark.parametrize(
    "raw",
    [b"{", b"[]", b'"x"', b"\xff\xfe", b'{"name": NaN}', b'{"fee_yen": 1e400}', b'{"latitude": NaN, "longitude": 1}',
     b'{"name": "\\ud800"}', b'{"fee_yen": ' + b"9" * 6000 + b"}", b"[" * 100_000, b""],
    ids=str,
)  # fmt: skip
def test_no_bytes_make_a_fault(desks, raw):
    desk = desks["admin"]
    answer = desk.client.post(
        "/v1/resources", content=raw, headers={**desk.headers, "content-type": "application/json"}
    )
    assert 400 <= answer.status_code < 500, answer.text
    told = answer.json()
    assert told["code"] in PROBLEMS
    assert told["code"] != "bad_request" or told["errors"] == []  # what cannot be read has no fields to point at


@pytest.mark.parametrize("query", ["limit=0", "limit=501",
                                   "limit=-1", f"limit={2**63}", "cursor=x", f"cursor=p{10**15}",
                                   "where=a", "where=name:x", "modified_after=%00"])  # fmt: skip
def test_no_query_makes_a_fault(desks, query):
    assert desks["admin"].get(f"/v1/resources?{query}").status_code == 422


def test_text_is_kept_in_one_form(desks):
    made = desks["admin"].post("/v1/organisations", {"name": "か\u3099っこう"})
    assert made.json()["name"] == "がっこう"


def texts_of(model, where=()):
    """Every text that a body may hold, with where it stands; lists and inner bodies too."""
    from typing import get_args, get_origin

    from pydantic import BaseModel, TypeAdapter

    for name, field in model.model_fields.items():
        waiting = [field.rebuild_annotation()]
        while waiting:
            one = waiting.pop()
            if isinstance(one, type) and issubclass(one, BaseModel):
                yield from texts_of(one, (*where, name))
            elif get_origin(one) is Literal:
                continue
            elif TypeAdapter(one).json_schema().get("type") == "string":
                yield (*where, name), TypeAdapter(one)
            else:
                inner = (one for one in get_args(one) if one is not type(None))
                waiting += [one for one in inner if get_origin(one) is not None or isinstance(one, type)]


def test_every_text_of_every_body_is_kept_in_one_form(office):
    bodies = {
        route.body_field.field_info.annotation
        for route in walk(office.app.routes)
        if getattr(route, "body_field", None) is not None
    }
    found = 0
    for model in bodies:
        for where, text in texts_of(model):
            for long in ("か\u3099" * 7, "か\u3099"):
                try:
                    kept = text.validate_python(long)
                except ValueError:  # only signs of ASCII are taken, or it is too short
                    continue
                assert kept == unicodedata.normalize("NFC", long), (model, where)
                found += 1
    assert found > 60


def test_what_others_point_to_is_not_deleted(desks):
    desk = desks["admin"]
    row = desk.get("/v1/resources/r-salon").json()
    answer = desk.ask("DELETE", "/v1/resources/r-salon", version=row["version"])
    assert (answer.status_code, answer.json()["code"]) == (409, "referenced")
    assert answer.json()["referenced_by"]["openings"] > 0


def test_the_same_identifier_is_not_taken_twice_even_of_what_one_does_not_see(desks):
    hidden = next(r for r in desks["admin"].get("/v1/residents?limit=500").json()["items"] if r["area_id"] == ELSEWHERE)
    body = {"resident_id": hidden["resident_id"], "area_id": AREA}
    assert desks["coordinator"].get(f"/v1/residents/{hidden['resident_id']}").status_code == 404
    answer = desks["coordinator"].post("/v1/residents", body)
    assert (answer.status_code, answer.json()["code"]) == (409, "exists")


def test_a_coordinator_registers_people_of_their_own_areas(desks):
    desk = desks["coordinator"]
    assert desk.post("/v1/residents", {"area_id": AREA, "sharing": "consent"}).status_code == 201
    refused = desk.post("/v1/residents", {"area_id": ELSEWHERE})
    assert refused.json()["errors"][0]["code"] == "not_yours"


def test_too_much_is_refused_before_it_is_read(desks, office):
    desk = desks["admin"]
    answer = desk.post("/v1/organisations", {"name": "x" * (office.settings.most_bytes + 1)})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_every_answer_forbids_everything_that_a_page_could_load(desks):
    for path in ("/health", "/v1/nothing", "/v1/resources", "/openapi.json"):
        headers = desks["admin"].get(path).headers
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert headers["cache-control"] == "no-store"


def strings_without_bounds(schema, where=()):
    """Every string without a greatest length, every number without bounds, every list without a greatest size."""
    if isinstance(schema, list):
        for at, one in enumerate(schema):
            yield from strings_without_bounds(one, (*where, at))
        return
    if not isinstance(schema, dict):
        return
    kind = schema.get("type")
    if kind == "string" and not {"maxLength", "enum", "const", "format"} & set(schema):
        yield where
    if kind in ("integer", "number") and not {"minimum", "maximum"} <= set(schema) and "enum" not in schema:
        yield where
    if kind == "array" and "maxItems" not in schema:
        yield where
    for name, inner in schema.items():
        if name not in ("examples", "example", "text/event-stream"):
            yield from strings_without_bounds(inner, (*where, name))


def test_every_field_of_the_interface_is_bounded(office):
    document = office.app.openapi()
    assert [".".join(map(str, w)) for w in strings_without_bounds(document)] == []


def test_every_code_speaks_both_languages():
    for status, text in PROBLEMS.values():
        assert 400 <= status <= 599 and text.ja and text.en
    for text in FIELDS.values():
        assert text.ja and text.en
