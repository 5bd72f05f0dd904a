"""Staff of an agency from a workbook: its template, what is wrong in it row by row, and the gate before it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fab_app.fields.id_card import check_digit
from tests.imports.books import book, read, reasons
from tests.imports.books import send as bring
from tests.portals.intermediary import BOTH, PORTAL, agency, api, seeded
from tests.projects import Site


@pytest.fixture(params=BOTH)
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    with seeded(tmp_path, request.param) as made:
        yield made


def person(name: str, number: str, **more: object) -> list[object]:
    values = {
        "姓名": name,
        "身份证号": number,
        "手机号码": "13001090001",
        "学历": "本科",
        "所学专业": "安全工程",
        "职称": "中级",
        "执业资格": "二级安全评价师",
        "证书编号": "ZS-IN",
        "证书有效期至": "2099-12-31",
        "劳动合同起": "2020-01-01",
        "劳动合同止": None,
        "是否缴纳社保": "是",
        **more,
    }
    return list(values.values())


@pytest.mark.req("I-303", "I-215")
def test_staff_come_from_a_workbook_with_the_wrong_rows_told(fresh: Site) -> None:
    who, mine = fresh.as_("zj_soc1"), agency(fresh, "zj_soc1")
    template = who.get(api("im_staff", "import-template.xlsx"))
    (heading, *_) = read(template.response.get_data())
    first, second = ("99000019900101001", "99000019900101002")
    rows = [
        person("人员新一", first + check_digit(first)),
        person("人员新二", second + next(c for c in "0123456789" if c != check_digit(second))),
        person("人员新三", second + check_digit(second), 证书编号=None),
    ]
    staff = len(fresh.rows("im_staff"))
    status, answer = bring(who, "im_staff", book(heading, *rows), PORTAL, mode="good_rows")
    assert (status, answer["added"]) == (200, 1), answer
    assert [one[0] for one in reasons(answer)] == [3, 4]
    assert [one[2] for one in reasons(answer)] == ["身份证号不正确", "请填写证书编号"]
    made = fresh.rows("im_staff")[-1]
    assert (len(fresh.rows("im_staff")), made["name"], made["agency"]) == (staff + 1, "人员新一", mine)
    status, refused = bring(fresh.as_("zj_empty"), "im_staff", book(heading, rows[0]), PORTAL)
    assert (status, refused["message"]) == (403, "请先完成机构信息录入，方可维护专职人员信息")
    assert len(fresh.rows("im_staff")) == staff + 1
