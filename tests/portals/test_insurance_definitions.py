"""The definitions of insurance_service say what its document says, word for word."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fab_app.core.text import Text
from fab_app.fields.family import FIELDS
from fab_app.spec.layout import DetailHistory, DetailTable
from fab_app.spec.listing import Link, Press
from fab_app.spec.manifest import SYSTEM, Entity, Manifest
from fab_app.spec.portal import MenuItem
from fab_app.spec.reading import read_home

HOME = Path(__file__).parents[2]
PORTAL = "insurance_service"
FILES = HOME / "seeds" / PORTAL / "files"
KINDS = ("training", "risk", "inspection", "standardization", "drill", "tech", "other")
RECORDS = tuple(f"{kind}_record" for kind in KINDS)

COMMON = """
record_no 记录编号|Record no.
order_id 服务订单|Service order
policy_no 保单号
enterprise_id 投保单位
insurer_id 保险机构
agency_id 服务机构
service_date 服务日期|Service date
place 服务地点|Place
staff_ids 服务人员|Service staff
external_experts 外聘专家|External experts
content 服务内容|Content
confirm_file 服务确认单|Signed confirmation
remark 备注|Remark
"""
ORG = """
name 机构名称|Name
uscc 统一社会信用代码
region_id 所属区域|Region
contact_name 联系人|Contact
contact_phone 联系电话|Mobile
status 状态
"""
TABLES = {
    "service_order": """
order_no 服务订单号|Order no.
policy_id 保单|Policy
policy_no 保单号|Policy no.
insurer_id 保险机构|Insurer
enterprise_id 投保单位|Insured enterprise
agency_id 安全生产技术服务机构|Agency
required_services 约定服务项目|Agreed service kinds
requirement 服务要求|Requirements
expect_finish 期望完成日期|Expected finish
status 状态|Status
assigned_at 指定时间|Assigned at
assigned_by 指定人|Assigned by
accept_result 受理结果|Acceptance result
accept_at 受理时间|Accepted at
accept_by 受理人|Accepted by
leader_id 服务负责人|Service leader
member_ids 服务人员|Members
accept_opinion 受理意见|Opinion
plan_file 服务方案|Service plan
cnt_training 安全培训记录数
cnt_risk 风险识别记录数
cnt_inspection 隐患排查记录数
cnt_standardization 标准化建设记录数
cnt_drill 应急预案编制和演练记录数
cnt_tech 安全生产科技推广应用记录数
cnt_other 其他有关事故预防工作记录数
progress 服务进度|Progress
finish_at 办结时间
finish_summary 总结
finish_files 附件
overdue_accept 受理超期|Acceptance overdue
""",
    "order_log": """
order_id 服务订单
time 时间
operator 操作人
action 操作
from 原状态
to 新状态
remark 备注
""",
    "training_record": COMMON
    + """
title 培训主题|Topic
train_type 培训类型|Type
method 培训方式|Method
start_at 开始时间|From
end_at 结束时间|To
hours 学时|Hours
lecturer 讲师|Lecturer
trainee_count 参训人数|Trainees
sign_in_files 签到表|Sign-in sheet
courseware 培训课件|Courseware
photos 培训照片|Photos
attachments 附件|Attachments
""",
    "risk_record": COMMON
    + """
title 评估名称|Title
method 辨识方法|Method
risk_level 综合风险等级|Overall level
cnt_major 重大风险点数
cnt_larger 较大风险点数
cnt_general 一般风险点数
cnt_low 低风险点数
report_files 评估报告|Assessment report
photos 现场照片|Site photos
attachments 附件|Attachments
""",
    "inspection_record": COMMON
    + """
title 排查名称|Title
check_type 排查类型|Type
scope_text 排查范围|Areas checked
report_files 排查报告|Report
hazard_total 隐患数
hazard_done 已整改数
hazard_rate 整改率
photos 现场照片|Site photos
attachments 附件|Attachments
""",
    "standardization_record": COMMON
    + """
title 建设内容|Subject
target_level 标准化等级|Target level
stage 所处阶段|Stage
photos 现场照片|Site photos
attachments 成果材料|Deliverables
""",
    "drill_record": COMMON
    + """
work_type 工作类型|Work type
title 预案/演练名称|Name
plan_type 预案类别|Plan type
drill_form 演练形式|Drill form
participants 参演人数|Participants
plan_files 预案文本|Plan text
drill_files 演练记录|Drill record
evaluation 演练评估|Evaluation
photos 演练照片|Photos
attachments 附件|Attachments
""",
    "tech_record": COMMON
    + """
title 推广项目名称|Project
category 类别|Category
effect 应用效果|Effect
photos 现场照片|Site photos
attachments 佐证材料|Evidence
""",
    "other_record": COMMON
    + """
title 工作名称|Work title
result_text 工作成效|Result
photos 现场照片|Site photos
attachments 佐证材料|Evidence
""",
    "hazard": """
hazard_no 隐患编号|No.
inspection_id 排查记录|Inspection
order_id 服务订单
enterprise_id 投保单位
agency_id 服务机构
description 隐患描述|Description
category 隐患类别|Category
level 隐患等级|Level
location 隐患部位|Location
found_date 发现日期|Found on
photos 隐患图片|Hazard photos
suggestion 整改建议|Advice
deadline 整改期限|Deadline
status 整改状态|Status
overdue 是否逾期|Overdue
after_photos 整改后图片|After photos
rectify_desc 整改说明|Measures taken
rectify_date 整改完成日期|Rectified on
rectified_by 整改录入人|Entered by
rectified_at 整改录入时间
return_reason 退回原因|Return reason
""",
    "policy": """
policy_no 保单号|Policy no.
insurer_id 保险机构|Insurer
enterprise_id 投保单位|Insured enterprise
insured_headcount 投保人数|Insured persons
amount 保险金额|Sum insured
premium 保费|Premium
prevention_fee 事故预防服务费|Prevention fee
start_date 保险起期
end_date 保险止期
policy_file 保单文件|Policy file
letter_no 函号|Letter no.
letter_date 出函日期|Letter date
letter_file 函件
agency_id 当前服务机构
order_id 当前订单
status 状态|Status
""",
    "enterprise": """
name 单位名称|Name
uscc 统一社会信用代码|USCC
industry 行业类别|Industry
region_id 所属区域|Region
address 地址
geo 位置|Coordinates
employee_count 从业人数|Employees
contact_name 安全负责人|Safety contact
contact_phone 联系电话|Mobile
""",
    "service_agency": ORG
    + """
legal_person 法定代表人|Legal representative
address 地址
service_kinds 可服务项目|Service kinds
qualification_files 资质证书|Qualification
qualification_end 有效期至|Valid until
""",
    "insurer": ORG,
    "account": """
account 账号|Login name
name 姓名|Name
phone 手机号|Mobile
password 密码|Password
role_ids 角色|Roles
org_id 所属机构|Organisation
region_id 监管区域|Region
user_type 用户类型|User type
status 状态
must_change_pwd 须改密|Must change
last_login_at 最后登录时间
login_count 登录次数
""",
    "role": """
name 角色名称|Role name
remark 说明|Description
builtin 内置|Built-in
""",
}

CODES = {
    "service_order.status": "pending serving declined finished withdrawn terminated",
    "service_order.accept_result": "agree disagree",
    "service_order.required_services": " ".join(KINDS),
    "order_log.action": "designate withdraw accept decline close reopen terminate",
    "training_record.train_type": "all_staff managers special law warning other",
    "training_record.method": "onsite online visit experience",
    "risk_record.method": "lec ls checklist hazop other",
    "risk_record.risk_level": "major larger general low",
    "inspection_record.check_type": "full special seasonal recheck",
    "standardization_record.target_level": "level1 level2 level3 micro",
    "standardization_record.stage": "consulting documents self_review application improvement",
    "drill_record.work_type": "plan_new plan_revision drill",
    "drill_record.plan_type": "general special onsite",
    "drill_record.drill_form": "tabletop field combined",
    "tech_record.category": "technology process material equipment system",
    "hazard.status": "open rectified",
    "hazard.level": "general major",
    "hazard.category": "basic site equipment behaviour fire electrical hazchem other",
    "policy.status": "draft lettered designated serving finished cancelled expired",
    "enterprise.industry": (
        "mining hazchem fireworks transport construction explosives metallurgy fishery other"
    ),
    "service_agency.service_kinds": " ".join(KINDS),
    "service_agency.status": "enabled disabled",
    "insurer.status": "enabled disabled",
    "account.status": "enabled disabled",
}

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


@pytest.fixture(scope="module")
def home() -> Manifest:
    manifest, problems = read_home(HOME, frozenset({PORTAL}))
    assert problems == []
    return manifest


def entity(home: Manifest, name: str) -> Entity:
    return home.entities[f"{PORTAL}.{name}"]


def field(home: Manifest, path: str) -> Any:
    name, _, code = path.partition(".")
    return entity(home, name).fields[code]


def table(name: str) -> dict[str, tuple[str, str]]:
    """Code -> Chinese and English label of a field table of the document ("" where it gives none)."""
    rows = [line.partition(" ") for line in TABLES[name].strip().splitlines() if line]
    return {code: (label.partition("|")[0], label.partition("|")[2]) for code, _, label in rows}


def sentences(home: Manifest) -> set[str]:
    """Every sentence with which the definitions refuse something."""
    found: set[str] = set()
    for each in home.of_portal(PORTAL):
        found |= {rule.message.zh for rule in (*each.spec.checks, *each.spec.locks)}
        for one in each.spec.fields.values():
            found |= {text.zh for text in (one.message, getattr(one, "restrict_message", None)) if text}
    return found


def texts(spec: Any, where: str = "") -> Iterator[tuple[str, Text]]:
    """Every text of a definition with the way to it."""
    if isinstance(spec, Text):
        yield where, spec
    elif isinstance(spec, dict):
        for key, value in spec.items():
            yield from texts(value, f"{where}.{key}")
    elif isinstance(spec, tuple | list):
        for index, value in enumerate(spec):
            yield from texts(value, f"{where}[{index}]")
    elif hasattr(type(spec), "model_fields"):
        for key in type(spec).model_fields:
            yield from texts(getattr(spec, key), f"{where}.{key}")


# --- entities -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TABLES)
def test_fields_are_those_of_the_document(home: Manifest, name: str) -> None:
    """A-040 … A-059: every field code, with its label in both languages where the document gives both."""
    found = entity(home, name).fields
    for code, (zh, en) in table(name).items():
        assert code in found, f"{name}.{code}"
        assert found[code].label.zh == zh
        assert not en or found[code].label.en == en


@pytest.mark.parametrize(
    "name", [n for n in TABLES if n not in ("account", "role", "service_agency", "insurer")]
)
def test_no_other_fields_stand_beside_them(home: Manifest, name: str) -> None:
    """A-060: the field codes of section 3 are the names in the API."""
    assert set(entity(home, name).fields) - set(SYSTEM) == set(table(name))


def test_shared_entities_stand_once(home: Manifest) -> None:
    """A-053, A-054, A-057, A-058, A-061: over the shared tables, under the document's names."""
    shared = {
        each.name: (each.owner, dict(each.spec.fixed)) for each in home.of_portal(PORTAL) if each.shared
    }
    assert shared == {
        "account": ("base.user", {}),
        "role": ("base.role", {}),
        "region": ("base.region", {}),
        "service_agency": ("base.org", {"kind": "agency"}),
        "insurer": ("base.org", {"kind": "insurer"}),
        "operation_log": ("base.audit", {}),
        "message": ("base.message", {}),
        "sms_log": ("base.delivery", {"channel": "sms"}),
    }


@pytest.mark.parametrize("path", CODES)
def test_codes_in_the_order_of_the_labels(home: Manifest, path: str) -> None:
    """A-060."""
    options = field(home, path).options
    assert list(options) == CODES[path].split()


def test_states_and_levels_have_a_tone_each(home: Manifest) -> None:
    for path in ("service_order.status", "policy.status", "hazard.status", "hazard.level"):
        assert all(item.tone for item in field(home, path).options.values()), path
    levels = field(home, "risk_record.risk_level").options
    assert [item.tone for item in levels.values()] == ["bad", "warn", "warn", "info"]


def test_numbers_begin_as_the_document_says(home: Manifest) -> None:
    """A-040, A-042, A-048."""
    patterns = {
        f"{each.name}.{code}": getattr(one, "pattern", "")
        for each in home.of_portal(PORTAL)
        for code, one in each.spec.fields.items()
        if one.type == "serial"
    }
    prefixes = dict(zip(RECORDS, ("PX", "FX", "PC", "BZ", "YJ", "KJ", "QT"), strict=True))
    assert patterns == {
        "service_order.order_no": "FW{yyyyMMdd}{0000}",
        "hazard.hazard_no": "YH{yyyyMMdd}{0000}",
        **{f"{name}.record_no": f"{prefix}{{yyyyMMdd}}{{0000}}" for name, prefix in prefixes.items()},
    }


def test_uploads_have_the_limits_of_the_document(home: Manifest) -> None:
    """Section 0: files up to 50 MB, pictures up to 10 MB, each refused with its sentence."""
    for each in home.of_portal(PORTAL):
        for code, one in each.spec.fields.items():
            if one.type in ("file", "files", "images"):
                picture = one.type == "images"
                assert field(home, f"{each.name}.{code}").max_size == (10 if picture else 50) * 1024**2, (
                    f"{each.name}.{code}"
                )
                assert one.message is not None
                assert one.message.zh == f"{'图片' if picture else '文件'}格式或大小不符合要求"


def test_what_only_moves_fill_cannot_be_typed(home: Manifest) -> None:
    """A-040, A-048, A-056."""
    moved = {
        "service_order": "policy_id agency_id status assigned_at assigned_by accept_result accept_at"
        " accept_by leader_id member_ids accept_opinion plan_file finish_at finish_summary finish_files",
        "hazard": "status after_photos rectify_desc rectify_date rectified_by rectified_at return_reason",
        "policy": "insurer_id status letter_no letter_date letter_file",
    }
    for name, codes in moved.items():
        for code in codes.split():
            readonly = entity(home, name).fields[code].readonly
            assert readonly is not None, f"{name}.{code}"
            assert readonly.text == "true", f"{name}.{code}"


def test_every_word_is_in_both_languages(home: Manifest) -> None:
    specs = [(each.name, each.spec) for each in home.of_portal(PORTAL)]
    specs += [(role.name, role.spec) for role in home.roles.values() if role.portal == PORTAL]
    specs += [("menu", home.menus[PORTAL].spec), ("portal", home.portals[PORTAL].spec)]
    lacking = [
        f"{name}{where}" for name, spec in specs for where, text in texts(spec) if not (text.zh and text.en)
    ]
    assert lacking == []


def test_every_path_leads_somewhere(home: Manifest) -> None:
    """Columns, conditions, forms, details, related tables and links name what exists."""
    for each in home.of_portal(PORTAL):
        listing = each.spec.listing
        named = [column.field for column in listing.columns] + [search.field for search in listing.search]
        for part in (*each.spec.form, *each.spec.detail):
            if isinstance(part, DetailTable):
                child = entity(home, part.table)
                assert part.by is not None
                assert home.target(child, part.by) is each
            elif not isinstance(part, DetailHistory) and part.fields != "*":
                named += [
                    code for item in part.fields for code in ([item] if isinstance(item, str) else item)
                ]
        for path in named:
            assert home.walk(each, tuple(path.split("."))) is not None, f"{each.name}: {path}"
        for reference, within in listing.within.items():
            target = home.target(each, reference)
            assert target is not None
            assert set(within.header) <= set(target.fields), f"{each.name}: {reference}"
        for button in listing.row or ():
            if isinstance(button, Link):
                assert button.by is not None
                assert home.target(entity(home, button.link), button.by) is each
                assert button.count is None or button.count in each.fields


# --- pages ----------------------------------------------------------------------------------


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


# --- portal, menu, roles --------------------------------------------------------------------


def test_the_portal_and_its_doors(home: Manifest) -> None:
    """A-014 … A-018, A-126, A-172."""
    portal = home.portals[PORTAL].spec
    assert portal.title.zh == "安全生产技术服务机构管理系统"
    assert portal.out_of_scope == 403
    assert portal.entry is not None
    assert (portal.entry.title.zh, portal.entry.tile.zh) == ("办事服务", "安全生产责任保险监管平台")
    assert portal.entry.platform.zh == "安全生产责任保险监管平台综合页面"
    doors = {code: (door.label.zh, door.kinds) for code, door in portal.doors.items()}
    assert doors == {
        "agency": ("安全生产技术服务机构", ("agency",)),
        "insurer": ("保险机构", ("insurer",)),
        "regulator": ("监管部门", ("regulator",)),
        "platform": ("平台管理", ("platform",)),
    }
    said = {key: getattr(portal.messages, key).zh for key in portal.messages.model_fields_set}
    assert said == {
        "out_of_scope": "无权访问该数据",
        "forbidden": "无操作权限",
        "saved": "操作成功",
        "too_many": "数据量过大,请缩小查询范围",
        "wrong_password": "账号或密码错误",
        "locked": "账号已锁定,请15分钟后再试",
        "disabled": "账号已停用,请联系管理员",
        "wrong_door": "该账号不属于本登录入口",
        "org_disabled": "所属机构已停用",
    }


def test_the_menu(home: Manifest) -> None:
    """A-003, A-022 … A-036, A-038: eight modules in the manual's order, 隐患台账 beside them."""

    def shown(item: MenuItem) -> Any:
        label = item.label.zh if item.label else ""
        opens = item.entity or item.board
        return (label, [shown(below) for below in item.items]) if item.items else (label, opens)

    assert [shown(item) for item in home.menus[PORTAL].spec.items] == [
        ("安责险服务", [
            ("服务订单", "service_order"),
            ("安全培训", "training_record"),
            ("隐患排查", "inspection_record"),
            ("风险识别", "risk_record"),
            ("标准化建设", "standardization_record"),
            ("应急预案编制和演练", "drill_record"),
            ("安全生产科技推广应用", "tech_record"),
            ("其他有关事故预防工作", "other_record"),
        ]),
        ("隐患台账", "hazard"),
        ("统计分析", [
            ("服务统计", "service_stats"), ("隐患统计", "hazard_stats"), ("订单统计", "order_stats"),
        ]),
        ("系统账号", [("账号管理", "account"), ("角色管理", "role")]),
        ("保单管理", [("保单/出函", "policy"), ("服务机构库", "service_agency")]),
        ("基础数据", [
            ("服务机构管理", "service_agency"),
            ("保险机构管理", "insurer"),
            ("投保企业", "enterprise"),
            ("行政区划", "region"),
        ]),
        ("系统管理", [("操作日志", "operation_log"), ("短信日志", "sms_log")]),
    ]  # fmt: skip


ROLES = {
    "agency_admin": "服务机构管理员",
    "agency_manager": "业务负责人",
    "agency_staff": "服务人员",
    "insurer_clerk": "保险机构经办",
    "insurer_admin": "保险机构管理员",
    "regulator": "应急管理部门监管人员",
    "platform_admin": "平台管理员",
}


def test_built_in_roles(home: Manifest) -> None:
    """A-005 … A-012, A-055: who may what; rows for everything that somebody may."""
    roles = {role.name: role.spec for role in home.roles.values() if role.portal == PORTAL}
    assert {name: spec.label.zh for name, spec in roles.items()} == ROLES
    everything, seeing = {"read", "add", "edit", "delete", "export"}, {"read", "export"}
    for name, spec in roles.items():
        assert set(spec.rows) == set(spec.may) - {"statistics"}, name
        for record in (*RECORDS, "hazard"):
            allowed = (
                everything if name.startswith("agency") else seeing if name != "platform_admin" else set()
            )
            printing = {"print"} if record == "hazard" and name.startswith("agency") else set()
            assert set(spec.may.get(record, ())) == allowed | printing, f"{name}: {record}"
        assert set(spec.may.get("policy", ())) == (everything if name.startswith("insurer") else set())
        assert ("role" in spec.may) == name.endswith("_admin")
    assert set(roles["agency_staff"].may["service_order"]) == {"read", "print"}
    assert set(roles["agency_manager"].may["service_order"]) == seeing | {"print"}
    assert "service_order" not in roles["platform_admin"].may


def test_row_rules_run_over_kept_columns(home: Manifest) -> None:
    """A-126, A-128, A-129: the longer paths of the rules are those that ``belongs`` keeps."""
    for name in ("service_order", *RECORDS, "hazard"):
        kept = set(entity(home, name).spec.belongs.values())
        for role in ("agency_admin", "insurer_clerk", "regulator"):
            rule = home.roles[f"{PORTAL}.{role}"].spec.rows[name]
            paths = {".".join(path) for path in rule.paths}
            assert paths <= kept, f"{role}: {name}"


# --- seeds ----------------------------------------------------------------------------------


def seeds(home: Manifest) -> Iterator[tuple[str, dict[str, Any]]]:
    for document in home.seeds:
        for name, rows in document.data.items():
            yield from ((name, row) for row in rows)


def test_seeds_are_exactly_those_of_the_document(home: Manifest) -> None:
    """A-174, A-175, A-176."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for name, row in seeds(home):
        rows.setdefault(name, []).append(row)
    assert {name: len(found) for name, found in rows.items()} == {
        "region": 4, "insurer": 2, "service_agency": 3, "enterprise": 3, "account": 10, "policy": 5,
        "service_order": 3, "order_log": 5, "hazard": 3, **dict.fromkeys(RECORDS, 1),
    }  # fmt: skip
    assert {row["policy_no"]: row["status"] for row in rows["policy"]} == {
        "P-001": "lettered", "P-002": "serving", "P-003": "designated", "P-004": "serving", "P-005": "draft",
    }  # fmt: skip
    for row in rows["policy"]:
        assert (row["start_date"], row["end_date"]) == ("= today() - days(100)", "= today() + days(265)")
    assert [row["account"] for row in rows["account"]] == [
        "platform", "reg_city", "reg_east", "insa_clerk", "insb_clerk",
        "a_admin", "a_manager", "a_staff1", "a_staff2", "b_admin",
    ]  # fmt: skip
    assert {row["password"] for row in rows["account"]} == {"Demo@2024x"}
    assert [row["uscc"][-4:] for row in (*rows["insurer"], *rows["service_agency"], *rows["enterprise"])] == [
        "001L", "002P", "003T", "004X", "0051", "0064", "0077", "008A",
    ]  # fmt: skip
    served = next(row for row in rows["service_order"] if row["policy_id"] == "@p2")
    assert (served["leader_id"], served["status"], "member_ids" in served) == ("@a_staff1", "serving", False)
    assert served["required_services"] == list(KINDS)
    assert {rows[name][0]["order_id"] for name in RECORDS} == {"@order2"}
    assert sorted((row["level"], row["status"]) for row in rows["hazard"]) == [
        ("general", "open"), ("general", "rectified"), ("major", "open"),
    ]  # fmt: skip


def test_seeds_name_only_what_exists(home: Manifest) -> None:
    """Fields, choices, handles before their use, files; and every file is used, and small."""
    known = {f"role.{role.name}" for role in home.roles.values() if role.portal == PORTAL}
    used: set[str] = set()
    for name, row in seeds(home):
        fields = entity(home, name).fields
        for code, value in row.items():
            assert code in fields or code in ("_key", "_by", "_at"), f"{name}.{code}"
            for item in value if isinstance(value, list) else [value]:
                if isinstance(item, str) and item.startswith("@"):
                    assert item[1:] in known, item
                elif isinstance(item, dict):
                    used.add(item["file"])
                elif code in fields and not (isinstance(item, str) and item.startswith("= ")):
                    fields[code].parse([item] if fields[code].many else item)
        known.add(str(row.get("_key", "")))
    assert used == {path.name for path in FILES.iterdir()}
    assert max(path.stat().st_size for path in FILES.iterdir()) < 15 * 1024


def test_seed_files_are_taken_by_their_fields(home: Manifest) -> None:
    for name, row in seeds(home):
        for code, value in row.items():
            for item in value if isinstance(value, list) else []:
                if isinstance(item, dict):
                    accept = field(home, f"{name}.{code}").accept
                    assert accept(item["file"], (FILES / item["file"]).read_bytes())


def test_lines_are_short() -> None:
    folders = [HOME / part / PORTAL for part in ("schema", "permissions", "seeds")]
    paths = [path for folder in folders for path in folder.glob("*.yaml")] + [
        HOME / "menus" / f"{PORTAL}.yaml"
    ]
    long = [
        f"{path.name}:{n}"
        for path in paths
        for n, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if len(line) > 160
    ]
    assert long == []


@pytest.mark.req("A-018", "A-019", "A-020")
def test_captcha_lockout_password_rule_and_sessions(home: Manifest) -> None:
    login = home.portals[PORTAL].spec.login
    lockout, rule = login.lockout, login.password
    assert (lockout.failures, lockout.within, lockout.minutes, login.sessions.idle) == (5, 15, 15, 30)
    assert (rule.min, rule.max, rule.letters_and_digits, rule.last, rule.never) == (
        8,
        20,
        True,
        1,
        ("123456",),
    )
    assert login.forced_change == ("add", "edit", "reset")
    assert home.entities[f"{PORTAL}.account"].fields["password"].policy is rule  # type: ignore[attr-defined]
