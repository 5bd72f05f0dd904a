"""The invented portal that every sample page of the gallery belongs to."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup

from fab_app.fields.faces import NIL, Cell
from fab_app.web.pages import Action, Confirm, Crumb, MenuNode, Shell

MENU = (
    MenuNode("home", "首页", "home-2", "/home"),
    MenuNode("todo", "待办事项", "checkbox", "/list", badge=True, alarm=True),
    MenuNode(
        "hz",
        "隐患管理",
        "alert-triangle",
        items=(
            MenuNode("hz-list", "隐患台账", url="/list"),
            MenuNode(
                "hz-flow",
                "核查与整改",
                items=(
                    MenuNode("hz-check", "待核查", url="/empty", badge=True),
                    MenuNode("hz-fix", "待复查", url="/detail", badge=True),
                ),
            ),
            MenuNode("hz-plan", "排查计划", url="/form"),
        ),
    ),
    MenuNode("rp", "举报管理", "speakerphone", items=(MenuNode("rp-list", "举报受理", url="/list"),)),
    MenuNode("stat", "统计分析", "chart-bar", items=(MenuNode("stat-1", "隐患统计", url="/home"),)),
    MenuNode("sys", "系统管理", "settings", items=(MenuNode("sys-org", "组织与用户", url="/users"),)),
)


def shell(draw_menu: Callable[[tuple[MenuNode, ...]], str], path: tuple[str, ...], *crumbs: str) -> Shell:
    return Shell(
        portal_code="hazard",
        title="安全隐患监管平台",
        icon="shield-check",
        menu=Markup(draw_menu(MENU)),
        portals=(
            Action("安全隐患监管平台", "/home", "shield-check", name="hazard"),
            Action("公众举报受理平台", "/entry", "speakerphone", name="report"),
        ),
        person="周以宁",
        organisation="青石区安监科",
        crumbs=(Crumb("首页", "/home"), *(Crumb(text, "/list") for text in crumbs)),
        home_url="/home",
        demo=True,
        badges_url="/badges",
        user_actions=(
            Action("修改密码", "/password", "lock"),
            Action("退出登录", "/nothing", "logout", method="post"),
        ),
        path=path,
        person_key="u7",
        bell=Action("消息", "/list", "bell"),
        search_url="/list",
        help_url="/home",
        locales=(Action("简体中文", "?lang=zh", disabled="当前"), Action("English", "?lang=en")),
    )


DELETE = Action(
    "删除",
    "/nothing",
    style="danger",
    method="post",
    confirm=Confirm(
        "删除“配电室堆放可燃杂物”？",
        ("3 条整改措施和 5 个附件会一并删除", "删除记录保留在操作日志，不能恢复"),
        "删除隐患",
        "不删除",
    ),
)
STATES = {
    "草稿": "draft", "待核查": "info", "整改中": "info", "待复查": "warn", "退回补正": "warn",
    "已逾期": "bad", "已销号": "good", "已移送": "away", "已撤销": "neutral",
}  # fmt: skip
LEVELS = {"重大": "bad", "较大": "warn", "一般": ""}


def text(value: str) -> Cell:
    return Cell("text", value) if value else NIL


def state(value: str) -> Cell:
    return Cell("state", value, tone=STATES[value])


def level(value: str) -> Cell:
    return Cell("tag", value, tone=LEVELS[value])
