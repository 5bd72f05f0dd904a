"""Sample forms: one with every kind of widget and refused values, dialogs."""

# ruff: noqa: E501 - samples read as tables

from __future__ import annotations

import json

from fab_app.fields.faces import Cell, Option, Widget
from fab_app.web.pages import (
    Action,
    ChildRow,
    ChildTable,
    Confirm,
    ConfirmPage,
    DetailItem,
    Dialog,
    FileItem,
    FormField,
    FormPage,
    FormSection,
    Shell,
    Submit,
)

PHOTO = "/photo.svg"
TRADES = (
    "冷链仓储",
    "金属制品",
    "木材加工",
    "商业零售",
    "学校",
    "建筑施工",
    "化工",
    "纺织",
    "餐饮",
    "物业",
    "交通",
)
MAJOR = json.dumps(["sign", "==", ["path", "this", ["level"]], ["const", "重大"]])


def options(*values: str) -> tuple[Option, ...]:
    return tuple(Option(value, value) for value in values)


def measure(at: str, what: str, who: str, number: str, cost: str, due: str, *errors: str) -> ChildRow:
    def named(field: str) -> str:
        return f"measures-{at}-{field}"

    chosen = (Option("7", who),) if who else ()
    return ChildRow(
        at,
        (
            FormField(named("what"), "措施内容", Widget("text"), (what,), required=True),
            FormField(named("who"), "责任人", Widget("picker"), ("7",) if who else (), chosen, required=True, options_url="/options"),
            FormField(named("number"), "数量", Widget("number", {"min": "1"}), (number,), required=True, align="r", errors=errors),
            FormField(named("cost"), "预算（元）", Widget("number"), (cost,), align="r"),
            FormField(named("due"), "计划完成", Widget("date"), (due,)),
        ),
        id="" if at == "__n__" else at,
        version="1",
    )  # fmt: skip


def measures() -> ChildTable:
    head = [("what", "措施内容", "", "", True), ("who", "责任人", "150", "", True), ("number", "数量", "92", "r", True), ("cost", "预算（元）", "120", "r", False), ("due", "计划完成", "150", "", False)]  # fmt: skip
    return ChildTable(
        "measures",
        "整改措施",
        tuple(
            FormField(name, label, Widget("text"), width=width, align=align, required=required)
            for name, label, width, align, required in head
        ),
        (
            measure("0", "更换液氨管道法兰阀门", "林知远", "4", "36000.00", "2026-12-05"),
            measure(
                "1", "配备正压式空气呼吸器", "苏念安", "0", "18400.00", "2026-11-30", "应为大于 0 的整数"
            ),
            measure("2", "检修机房应急喷淋装置", "", "1", "9500.00", "2026-12-08"),
        ),
        measure("__n__", "", "", "", "", ""),
        min=1,
        max=5,
        totals=("cost",),
    )


def refused(shell: Shell) -> FormPage:
    late, poor = "整改期限不能早于上报日期 2026-11-22", "请填写预计整改资金"
    note = "等级为“重大”时需要填写以下内容"
    basic = (
        FormField("name", "隐患名称", Widget("text", {"maxlength": "60"}), ("三号冷库液氨管道阀门锈蚀渗漏",), required=True, span=8, hint="建议写明部位和问题，例如“三号冷库液氨阀门锈蚀渗漏”"),
        FormField("no", "隐患编号", Widget("text"), ("保存后自动生成",), readonly=True),
        FormField("unit", "被检查单位", Widget("picker"), ("1",), (Option("1", "望江冷链物流中心"),), required=True, options_url="/options"),
        FormField("area", "所在区域", Widget("cascade"), ("530403",), (Option("530403", "云岭市 / 望江区 / 江口街道"),), required=True, options_url="/tree"),
        FormField("trade", "行业类别", Widget("select", options=options(*TRADES)), ("冷链仓储",), required=True),
        FormField("helpers", "协办人", Widget("pickers", many=True), ("1", "2"), (Option("1", "何明川"), Option("2", "陆景行")), options_url="/options", span=8),
        FormField("found", "发现时间", Widget("datetime"), ("2026-11-22 09:30",), required=True),
        FormField("at", "巡查时刻", Widget("time"), ("09:30",)),
        FormField("month", "所属月份", Widget("month"), ("2026-11",)),
        FormField("hours", "停用时段", Widget("range_date"), ("2026-11-22", "2026-11-30")),
        FormField("public", "向社会公开", Widget("switch"), ("1",)),
        FormField("pin", "查询密码", Widget("password"), ("",)),
        FormField("by", "上报人", Widget("text"), readonly=True, display=Cell("text", "沈若溪（铸造路街道办）")),
    )  # fmt: skip
    judged = (
        FormField("level", "隐患等级", Widget("radio", options=options("一般", "较大", "重大")), ("重大",), required=True, span=6),
        FormField("source", "隐患来源", Widget("checks", options=options("日常检查", "专项检查", "公众举报")), ("日常检查",), span=6),
        FormField("sup", "挂牌督办单位", Widget("select", options=options("云岭市安全生产委员会")), ("云岭市安全生产委员会",), required=True, visible=MAJOR, note=note),
        FormField("deadline", "整改期限", Widget("date"), ("2026-11-12",), required=True, errors=(late,), visible=MAJOR, note=note),
        FormField("fund", "预计整改资金", Widget("number", {"placeholder": "0.00"}, unit="万元"), required=True, errors=(poor,), visible=MAJOR, note=note),
        FormField("text", "隐患描述", Widget("textarea", {"maxlength": "500"}), ("3 号冷库东侧机房液氨管道阀门法兰处锈蚀，现场检测氨气浓度 28 ppm。",), required=True, span=12),
        FormField("report", "检查报告", Widget("richtext"), ("<p>现场检查<strong>三处</strong>渗漏。</p><ul><li>法兰</li><li>阀门</li></ul>",), span=12),
    )  # fmt: skip
    bad = "格式不支持，请改用 jpg 或 png"
    limits = {"max_count": "9", "max_bytes": "10485760", "accept": ".jpg,.jpeg,.png"}
    files = (
        FormField("photos", "现场照片", Widget("images", many=True, limits=limits), ("a", "b"), required=True, span=8, hint="jpg、png，单张不超过 10 MB，最多 9 张；可直接拖入",
                  files=(FileItem("a", "法兰锈蚀.jpg", PHOTO, PHOTO), FileItem("b", "机房全景.jpg", PHOTO, PHOTO), FileItem("", "IMG_2031.heic", error=bad))),
        FormField("papers", "检查记录", Widget("files", many=True), ("c",), files=(FileItem("c", "现场检查记录表.pdf", PHOTO, size="1.2 MB"),), hint="pdf、docx、xlsx，不超过 20 MB"),
    )  # fmt: skip
    return FormPage(
        shell=shell,
        title="新增隐患",
        action="/form",
        sections=(
            FormSection("基本信息", basic, code="basic"),
            FormSection("隐患判定", judged, code="judged"),
            FormSection("整改措施", subtitle="至少 1 行，最多 5 行", table=measures(), code="measures"),
            FormSection("附件", files, code="files"),
        ),
        submit=(
            Submit("保存草稿", "draft", "1", draft=True),
            Submit("提交核查", "submit", "1", style="primary"),
        ),
        cancel=Action("取消", "/list"),
        state=Cell("state", "草稿", tone="draft"),
        errors=(
            ("f-deadline", late),
            ("f-fund", poor),
            ("f-measures-1-number", "整改措施第 2 行：数量应为大于 0 的整数"),
            ("f-photos", f"现场照片“IMG_2031.heic”{bad}"),
        ),
        upload_url="/upload",
    )


def dialog() -> Dialog:
    return Dialog(
        title="核实举报",
        action="/dialog",
        submit="提交核实结果",
        note="提交后将短信告知举报人",
        subject=(
            DetailItem("举报编号", Cell("text", "JB20261121-058")),
            DetailItem("举报内容", Cell("text", "夜间营业时后门上锁，仅留一个出口，二楼走道堆放酒水箱。")),
        ),
        fields=(
            FormField("result", "核实结论", Widget("radio", options=options("属实", "部分属实", "不属实")), ("属实",), required=True, span=12),
            FormField("who", "责任人", Widget("picker"), required=True, span=6, options_url="/options"),
            FormField("due", "整改期限", Widget("date"), ("2026-12-02",), required=True, span=6),
            FormField("note", "核实说明", Widget("textarea", {"maxlength": "200"}), required=True, span=12, hint="举报人可以看到此说明，请勿填写个人信息"),
        ),
    )  # fmt: skip


def withdraw() -> Dialog:
    return Dialog(
        title="撤销所选 3 条举报？",
        action="/dialog",
        submit="撤销 3 条",
        cancel="不撤销",
        danger=True,
        lines=(
            "举报人将收到“已撤销”短信",
            "已生成的 1 条隐患不会一并撤销",
            "撤销记录保留在操作日志，不能恢复办理",
        ),
        fields=(
            FormField(
                "why",
                "撤销原因",
                Widget("select", options=options("举报人主动撤回", "重复举报")),
                required=True,
            ),
        ),
    )


def question(shell: Shell) -> ConfirmPage:
    asked = Confirm(
        "删除“配电室堆放可燃杂物”？",
        ("3 条整改措施会一并删除", "删除后不能恢复"),
        "删除隐患",
        "不删除",
    )
    return ConfirmPage(shell, asked, "/nothing", "/detail")
