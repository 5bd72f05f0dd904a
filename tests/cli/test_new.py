"""``new``: small files that are right at once, and nothing overwritten."""

from __future__ import annotations

from pathlib import Path

import pytest

from fab_app.checks import checked
from fab_app.cli import main
from fab_app.fields.family import FIELDS
from fab_app.scaffold import _USUAL, _WANTS, needed_keys


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FAB_APP_HOME", str(tmp_path))
    for name in ("FAB_APP_ENV", "FAB_APP_PORTALS", "FAB_APP_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_a_new_portal_with_an_entity_is_fine(home: Path) -> None:
    assert main(["new", "portal", "shop"]) == 0
    assert main(["new", "entity", "shop/order"]) == 0
    assert checked(home)[1] == []


def test_a_new_entity_stands_in_the_menu_and_in_the_administrator_s_role(home: Path) -> None:
    main(["new", "portal", "shop"])
    main(["new", "entity", "shop/customer", "name", "phone:phone"])
    main(["new", "entity", "shop/order", "no:serial", "customer:ref:customer"])
    manifest, problems = checked(home)
    assert problems == []
    assert [item.entity for item in manifest.menus["shop"].spec.items] == ["customer", "order"]
    assert set(manifest.roles["shop.admin"].spec.may) == {"customer", "order"}


def test_a_menu_in_the_author_s_own_form_is_left_alone(home: Path) -> None:
    main(["new", "portal", "shop"])
    main(["new", "entity", "shop/order"])
    menu = home / "menus" / "shop.yaml"
    menu.write_text("items: [order]\n")
    main(["new", "entity", "shop/customer"])
    assert menu.read_text() == "items: [order]\n"


@pytest.mark.parametrize("kind", sorted(FIELDS))
def test_an_entity_with_a_field_of_any_type_is_fine_or_refused(home: Path, kind: str) -> None:
    main(["new", "portal", "shop"])
    main(["new", "entity", "shop/thing"])
    about = {"of": "", "to": ":thing"}.get(_WANTS.get(kind, "").partition(":")[0], "")
    status = main(["new", "entity", "shop/other", f"value:{kind}{about}"])
    possible = not set(needed_keys(kind)) - {"type", "label"} or kind in _USUAL or bool(about)
    assert (status, checked(home)[1]) == (0 if possible else 1, [])


@pytest.mark.parametrize(
    "wrong",
    [
        ["portal", "Shop"],
        ["portal", "api"],
        ["portal", "base"],
        ["entity", "order"],
        ["entity", "nowhere/order"],
        ["entity", "shop/list"],
        ["entity", "shop/../order"],
        ["entity", "shop/x", "a:texx"],
        ["entity", "shop/x", "a:text", "a:int"],
        ["entity", "shop/x", "id:int"],
        ["entity", "shop/x", "a:ref"],
        ["entity", "shop/x", "a:int:order"],
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(home: Path, wrong: list[str]) -> None:
    main(["new", "portal", "shop"])
    before = sorted(home.rglob("*"))
    assert main(["new", *wrong]) == 1
    assert sorted(home.rglob("*")) == before


def test_nothing_is_overwritten(home: Path) -> None:
    main(["new", "portal", "shop"])
    portal = home / "schema" / "shop" / "portal.yaml"
    portal.write_text("title: Mine\n")
    assert main(["new", "portal", "shop"]) == 1
    assert portal.read_text() == "title: Mine\n"
