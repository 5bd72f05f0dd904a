"""A site that is closed and begun again with other definitions, over the database that it has."""

from __future__ import annotations

from tests.moves.test_firing import do
from tests.projects import Site, serve

HEAD = """
label: 订单
fields:
  name: {type: text, label: 名称}
  note: {type: text, label: 说明}
  amount: {type: int, label: 数量}
listing: {columns: [name, state], search: [state]}
workflows:
"""
OLD = (
    HEAD
    + """\
  sale:
    start: open
    locked: 审核中不能修改
    states:
      open: {label: 待付款}
      held: {label: 审核中, locked: true}
      paid: {label: 已付款, final: true}
      void: {label: 作废, final: true}
    moves:
      hold: {label: 送审, from: open, to: held, by: [clerk]}
      drop:
        label: 作废
        from: held
        to: void
        by: [boss]
        when: amount is none or amount < 100
        dialog: {note: {required: true}}
        batch: true
      lapse: {label: 超期, from: [open, held], to: void, by: system}
      pay: {label: 付款, from: [open, held], to: paid, by: [clerk]}
"""
)
NEW = (
    HEAD
    + """\
  sale:
    start: fresh
    states:
      fresh: {label: 新建}
      paid: {label: 已付款, final: true}
    moves:
      pay: {label: 收款, from: fresh, to: paid, by: [clerk]}
"""
)
FILES = {
    "schema/shop/order.yaml": OLD,
    "permissions/shop/clerk.yaml": "label: 店员\nrows: {order: all}\nmay: {order: [read, add, edit]}\n",
    "permissions/shop/boss.yaml": "label: 经理\nrows: {order: all}\nmay: {order: [read]}\n",
    "permissions/shop/guest.yaml": "label: 访客\nrows: {order: all}\nmay: {order: [read]}\n",
}


class Shop:
    """``site`` is the one that runs now."""

    def __init__(self, site: Site) -> None:
        self.site = site

    def changed(self, text: str, path: str = "schema/shop/order.yaml") -> Site:
        settings, users, ahead = self.site.here.settings, self.site.users, self.site.world.clock.ahead  # type: ignore[attr-defined]
        (settings.home / path).write_text(text, encoding="utf-8")
        self.close()
        self.site = serve(settings.instance, settings.home, settings.database_url)
        self.site.users = dict(users)
        object.__setattr__(self.site.world.clock, "ahead", ahead)
        self.site.here.jobs.drain()
        return self.site

    def close(self) -> None:
        self.site.close()


class Old:
    """A shop with two orders, one of them held, that is opened again with the new definition."""

    def __init__(self, site: Site, new: str = NEW) -> None:
        self.shop = Shop(site)
        self.open, self.held = site.make("order", name="旧"), site.make("order", name="旧审")
        assert do(site.as_("clerk"), "hold", self.held)[0] == 200
        self.site = self.shop.changed(new)
        self.new = self.site.make("order", name="新")

    def state(self, id_: int) -> str:
        return str(self.site.row("order", id_)["state"])
