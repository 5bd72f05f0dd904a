"""Rows that may only be chosen: their title in a field, and nothing else of them."""

from __future__ import annotations

from tests.projects import Builder

FILES = {
    "schema/shop/agency.yaml": """
label: 机构
title: "{name}"
fields:
  name: {type: text, label: 名称, search: true}
  open: {type: bool, label: 启用, default: true}
  secret: {type: text, label: 内部意见}
""",
    "schema/shop/claim.yaml": """
label: 领奖单
fields:
  name: {type: text, label: 姓名}
  payer: {type: ref, to: agency, label: 承担机构}
""",
    "permissions/shop/clerk.yaml": """
label: 职员
rows: {agency: {read: name == '甲局', pick: open}, claim: all}
may: {agency: [read, pick], claim: [read, add]}
""",
}


def test_what_may_be_picked_is_chosen_beyond_what_may_be_read_and_tells_its_title_alone(
    project: Builder,
) -> None:
    site = project(FILES)
    own, other, closed = (
        site.make("agency", name=name, open=name != "丙局", secret=f"{name}内情")
        for name in ("甲局", "乙局", "丙局")
    )
    clerk = site.as_("clerk")
    clerk.token = clerk.get("/login/").token
    headers = {"X-CSRFToken": clerk.token}
    made = [
        clerk.client.post(
            "/api/v1/shop/claim/", json={"name": "人", "payer": id_}, headers=headers
        ).status_code
        for id_ in (own, other, closed)
    ]
    assert made == [201, 201, 422]
    assert [clerk.get(f"/shop/agency/show/{id_}").status for id_ in (own, other, closed)] == [200, 404, 404]
    page = clerk.get("/shop/claim/list/").response.get_data(as_text=True)
    assert "乙局" in page and "内情" not in page
