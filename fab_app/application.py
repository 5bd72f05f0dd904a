"""Read → check → compile → mount: one Flask application over one home folder and one database."""

from __future__ import annotations

import ctypes
import gc
import logging
import sys
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.templating import _default_template_ctx_processor
from flask_wtf.csrf import CSRFProtect
from sqlalchemy.orm import scoped_session, sessionmaker

from fab_app.access.grants import compile_grants
from fab_app.access.guard import guard
from fab_app.channels.family import opened
from fab_app.checks import problems as checked
from fab_app.config import Settings
from fab_app.core.extension import load
from fab_app.core.problems import BrokenDefinitions, Problem
from fab_app.jobs import tidying
from fab_app.jobs.clock import RealClock
from fab_app.jobs.outbox import wake_after_commit
from fab_app.jobs.runner import Runner
from fab_app.jobs.schedules import Schedules
from fab_app.jobs.service import Jobs
from fab_app.jobs.threads import Threads
from fab_app.mount import Builder, mount
from fab_app.runtime import cases, clockworks, dictionaries, portal_jobs, sealing, searching, sweeping
from fab_app.runtime.clock import clock_of
from fab_app.runtime.codes import KIND, Codes
from fab_app.runtime.roles import sync_roles
from fab_app.runtime.seeds import load_demo
from fab_app.runtime.settings import load as load_settings
from fab_app.runtime.settings import sync as sync_settings
from fab_app.runtime.working import handlers
from fab_app.runtime.world import World
from fab_app.runtime.writes import count_writes, prepare_counters
from fab_app.spec.manifest import BASE, Manifest
from fab_app.spec.reading import read_home
from fab_app.store.apply import at_start
from fab_app.store.blobs import Blobs
from fab_app.store.engine import WRITING, make_engine
from fab_app.store.tables import build_tables, renames
from fab_app.web import context, errors, frame, headers, rates, statics
from fab_app.web.cookies import FormCookie, csrf_token
from fab_app.web.drawing import Drawing
from fab_app.web.identity import Identities
from fab_app.web.notices import take_toasts
from fab_app.web.providers import providers_of
from fab_app.web.rest.late import LateRule
from fab_app.web.seats import Seats
from fab_app.web.security import Manager

log = logging.getLogger(__name__)


def manifest_of(settings: Settings) -> tuple[Manifest, list[Problem]]:
    """The definitions of a home and everything wrong with them."""
    manifest, problems = read_home(settings.home)
    if not any(problem.stops for problem in problems):
        problems = [*problems, *checked(manifest)]
    return manifest, sorted(problems, key=lambda problem: (problem.at, problem.id))


def world_of(settings: Settings, manifest: Manifest) -> tuple[World, sa.Engine]:
    """The tables brought up to date under a lock, and what acts on them."""
    settings.instance.mkdir(parents=True, exist_ok=True)
    tables = build_tables(manifest)
    engine = make_engine(settings.database_url)
    at_start(engine, tables.metadata, renames(manifest))
    clock = clock_of(engine, tables, settings.clock_ahead) if settings.demo else RealClock()
    blobs, channels = Blobs(settings.storage_url), opened(settings.environ)
    code = {name: load(name, portal.extensions) for name, portal in manifest.portals.items()}
    with engine.connect() as connection:
        known = cases.keep(tables, connection.execute)
    grants = compile_grants(manifest, tables.settings)
    return World(tables, grants, clock, blobs, channels=channels, definitions=known, extensions=code), engine


def build(settings: Settings | None = None) -> Flask:
    """What is built here stays, so the collector need not look at it meanwhile: half the time of a large start."""
    gc.disable()
    try:
        return _built(settings or Settings.from_environment())
    finally:
        gc.enable()
        _give_back()


def _give_back() -> None:
    """What reading the definitions took goes back to the machine, where its C library can do that."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)


def _built(settings: Settings) -> Flask:
    manifest, problems = manifest_of(settings)
    if any(problem.stops for problem in problems):
        raise BrokenDefinitions(problems)
    for problem in problems:
        log.warning("%s", problem)
    world, engine = world_of(settings, manifest)
    session = scoped_session(sessionmaker(engine, expire_on_commit=False))
    guard(session.session_factory, engine, world.tables)
    count_writes(session.session_factory, world.tables)
    prepare_counters(session, world.tables)
    session.commit()
    searching.prepare(world, engine)
    dictionaries.sync(world, engine)
    session.connection(
        execution_options=WRITING
    )  # what reads first and then writes waits for the other process
    sync_roles(world, session)
    cases.sync(world, session)
    sync_settings(world, session)
    load_settings(world, session)
    dictionaries.load(world, session)
    session.commit()
    if settings.demo:
        load_demo(world, session, settings)
    session.remove()
    return _flask(settings, world, session)


def _flask(settings: Settings, world: World, session: scoped_session[Any]) -> Flask:
    app = Flask("fab_app", template_folder="web/templates", static_folder=None)
    app.url_rule_class = LateRule
    app.jinja_environment = Drawing
    app.session_interface = FormCookie()
    app.config.update(_config(settings))
    identities = Identities(world)
    codes = Codes(world, settings.signing_key().encode(), settings.demo)
    jobs = jobs_of(settings, world, session.session_factory, identities, codes)
    here = context.Application(
        *(settings, world, session, identities, jobs, codes, Seats(world)),
        providers_of(settings, world.manifest),
    )
    app.extensions["fab_app"] = here
    statics.install(app)
    app.before_request(jobs.driver.start)
    rates.install(app, settings)
    app.before_request(context.recognise)
    app.teardown_appcontext(lambda error: session.remove())
    CSRFProtect(app)
    with app.app_context():
        builder = Builder(app, session, security_manager_class=Manager, update_perms=True)
        mount(app, builder, here)
    headers.install(app)
    errors.install(app)
    _templates(app)
    return app


def jobs_of(settings: Settings, world: World, sessions: Any, identities: Identities, codes: Codes) -> Jobs:
    """The application's jobs; a session that has enqueued something wakes their driver when it is over."""
    known = handlers(world, lambda session, id_: identities.by_user(session, id_, "job", ""))
    known[KIND] = codes.forgotten
    known[tidying.KIND] = tidying.handler(settings.jobs_keep, world.blobs)
    engine: sa.Engine = sessions.kw["bind"]
    jobs = Jobs(Runner(engine, sessions, world.clock, known), Schedules(engine, world.clock))
    zone = world.manifest.portals[BASE].spec.zone
    jobs.schedules.register(tidying.schedule(BASE, zone), *sealing.schedules(BASE, zone, settings.audit_keep))
    with sessions() as session:
        timed = clockworks.schedules(world, session.execute)
        jobs.schedules.register(*timed, *portal_jobs.schedules(world.manifest))
    jobs.schedules.register(sweeping.schedule(BASE, zone))
    _time_limits(jobs, world)
    if settings.broker_url:
        from fab_app.jobs.messages import Messages, celery_of

        jobs.driver = Messages(celery_of(settings.broker_url, engine))
    elif settings.workers:
        jobs.driver = Threads(jobs.runner, jobs.keep, settings.workers)
    wake_after_commit(sessions, lambda uuids: jobs.driver.wake(uuids))
    return jobs


def _time_limits(jobs: Jobs, world: World) -> None:
    """Of approvals, each morning."""
    from fab_app.runtime.chains.due import schedules

    jobs.schedules.register(*schedules(world.manifest))


def _config(settings: Settings) -> dict[str, Any]:
    return {
        "SECRET_KEY": settings.signing_key(),
        "SESSION_COOKIE_NAME": "fab_form",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": not settings.demo,
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=12),
        "MAX_CONTENT_LENGTH": 220 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 8 * 1024 * 1024,
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": False,
        "BABEL_DEFAULT_LOCALE": "zh",
        "LANGUAGES": {"zh": {"flag": "cn", "name": "中文"}, "en": {"flag": "gb", "name": "English"}},
        "FAB_ADD_SECURITY_VIEWS": False,
        "FAB_ADD_MENU_API": False,
        "FAB_API_SWAGGER_UI": False,
        "FAB_UPDATE_PERMS": True,
        "AUTH_ROLES_MAPPING": {},
        "JSON_SORT_KEYS": False,
        "TEMPLATES_AUTO_RELOAD": False,
    }


def _templates(app: Flask) -> None:
    env = app.jinja_env
    # Templates read `page` and our own functions; what extensions would look up for each page is not asked.
    app.template_context_processors[None] = [_default_template_ctx_processor]
    env.trim_blocks = env.lstrip_blocks = True
    env.globals.update(
        csrf_token=csrf_token,
        csp_nonce=headers.nonce,
        take_toasts=take_toasts,
    )
    frame.install(env)
