"""Flask-AppBuilder's security manager over our accounts, grants and sessions: no SQL of its own."""

from __future__ import annotations

from typing import Any

from flask import Flask, g
from flask_appbuilder.security.sqla.manager import SecurityManager
from flask_login import LoginManager

from fab_app.access.principal import Principal
from fab_app.web import context

VERBS = {"list": "read", "show": "read", "get": "read", "post": "add", "put": "edit"}


class Acting:
    """A principal as Flask-Login and Flask-AppBuilder's decorators look at a user."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, principal: Principal) -> None:
        self.principal = principal
        self.id = principal.subject
        self.username = principal.account
        self.roles: list[Any] = []
        self.groups: list[Any] = []

    def get_id(self) -> str:
        return str(self.id)


class Manager(SecurityManager):
    """Permissions are answered from the compiled grants; names of views and verbs are collected for one bulk sync."""

    def __init__(self, appbuilder: Any) -> None:
        self.wanted: set[tuple[str, str]] = set()
        super().__init__(appbuilder)

    def create_db(self) -> None:
        """The tables are made with all others (``store``); roles and permissions in one sync."""

    def create_login_manager(self, app: Flask) -> LoginManager:
        manager = LoginManager(app)
        manager.session_protection = None
        manager.request_loader(lambda request: _acting())
        manager.user_loader(lambda key: None)
        return manager

    def register_views(self) -> None:
        """None of Flask-AppBuilder's own pages: login, password and the security API are mounted by ``mount``."""

    def add_permissions_view(self, base_permissions: list[str], view_menu: str) -> None:
        self.wanted.update((permission, view_menu) for permission in base_permissions)

    def add_permissions_menu(self, view_menu_name: str) -> None:
        self.wanted.add(("menu_access", view_menu_name))

    def is_item_public(self, permission_name: str, view_name: str) -> bool:
        return False

    def has_access(self, permission_name: str, view_name: str) -> bool:
        return self._has_view_access(None, permission_name, view_name)

    def _has_view_access(self, user: object, permission_name: str, view_name: str) -> bool:
        verb = permission_name.removeprefix("can_")
        principal = context.principal()
        return context.world().grants.may(principal, view_name, VERBS.get(verb, verb))

    def _get_user_permission_view_menus(
        self, user: object, permission_name: str, view_menus_name: list[str]
    ) -> set[str]:
        return {name for name in view_menus_name if self._has_view_access(user, permission_name, name)}

    @staticmethod
    def before_request() -> None:
        g.user = _acting()


def _acting() -> Acting | None:
    principal = context.principal()
    return Acting(principal) if principal.known else None
