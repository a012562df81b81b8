"""Sign-in with an identity provider: a real one on loopback, honest and dishonest."""

import threading
import time
from urllib.parse import parse_qs, urlsplit

import pytest
import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from api.security import oidc
from api.settings import Settings
from matching.errors import InputError
from tests.api.conftest import KEY, Office
from tests.api.servers import free_port, wait_until_alive


class Provider:
    """A small identity provider: PKCE, one key, and whatever claims a test wants of it."""

    def __init__(self):
        self.key, self.other = (RSAKey.generate_key(2048, {"kid": "k"}) for _ in range(2))
        self.port = free_port()
        self.issuer = f"http://127.0.0.1:{self.port}"
        self.claims, self.signed_by, self.asked, self.verifiers = {}, self.key, {}, []
        routes = [Route("/.well-known/openid-configuration", self.metadata), Route("/jwks", self.jwks),
                  Route("/token", self.token, methods=["POST"])]  # fmt: skip
        config = uvicorn.Config(Starlette(routes=routes), host="127.0.0.1", port=self.port, log_level="warning")
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, daemon=True)

    async def metadata(self, _request):
        ends = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "jwks"}
        return JSONResponse({"issuer": self.issuer, **{k: f"{self.issuer}/{v}" for k, v in ends.items()}})

    async def jwks(self, _request):
        return JSONResponse({"keys": [{**self.key.as_dict(private=False), "use": "sig", "alg": "RS256"}]})

    async def token(self, request):
        import base64
        import hashlib

        form = parse_qs((await request.body()).decode())
        verifier = form["code_verifier"][0]
        hashed = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
        if form["code"] != ["right"] or hashed != self.asked["code_challenge"][0]:
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": "tsunagu", "sub": "s1", "exp": now + 300, "iat": now}
        claims |= {"nonce": self.asked["nonce"][0], "preferred_username": "coordinator@kawabe", **self.claims}
        claims = {name: value for name, value in claims.items() if value is not None}
        signed = jwt.encode({"alg": "RS256", "kid": "k"}, claims, self.signed_by)
        return JSONResponse({"access_token": "a", "token_type": "Bearer", "id_token": signed})


@pytest.fixture
def provider():
    made = Provider()
    made.thread.start()
    wait_until_alive(f"{made.issuer}/jwks")
    yield made
    made.server.should_exit = True
    made.thread.join(10)
    oidc._metadata.cache_clear()


@pytest.fixture
def town(office_url, provider):
    settings = Settings(
        database_url=office_url, keys=KEY, oidc_issuer=provider.issuer, oidc_client_id="tsunagu",
        public_origin="http://testserver",
    )  # fmt: skip
    made = Office(settings)
    yield made
    made.database.engine.dispose()


def come_back(town, provider, desk=None, code="right", state=None):
    desk = desk or town.desk()
    there = desk.client.get("/v1/oidc/start", follow_redirects=False)
    assert there.status_code == 303
    provider.asked = parse_qs(urlsplit(there.headers["location"]).query)
    given = state if state is not None else provider.asked["state"][0]
    return desk, desk.client.get(f"/v1/oidc/callback?code={code}&state={given}")


def test_a_person_of_the_provider_gets_the_session_of_their_account(town, provider):
    desk, back = come_back(town, provider)
    assert back.status_code == 200, back.text
    assert provider.asked["code_challenge_method"] == ["S256"]
    assert provider.asked["redirect_uri"] == ["http://testserver/v1/oidc/callback"]
    me = desk.get("/v1/me").json()
    assert (me["role"], me["csrf"]) == ("coordinator", back.json()["csrf"])
    provider.claims = {"preferred_username": "renamed"}
    again, back = come_back(town, provider)
    assert back.status_code == 200
    assert again.get("/v1/me").json()["user_id"] == me["user_id"]


WRONG = {
    "another key": {},
    "another issuer": {"iss": "http://evil"},
    "another audience": {"aud": "other"},
    "for another party": {"azp": "other"},
    "too old": {"exp": 1},
    "another nonce": {"nonce": "x"},
    "no nonce": {"nonce": None},
    "no subject": {"sub": None},
    "nobody here": {"preferred_username": "stranger"},
    "an email that was not confirmed": {
        "preferred_username": None, "email": "coordinator@kawabe", "email_verified": False,
    },
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_what_does_not_fit_is_no_sign_in(town, provider, what):
    provider.claims = WRONG[what]
    if what == "another key":
        provider.signed_by = provider.other
    desk, back = come_back(town, provider)
    assert (back.status_code, back.json()["code"]) == (401, "wrong_sign_in")
    assert desk.get("/v1/me").status_code == 401


@pytest.mark.parametrize(("code", "state"), [("wrong", None), ("right", "x"), ("right", ""), ("", None)])
def test_a_wrong_code_or_state_is_no_sign_in(town, provider, code, state):
    _, back = come_back(town, provider, code=code, state=state)
    assert back.json()["code"] == "wrong_sign_in"


def test_another_browser_cannot_finish_a_sign_in(town, provider):
    come_back(town, provider, state="x")
    stranger = town.desk().client.get(f"/v1/oidc/callback?code=right&state={provider.asked['state'][0]}")
    assert stranger.status_code == 401


def test_an_account_that_is_tied_to_somebody_is_not_tied_to_another(town, provider):
    assert come_back(town, provider)[1].status_code == 200
    provider.claims = {"sub": "s2"}
    assert come_back(town, provider)[1].status_code == 401


@pytest.mark.filterwarnings("ignore:authlib.jose")
def test_a_provider_that_others_made_signs_in_the_account_of_its_name_and_no_stranger(office_url):
    import httpx2
    import oidc_provider_mock

    people = [oidc_provider_mock.User(sub="7", claims={"preferred_username": "planner@kawabe"}),
              oidc_provider_mock.User(sub="8", claims={"preferred_username": "stranger"})]  # fmt: skip
    with oidc_provider_mock.run_server_in_thread(require_nonce=True, user_claims=people) as server:
        settings = Settings(
            database_url=office_url, keys=KEY, oidc_issuer=f"http://127.0.0.1:{server.server_port}",
            oidc_client_id="tsunagu", oidc_client_secret="secret", public_origin="http://testserver",
        )  # fmt: skip
        made = Office(settings)
        for subject, status in (("7", 200), ("8", 401), ("7", 200)):
            desk = made.desk()
            there = desk.client.get("/v1/oidc/start", follow_redirects=False).headers["location"]
            back = httpx2.post(there, data={"sub": subject}, trust_env=False).headers["location"]
            assert desk.client.get(back).status_code == status
            assert desk.get("/v1/me").status_code == status
            assert status == 401 or desk.get("/v1/me").json()["role"] == "planner"
        made.database.engine.dispose()
    oidc._metadata.cache_clear()


def test_without_a_provider_there_is_no_such_way(office):
    assert office.desk().get("/v1/oidc/start").status_code == 404


def test_a_provider_that_is_gone_is_told_as_such(town, provider):
    provider.server.should_exit = True
    provider.thread.join(10)
    oidc._metadata.cache_clear()
    assert town.desk().get("/v1/oidc/start").status_code == 503


@pytest.mark.parametrize("wrong", [{"oidc_issuer": "http://idp.example"}, {"oidc_issuer": "https://idp.example"}])
def test_a_provider_needs_https_a_name_and_our_own_address(tmp_path, wrong):
    with pytest.raises(InputError, match="OIDC_ISSUER"):
        Settings(database_url=f"sqlite:///{tmp_path / 'x.db'}", keys=KEY, **wrong).checked()
