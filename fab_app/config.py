"""Settings, read once from the environment (contract: names and defaults are relied upon)."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).parent.parent


RATES: Mapping[str, str] = {
    "login": "120/minute",
    "captcha": "240/minute",
    "code": "20/hour",
    "register": "60/minute",
    "upload": "60/hour",
    "public": "1200/minute",
    "api": "60000/minute",
}
"""How often one address may ask, by kind of request."""


class WrongSetting(ValueError):
    """A setting that cannot be served with; the sentence says which and why."""


@dataclass(frozen=True, slots=True)
class Settings:
    home: Path = ROOT
    database_url: str = ""
    env: str = "demo"
    secret_key: str = ""
    portals: frozenset[str] | None = None
    redis_url: str = ""
    broker_url: str = ""
    workers: int = 0
    jobs_keep: int = 30
    audit_keep: int = 0
    storage_url: str = ""
    clock_ahead: timedelta | None = None
    captcha: str = ""
    rates: Mapping[str, str] = field(default_factory=lambda: RATES)
    host: str = "127.0.0.1"
    port: int = 8080
    instance: Path = field(default_factory=lambda: ROOT / "instance")
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Every FAB_APP_… of the environment: what channels read their own settings from."""

    @property
    def demo(self) -> bool:
        return self.env == "demo"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Raises WrongSetting for what must not be served with."""
        given = os.environ if environ is None else environ
        env = given.get("FAB_APP_ENV", "demo")
        if env not in ("demo", "production"):
            raise WrongSetting(f"FAB_APP_ENV is '{env}': it is demo or production")
        home = Path(given.get("FAB_APP_HOME") or ROOT).resolve()
        instance = home / "instance"
        portals = [name.strip() for name in given.get("FAB_APP_PORTALS", "").split(",") if name.strip()]
        settings = cls(
            home=home,
            database_url=given.get("FAB_APP_DATABASE_URL") or f"sqlite:///{instance / 'fab_app.sqlite'}",
            env=env,
            secret_key=given.get("FAB_APP_SECRET_KEY", ""),
            portals=frozenset(portals) or None,
            redis_url=given.get("FAB_APP_REDIS_URL", ""),
            broker_url=given.get("FAB_APP_BROKER_URL", ""),
            workers=_number(given, "FAB_APP_WORKERS", 2, "a number of threads from 0 to 64", 0, 64),
            jobs_keep=_number(given, "FAB_APP_JOBS_KEEP", 30, "a number of days from 1 to 3650", 1, 3650),
            audit_keep=_number(given, "FAB_APP_AUDIT_KEEP", 0, "a number of days from 0 to 36500", 0, 36500),
            storage_url=given.get("FAB_APP_STORAGE_URL") or str(instance / "files"),
            clock_ahead=_ahead(given.get("FAB_APP_CLOCK", "")),
            captcha=given.get("FAB_APP_CAPTCHA", ""),
            rates=_rates(given.get("FAB_APP_RATES", "")),
            host=given.get("HOST", "127.0.0.1"),
            port=_port(given.get("PORT", "8080")),
            instance=instance,
            environ={name: value for name, value in given.items() if name.startswith("FAB_APP_")},
        )
        _judge(settings, home)
        return settings

    def signing_key(self) -> str:
        """The key given, or in demo one made once and kept in the instance folder."""
        if self.secret_key:
            return self.secret_key
        path = self.instance / "secret_key"
        if not path.exists():
            self.instance.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_text(secrets.token_hex(32))
        return path.read_text()


def _judge(settings: Settings, home: Path) -> None:
    if not home.is_dir():
        raise WrongSetting(f"FAB_APP_HOME is '{home}': there is no such folder")
    if settings.demo:
        if settings.host not in ("127.0.0.1", "localhost", "::1"):
            raise WrongSetting(f"HOST is '{settings.host}': in demo only the loopback is served")
        return
    if len(settings.secret_key) < 32:
        raise WrongSetting(
            "FAB_APP_SECRET_KEY is missing or shorter than 32 characters: production needs one"
        )
    if settings.captcha:
        raise WrongSetting("FAB_APP_CAPTCHA is set: production accepts no fixed captcha")
    if settings.clock_ahead is not None:
        raise WrongSetting("FAB_APP_CLOCK is set: production keeps the machine's time")


def _ahead(text: str) -> timedelta | None:
    if not text:
        return None
    try:
        start = datetime.fromisoformat(text)
    except ValueError as error:
        raise WrongSetting(
            f"FAB_APP_CLOCK is '{text}': it is an ISO instant such as 2026-11-22T09:00+08:00"
        ) from error
    aware = start if start.tzinfo else start.replace(tzinfo=UTC)
    return aware - datetime.now(UTC)


def _number(given: Mapping[str, str], name: str, default: int, what: str, least: int, most: int) -> int:
    text = given.get(name) or str(default)
    if not text.isdecimal() or not least <= int(text) <= most:
        raise WrongSetting(f"{name} is '{text}': it is {what}")
    return int(text)


def _rates(text: str) -> Mapping[str, str]:
    """``login=60/minute,api=600/minute`` over the defaults."""
    found = dict(RATES)
    for part in filter(None, (part.strip() for part in text.split(","))):
        kind, _, rate = part.partition("=")
        if kind not in RATES or not re.fullmatch(r"[1-9][0-9]{0,8}/(second|minute|hour|day)", rate):
            known = ", ".join(RATES)
            raise WrongSetting(
                f"FAB_APP_RATES has '{part}': it is one of {known} and a rate such as 60/minute"
            )
        found[kind] = rate
    return found


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 <= int(text) < 65536:
        raise WrongSetting(f"PORT is '{text}': it is a number below 65536")
    return int(text)
