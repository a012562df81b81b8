"""A router that passes itself over finds what any router finds."""

from fastapi import FastAPI
from starlette.testclient import TestClient

from api.routers import NounRouter


def an_app(**more):
    app, router = FastAPI(**more), NounRouter(prefix="/v1")

    @router.get("/areas/{row_id}")
    def read(row_id: str) -> str:
        return row_id

    app.include_router(router)
    return TestClient(app)


def test_what_begins_otherwise_is_passed_over():
    client = an_app()
    assert client.get("/v1/areas/kami").json() == "kami"
    assert client.get("/v1/area/kami").status_code == 404
    assert client.post("/v1/areas/kami").status_code == 405


def test_behind_a_prefix_of_a_proxy_it_is_found_as_well():
    assert an_app(root_path="/tsunagu").get("/tsunagu/v1/areas/kami").json() == "kami"
