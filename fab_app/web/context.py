"""What a request works with: the world, who asks, a session, a language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask import current_app, g, request
from sqlalchemy.orm import Session, scoped_session

from fab_app.access.principal import NOBODY, Principal
from fab_app.config import Settings
from fab_app.core.text import LOCALES
from fab_app.core.words import locale as reading
from fab_app.fields.show import Show
from fab_app.jobs.service import Jobs
from fab_app.runtime.codes import Codes
from fab_app.runtime.query import Asking
from fab_app.runtime.reading import Reader
from fab_app.runtime.renewing import renew
from fab_app.runtime.world import World
from fab_app.runtime.writing import Writer
from fab_app.spec.manifest import Entity
from fab_app.store.engine import WRITING
from fab_app.web.identity import COOKIE, Identities
from fab_app.web.seats import Place, Seats, place_of

if TYPE_CHECKING:
    from fab_app.web.providers import Provider

SAFE = frozenset(("GET", "HEAD", "OPTIONS"))


@dataclass(frozen=True)
class Application:
    """What one Flask application keeps under ``extensions["fab_app"]``."""

    settings: Settings
    world: World
    session: scoped_session[Session]
    identities: Identities
    jobs: Jobs
    codes: Codes
    seats: Seats
    providers: Mapping[tuple[str, str], Provider] = field(default_factory=dict)


def application() -> Application:
    here: Application = current_app.extensions["fab_app"]
    return here


def world() -> World:
    return application().world


def session() -> scoped_session[Session]:
    return application().session


def principal() -> Principal:
    """Who asks; NOBODY before ``recognise`` has run."""
    who: Principal = g.get("principal", NOBODY)
    return who


def show(portal: str) -> Show:
    return world().show(portal, reading.get())


def reader(entity: Entity) -> Reader:
    return Reader(world(), session(), principal(), show(entity.portal))


def asking(entity: Entity) -> Asking:
    """What the person may see and ask of the entity's fields."""
    return Asking(world(), entity, principal())


def writer() -> Writer:
    return Writer(world(), session(), principal())


def recognise() -> None:
    """Before each request: the language, and the principal in at most one statement."""
    reading.set(language())
    if request.endpoint == "static" or request.path.startswith("/static/"):
        return
    if request.method not in SAFE:
        session().connection(execution_options=WRITING)
    g.principal = who = _principal()
    renew(application().world, session(), who.version)


def writing() -> None:
    """Begins the request's transaction anew, as one that writes: where a GET does, or one that took its time."""
    session().rollback()
    session().connection(execution_options=WRITING)


def address() -> str:
    return request.remote_addr or ""


def _principal() -> Principal:
    here = application()
    if "/m/" in request.path and (place := _place(here)) is not None:
        key = request.cookies.get(place.cookie, "")
        return here.seats.by_cookie(here.session, place, key, address())
    header = request.headers.get("Authorization", "")
    if header.startswith("Bearer ") and request.path.startswith("/api/"):
        from fab_app.web.tokens import bearer

        return bearer(here, header[7:].strip())
    key = request.cookies.get(COOKIE, "")
    polled = (request.endpoint or "").endswith(".badges")
    return here.identities.by_cookie(here.session, key, address(), polled) if 20 < len(key) < 100 else NOBODY


def _place(here: Application) -> Place | None:
    """Where pages of seats stand, by the rule that answers: the address alone says who acts."""
    rule = request.url_rule
    return place_of(here.world, rule.rule if rule is not None else request.path)


def language() -> str:
    """``?_l_=`` for one request, else the reader's cookie, else the browser's wish; Chinese where none is ours."""
    for wanted in (request.args.get("_l_", ""), request.cookies.get("fab_locale", "")):
        if wanted[:2] in LOCALES:
            return wanted[:2]
    return request.accept_languages.best_match(("zh", "zh-CN", "en"), "zh")[:2]
