"""Schemathesis over the whole OpenAPI document: whatever is sent, no fault of ours and no answer outside the document.

`make test` shares a few thousand cases over roles and databases; `make fuzz` runs many more (TSUNAGU_FUZZ).
"""

import os
from collections import Counter

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings, strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.api.conftest import ROLES, the_app

CASES = int(os.environ.get("TSUNAGU_FUZZ", "4"))
"""Cases of each operation, for each role and database."""
CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)
ENDS = "sessions.end"
"""It ends the session that asks: that one signs in for it."""
EACH, SOME = 600, 290
"""At least so many cases of a role that may do much, and of one that may do little: 5,340 over roles and databases."""


@schemathesis.serializer("application/zip")
def archive(_context, value):
    """Whatever bytes come, sent as they are: none of them is a town."""
    return value if isinstance(value, bytes) else str(value).encode()


def schema():
    return schemathesis.openapi.from_asgi("/openapi.json", the_app())


FEW = ("planner", "auditor", "anyone")
OPERATIONS = [one.ok() for one in schema().get_all_operations()]


@pytest.mark.parametrize("role", ["anyone", *ROLES])
def test_no_case_makes_a_fault_or_an_answer_outside_the_document(office, role):
    signed = headers_of(office, role)
    seen = Counter()
    for operation in OPERATIONS:
        name = operation.definition.raw["operationId"]
        if role in FEW and CASES < 10 and hash_of(name) % 3:
            continue
        asked_oddly(operation, headers_of(office, role) if name == ENDS else signed, seen)
    assert seen[200] > 0 and (role in ("anyone", "auditor") or seen[422] > 0), seen
    print(role, sum(seen.values()), dict(seen))
    assert sum(seen.values()) >= (SOME if role in FEW else EACH)


def asked_oddly(operation, signed, seen):
    """Cases of one operation; what they answered is counted in `seen`."""

    @given(case=operation.as_strategy(), version=st.sampled_from(["", '"1"', '"2"']))
    @settings(
        max_examples=CASES, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def one(case, version):
        answer = case.call(headers={**signed, **({"If-Match": version} if version else {})})
        seen[answer.status_code] += 1
        case.validate_response(answer, checks=CHECKS)

    one()


def headers_of(office, role):
    """What a browser sends of somebody signed in; nothing for anyone."""
    desk = office.desk("" if role == "anyone" else f"{role}@kawabe")
    cookies = "; ".join(f"{name}={value}" for name, value in desk.client.cookies.items())
    return {**desk.headers, **({"Cookie": cookies} if cookies else {})}


def hash_of(name):
    """A number of a name that is the same on every run."""
    return sum(name.encode())
