"""A chain added to the ten-line entity by YAML alone works on screen and over REST."""

from __future__ import annotations

from tests.chains.town import do
from tests.projects import Builder

ORDER = """
label: 订单
fields:
  name: {type: text, label: 名称, required: true, search: true}
  amount: {type: money, label: 金额}
  placed: {type: date, label: 下单日期, default: today()}
"""
CHAIN = """
workflows:
  buying:
    approval:
      by: [clerk]
      chain:
        - {step: boss, label: 经理审批, by: boss}
"""
ROLE = "label: {0}\nrows: {{order: all}}\nmay: {{order: [read, add, edit]}}\n"


def test_chain_by_yaml_alone(project: Builder) -> None:
    roles = {f"permissions/shop/{role}.yaml": ROLE.format(role) for role in ("clerk", "boss")}
    site = project({"schema/shop/order.yaml": ORDER + CHAIN, **roles})
    clerk, boss = site.as_("clerk"), site.as_("boss")
    first, second = (site.make("order", name=name, amount="10") for name in ("纸", "笔"))

    assert clerk.post(f"/shop/order/do/submit/{first}").status == 303
    page = boss.get(f"/shop/order/show/{first}").response.get_data(as_text=True)
    assert "经理审批" in page and "审批中" in page and f"/shop/order/do/agree/{first}" in page
    assert boss.post(f"/shop/order/do/agree/{first}", {"opinion": "可以"}).status == 303
    assert site.row("order", first)["state"] == "approved"

    assert do(clerk, "submit", second, "order")[0] == 200
    assert [item["title"] for item in boss.json("/api/v1/shop/todo/")["result"]] == ["笔"]
    assert do(boss, "disagree", second, "order", opinion="太贵", note="请说明用途")[0] == 200
    assert site.row("order", second)["state"] == "returned"
    paths = boss.json("/api/v1/_openapi")["paths"]
    said = paths["/api/v1/shop/order/{pk}/do/agree"]["post"]["requestBody"]["content"]["application/json"]
    assert "opinion" in str(said) and "/api/v1/shop/todo/" in paths
    assert "/api/v1/shop/order/{pk}/do/approve" not in paths


def test_running_case_keeps_the_chain_with_which_it_was_submitted(project: Builder) -> None:
    from tests.projects import serve

    roles = {f"permissions/shop/{role}.yaml": ROLE.format(role) for role in ("clerk", "boss", "chief")}
    site = project({"schema/shop/order.yaml": ORDER + CHAIN, **roles})
    running, draft = (site.make("order", name=name) for name in ("旧", "稿"))
    assert do(site.as_("clerk"), "submit", running, "order")[0] == 200
    home = site.here.settings.home
    longer = CHAIN + "        - {step: chief, label: 总经理审批, by: chief}\n"
    (home / "schema/shop/order.yaml").write_text(ORDER + longer, encoding="utf-8")
    again = serve(site.here.settings.instance, home, site.here.settings.database_url)
    again.users = dict(site.users)
    assert do(again.as_("clerk"), "submit", draft, "order")[0] == 200
    for id_ in (running, draft):
        assert do(again.as_("boss"), "agree", id_, "order", opinion="可以")[0] == 200
    states = [again.row("order", id_)["state"] for id_ in (running, draft)]
    again.close()
    assert states == ["approved", "in_review"]
