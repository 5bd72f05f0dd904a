"""The addresses of moves and prints in the specification: of those that the person may make."""

from __future__ import annotations

from collections.abc import Iterator

from fab_app.access.principal import Principal
from fab_app.core.words import locale, say
from fab_app.runtime.world import World
from fab_app.spec.manifest import Entity, dialog_of
from fab_app.spec.workflow import Move
from fab_app.web.rest import schemas
from fab_app.web.rest.moves import MOST
from fab_app.web.rest.shapes import IDEMPOTENCY, MATCH, PK, Schema, asked, body, responses

_ONE: Schema = {
    "type": "object",
    "properties": {"id": schemas.KEY, "result": {"type": "object", "nullable": True}},
    "required": ["id", "result"],
}
_NUMBER: Schema = {"type": "integer", "minimum": 0}
_FATE: Schema = {
    "type": "object",
    "properties": {
        "id": schemas.KEY,
        "done": {"type": "boolean"},
        "status": {"type": "integer"},
        "message": schemas.TEXT,
        "errors": {"type": "object"},
    },
    "required": ["id", "done"],
}
_MANY: Schema = {
    "type": "object",
    "properties": {"done": _NUMBER, "refused": _NUMBER, "result": {"type": "array", "items": _FATE}},
    "required": ["done", "refused", "result"],
}


_PDF: Schema = {
    "description": "the document",
    "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}},
}


def move_paths(world: World, who: Principal, entity: Entity) -> Iterator[tuple[str, Schema]]:
    root = f"/api/v1/{entity.portal}/{entity.name}"
    for code, moves in entity.moves.items():
        system = all(move.by == "system" for move in moves)
        if system or not world.grants.may(who, entity.key, f"move:{code}"):
            continue
        part = _Part(world, who, entity, code, moves)
        yield f"{root}/{{pk}}/do/{code}", {"parameters": [PK], "post": part.one()}
        if all(move.batch for move in moves):
            yield f"{root}/do/{code}", {"post": part.many()}


def print_paths(world: World, who: Principal, entity: Entity) -> Iterator[tuple[str, Schema]]:
    """The document of one record; it is counted and logged."""
    if world.grants.may(who, entity.key, "print"):
        label = entity.spec.label.of(locale.get())
        for name, spec in world.manifest.printed(entity).items():
            operation = {
                "operationId": f"{entity.portal}_{entity.name}_print_{name}",
                "summary": say("{label}: {what}", label=label, what=spec.label.of(locale.get())),
                "tags": [label],
                "responses": responses({"200": _PDF}, 403, 404, 409, 422),
            }
            path = f"/api/v1/{entity.portal}/{entity.name}/{{pk}}/print/{name}"
            yield path, {"parameters": [PK], "get": operation}


class _Part:
    """One code: several workflows may have a move of it, each with questions of its own."""

    def __init__(
        self, world: World, who: Principal, entity: Entity, code: str, moves: tuple[Move, ...]
    ) -> None:
        self.world, self.who, self.entity, self.code, self.moves = world, who, entity, code, moves

    def one(self) -> Schema:
        answers = responses({"200": body(_ONE)}, 400, 403, 404, 409, 413, 415, 422)
        properties = {**self._asked(), self.entity.version: {**schemas.VERSION, "nullable": True}}
        return {
            **self._operation(self.code, answers),
            "parameters": [IDEMPOTENCY, MATCH],
            **self._body(properties, []),
        }

    def many(self) -> Schema:
        ids = {"type": "array", "items": schemas.KEY, "minItems": 1, "maxItems": MOST}
        answers = responses({"200": body(_MANY)}, 400, 403, 404, 409, 413, 415, 422)
        operation = self._operation(f"{self.code}_many", answers)
        return {
            **operation,
            "parameters": [IDEMPOTENCY],
            **self._body({"ids": ids, **self._asked()}, ["ids"]),
        }

    def _asked(self) -> Schema:
        """The questions of the dialogs; what is hidden from the person is not asked."""
        hidden = self.world.grants.fields(self.who, self.entity.key).hidden
        found: Schema = {}
        for move in self.moves:
            asks = dialog_of(self.entity, self.code, move)
            for name in move.dialog:
                if name in asks.fields and name not in hidden:
                    found.setdefault(name, schemas.sent(self.world, asks, name))
        return found

    def _body(self, properties: Schema, needed: list[str]) -> Schema:
        """Which answers are needed depends on the record, so that only the move itself can say it."""
        schema: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
        return {
            "requestBody": {"required": True, **asked({**schema, **({"required": needed} if needed else {})})}
        }

    def _operation(self, name: str, answers: Schema) -> Schema:
        label = self.entity.spec.label.of(locale.get())
        move = self.moves[0].label.of(locale.get())
        return {
            "operationId": f"{self.entity.portal}_{self.entity.name}_do_{name}",
            "summary": say("{label}: {what}", label=label, what=move),
            "tags": [label],
            "responses": answers,
        }
