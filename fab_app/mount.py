"""One loop that mounts everything: platform pages, then a view and an API per entity."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Flask
from flask.typing import ResponseReturnValue
from flask_appbuilder import AppBuilder
from flask_appbuilder.views import IndexView

from fab_app.compile.api import api_class
from fab_app.compile.model import models
from fab_app.compile.view import view_class
from fab_app.runtime.chains.todo import chained
from fab_app.spec.listing import Press
from fab_app.spec.manifest import BASE, Entity, Manifest, Portal
from fab_app.web import (
    admission,
    captchas,
    doors,
    entrances,
    explaining,
    halls,
    home,
    jobs,
    manuals,
    messages,
    passwords,
    unmasking,
)
from fab_app.web.context import Application
from fab_app.web.screens.view import PK, bound


class Index(IndexView):
    """Flask-AppBuilder wants one; the choice of portals stands at its address."""

    def _register_urls(self) -> None:
        """Nothing: ``/`` is ours."""


class Builder(AppBuilder):
    """Registers classes without walking all others for each, and none of its own menu or statics."""

    def _process_inner_views(self) -> None:
        """No view of ours has inner views."""

    def _view_exists(self, view: Any) -> bool:
        return False

    def _add_admin_views(self) -> None:
        self.indexview = self._check_and_init(Index)
        self.sm.register_views()

    def _add_global_static(self) -> None:
        """Its Bootstrap is not used."""

    def _add_menu_permissions(self, update_perms: bool = False) -> None:
        """The menu is ours and shows what the grants allow."""

    def _add_permission(self, baseview: Any, update_perms: bool = False) -> None:
        self.sm.add_permissions_view(baseview.base_permissions, baseview.class_permission_name)


def mount(app: Flask, builder: Builder, here: Application) -> None:
    """Every address of the application."""
    _platform(app)
    served = here.settings.portals
    for portal in here.world.manifest.portals.values():
        if served is None or portal.name in served or portal.name == BASE:
            _portal(app, portal)
    classes = models(here.world.tables)
    for entity in here.world.manifest.entities.values():
        if served is not None and entity.portal not in (*served, BASE):
            continue
        builder.add_view_no_menu(view_class(entity, classes))
        builder.add_view_no_menu(api_class(entity, classes))
        _occasional(app, here.world.manifest, entity)
    unmasking.install(app, here.world.manifest)
    from fab_app.web.rest.security import security_apis

    for api in security_apis():
        builder.add_view_no_menu(api)
    for blueprint in app.blueprints.values():
        blueprint.deferred_functions.clear()  # each is registered once; they hold every rule anew


def _occasional(app: Flask, manifest: Manifest, entity: Entity) -> None:
    """What only some entities have."""
    if manifest.printed(entity):
        _prints(app, entity)
    if any(isinstance(one, Press) and one.button == "print" for _, one in entity.spec.listing.buttons()):
        _printed(app, entity)
    if manifest.bound(entity):
        _workbooks(app, entity)
    if manifest.imported(entity) is not None:
        _imports(app, entity)


def _platform(app: Flask) -> None:
    rule = app.add_url_rule
    rule("/health", "health", doors.health)
    rule("/", "portals", doors.portals)
    rule("/login/", "login", doors.login, methods=["GET", "POST"])
    rule("/logout/", "logout", doors.logout, methods=["POST"])
    rule("/captcha", "captcha", captchas.picture)
    rule("/swagger/v1", "swagger", doors.swagger)
    rule("/lang/<code>", "language", doors.language)
    rule("/jobs/", "jobs", jobs.everywhere)
    rule("/explain/", "explain", explaining.page)


def _portal(app: Flask, portal: Portal) -> None:
    name = portal.name
    rule = app.add_url_rule
    rule(f"/{name}/", f"{name}.home", _of(portal, home.home))
    if portal.spec.charts or portal.spec.boards:
        _charts(app, portal)
    if chained(app.extensions["fab_app"].world, portal.name):
        _todo(app, portal)
    rule(f"/{name}/badges", f"{name}.badges", _of(portal, home.badges))
    rule(f"/{name}/messages", f"{name}.messages", _of(portal, messages.latest))
    rule(f"/{name}/messages/read", f"{name}.messages_read", _of(portal, messages.read_all), methods=["POST"])
    rule(f"/{name}/password", f"{name}.password", lambda: passwords.password(name), methods=["GET", "POST"])
    if portal.spec.login.code is not None:
        _codes(app, portal)
    if portal.spec.login.providers:
        _providers(app, portal)
    rule(f"/{name}/jobs/", f"{name}.jobs", _of(portal, jobs.listed))
    rule(f"/{name}/jobs/<uuid>", f"{name}.job", _run(portal, jobs.shown))
    rule(f"/{name}/jobs/<uuid>/file", f"{name}.job.file", _run(portal, jobs.file))
    for step in (jobs.cancel, jobs.retry):
        at = f"/{name}/jobs/<uuid>/{step.__name__}"
        rule(at, f"{name}.job.{step.__name__}", _run(portal, step), methods=["POST"])
    if portal.spec.doors:
        rule(entrances.doors_url(portal), f"{name}.entry", _of(portal, entrances.doors))
    for code in portal.spec.doors:
        at = admission.address(portal, code)
        rule(at, f"{name}.entry.{code}", _page(portal, code, entrances.door), methods=["GET", "POST"])
    for code in portal.spec.halls:
        rule(f"/{name}/{code}/", f"{name}.hall.{code}", _page(portal, code, halls.hall))
    _without_account(app, portal)


def _without_account(app: Flask, portal: Portal) -> None:
    """What a portal has for people who have no account."""
    if portal.spec.seats:
        from fab_app.web.phone import install

        install(app, portal)
    if portal.spec.manual is not None:
        app.add_url_rule(f"/{portal.name}/help", f"{portal.name}.help", _of(portal, manuals.help_page))
    if portal.spec.registration is not None:
        _registration(app, portal)


def _codes(app: Flask, portal: Portal) -> None:
    """Passwords by a code that is sent."""
    name, code = portal.name, portal.spec.login.code
    assert code is not None
    if code.change != "no":
        at = f"/{name}/password/code"
        app.add_url_rule(at, f"{name}.password_code", lambda: passwords.send_code(name), methods=["POST"])
    if code.forgotten:
        from fab_app.web import forgotten

        for at, page in ((f"/{name}/forgotten/", forgotten.ask), (f"/{name}/forgotten/new", forgotten.renew)):
            app.add_url_rule(at, f"{name}.{page.__name__}", _of(portal, page), methods=["GET", "POST"])


def _registration(app: Flask, portal: Portal) -> None:
    """The form for who has no account yet."""
    from fab_app.web import register

    root, name, rule = f"/{portal.name}/register/", f"{portal.name}.register", app.add_url_rule
    rule(root, name, _of(portal, register.page), methods=["GET", "POST"])
    rule(f"{root}free", f"{name}.free", _of(portal, register.free))
    rule(f"{root}upload/<code>", f"{name}.upload", _with_code(portal, register.upload), methods=["POST"])
    rule(f"{root}file/<uuid>", f"{name}.file", _run(portal, register.uploaded))
    rule(f"{root}download/<code>", f"{name}.download", _with_code(portal, register.download))


def _todo(app: Flask, portal: Portal) -> None:
    """The to-do list of a portal with approvals."""
    from fab_app.web import todo, todo_book
    from fab_app.web.rest import todo as rest
    from fab_app.web.shell import todo_url

    app.add_url_rule(todo_url(portal.name), f"{portal.name}.todo", _of(portal, todo.page))
    at = f"{todo_url(portal.name)}export.xlsx"
    app.add_url_rule(at, f"{portal.name}.todo_export", _of(portal, todo_book.export))
    app.add_url_rule(f"/api/v1/{portal.name}/todo/", f"{portal.name}.api_todo", _of(portal, rest.listed))


def _providers(app: Flask, portal: Portal) -> None:
    """The doors of identity providers."""
    from fab_app.web import oidc

    for code in portal.spec.login.providers:
        at = f"/{portal.name}/oidc/{code}/"
        for rule, page in ((at, oidc.begin), (f"{at}back", oidc.back)):
            app.add_url_rule(
                rule, f"{portal.name}.oidc.{code}.{page.__name__}", _of(portal, partial(page, code=code))
            )


def _charts(app: Flask, portal: Portal) -> None:
    """Boards and the numbers of charts."""
    from fab_app.web.boards.behind import rows_behind
    from fab_app.web.boards.page import board
    from fab_app.web.rest.chart_files import chart_csv, chart_xlsx
    from fab_app.web.rest.charts import chart

    rules: tuple[tuple[str, str, Callable[[Portal, str], ResponseReturnValue]], ...] = (
        (f"/{portal.name}/charts/<code>", "board", board),
        (f"/{portal.name}/charts/<code>/rows", "rows_behind", rows_behind),
        (f"/api/v1/{portal.name}/charts/<code>", "chart", chart),
        (f"/api/v1/{portal.name}/charts/<code>.csv", "chart_csv", chart_csv),
        (f"/api/v1/{portal.name}/charts/<code>.xlsx", "chart_xlsx", chart_xlsx),
    )
    for rule, name, page in rules:
        app.add_url_rule(rule, f"{portal.name}.{name}", _with_code(portal, page))


def _with_code(
    portal: Portal, page: Callable[[Portal, str], ResponseReturnValue]
) -> Callable[[str], ResponseReturnValue]:
    return lambda code: page(portal, code)


def _prints(app: Flask, entity: Entity) -> None:
    """Addresses that only entities with prints have."""
    from fab_app.web.rest import prints as rest
    from fab_app.web.screens import prints

    root, name = f"/{entity.portal}/{entity.name}", entity.key
    rules: tuple[tuple[str, str, Callable[..., ResponseReturnValue]], ...] = (
        (f"{root}/print/<name>/{PK}", "print", prints.one),
        (f"{root}/print/<name>", "prints", prints.several),
    )
    for rule, endpoint, page in rules:
        app.add_url_rule(rule, f"{name}.{endpoint}", bound(page, entity), methods=["GET", "POST"])
    app.add_url_rule(f"/api/v1{root}/<pk>/print/<name>", f"{name}.api_print", bound(rest.one, entity))


def _printed(app: Flask, entity: Entity) -> None:
    """The address that only entities have whose list is printed by a button."""
    from fab_app.web.screens.lists import printed

    at = f"/{entity.portal}/{entity.name}/printed"
    app.add_url_rule(at, f"{entity.key}.printed", bound(printed, entity), methods=["POST"])


def _workbooks(app: Flask, entity: Entity) -> None:
    """The address that only entities with workbooks of what hangs on them have."""
    from fab_app.web.screens.workbooks import workbook

    at = f"/{entity.portal}/{entity.name}/workbook/<name>/{PK}"
    app.add_url_rule(at, f"{entity.key}.workbook", bound(workbook, entity))


def _imports(app: Flask, entity: Entity) -> None:
    """Addresses that only entities with an import have."""
    from fab_app.web.rest import imports as rest
    from fab_app.web.screens import imports

    rest.install(app, entity)
    imports.install(app, entity)


def _of(portal: Portal, page: Callable[[Portal], ResponseReturnValue]) -> Callable[[], ResponseReturnValue]:
    return lambda: page(portal)


def _run(
    portal: Portal, page: Callable[[Portal, str], ResponseReturnValue]
) -> Callable[[str], ResponseReturnValue]:
    return lambda uuid: page(portal, uuid)


def _page(
    portal: Portal, code: str, page: Callable[[Portal, str], ResponseReturnValue]
) -> Callable[[], ResponseReturnValue]:
    return lambda: page(portal, code)
