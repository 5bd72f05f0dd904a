"""Pages, buttons, locks and sentences of insurance_service are those of its document."""

from __future__ import annotations

import pytest

from fab_app.fields.family import FIELDS
from fab_app.spec.listing import Link, Press
from fab_app.spec.manifest import Manifest
from tests.portals.definitions import KINDS, PORTAL, RECORDS, entity, field

PAGES = {
    "service_order": ("服务订单列表页面", None, None),
    "training_record": ("安全培训记录列表", "创建培训记录页面", "确认"),
    "risk_record": ("风险识别记录列表", "添加安全风险辨识记录页面", "确认"),
    "inspection_record": ("排查记录列表页面", "创建事故排查页面", "确认"),
    "standardization_record": ("标准化建设记录列表", "创建标准化建设页面", "确认"),
    "drill_record": ("应急预案编制和演练记录列表", "创建应急预案编制和演练页面", "确认"),
    "tech_record": ("安全生产科技推广应用记录列表", "创建安全生产科技推广应用页面", "确认"),
    "other_record": ("其他有关事故预防工作记录列表", "创建其他有关事故预防工作页面", "确认"),
    "hazard": ("隐患台账", "新增隐患明细页面", "确定"),
    "account": ("账号列表页面", "账号信息页面", "提交"),
    "role": ("角色列表页面", "角色信息页面", "提交"),
}

IN_ORDER = {
    "training_record": "安全培训记录列表",
    "risk_record": "风险识别列表页面",
    "inspection_record": "隐患排查记录页面",
    "standardization_record": "标准化建设记录页面",
    "drill_record": "应急预案编制和演练记录页面",
    "tech_record": "安全生产科技推广应用记录页面",
    "other_record": "其他有关事故预防工作记录页面",
}


def sentences(home: Manifest) -> set[str]:
    """Every sentence with which the definitions refuse something."""
    found: set[str] = set()
    for each in home.of_portal(PORTAL):
        found |= {rule.message.zh for rule in (*each.spec.checks, *each.spec.locks)}
        for one in each.spec.fields.values():
            found |= {text.zh for text in (one.message, getattr(one, "restrict_message", None)) if text}
    return found


@pytest.mark.parametrize("name", PAGES)
def test_pages_and_buttons_are_called_as_in_the_manual(home: Manifest, name: str) -> None:
    """A-062, A-063, A-068, A-069, A-073, A-084 … A-102; the words 提交, 确认 and 确定 of section 0."""
    words = entity(home, name).spec.words
    assert tuple(text and text.zh for text in (words.list, words.add, words.submit)) == PAGES[name]


@pytest.mark.parametrize("name", IN_ORDER)
def test_records_of_an_order(home: Manifest, name: str) -> None:
    """A-082, A-083, A-091, A-100: the order's own list; outside of it no 新增 and three columns more."""
    listing = entity(home, name).spec.listing
    within = listing.within["order_id"]
    assert within.title is not None
    assert within.title.zh == IN_ORDER[name]
    assert within.header == ("order_no", "policy_no", "enterprise_id")
    assert [c.field for c in listing.columns if c.outside] == ["order_id", "policy_no", "enterprise_id"]
    adds = [b for b in listing.toolbar or () if isinstance(b, Press) and b.button == "add"]
    assert [add.within for add in adds] == ["order_id"]


def test_tabs_and_buttons_of_the_order_list(home: Manifest) -> None:
    """A-074 … A-077: in order, with counts; grey with the hint before acceptance, gone after refusal."""
    listing = entity(home, "service_order").spec.listing
    assert list(listing.tabs) == ["all", "pending", "serving", "finished", "declined"]
    assert [tab.label.zh for tab in listing.tabs.values()] == ["全部", "待受理", "服务中", "已办结", "已拒绝"]
    links = [button for button in listing.row or () if isinstance(button, Link)]
    assert [link.link for link in links] == list(RECORDS)
    assert [link.count for link in links] == [f"cnt_{kind}" for kind in KINDS]
    assert [link.label.zh if link.label else "" for link in links] == [
        "安全培训", "风险识别", "事故排查", "标准化建设", "应急预案编制和演练",
        "安全生产科技推广应用", "其他有关事故预防工作",
    ]  # fmt: skip
    for link in links:
        assert link.disabled is not None
        assert link.disabled.text == "status == 'pending'"
        assert link.reason is not None
        assert link.reason.zh == "请先受理该订单"
        assert link.when is not None
        assert link.when.text == "status not in ['declined', 'withdrawn']"


def test_sentences_of_section_11(home: Manifest) -> None:
    """A-153, A-157, A-158, A-159, A-161, A-164, A-173."""
    assert {
        "请先受理该订单",
        "结束时间必须晚于开始时间",
        "服务日期不能晚于今天",
        "参训人数须为1-99999的整数",
        "图片格式或大小不符合要求",
        "整改期限不能早于发现日期",
        "该排查记录下有{count}条隐患,不能删除",
    } <= sentences(home)


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("risk_record.report_files", "评估报告"),
        ("hazard.photos", "隐患图片"),
        ("drill_record.participants", "参演人数"),
    ],
)
def test_required_before_it_is_stored(home: Manifest, path: str, sentence: str) -> None:
    """A-156, A-160, A-182: the framework's own sentence is 请上传/请填写 and the label."""
    one = field(home, path)
    assert one.required is not None
    assert one.label.zh == sentence
    assert FIELDS[one.type].ask.split()[0] == ("Enter" if one.type == "int" else "Upload")


@pytest.mark.parametrize("name", [*RECORDS, "hazard"])
def test_records_are_locked_unless_the_order_is_served(home: Manifest, name: str) -> None:
    """A-044, A-116, A-153: adding, editing and deleting."""
    locks = entity(home, name).spec.locks
    assert [set(lock.actions) for lock in locks] == [{"add", "edit", "delete"}] * 2
    assert [lock.when.text.rpartition(".")[2] for lock in locks] == [
        "status == 'pending'",
        "status != 'serving'",
    ]
