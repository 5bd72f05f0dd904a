"""A home of ten lines is a whole application; two hundred entities cost a page nothing."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from threading import get_ident

import pytest

from tests.projects import PASSWORD, Builder, Site

TEN_LINES = """label: 书
fields:
  title: {type: text, label: 书名, required: true}
  author: {type: text, label: 作者}
  price: {type: money, label: 价格}
  bought: {type: date, label: 购入日期}
  kind: {type: choice, label: 类别, options: {novel: 小说, science: 科学}}
  lent: {type: bool, label: 已借出}
"""


@pytest.fixture(scope="module")
def books(build: Builder) -> Site:
    return build({"schema/library/book.yaml": TEN_LINES}, portal="library")


def test_ten_lines_are_a_list_a_form_a_page_and_a_menu(books: Site) -> None:
    admin = books.as_("admin")
    saved = admin.submit(
        "/library/book/add", title="算法", author="甲", price="59.00", kind="science", bought="2026-01-02"
    )
    page = admin.follow(saved)
    assert (page.status, page.column("title"), page.columns) == (
        200,
        ["算法"],
        ["title", "author", "price", "bought", "kind", "lent"],
    )
    shown = admin.get(f"/library/book/show/{page.ids[0]}")
    assert (shown.status, shown.details["价格"].startswith("59.00") or "59.00" in shown.details["价格"]) == (
        200,
        True,
    )
    assert admin.get(f"/library/book/edit/{page.ids[0]}").value("author") == "甲"
    assert "/library/book/list/" in admin.get("/library/").addresses


def test_ten_lines_are_an_api(books: Site) -> None:
    client = books.app.test_client()
    login = client.post(
        "/api/v1/security/login", json={"username": "admin", "password": PASSWORD, "provider": "db"}
    )
    headers = {"Authorization": f"Bearer {login.get_json()['access_token']}"}
    made = client.post("/api/v1/library/book/", json={"title": "网络", "price": "1.50"}, headers=headers)
    listed = client.get("/api/v1/library/book/", headers=headers).get_json()
    one = client.get(f"/api/v1/library/book/{made.get_json()['id']}", headers=headers).get_json()
    assert (made.status_code, made.get_json()["id"] in listed["ids"], one["result"]["title"]) == (
        201,
        True,
        "网络",
    )


def test_without_permissions_only_the_administrator_enters(books: Site) -> None:
    books.person("guest")
    assert books.as_("guest").get("/library/book/list/").status == 403


def thing(index: int) -> str:
    fields = "".join(
        f"  f{n}: {{type: {kind}, label: 字段{n}}}\n"
        for n, kind in enumerate(("text", "int", "date", "bool", "money") * 2)
    )
    head = f"label: 物{index}\nfields:\n  name: {{type: text, label: 名称}}\n"
    return f"{head}  other: {{type: ref, to: thing0, label: 首物}}\n{fields}"


def home(count: int) -> dict[str, str]:
    names = [f"thing{index}" for index in range(count)]
    rows, may = (
        "".join(f"  {name}: 'true'\n" for name in names),
        "".join(f"  {name}: [read, add]\n" for name in names),
    )
    role = f"label: 店员\nrows:\n{rows}may:\n{may}"
    return {"permissions/shop/clerk.yaml": role} | {
        f"schema/shop/{name}.yaml": thing(i) for i, name in enumerate(names)
    }


@pytest.fixture(scope="module")
def sizes(build: Builder) -> list[Site]:
    return [build(home(count), portal="shop") for count in (3, 200)]


def page_cost(site: Site, path: str) -> int:
    clerk = site.as_("clerk")
    clerk.get(path)
    with site.statements() as found:
        assert clerk.get(path).status == 200
    return len(found)


@pytest.mark.parametrize(
    "path", ["/shop/thing0/list/", "/shop/thing2/list/?name=a&order=name", "/shop/thing1/add", "/shop/"]
)
def test_two_hundred_entities_cost_a_page_nothing(sizes: list[Site], path: str) -> None:
    few, many = (page_cost(site, path) for site in sizes)
    assert few == many <= 5


def test_statement_of_a_list_is_the_same_among_two_hundred(sizes: list[Site]) -> None:
    told = []
    for site in sizes:
        clerk = site.as_("clerk")
        with site.statements() as found:
            clerk.get("/shop/thing0/list/")
        told.append(found)
    assert told[0] == told[1]


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.WARNING):
        yield caplog


def test_second_start_finds_nothing_to_do(project: Builder, logged: pytest.LogCaptureFixture) -> None:
    import sqlalchemy as sa

    from tests.projects import serve

    site = project(home(20), portal="shop")
    folder, url = project.folder / "site0", site.engine.url.render_as_string(hide_password=False)
    statements: list[str] = []

    me = get_ident()

    def seen(connection: object, cursor: object, text: str, *rest: object) -> None:
        if get_ident() == me:
            statements.append(text)

    sa.event.listen(sa.Engine, "before_cursor_execute", seen)
    try:
        again = serve(folder, folder / "home", url)
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", seen)
    changes = [
        text
        for text in statements
        if text.split()[0] in ("CREATE", "ALTER", "DROP", "INSERT", "UPDATE", "DELETE")
    ]
    assert (changes, len(statements) < 20) == ([], True)
    again.close()
