"""The base of every generated API: few routes, no marshmallow, nothing built before its first use."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar, cast

from flask import Blueprint, Response, request
from flask_appbuilder import ModelRestApi
from flask_appbuilder.api import BaseApi

from fab_app.spec.manifest import Entity
from fab_app.web import context
from fab_app.web.exports import CSV, XLSX, Kind
from fab_app.web.rest import lists, moves, records, uploads
from fab_app.web.rest.door import served
from fab_app.web.rest.once import once
from fab_app.web.rest.plans import Planner

PERMISSIONS = ("can_list", "can_show", "can_add", "can_edit", "can_delete", "can_export")


class EntityApi(ModelRestApi):
    """Flask-AppBuilder's addresses and bodies; its schemas, filters and queries are not used."""

    version = "v1"
    entity: ClassVar[Entity]

    def __init__(self) -> None:
        self.appbuilder = None
        self.blueprint = None
        self.base_permissions = list(PERMISSIONS)
        self.limits: list[Any] = []

    def create_blueprint(self, appbuilder: Any, *args: Any, **kwargs: Any) -> Blueprint:
        return cast(Blueprint, BaseApi.create_blueprint(self, appbuilder, *args, **kwargs))

    def add_api_spec(self, api_spec: Any) -> None:
        """Nothing: the specification is written from the definitions (``openapi``)."""

    def _register_urls(self) -> None:
        add = cast(Blueprint, self.blueprint).add_url_rule
        add("/", "many", self.many, methods=["GET", "POST"])
        add("/<pk>", "single", self.single, methods=["GET", "PUT", "DELETE"])
        if self.entity.moves:
            add("/<pk>/do/<code>", "do", self.do, methods=["POST"])
            add("/do/<code>", "do_many", self.do_many, methods=["POST"])
        for kind in (CSV, XLSX):
            view = partial(self.export, kind)
            add(f"/export.{kind.ending}", f"export_{kind.ending}", view, methods=["GET"])
        if any(field.uploads for field in self.entity.fields.values()):
            add("/upload/<field>", "upload", self.upload, methods=["POST"])
            add("/file/<pk>/<uuid>", "file", self.file, methods=["GET"])

    def many(self) -> Response:
        if request.method == "POST":
            return served(lambda: once(lambda: records.create(self.entity, self.planner())))
        return served(lambda: lists.page(self.entity, self.planner()))

    def single(self, pk: str) -> Response:
        work: Callable[..., Response] = _SINGLE[request.method]
        return served(lambda: work(self.entity, self.planner(), pk))

    def do(self, pk: str, code: str) -> Response:
        return served(lambda: once(lambda: moves.one(self.entity, self.planner(), pk, code)))

    def do_many(self, code: str) -> Response:
        return served(lambda: once(lambda: moves.many(self.entity, code)))

    def export(self, kind: Kind) -> Response:
        return served(lambda: lists.export(self.entity, self.planner(), kind))

    def upload(self, field: str) -> Response:
        return served(lambda: once(lambda: uploads.upload(self.entity, field)))

    def file(self, pk: str, uuid: str) -> Response:
        return served(lambda: uploads.download(self.entity, pk, uuid))

    def planner(self) -> Planner:
        world = context.world()
        return Planner(world.api.under(world.grants), context.reader(self.entity))


_SINGLE: dict[str, Callable[..., Response]] = {
    "GET": records.show,
    "HEAD": records.show,
    "PUT": records.change,
    "DELETE": records.delete,
}
