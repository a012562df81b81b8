"""How the service is set up: the environment, read once, and what it refuses to start with."""

import os
import stat
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url

from matching.errors import InputError, Problem

LOOPBACK = ("127.0.0.1", "::1")


class Settings(BaseSettings):
    """Every setting, as `TSUNAGU_<NAME>` in the environment.

    `keys` are Fernet keys, the newest first, separated by commas; `database_url` is SQLite or PostgreSQL (psycopg).
    """

    model_config = SettingsConfigDict(env_prefix="TSUNAGU_", extra="ignore")

    database_url: str = "sqlite:///tsunagu.db"
    keys: SecretStr = SecretStr("")
    host: str = "127.0.0.1"
    port: int = Field(default=8460, ge=0, le=65_535)
    public_origin: str = Field(default="", max_length=200)
    """How browsers name this service, e.g. by the name that a reverse proxy gives it; empty = as they ask for it."""
    debug: bool = False
    solvers: int = Field(default_factory=lambda: min(os.cpu_count() or 1, 64), ge=0, le=64)
    """How many solving processes `tsunagu serve` starts; one a core unless said otherwise."""
    session_minutes: int = Field(default=480, ge=1, le=1440)
    idle_minutes: int = Field(default=30, ge=1, le=1440)
    most_bytes: int = Field(default=2_000_000, ge=1_000, le=1_000_000_000)
    """Of one request, but for the import of a town."""
    most_import_bytes: int = Field(default=100_000_000, ge=1_000, le=4_000_000_000)

    oidc_issuer: str = Field(default="", max_length=500)
    """The town's identity provider, as it names itself; empty = local accounts alone."""
    oidc_client_id: str = Field(default="", max_length=200)
    oidc_client_secret: SecretStr = SecretStr("")

    @property
    def on_sqlite(self) -> bool:
        """Whether the database is a file of SQLite."""
        return make_url(self.database_url).get_backend_name() == "sqlite"

    @property
    def file(self) -> Path | None:
        """The database file, where there is one."""
        name = make_url(self.database_url).database
        return Path(name) if self.on_sqlite and name and name != ":memory:" else None

    def checked(self) -> "Settings":
        """These settings, if the service may run with them.

        Raises:
            InputError: naming everything that is refused.
        """
        found = [*self._poor_keys(), *self._open_files(), *self._debug_outside(), *self._poor_provider()]
        if found:
            raise InputError(found)
        return self

    def _poor_keys(self) -> list[Problem]:
        from cryptography.fernet import Fernet

        keys = [key.strip() for key in self.keys.get_secret_value().split(",") if key.strip()]
        if not keys and not self.file:
            return [
                refused("keys", "鍵がありません。`tsunagu db key` で作れます", "is missing; make one: tsunagu db key")
            ]
        for key in keys:
            try:
                Fernet(key)
            except ValueError:
                return [
                    refused("keys", "鍵の形ではありません。`tsunagu db key` で作れます", "is no key: tsunagu db key")
                ]
            if len(set(key)) < 16:
                return [refused("keys", "見本の鍵は使えません", "is an example and not a key")]
        return []

    def _open_files(self) -> list[Problem]:
        found = []
        for path in (self.file, self.file and key_file(self.file)):
            if path is not None and path.exists() and path.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH):
                ja, en = f"「{path.name}」をだれでも読めます。chmod 600 をしてください", f"{path.name}: all may read it"
                found.append(refused("database_url", ja, f"{en}. Maybe chmod 600?"))
        return found

    def _debug_outside(self) -> list[Problem]:
        if self.debug and self.host not in LOOPBACK:
            return [refused("debug", "外から見える所では debug を使えません", "is for loopback only")]
        return []

    def _poor_provider(self) -> list[Problem]:
        if not self.oidc_issuer:
            return []
        issuer = urlsplit(self.oidc_issuer)
        found = []
        if issuer.scheme != "https" and issuer.hostname not in LOOPBACK:
            found.append(refused("oidc_issuer", "https で始まる名前が要ります", "must begin with https"))
        if not self.oidc_client_id or not self.public_origin:
            ja, en = "oidc_client_id と public_origin も要ります", "needs oidc_client_id and public_origin as well"
            found.append(refused("oidc_issuer", ja, en))
        return found


def refused(name: str, ja: str, en: str) -> Problem:
    """A setting that the service does not start with; its value is not told, it may be a secret."""
    setting = f"TSUNAGU_{name.upper()}"
    return Problem(setting, 0, name, "setting_refused", f"{setting}: {ja}", f"{setting} {en}")


def key_file(database: Path) -> Path:
    """Where the keys of an embedded database lie: beside it, readable by its owner alone."""
    return database.with_name(f"{database.name}.keys")


def keys_of(settings: Settings) -> tuple[str, ...]:
    """The keys, the newest first; an embedded database gets its own on the first start.

    Raises:
        InputError: there is none and no place for one.
    """
    told = settings.keys.get_secret_value()
    if not told and settings.file is not None:
        path = key_file(settings.file)
        if not path.exists():
            from cryptography.fernet import Fernet

            write_secret(path, Fernet.generate_key().decode() + "\n")
        told = path.read_text(encoding="ascii").replace("\n", ",")
    keys = tuple(key.strip() for key in told.split(",") if key.strip())
    if not keys:
        raise InputError([refused("keys", "鍵がありません", "is missing")])
    return keys


def write_secret(path: Path, text: str) -> None:
    """A new file that only its owner may read, written before anybody else could open it."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text)
