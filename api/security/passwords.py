"""Passwords (argon2id) and second factors (TOTP, RFC 6238)."""

import base64
import hashlib
import hmac
import secrets
import struct
from threading import BoundedSemaphore

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

STEP_SECONDS = 30
_HASH = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19_456, parallelism=1),))
"""OWASP's second choice for argon2id: 19 MiB, two passes."""
_AT_ONCE = BoundedSemaphore(4)
"""So many passwords are tried at once in one process: each takes its memory, and nobody may make us take much more."""
_NOBODY = _HASH.hash(secrets.token_hex(16))


def hashed(password: str) -> str:
    """What is kept of a password."""
    return _HASH.hash(password)


def fits(password: str, kept: str | None) -> bool:
    """Whether it is the password; takes as long where there is nobody of that name."""
    with _AT_ONCE:
        known = _HASH.verify(password, kept or _NOBODY)
    return known and bool(kept)


def new_password() -> str:
    """A password that nobody guesses: 20 letters."""
    return secrets.token_urlsafe(15)


def new_totp_secret() -> str:
    """A secret for an authenticator, base32."""
    return base64.b32encode(secrets.token_bytes(20)).decode("ascii")


def totp(secret: str, step: int) -> str:
    """The six figures of one step of 30 seconds since 1970."""
    mac = hmac.new(base64.b32decode(secret), struct.pack(">Q", step), hashlib.sha1).digest()
    at = mac[-1] & 15
    return f"{(struct.unpack('>I', mac[at : at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def totp_step(secret: str, figures: str, seconds: float, last: int) -> int | None:
    """The step that these figures are of, now or one step off, and never one that was used; None if none."""
    at = int(seconds // STEP_SECONDS)
    for step in (at, at - 1, at + 1):
        if step > last and hmac.compare_digest(totp(secret, step), figures):
            return step
    return None


def digest(value: str) -> str:
    """What is kept of a key that nobody can guess."""
    return hashlib.sha256(value.encode()).hexdigest()
