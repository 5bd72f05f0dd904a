"""Our home folder: the four entities of the comparison, and as many more as are asked for."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from bench.places import HERE, home

SECRET = "a key for the benchmark only, thirty-two long"
GROUP = 20

FIELDS = """\
label: {{zh: 实体{number:03d}, en: Entity {number:03d}}}
title: "{{f00}}"
fields:
  f00: {{type: text, label: 字段0, max: 80, search: true}}
  f01: {{type: int, label: 字段1}}
  f02: {{type: date, label: 字段2}}
  f03: {{type: decimal, label: 字段3, digits: 10, scale: 2}}
  f04: {{type: bool, label: 字段4}}
  f05: {{type: text, label: 字段5, max: 16}}
  f06: {{type: datetime, label: 字段6}}
  f07: {{type: longtext, label: 字段7}}
  f08: {{type: text, label: 字段8, max: 40}}
  f09: {{type: int, label: 字段9}}
  f10: {{type: date, label: 字段10}}
  f11: {{type: text, label: 字段11, max: 20}}
listing:
  columns: [f00, f01, f02, f03, f04, f05, f06, f08]
  search: [{{field: f00, by: contains}}, f05, f04]
"""


def environment(path: Path, entities: int) -> dict[str, str]:
    """What an application of ours is started with, for a database file and so many entities."""
    kept = {
        key: value
        for key, value in os.environ.items()
        if key != "PYTHONDONTWRITEBYTECODE" and not key.startswith("FAB_APP_")
    }
    return {
        **kept,
        "FAB_APP_HOME": str(written(entities)),
        "FAB_APP_DATABASE_URL": f"sqlite:///{path}",
        "FAB_APP_SECRET_KEY": SECRET,
    }


def written(entities: int) -> Path:
    """The home with so many entities: ``bench/home``, grown where more are asked for."""
    folder = home(entities)
    shutil.copytree(HERE / "home", folder, dirs_exist_ok=True)
    names = [f"ent{number:03d}" for number in range(entities - 4)]
    for number, name in enumerate(names):
        (folder / "schema" / "bench" / f"{name}.yaml").write_text(
            FIELDS.format(number=number), encoding="utf-8"
        )
    if names:
        _grow(folder, names)
    return folder


def _grow(folder: Path, names: list[str]) -> None:
    menu, role = folder / "menus" / "bench.yaml", folder / "permissions" / "bench" / "staff.yaml"
    groups = [names[first : first + GROUP] for first in range(0, len(names), GROUP)]
    lines = [f"  - {{label: 组{index}, items: [{', '.join(group)}]}}" for index, group in enumerate(groups)]
    menu.write_text("\n".join([menu.read_text(encoding="utf-8").rstrip(), *lines, ""]), encoding="utf-8")
    text = role.read_text(encoding="utf-8").rstrip()
    rows = ", ".join(f"{name}: all" for name in names)
    rights = [f"  {name}: [read, add, edit]" for name in names]
    grown = text.replace("guard: all}", f"guard: all, {rows}}}")
    role.write_text("\n".join([grown, *rights, ""]), encoding="utf-8")
