"""Sample lists: a long one, an empty one, one beside a tree."""

# ruff: noqa: E501 - samples read as tables

from __future__ import annotations

from dataclasses import replace

from sample_frame import DELETE, level, state, text

from fab_app.fields.faces import NIL, Cell, Option, Widget
from fab_app.web.pages import (
    Action,
    Column,
    Confirm,
    Empty,
    ListPage,
    Pager,
    Query,
    QueryField,
    Row,
    Shell,
    Tab,
    Tree,
    TreeNode,
)

HAZARDS = (
    ("YH20261118-417", "城南商贸城B区消防通道被货物占用", "云岭城南商贸有限公司", "青石区", "较大", "已逾期", "2026-11-18", "bad", "何明川", "11-22 09:41", "督办"),
    ("YH20261118-410", "冷库液氨管道阀门锈蚀渗漏", "望江冷链物流中心", "望江区", "重大", "已逾期", "2026-11-20", "bad", "林知远", "11-22 09:28", "督办"),
    ("YH20261118-403", "三号生产线除尘管道未定期清灰", "松溪木业有限公司", "松溪县", "较大", "已逾期", "2026-11-21", "bad", "赵启文", "11-22 09:12", "督办"),
    ("YH20261118-396", "教学楼二层疏散指示灯损坏", "青石区第三小学", "青石区", "一般", "整改中", "2026-11-23", "warn", "沈若溪", "11-22 08:55", "催办"),
    ("YH20261117-389", "地下车库喷淋系统水压不足", "东湖广场物业服务有限公司", "东湖新区", "较大", "整改中", "2026-11-24", "warn", "许一诺", "11-22 08:40", "催办"),
    ("YH20261117-382", "配电室堆放可燃杂物", "云岭精密铸造厂", "青石区", "一般", "待复查", "2026-11-24", "warn", "何明川", "11-22 08:22", "复查"),
    ("YH20261116-361", "仓库防火门闭门器脱落", "白鹭县粮食储备库", "白鹭县", "一般", "整改中", "2026-11-28", "", "", "11-21 15:12", "催办"),
    ("YH20261116-340", "厂房东侧外墙保温材料破损脱落", "临港开发区纺织厂", "临港区", "一般", "待核查", "", "", "", "11-21 09:14", "核查"),
    ("YH20261115-326", "电动自行车在楼道内充电", "青石区丽景小区物业", "青石区", "一般", "退回补正", "2026-12-05", "", "何明川", "11-20 16:30", "补正"),
    ("YH20261115-312", "塔式起重机限位装置失灵", "东湖新区塔机租赁站", "东湖新区", "重大", "已移送", "2026-12-08", "", "陆景行", "11-20 14:05", "回执"),
    ("YH20261114-284", "施工围挡基础松动倾斜", "青石区城建三标段", "青石区", "一般", "已销号", "2026-11-10", "", "沈若溪", "11-19 16:30", "文书"),
    ("YH20261113-270", "KTV包房安全出口上锁", "望江区星光娱乐城", "望江区", "较大", "草稿", "", "", "", "11-19 14:05", "提交"),
    ("YH20261112-249", "码头装卸区夜间照明不足", "临港货运码头", "临港区", "一般", "已撤销", "", "", "", "11-18 17:48", "复制"),
)  # fmt: skip
COLUMNS = (
    Column("no", "隐患编号", "128", sort_url="/list?sort=no", card="code"),
    Column("name", "隐患名称", card="title"),
    Column("unit", "被检查单位", "146", card="meta2"),
    Column("area", "区域", "74"),
    Column("level", "等级", "54"),
    Column("state", "状态", "100", card="state"),
    Column("due", "整改期限", "116", sort_url="/list?sort=due"),
    Column("who", "责任人", "60"),
    Column("at", "更新时间", "94", sort_url="/list?sort=at", direction="desc", card="hide"),
)
LEVEL = tuple(Option(value, value) for value in ("一般", "较大", "重大"))
TABS = (
    ("全部", "1,286", False), ("待核查", "37", False), ("整改中", "142", False), ("待复查", "18", False),
    ("已逾期", "9", True), ("已移送", "4", False), ("已销号", "1,071", False), ("草稿", "5", False),
)  # fmt: skip


def rows() -> tuple[Row, ...]:
    lines = []
    for at in range(25):
        no, name, unit, area, grade, standing, due, tone, who, when, verb = HAZARDS[at % len(HAZARDS)]
        deadline = Cell("date", due, title="逾期 4 天" if tone == "bad" else "", tone=tone) if due else NIL
        cells = (
            text(no), Cell("link", name, url="/detail"), text(unit), text(area), level(grade),
            state(standing), deadline, text(who), Cell("date", when),
        )  # fmt: skip
        verbs = (Action("详情", "/detail"), Action(verb, "/dialog", method="dialog"))
        more = (Action("编辑", "/form", "edit"), Action("打印", "/detail", "printer", new_tab=True), DELETE)
        lines.append(Row(str(at), cells, verbs, more, version="3", url="/detail"))
    return tuple(lines)


def query(conditions: tuple[str, ...] = ()) -> Query:
    region = Widget("cascade")
    chosen = (Option("5304", "白鹭县"),) if conditions else ()
    return Query(
        (
            QueryField("kw", "关键词", Widget("text", {"placeholder": "编号、名称、单位"}), key=True),
            QueryField(
                "area", "区域", region, ("5304",) if chosen else (), labels=chosen, options_url="/tree"
            ),
            QueryField("level", "等级", Widget("select", options=LEVEL), ("重大",) if conditions else ()),
            QueryField("unit", "单位", Widget("picker"), options_url="/options"),
            QueryField("due", "整改期限", Widget("range_date")),
            QueryField(
                "found", "上报时间", Widget("range_date"), ("2026-11-01", "2026-11-22") if conditions else ()
            ),
            QueryField("cost", "资金", Widget("range_number", unit="元")),
        ),
        action="/list",
        reset="/list",
        hidden=(("tab", "all"), ("size", "25")),
        conditions=conditions,
    )


def long_list(shell: Shell) -> ListPage:
    return ListPage(
        shell=shell,
        title="隐患台账",
        columns=COLUMNS,
        rows=rows(),
        pager=Pager("共 1,286 条", 1, 52, 25, (10, 25, 50, 100), "/list?page=", "/list?size=", count=1286),
        query=query(),
        tabs=tuple(
            Tab(str(at), label, f"/list?tab={at}", count, current=at == 0, alarm=alarm)
            for at, (label, count, alarm) in enumerate(TABS)
        ),
        toolbar=(
            Action("新增隐患", "/form", "plus", "primary"),
            Action("导出", "/nothing", "download"),
            Action("导入", "/nothing", "upload"),
            Action("下载模板", "/nothing", "file-spreadsheet"),
        ),
        batch=(
            Action("批量派发", "/dialog", method="dialog"),
            Action("导出所选", "/nothing"),
            Action(
                "撤销",
                "/nothing",
                style="danger",
                method="post",
                confirm=Confirm("撤销所选隐患？", ("撤销后不能恢复办理",), "撤销", "不撤销"),
            ),
        ),
        sort_note="逾期置顶，再按更新时间倒序",
        selectable=True,
        all_columns=tuple((column.name, column.label, True) for column in COLUMNS),
        batch_all=True,
        key="hazard",
        refresh_url="/list",
    )


def empty_list(shell: Shell) -> ListPage:
    told = "当前条件：区域“白鹭县”，等级“重大”，上报时间 2026-11-01 至 2026-11-22。可以放宽时间范围，或清空条件后重新查询。"
    page = long_list(shell)
    return replace(
        page,
        rows=(),
        pager=None,
        batch=(),
        query=query(("区域“白鹭县”", "等级“重大”")),
        tabs=tuple(replace(tab, count="0") for tab in page.tabs),
        empty=Empty(
            "filter",
            "没有符合条件的隐患",
            told,
            (Action("清空条件", "/list", style="line"), Action("新增隐患", "/form")),
        ),
    )


def users(shell: Shell) -> ListPage:
    people = (
        ("周以宁", "qingshi.zhouyn", "综合组", "科室管理员、核查员", "启用", "good", "2026-11-22 08:31"),
        ("苏念安", "qingshi.suna", "检查二组", "核查员", "锁定", "warn", "2026-11-20 09:17"),
        ("顾望舒", "zhuzao.guws", "铸造路街道办", "网格上报员", "未激活", "draft", ""),
    )
    lines = tuple(
        Row(
            account,
            (
                Cell("link", name, url="/detail"),
                text(account),
                text(group),
                Cell("many", items=tuple(text(role) for role in roles.split("、"))),
                Cell("state", standing, tone=tone),
                Cell("percent", f"{40 + at * 25}%"),
                Cell("date", when) if when else Cell("nil", "从未登录"),
            ),
            (Action("编辑", "/form"), Action("授权", "/dialog", method="dialog")),
            (Action("重置密码", "/nothing", method="post"), DELETE),
        )
        for at, (name, account, group, roles, standing, tone, when) in enumerate(people)
    )
    branch = TreeNode(
        "2", "青石区安监科", "/users", "64", current=True, open=True,
        items=(TreeNode("3", "综合组", "/users", "9"), TreeNode("4", "检查一组", "/users", "14")),
    )  # fmt: skip
    return ListPage(
        shell=shell,
        title="青石区安监科",
        subtitle="机构编码 530402，负责人 陆景行",
        columns=(
            Column("name", "姓名", "84", card="title"),
            Column("account", "账号", "136", card="code"),
            Column("group", "机构", "120"),
            Column("roles", "角色", card="meta2"),
            Column("state", "状态", "94", card="state"),
            Column("done", "完成率", "136"),
            Column("at", "最近登录", "136", card="hide"),
        ),
        rows=lines,
        pager=Pager("共 3 条", 1, 1, 20, (20,), "/users?page=", "/users?size="),
        toolbar=(Action("新增用户", "/form", "plus", "primary"), Action("导入", "/nothing", "upload", disabled="您没有导入权限，可向本单位管理员申请")),
        key="users",
        tree=Tree("组织机构", (TreeNode("1", "云岭市安监办", "/users", "412", open=True, items=(branch, TreeNode("5", "望江区安监科", "/users", "71", items_url="/nodes"))),)),
    )  # fmt: skip
