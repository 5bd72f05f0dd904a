"""A small home whose citizens report on the phone, and whom the people of agencies serve there and at the desk."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tests.projects import Browser, Builder, Site

HOME = {
    "schema/shop/portal.yaml": """
title: 举报
seats:
  citizen: {label: 微信用户, entity: person, key: openid, open: not blocked}
mobile:
  pages:
    file: {entity: report, label: 我要举报, page: add}
    mine: {entity: report, label: 举报}
    news: {entity: news, label: 通报}
    work: {entity: agency, label: 机构, when: user.citizen.agency is not none}
    self: {entity: person, label: 我, bar: false}
""",
    "schema/shop/agency.yaml": """
label: 机构
fields: {name: {type: text, label: 名称, required: true}}
""",
    "schema/shop/person.yaml": """
label: 微信用户
title: "{name}"
soft_delete: true
fields:
  name: {type: text, label: 昵称, required: true}
  openid: {type: text, label: OpenID, unique: true, required: true}
  blocked: {type: bool, label: 拉黑, default: false}
  agency: {type: ref, to: agency, label: 机构}
""",
    "schema/shop/report.yaml": """
label: 举报
title: "{name}"
fields:
  name: {type: text, label: 标题, required: true, max: 20, search: true}
  reporter: {type: ref, to: person, label: 举报人, default: user.citizen, readonly: "true"}
  agency: {type: ref, to: agency, label: 受理机构}
  secret: {type: text, label: 内部意见}
  photo: {type: images, label: 照片}
workflows:
  life:
    field: state
    start: open
    states:
      open: {label: 待处理, tone: info}
      taken: {label: 处理中, tone: warn}
      gone: {label: 已撤回, tone: away, final: true}
    moves:
      take:
        {label: 开始处理, from: [open], to: taken, dialog: {words: {type: text, label: 说明, required: true, max: 10}}}
      withdraw: {label: 撤回, from: [open], to: gone}
listing:
  columns: [name, state, agency]
  search: [name]
  tabs: {all: {label: 全部}, open: {label: 待处理, where: state == 'open'}}
detail:
  - {section: 内容, fields: [name, state, reporter, agency, secret, photo]}
  - {timeline: moves}
""",
    "schema/shop/news.yaml": """
label: 通报
fields:
  name: {type: text, label: 标题, required: true}
  shown: {type: bool, label: 已发布, default: false}
""",
    "permissions/shop/citizen.yaml": """
label: 公众
seats: [citizen]
rows:
  person: id == user.citizen
  news: shown
  agency: {read: id == user.citizen.agency, pick: all}
  report:
    read: reporter == user.citizen or agency == user.citizen.agency
    move: {withdraw: reporter == user.citizen, take: agency == user.citizen.agency}
may:
  person: [read]
  news: [read]
  agency: [read, pick]
  report: [read, add, {move: [take, withdraw]}]
fields:
  person: {hidden: [openid, blocked]}
  report: {hidden: [secret]}
""",
    "permissions/shop/clerk.yaml": """
label: 职员
rows: {person: all, report: all, news: all, agency: all}
may:
  person: [read, edit, delete]
  report: [read, edit, {move: [take]}]
  news: [read, add, edit]
  agency: [read, add]
""",
}


def filled(build: Builder, database: str = "sqlite", files: Mapping[str, str] = HOME, **more: object) -> Site:
    """Three people, of whom the third serves the first agency; a report of each of the first two; a bulletin."""
    site = build(files, database, **more)
    agencies = [site.make("agency", name=name) for name in ("甲局", "乙局")]
    people = [site.make("person", name=name, openid=f"o-{name}") for name in ("张", "李")]
    site.make("person", name="王", openid="o-王", agency=agencies[0])
    for person, agency, name in zip(people, agencies, ("张的举报", "李的举报"), strict=True):
        site.make("report", name=name, reporter=person, agency=agency, secret="内部")
    site.make("news", name="公开通报", shown=True)
    site.make("news", name="草稿通报", shown=False)
    return site


def seated(
    site: Site,
    person: int,
    browser: Browser | None = None,
    side: str = "",
    portal: str = "shop",
    kind: str = "citizen",
) -> Browser:
    """A browser in which this person has sat down, by the demo's page."""
    browser = browser or site.as_()
    answer = browser.post(f"/{portal}/m/{side}sit", {"seat": f"{kind}:{person}"})
    assert (answer.status, answer.location) == (303, f"/{portal}/m/{side}"), answer.text
    return browser


def titles(browser: Browser, path: str) -> list[str]:
    """What the cards of a list are called."""
    page = browser.get(path)
    assert page.status == 200, page.text
    return [node.one("h2").text for node in page.root.all("a", class_="k-m-item")]


def cookies(browser: Browser) -> set[str]:
    return {re.split("[=;]", str(one.key))[0] for one in browser.client._cookies.values()}
