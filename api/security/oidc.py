"""OpenID Connect with PKCE, for towns with an identity provider: the flow by Authlib, the ID token by joserfc."""

import secrets
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import httpx2
from authlib.integrations.httpx_client import OAuth2Client
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from api.problems import ProblemError
from api.settings import Settings

SECONDS = 10.0
ALGORITHMS = ["RS256", "ES256", "PS256", "EdDSA"]
LEEWAY_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in under way: where the browser goes, and what must come back (kept sealed in a cookie)."""

    url: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Known:
    """Whom the provider knows: its own unchanging name for them, and the names an account may have."""

    subject: str
    names: tuple[str, ...]


def begin(settings: Settings) -> Begun:
    """The address of the provider for a new sign-in.

    Raises:
        ProblemError: `not_found` where no provider is set up, `busy` where it cannot be reached.
    """
    provider = _provider(settings)
    nonce, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
    with _client(settings) as client:
        url, state = client.create_authorization_url(
            provider["authorization_endpoint"], code_verifier=verifier, nonce=nonce
        )
    return Begun(url, state, nonce, verifier)


def finish(settings: Settings, code: str, nonce: str, verifier: str) -> Known:
    """Who came back with this code.

    Raises:
        ProblemError: `wrong_sign_in`, whatever does not fit; `busy` where the provider cannot be reached.
    """
    provider = _provider(settings)
    try:
        with _client(settings) as client:
            token = client.fetch_token(provider["token_endpoint"], code=code, code_verifier=verifier)
        keys = httpx2.get(provider["jwks_uri"], timeout=SECONDS, trust_env=False).raise_for_status().json()
        claims = _claims(settings, str(token["id_token"]), KeySet.import_key_set(keys), nonce)
    except httpx2.TransportError:
        raise ProblemError("busy", headers={"Retry-After": "5"}) from None
    except Exception:  # whatever the provider, or somebody in its name, sends
        raise ProblemError("wrong_sign_in") from None
    email = claims.get("email") if claims.get("email_verified") is True else None
    names = tuple(str(name) for name in (claims.get("preferred_username"), email) if name)
    return Known(f"{settings.oidc_issuer}#{claims['sub']}", names)


def _claims(settings: Settings, id_token: str, keys: KeySet, nonce: str) -> dict[str, Any]:
    token = jwt.decode(id_token, keys, algorithms=ALGORITHMS)
    wanted = jwt.JWTClaimsRegistry(
        leeway=LEEWAY_SECONDS,
        iss={"essential": True, "value": settings.oidc_issuer},
        aud={"essential": True, "value": settings.oidc_client_id},
        exp={"essential": True},
        sub={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    wanted.validate(token.claims)
    if token.claims.get("azp", settings.oidc_client_id) != settings.oidc_client_id:
        raise JoseError("azp")
    return dict(token.claims)


def callback_url(settings: Settings) -> str:
    """Where the provider sends the browser back to."""
    return f"{settings.public_origin.rstrip('/')}/v1/oidc/callback"


def _client(settings: Settings) -> Any:
    return OAuth2Client(
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret.get_secret_value() or None,
        token_endpoint_auth_method="client_secret_basic" if settings.oidc_client_secret.get_secret_value() else "none",
        scope="openid profile email",
        redirect_uri=callback_url(settings),
        code_challenge_method="S256",
        timeout=SECONDS,
        trust_env=False,
    )


def _provider(settings: Settings) -> dict[str, Any]:
    if not settings.oidc_issuer:
        raise ProblemError("not_found")
    try:
        told = _metadata(settings.oidc_issuer)
    except (httpx2.HTTPError, ValueError):
        raise ProblemError("busy", headers={"Retry-After": "5"}) from None
    if told.get("issuer") != settings.oidc_issuer:
        raise ProblemError("wrong_sign_in")
    return told


@lru_cache(8)
def _metadata(issuer: str) -> dict[str, Any]:
    """What the provider says of itself; kept for as long as the process runs."""
    url = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
    told: dict[str, Any] = httpx2.get(url, timeout=SECONDS, trust_env=False).raise_for_status().json()
    return told
