"""A database of before indexes told what was deleted gets them at the next start."""

from __future__ import annotations

import sqlalchemy as sa

from fab_app.store import ledger
from tests.projects import Builder, serve

FILES = {
    "schema/shop/firm.yaml": 'label: 企业\ntitle: "{name}"\nfields: {name: {type: text, label: 名称}}\n',
    "schema/shop/line.yaml": """
label: 明细
title: "{name}"
soft_delete: true
indexes: [[name, firm]]
fields:
  name: {type: text, label: 名称, index: true}
  firm: {type: ref, to: firm, label: 企业, index: true}
""",
}
BEFORE = {
    "ix_shop_line_name": ["name"],
    "ix_shop_line_firm": ["firm"],
    "ix_shop_line_name_firm": ["name", "firm"],
}
AFTER = {
    "ix_shop_line_name": ["name", "alive"],
    "ix_shop_line_firm": ["firm", "alive"],
    "ix_shop_line_name_firm": ["name", "alive", "firm"],
}


def indexes(engine: sa.Engine) -> dict[str, list[str | None]]:
    found = sa.inspect(engine).get_indexes("shop_line")
    return {str(one["name"]): one["column_names"] for one in found if str(one["name"]).startswith("ix_")}


def test_indexes_are_made_anew_at_the_start(project: Builder, database: str) -> None:
    site = project(FILES, database)
    firm = site.make("firm", name="甲")
    line = site.make("line", name="一", firm=firm)
    assert indexes(site.engine) == AFTER
    quoted = site.engine.dialect.identifier_preparer.quote
    with site.engine.begin() as connection:
        if database == "mariadb":
            connection.execute(sa.text("SET foreign_key_checks = 0"))
        for name, columns in BEFORE.items():
            where = " ON shop_line" if database == "mariadb" else ""
            connection.execute(sa.text(f"DROP INDEX {name}{where}"))
            connection.execute(
                sa.text(f"CREATE INDEX {name} ON shop_line ({', '.join(map(quoted, columns))})")
            )
        ledger.settle(connection, "of before")
    settings = site.here.settings
    site.close()
    again = serve(settings.instance, settings.home, settings.database_url)
    found, kept = indexes(again.engine), again.row("line", line)["firm"]
    again.close()
    assert (found, kept) == (AFTER, firm)
