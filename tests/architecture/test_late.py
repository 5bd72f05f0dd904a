"""What a worker has loaded when it begins to serve: nothing that few requests need."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

RARE = ("openpyxl", "xlsxwriter", "typst", "celery", "authlib", "boto3", "numpy", "pandas")
PROGRAM = f"""
import sys
from fab_app import create_app
create_app()
print([name for name in {RARE!r} if name in sys.modules])
"""


def test_a_worker_loads_nothing_that_few_requests_need(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "schema" / "shop").mkdir(parents=True)
    (home / "schema" / "shop" / "item.yaml").write_text(
        "label: 物品\nfields: {name: {type: text, label: 名称}}\n", encoding="utf-8"
    )
    given = {
        "FAB_APP_HOME": str(home),
        "FAB_APP_DATABASE_URL": f"sqlite:///{tmp_path / 'one.sqlite'}",
        "FAB_APP_SECRET_KEY": "k" * 40,
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FAB_APP_")}
    root = Path(__file__).parent.parent.parent
    answer = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=root,
        env={**kept, **given},
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout.strip().splitlines()[-1] == "[]"


def test_an_address_is_built_as_werkzeug_builds_it() -> None:
    from werkzeug.routing import Map, Rule

    from fab_app.web.rest.late import LateRule

    built = []
    for kind in (Rule, LateRule):
        rules = Map([kind("/shop/<int:pk>", endpoint="one"), kind("/shop/<path:rest>/x", endpoint="two")])
        address = rules.bind("here")
        built.append(
            [
                *(address.build("one", {"pk": pk, "q": "a b"}) for pk in (1, 2)),
                address.build("two", {"rest": "a/b", "q": "c"}, append_unknown=False),
                address.build("two", {"rest": "a/b", "q": "c"}),
            ]
        )
    assert built[0] == built[1]
