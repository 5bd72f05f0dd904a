"""``schema``: JSON Schemas that take what is right and refuse what is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from fab_app.checks import checked
from fab_app.cli import main
from fab_app.spec.json_schema import GRAMMARS, schema_of

ROOT = Path(__file__).parents[2]
ORDER = (
    "label: Order\nfields:\n  no: {type: text, label: No}\n"
    "  customer: {type: ref, label: Customer, to: customer}\n"
    "listing:\n  columns: [no, customer.name, {field: no}]\n  row: [show, {link: line}]\n"
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FAB_APP_HOME", str(tmp_path))
    for name in ("FAB_APP_ENV", "FAB_APP_PORTALS", "FAB_APP_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    texts = {
        "schema/shop/order.yaml": ORDER,
        "schema/shop/customer.yaml": "label: Customer\nfields:\n  name: {type: text, label: Name}\n",
        "schema/shop/line.yaml": "label: Line\nfields:\n  order: {type: ref, label: Order, to: order}\n",
        "schema/shop/common/parts.yaml": "fields:\n  a: {type: text, label: A}\n",
        "seeds/dictionaries/level.yaml": "items: {high: High}\n",
    }
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def complaints(home: Path, schema: str, data: Any) -> list[str]:
    folder = home / ".schemas"
    general = Resource.from_contents(json.loads((folder / "entity.schema.json").read_text()))
    registry: Registry[Any] = Registry().with_resource("../entity.schema.json", general)
    validator = Draft202012Validator(json.loads((folder / schema).read_text()), registry=registry)
    return [error.message for error in validator.iter_errors(data)]


def test_what_is_fine_fits_its_schema(home: Path) -> None:
    main(["schema"])
    document = checked(home)[0].entities["shop.order"].document
    assert complaints(home, "entities/shop.order.schema.json", document.data) == []


@pytest.mark.parametrize(
    ("schema", "data"),
    [
        ("entity.schema.json", {"label": "X", "lable": "X"}),
        ("entity.schema.json", {"label": "X", "include": "pats"}),
        ("entity.schema.json", {"label": "X", "fields": {"a": {"label": "A"}}}),
        ("entity.schema.json", {"label": "X", "include": "parts", "fields": {"a": {"lable": "A"}}}),
        ("entity.schema.json", {"label": "X", "fields": {"a": {"type": "ref", "label": "A", "to": "oder"}}}),
        (
            "entity.schema.json",
            {"label": "X", "fields": {"a": {"type": "choice", "label": "A", "of": "levl"}}},
        ),
        ("entities/shop.order.schema.json", {"label": "X", "listing": {"columns": ["nmae"]}}),
        ("entities/shop.order.schema.json", {"label": "X", "listing": {"columns": ["no.name"]}}),
        ("entities/shop.order.schema.json", {"label": "X", "form": [{"section": "A", "fields": ["nmae"]}]}),
        ("menu.schema.json", {"items": ["oder"]}),
        ("role.schema.json", {"label": "X", "may": {"oder": ["read"]}}),
        ("role.schema.json", {"label": "X", "may": {"order": ["red"]}}),
        ("seeds.schema.json", {"order": [{"nr": "A1"}]}),
        ("dictionary.schema.json", {"label": "X", "items": {"a": 1}}),
        ("portal.schema.json", {"titel": "X"}),
    ],
)
def test_a_name_that_does_not_exist_is_refused(home: Path, schema: str, data: Any) -> None:
    main(["schema"])
    assert complaints(home, schema, data) != []


def test_a_file_that_includes_may_write_a_field_again_without_its_type(home: Path) -> None:
    main(["schema"])
    data = {"label": "X", "include": "parts", "fields": {"a": {"label": "A", "max": 9}}}
    assert complaints(home, "entity.schema.json", data) == []


def test_the_map_for_editors_names_files_that_exist(home: Path) -> None:
    main(["schema", "--to", str(home / "schemas")])
    mapped = json.loads((home / "schemas" / "editor.json").read_text())["yaml.schemas"]
    assert [name for name in mapped if not (home / name).is_file()] == []
    assert mapped["schemas/entities/shop.order.schema.json"] == "schema/shop/order.yaml"


@pytest.mark.parametrize("kind", sorted(GRAMMARS))
def test_every_definition_of_this_project_fits_its_schema(kind: str) -> None:
    manifest, _ = checked(ROOT)
    validator = Draft202012Validator(schema_of(kind, manifest))
    folders = {
        "entity": "schema",
        "common": "schema",
        "portal": "schema",
        "menu": "menus",
        "role": "permissions",
        "dictionary": "seeds/dict",
    }
    for path, document in manifest.documents.items():
        inside = path.removeprefix("fab_app/base/")
        found = {"portal.yaml": "portal"}.get(path.rpartition("/")[2], "entity")
        found = "common" if "/common/" in inside else found
        if inside.startswith(folders[kind]) and (folders[kind] != "schema" or found == kind):
            assert [f"{path}: {error.message}" for error in validator.iter_errors(document.data)] == []
