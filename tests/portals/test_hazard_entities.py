"""Fields, labels, codes and moves of hazard_report are those of its document."""

from __future__ import annotations

import pytest

from fab_app.core.words import locale
from fab_app.spec.manifest import Entity, Manifest
from fab_app.spec.reading import read_home
from tests.portals.hazard import PORTAL
from tests.portals.seeded import HOME

REPORT = """
report_no 举报单号
reporter 举报用户
is_anonymous 匿名举报
contact_phone 联系电话
title 举报标题
description 隐患描述
hazard_region 隐患区域
hazard_address 详细地点
location 定位
category 隐患类别
involved_unit 涉及单位
photos 现场照片
video 视频
submitted_at 举报时间
assigned_agency 处理机构
assigned_at 分配时间
assign_mode 分配方式
match_reason 匹配说明
status 状态
verify_result 核实情况
reward_amount 奖励数额
verify_note 核查情况
rectify_days 排除期限（日）
rectify_due 应排除日期
verified_at 核实时间
verified_by 核实人
rectified_at 排除时间
rectify_note 排除说明
rectify_photos 排除照片
is_overdue 是否超期
return_reason 退回原因
"""
LEDGER = """
entry_no 流水号
agency 机构
occurred_at 发生时间
entry_type 类型
amount 金额
balance_after 余额
idempotency_key 幂等键
remark 摘要
"""
NOTIFICATION = """
event_code 事件
channel 渠道
address 接收地址
title 标题
body 内容
status 发送状态
attempts 次数
sent_at 发送时间
"""
CODES = {
    "hr_bulletin.bulletin_type": "accident exposure enforcement warning policy knowledge other",
    "hr_agency.agency_level": "province city district",
    "hr_report.verify_result": "valid partial untrue duplicate",
    "hr_claim.payout_method": "wechat bank alipay",
    "hr_ledger.entry_type": "recharge reward_payout payout_reversal adjustment",
    "hr_notification.status": "queued sent failed skipped",
}
STATES = {
    "hr_report": "unassigned pending processing verified dismissed rectified withdrawn invalid",
    "hr_claim": "awaiting submitted returned approved paid rejected expired",
}
MOVES = {
    "hr_agency": "submit approve reject disable enable",
    "hr_user": "reset_password disable enable",
    "hr_binding": "unbind",
    "hr_bulletin": "take_down republish",
    "hr_reward_standard": "take_down republish",
    "hr_report": "assign start verify send_back rectify withdraw void",
    "hr_claim": "submit transfer approve send_back reject pay fail expire",
    "hr_recharge": "credit cancel",
    "hr_account": "adjust",
    "hr_wechat_user": "block unblock",
    "hr_notification": "resend",
}
TABS = {
    "hr_report": "all pending processing verified overdue dismissed rectified",
    "hr_claim": "submitted returned approved paid rejected transferred_out awaiting all",
}


@pytest.fixture(scope="module")
def home() -> Manifest:
    return read_home(HOME, frozenset({PORTAL}))[0]


def entity(home: Manifest, name: str) -> Entity:
    return home.entities[f"{PORTAL}.{name}"]


def offered(home: Manifest, name: str, field: str) -> list[str]:
    one = entity(home, name).fields[field]
    of = getattr(one, "of", None)
    known = list(home.dictionaries[of].items if of else one.options)  # type: ignore[attr-defined]
    return [getattr(item, "code", item) for item in known]


@pytest.mark.parametrize(
    ("name", "table"),
    [
        pytest.param("hr_report", REPORT, marks=pytest.mark.req("H-049")),
        pytest.param("hr_ledger", LEDGER, marks=pytest.mark.req("H-054")),
        pytest.param("hr_notification", NOTIFICATION, marks=pytest.mark.req("H-056")),
    ],
)
def test_fields_have_the_labels_of_the_document(home: Manifest, name: str, table: str) -> None:
    fields = entity(home, name).fields
    wanted = dict(line.split(" ", 1) for line in table.split("\n") if line)
    assert {code: fields[code].label.of(locale.get()) for code in wanted if code in fields} == wanted


@pytest.mark.req("H-059")
@pytest.mark.parametrize("path", CODES)
def test_choices_have_the_codes_of_the_document(home: Manifest, path: str) -> None:
    assert offered(home, *path.split(".")) == CODES[path].split()


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("hr_report", marks=pytest.mark.req("H-190")),
        pytest.param("hr_claim", marks=pytest.mark.req("H-201")),
    ],
)
def test_states_are_those_of_the_document(home: Manifest, name: str) -> None:
    assert set(offered(home, name, "status")) >= set(STATES[name].split())


@pytest.mark.req("H-059")
@pytest.mark.parametrize("name", MOVES)
def test_moves_have_the_codes_of_the_document(home: Manifest, name: str) -> None:
    workflows = entity(home, name).spec.workflows.values()
    assert set(MOVES[name].split()) <= {code for one in workflows for code in one.moves}


@pytest.mark.req("H-059")
@pytest.mark.parametrize("name", TABS)
def test_tabs_have_the_codes_of_the_document(home: Manifest, name: str) -> None:
    tabs = list(entity(home, name).spec.listing.tabs)
    assert set(TABS[name].split()) <= set(tabs)
