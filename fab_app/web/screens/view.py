"""The base of every generated view: few routes, nothing built before its first use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_appbuilder import ModelView

from fab_app.spec.manifest import Entity
from fab_app.web.screens import batches, files, forms, lists, moves, pickers, records, single

Handler = Callable[..., ResponseReturnValue]

PK = f"<int(max={2**63 - 1}):pk>"
"""A key that a database can look for; a longer number is no address."""

ROUTES: tuple[tuple[str, str, Handler, tuple[str, ...]], ...] = (
    ("/list/", "list", lists.show_list, ("GET",)),
    (f"/show/{PK}", "show", records.show, ("GET",)),
    (f"/show/{PK}/related/<int:index>", "related", records.related, ("GET",)),
    ("/mine", "mine", single.mine, ("GET",)),
    ("/add", "add", forms.add, ("GET", "POST")),
    (f"/edit/{PK}", "edit", forms.edit, ("GET", "POST")),
    (f"/delete/{PK}", "delete", records.delete, ("POST",)),
    ("/options/<field>", "options", pickers.options, ("GET",)),
    (f"/file/{PK}/<uuid>", "file", files.download, ("GET",)),
    (f"/do/<code>/{PK}", "do", moves.do, ("GET", "POST")),
    ("/do/<code>", "do_many", moves.do_many, ("GET", "POST")),
    ("/batch/delete", "batch_delete", batches.delete, ("POST",)),
    ("/batch/edit", "batch_edit", batches.edit, ("GET",)),
    ("/batch/show", "batch_show", batches.show, ("GET",)),
    ("/batch/export", "batch_export", batches.export, ("GET",)),
    ("/export.xlsx", "export", lists.export, ("GET",)),
    ("/draft/<uuid>", "draft", files.draft, ("GET",)),
    ("/upload/<field>", "upload", files.upload, ("POST",)),
)
PERMISSIONS = ["can_list", "can_show", "can_add", "can_edit", "can_delete"]


class EntityView(ModelView):
    """Flask-AppBuilder's conventions and addresses; its inference, forms and widgets are not used."""

    entity: ClassVar[Entity]

    def __init__(self) -> None:
        self.appbuilder = None
        self.blueprint: Any = None
        self.base_permissions = list(PERMISSIONS)
        self.limits: list[Any] = []
        self.actions: dict[str, Any] = {}
        self.extra_args: dict[str, Any] = {}

    def _register_urls(self) -> None:
        blueprint: Blueprint = self.blueprint
        for rule, name, handler, methods in ROUTES:
            if name.startswith("do") and not self.entity.moves:
                continue
            if name == "mine" and self.entity.spec.single is None:
                continue
            blueprint.add_url_rule(rule, name, bound(handler, self.entity), methods=methods)


def bound(handler: Handler, entity: Entity) -> Handler:
    """Called by the arguments of its address. Its own name is nobody's business: there are thousands of it."""

    def view(**arguments: Any) -> ResponseReturnValue:
        return handler(entity, **arguments)

    return view
