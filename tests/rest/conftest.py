"""A small shop over HTTP: its home folder, its accounts, and clients that ask as one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from flask_jwt_extended import create_access_token
from werkzeug.test import TestResponse

from fab_app import create_app
from fab_app.access.principal import system
from fab_app.config import Settings
from fab_app.runtime.writing import Writer
from fab_app.web.context import Application

CUSTOMER = """
label: {zh: 客户, en: Customer}
title: "{name}"
belongs: {owner: created_by}
fields:
  name: {type: text, label: {zh: 名称, en: Name}, max: 50, required: true, unique: true, search: true}
  phone: {type: phone, label: {zh: 电话, en: Phone}, mask: true}
  level: {type: choice, label: {zh: 等级, en: Level}, options: {a: 甲, b: 乙}}
  secret: {type: text, label: {zh: 内部, en: Inside}}
  password: {type: password, label: {zh: 口令, en: Password}}
listing:
  columns: [name, phone, level]
  tabs: {all: {label: 全部}, good: {label: 甲, where: level == 'a'}}
"""
ORDER = """
label: {zh: 订单, en: Order}
title: "{order_no}"
soft_delete: true
belongs: {owner: created_by}
fields:
  order_no: {type: serial, label: {zh: 单号, en: No.}, pattern: "D{yyyyMMdd}{0000}"}
  customer: {type: ref, to: customer, label: {zh: 客户, en: Customer}, required: true}
  amount: {type: money, label: {zh: 金额, en: Amount}, min: 0}
  placed: {type: date, label: {zh: 日期, en: Date}, default: today()}
  paid: {type: bool, label: {zh: 已付, en: Paid}, default: false}
  tags: {type: choices, label: {zh: 标签, en: Tags}, options: {new: 新, hot: 急}}
  helpers: {type: refs, to: customer, label: {zh: 相关, en: Others}}
  note: {type: text, label: {zh: 备注, en: Note}, max: 200, search: true}
  more: {type: json, label: {zh: 其他, en: More}}
  at: {type: datetime, label: {zh: 时间, en: At}}
  state:
    type: choice
    label: {zh: 状态, en: State}
    readonly: true
    default: open
    options: {open: 开, closed: 关}
  photo: {type: image, label: {zh: 图片, en: Photo}, max_size: 200KB}
  bill: {type: file, label: {zh: 票据, en: Bill}, kinds: [pdf], max_size: 10KB}
  lines: {type: table, label: {zh: 明细, en: Lines}, of: order_line, by: order, columns: [product, qty]}
  total:
    type: rollup
    label: {zh: 数量, en: Pieces}
    of: order_line
    by: order
    measure: sum
    field: qty
    as: int
  late: {type: computed, label: {zh: 逾期, en: Late}, as: bool, value: placed < today()}
checks:
  - {check: amount < 100000, at: amount, message: {zh: 太多, en: Too much}}
listing:
  columns: [order_no, customer, amount, placed, note]
  order: order_no
"""
LINE = """
label: {zh: 明细, en: Line}
fields:
  order: {type: ref, to: order, label: {zh: 订单, en: Order}, on_delete: delete}
  product: {type: text, label: {zh: 产品, en: Product}, max: 50, required: true}
  qty: {type: int, label: {zh: 数量, en: Quantity}, min: 1, max: 999}
  cost: {type: money, label: {zh: 成本, en: Cost}}
"""
PARCEL = """
label: {zh: 包裹, en: Parcel}
fields:
  name: {type: text, label: {zh: 名称, en: Name}, required: true}
  weight: {type: int, label: {zh: 重量, en: Weight}, readonly: true}
workflows:
  sending:
    start: packed
    states: {packed: {label: {zh: 已打包, en: Packed}}, sent: {label: {zh: 已寄出, en: Sent}, final: true}}
    moves:
      send:
        label: {zh: 寄出, en: Send}
        from: packed
        to: sent
        by: [clerk]
        batch: true
        dialog:
          weight: {required: true, check: weight > 0, message: {zh: 须大于零, en: More than nothing}}
          way: {type: choice, label: {zh: 方式, en: Way}, options: {road: 公路, air: 航空}, default: road}
      weigh: {label: {zh: 称重, en: Weigh}, from: packed, by: [clerk], dialog: [weight]}
      lose: {label: {zh: 丢失, en: Lose}, from: packed, to: sent, by: system}
"""
PRINTS = """
title: {zh: 商店, en: Shop}
prints:
  slip: {of: parcel, label: {zh: 面单, en: Slip}, template: slip.typ, fields: [name, weight]}
"""
SLIP = """
#import "/paper.typ": *
#show: paper
#for record in data.records { fields(record, "name", "weight") }
"""
ACCOUNT = """
label: {zh: 账号, en: Account}
title: "{name}"
view_of: user
soft_delete: true
"""
CLERK = """
label: {zh: 店员, en: Clerk}
rows:
  customer: created_by == user
  order: created_by == user
  order_line: {through: order}
  parcel: created_by == user
may:
  parcel: [read, add, print]
  customer: [read, add, edit, delete, export]
  order: [read, add, edit, delete, export]
  order_line: [read, add, edit, delete]
fields: {customer: {hidden: [secret]}}
"""
BOSS = """
label: {zh: 店长, en: Boss}
rows: {customer: 'true', order: 'true', order_line: 'true', account: 'true'}
may:
  order_line: [read, add, edit, delete]
  customer: [read, add, edit, delete, export]
  order: [read, add, edit, delete, export]
  account: [read]
"""
VIEWER = """
label: {zh: 访客, en: Viewer}
rows: {customer: 'true', order: 'true'}
may: {customer: [read], order: [read]}
fields: {customer: {hidden: [secret, level]}, order: {masked: [note]}}
"""
SHOP = {
    "schema/shop/customer.yaml": CUSTOMER,
    "schema/shop/order.yaml": ORDER,
    "schema/shop/order_line.yaml": LINE,
    "schema/shop/account.yaml": ACCOUNT,
    "schema/shop/parcel.yaml": PARCEL,
    "schema/shop/portal.yaml": PRINTS,
    "schema/shop/prints/slip.typ": SLIP,
    "permissions/shop/clerk.yaml": CLERK,
    "permissions/shop/boss.yaml": BOSS,
    "permissions/shop/viewer.yaml": VIEWER,
}
PASSWORD = "Demo@2024x"


@dataclass
class Client:
    """Asks as one account; ``statements`` are those of the last request."""

    shop: Shop
    http: FlaskClient
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.ask("GET", path, **options)

    def post(self, path: str, json: Any = None, **options: Any) -> TestResponse:
        return self.ask("POST", path, json=json, **options)

    def put(self, path: str, json: Any = None, **options: Any) -> TestResponse:
        return self.ask("PUT", path, json=json, **options)

    def delete(self, path: str, **options: Any) -> TestResponse:
        return self.ask("DELETE", path, **options)

    def ask(self, method: str, path: str, **options: Any) -> TestResponse:
        headers = {"Accept-Language": "en", **self.headers, **options.pop("headers", {})}
        if options.get("json") is None:
            options.pop("json", None)
        target = path if path.startswith("/") else f"/api/v1/shop/{path}"
        return self.http.open(target, method=method, headers=headers, **options)

    def list(self, entity: str, q: str = "") -> TestResponse:
        return self.get(f"{entity}/", query_string={"q": q} if q else {})

    def made(self, entity: str, **values: Any) -> int:
        answer = self.post(f"{entity}/", values)
        assert answer.status_code == 201, answer.text
        return int(answer.json["id"])


@dataclass
class Shop:
    app: Flask
    users: dict[str, int] = field(default_factory=dict)

    @property
    def here(self) -> Application:
        return self.app.extensions["fab_app"]  # type: ignore[no-any-return]

    @property
    def engine(self) -> sa.Engine:
        return self.here.session.get_bind()  # type: ignore[return-value]

    def token(self, account: str) -> str:
        with self.app.app_context():
            return str(create_access_token(identity=str(self.users[account])))

    def as_(self, account: str) -> Client:
        headers = {"Authorization": f"Bearer {self.token(account)}"} if account else {}
        return Client(self, self.app.test_client(), headers)

    def account(self, name: str, *roles: str, **values: Any) -> int:
        """An account with roles; its password is PASSWORD."""
        world, session = self.here.world, self.here.session
        role = world.tables.of("base.role").table
        found = sa.select(role.c.id).where(role.c.portal == "shop", role.c.code.in_(roles))
        keys = list(session.execute(found, execution_options={"authorised": "test"}).scalars())
        assert len(keys) == len(roles)
        given = {"account": name, "name": name, "roles": keys, "password": PASSWORD, **values}
        writer = Writer(world, session, system("test"), trusted=True)
        self.users[name] = writer.create(world.manifest.entities["shop.account"], given)
        session.commit()
        session.remove()
        return self.users[name]

    @contextmanager
    def statements(self) -> Iterator[list[str]]:
        found: list[str] = []

        def seen(connection: Any, cursor: Any, text: str, *rest: Any) -> None:
            found.append(text)

        sa.event.listen(self.engine, "before_cursor_execute", seen)
        try:
            yield found
        finally:
            sa.event.remove(self.engine, "before_cursor_execute", seen)


Make = Callable[..., Shop]


def build(folder: Path, files: dict[str, str]) -> Shop:
    for path, text in files.items():
        target = folder / "home" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    settings = Settings.from_environment(
        {
            "FAB_APP_HOME": str(folder / "home"),
            "FAB_APP_STORAGE_URL": "memory://",
            "FAB_APP_SECRET_KEY": "s" * 40,
        }
    )
    url = f"sqlite:///{folder / 'shop.sqlite'}"
    shop = Shop(create_app(replace(settings, database_url=url, instance=folder / "instance")))
    for name, role in (("clerk", "clerk"), ("other", "clerk"), ("boss", "boss"), ("viewer", "viewer")):
        shop.account(name, role)
    return shop


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Builds a project out of files; those of the shop where none are given."""
    return lambda files=SHOP: build(tmp_path, files)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """One shop for all tests of a file: each makes the rows it speaks of."""
    return build(tmp_path_factory.mktemp("shop"), SHOP)


@pytest.fixture
def clerk(shop: Shop) -> Client:
    return shop.as_("clerk")


@pytest.fixture
def boss(shop: Shop) -> Client:
    return shop.as_("boss")
