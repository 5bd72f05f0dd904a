"""The definitions and the rows afterwards: what comes with a start, what stays, and how ``plan`` tells of it."""

from __future__ import annotations

import pytest

from fab_app.cli import main
from fab_app.database import kept_otherwise
from tests.dictionaries.home import FILES, add, again, change, item, keep, offered
from tests.projects import Builder, Site, write_home

MORE = """
label: {zh: 种类, en: Kind}
items:
  tea: {zh: 茶, en: Tea}
  rice: {label: {zh: 大米, en: Rice}, tone: good}
  salt: {zh: 食盐, en: Salt}
  oil: {zh: 食油, en: Oil}
"""


@pytest.fixture
def site(project: Builder) -> Site:
    return project({**FILES, "schema/shop/portal.yaml": FILES["schema/shop/portal.yaml"] + SETTINGS})


SETTINGS = "settings: {days: {type: int, label: 天数, default: 3}}\n"


def differences(site: Site) -> list[str]:
    return kept_otherwise(site.here.settings)


def test_nothing_is_told_at_first(site: Site) -> None:
    assert differences(site) == []


@pytest.mark.req("I-162")
def test_plan_tells_where_rows_and_definitions_differ(site: Site) -> None:
    change(site, "tea", label="红茶", tone="bad", position=25)
    change(site, "rice", enabled=False)
    add(site, "bean", "黄豆")
    keep(site, "DELETE", f"item/{item(site, 'first', 'mark')}")
    write_home(site.here.settings.home, {"seeds/dictionaries/kind.yaml": MORE})
    assert differences(site) == [
        "shop kind: 'tea' is called “红茶” / “Tea” on screen, “茶” / “Tea” here",
        "shop kind: 'tea' has the tone 'bad' on screen, '' here",
        "shop kind: 'rice' was withdrawn on screen",
        "shop kind: 'oil' is new and comes with the next start",
        "shop kind: 'bean' stands on screen only: “黄豆”",
        "shop kind: the order is another on screen",
        "shop mark: 'first' was deleted on screen",
    ]


def test_new_item_comes_with_the_start_and_what_was_changed_stays(site: Site) -> None:
    change(site, "tea", label="红茶")
    change(site, "rice", enabled=False)
    write_home(site.here.settings.home, {"seeds/dictionaries/kind.yaml": MORE})
    other = again(site)
    assert offered(other) == ["tea", "salt", "oil"]
    assert "红茶" in other.as_("clerk").get("/shop/ware/add").text


def test_item_that_left_the_definitions_stays(site: Site) -> None:
    write_home(site.here.settings.home, {"seeds/dictionaries/kind.yaml": "items: {tea: 茶叶, salt: 食盐}\n"})
    assert offered(again(site)) == ["tea", "rice", "salt"]


def test_code_that_a_rule_begins_to_name_is_fixed_from_then_on(site: Site) -> None:
    ware = FILES["schema/shop/ware.yaml"].replace("kind == 'salt'", "kind in ['salt', 'rice']")
    write_home(site.here.settings.home, {"schema/shop/ware.yaml": ware})
    again(site)
    assert site.row("item", item(site, "rice"))["fixed"]


def test_plan_tells_of_settings_too(
    site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    table = site.world.tables.of("base.parameter").table
    with site.engine.begin() as connection:
        connection.execute(table.update().where(table.c.key == "days").values(value="7"))
    settings = site.here.settings
    monkeypatch.setenv("FAB_APP_HOME", str(settings.home))
    monkeypatch.setenv("FAB_APP_DATABASE_URL", settings.database_url)
    assert main(["plan"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[-2:] == [
        "Kept on screen otherwise than in the definitions:",
        "  shop setting.days: '7' on screen, '3' here",
    ]
