"""Pages on the phone: forms, moves, uploads; what is typed stays, what may not be seen is absent, twice is once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.projects import PNG, Builder, Site
from tests.seats.home import filled, seated, titles


@pytest.fixture(scope="module")
def site(build: Builder, database: str) -> Site:
    return filled(build, database)


def test_a_report_is_the_seats_own_and_opens_after_it_was_sent(site: Site) -> None:
    browser = seated(site, 2)
    answer = browser.submit("/shop/m/report/add", name="新的")
    made = site.rows("report")[-1]
    assert (answer.status, answer.location) == (303, f"/shop/m/report/show/{made['id']}")
    assert (made["name"], made["reporter"], made["created_by"]) == ("新的", 2, None)
    assert browser.follow(answer).root.one("h2", class_="k-m-title").text == "新的"


def test_the_log_names_the_seat_and_its_channel(site: Site) -> None:
    browser = seated(site, 2)
    browser.submit("/shop/m/report/add", name="入志")
    entry = site.audit("report", site.rows("report")[-1]["id"])[0]
    told = {name: entry[name] for name in ("user_id", "account", "channel", "roles", "action")}
    assert told == {
        "user_id": None, "account": "citizen:2", "channel": "wechat", "roles": "citizen", "action": "add"
    }  # fmt: skip


def test_nothing_but_the_offered_fields_is_taken(site: Site) -> None:
    browser = seated(site, 2)
    forged = {
        "name": "冒名",
        "reporter": "1",
        "state": "taken",
        "secret": "泄",
        "created_by": "1",
        "id": "999",
    }
    answer = browser.submit("/shop/m/report/add", **forged)
    made = site.rows("report")[-1]
    assert answer.status == 303
    assert (made["reporter"], made["state"], made["secret"], made["created_by"]) == (2, "open", None, None)


def test_an_error_stands_at_its_field_and_keeps_what_was_typed(site: Site) -> None:
    before = len(site.rows("report"))
    answer = seated(site, 2).submit("/shop/m/report/add", name="长" * 21)
    assert (answer.status, len(site.rows("report"))) == (422, before)
    assert dict(answer.form())["name"] == "长" * 21
    assert answer.errors.keys() >= {"name"}


def test_a_form_sent_twice_makes_one_record(site: Site) -> None:
    browser = seated(site, 2)
    page, before = browser.get("/shop/m/report/add"), len(site.rows("report"))
    answers = [browser.send(page, name="两次").status for _ in range(2)]
    assert (answers, len(site.rows("report"))) == ([303, 303], before + 1)


def test_a_form_sent_twice_at_once_makes_one_record(site: Site) -> None:
    browser = seated(site, 2)
    page, before = browser.get("/shop/m/report/add"), len(site.rows("report"))
    pairs = [(name, "同时" if name == "name" else value) for name, value in page.form()]
    cookie = browser.client.get_cookie("fab_seat", path="/shop/m/")
    form = browser.client.get_cookie("fab_form")
    assert cookie is not None and form is not None

    def send(_: int) -> int:
        client = site.app.test_client()
        client.set_cookie("fab_seat", cookie.value, path="/shop/m/")
        client.set_cookie("fab_form", form.value)
        return client.post("/shop/m/report/add", data=dict(pairs)).status_code

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(send, range(2)))
    assert set(answers) <= {303, 409}
    assert len(site.rows("report")) == before + 1


def test_a_refused_form_may_be_sent_again(site: Site) -> None:
    browser = seated(site, 2)
    refused = browser.submit("/shop/m/report/add", name="长" * 21)
    assert browser.send(refused, name="短").status == 303


def test_a_move_stands_at_the_foot_and_is_made_on_a_page(site: Site) -> None:
    id_ = site.make("report", name="待办", reporter=1, agency=1)
    browser = seated(site, 3)
    foot = browser.get(f"/shop/m/report/show/{id_}").root.one("div", class_="k-m-bar")
    assert [(a.text, a.attrs["href"].partition("?")[0]) for a in foot.all("a")] == [
        ("开始处理", f"/shop/m/report/do/take/{id_}")
    ]
    refused = browser.post(f"/shop/m/report/do/take/{id_}", {"words": "长" * 11})
    assert (refused.status, site.row("report", id_)["state"]) == (422, "open")
    assert "长" * 11 in refused.response.get_data(as_text=True)
    assert browser.post(f"/shop/m/report/do/take/{id_}", {"words": "去看"}).status == 303
    assert site.row("report", id_)["state"] == "taken"
    assert browser.post(f"/shop/m/report/do/take/{id_}", {"words": "去看"}).status == 409
    assert "开始处理" in browser.get(f"/shop/m/report/show/{id_}").root.one("ol", class_="k-line").text


def test_a_move_keeps_within_its_own_rows(site: Site) -> None:
    id_ = site.make("report", name="别人的", reporter=1, agency=1)
    assert seated(site, 3).post(f"/shop/m/report/do/withdraw/{id_}").status in (403, 404)
    assert seated(site, 2).post(f"/shop/m/report/do/withdraw/{id_}").status == 404
    assert site.row("report", id_)["state"] == "open"


def test_an_upload_is_its_makers_alone(site: Site) -> None:
    first, second = seated(site, 1), seated(site, 2)
    sent = [browser.file("m/report", "photo") for browser in (first, second)]
    stolen = second.submit("/shop/m/report/add", name="偷图", photo=str(sent[0]))
    assert stolen.status == 422
    page = second.submit("/shop/m/report/add", name="有图", photo=str(sent[1]))
    id_ = site.rows("report")[-1]["id"]
    shown = second.follow(page)
    file = next(a.attrs["href"] for a in shown.root.all("a") if "/file/" in a.attrs.get("href", ""))
    assert file.startswith(f"/shop/m/report/file/{id_}/")
    assert second.get(file).response.get_data()[:4] == PNG[:4]
    assert first.get(file).status == 404
    assert second.get(file.replace("/m/", "/")).status == 302


def test_a_hidden_field_is_told_nowhere(site: Site) -> None:
    browser = seated(site, 1)
    for at in ("show/1", "list/", "add", "do/withdraw/1"):
        assert "内部" not in browser.get(f"/shop/m/report/{at}").response.get_data(as_text=True)


def test_tabs_filters_and_an_empty_list_say_what_there_is(site: Site) -> None:
    browser = seated(site, 1)
    assert "张的举报" in titles(browser, "/shop/m/report/list/?tab=open")
    assert titles(browser, "/shop/m/report/list/?name=没有") == []
    assert "没有" in browser.get("/shop/m/report/list/?name=没有").root.one("section", class_="k-empty").text


def test_the_bar_shows_what_may_be_opened(site: Site) -> None:
    def bar(person: int) -> list[str]:
        page = seated(site, person).get("/shop/m/report/list/")
        return [a.text for a in page.root.one("nav", class_="k-m-tabs").all("a")]

    assert bar(1) == ["我要举报", "举报", "通报", "我的"]
    assert bar(3) == ["我要举报", "举报", "通报", "机构", "我的"]


def test_a_record_takes_three_statements_beside_its_course_and_files(site: Site) -> None:
    browser = seated(site, 1)
    browser.get("/shop/m/report/show/1")
    with site.statements() as found:
        browser.get("/shop/m/report/show/1")
    assert len(found) <= 4, found


def test_what_the_phone_has_no_page_for_is_absent(site: Site) -> None:
    browser = seated(site, 3)
    for at in ("delete/1", "batch/delete"):
        assert browser.post(f"/shop/m/report/{at}").status == 404
    for at in ("export.xlsx", "batch/export", "printed", "import", "show/1/related/0"):
        assert browser.get(f"/shop/m/report/{at}").status == 404
