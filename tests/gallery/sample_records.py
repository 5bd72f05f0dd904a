"""A sample record with its course, and the pages around the portals."""

# ruff: noqa: E501 - samples read as tables

from __future__ import annotations

import json

from markupsafe import Markup
from sample_frame import DELETE, STATES, level, text

from fab_app.fields.faces import NIL, Cell
from fab_app.web.pages import (
    Action,
    ApiPage,
    ChartCard,
    Column,
    DetailItem,
    DetailPage,
    DetailSection,
    EntryPage,
    ErrorPage,
    HomePage,
    LoginPage,
    Notice,
    PasswordPage,
    PortalsPage,
    PortalTile,
    RelatedTable,
    Row,
    Shell,
    Step,
    Tab,
    Tile,
    TimelineEntry,
    Todo,
)

PHOTO = "/photo.svg"
PICTURES = Cell("images", items=tuple(Cell("images", name, url=PHOTO, thumb=PHOTO) for name in ("整改前.jpg", "灭火器.jpg")))  # fmt: skip
STEPS = (("上报", "11-17 09:12", "done"), ("核查", "11-17 15:40", "done"), ("派发", "11-18 08:55", "done"), ("整改", "11-21 16:30", "done"), ("复查", "当前 · 周以宁", "now"), ("销号", "", "next"))  # fmt: skip
COURSE = (
    TimelineEntry("销号", "青石区安监科负责人", state="next"),
    TimelineEntry("复查", "周以宁 · 青石区安监科", "已等待 18 小时", state="now"),
    TimelineEntry(
        "提交整改结果",
        "何明川 · 云岭精密铸造厂",
        "11-21 16:30",
        "杂物已清运，灭火器已更换，挡鼠板安装完毕，附照片 3 张。",
        files=(PICTURES,),
    ),
    TimelineEntry("核查属实", "陆景行 · 铸造路街道办", "11-17 15:40"),
    TimelineEntry("上报", "沈若溪 · 铸造路街道办", "11-17 09:12"),
)


def record(shell: Shell) -> DetailPage:
    done = (("清运配电室内木质托盘与纸箱", "0.00", "2026-11-18", "已完成", "good"), ("更换压力不足的灭火器 2 具", "360.00", "2026-11-19", "待确认", "warn"))  # fmt: skip
    return DetailPage(
        shell=shell,
        title="配电室堆放可燃杂物",
        state=Cell("state", "待复查", tone=STATES["待复查"]),
        tags=(level("一般"),),
        meta=(
            ("编号", text("YH20261117-382")),
            ("被检查单位", text("云岭精密铸造厂")),
            ("整改期限", Cell("date", "2026-11-24（剩 2 天）", tone="warn")),
            ("责任人", text("何明川")),
        ),
        actions=(
            Action("打印", "/detail", "printer", new_tab=True),
            Action("退回整改", "/withdraw", style="danger", method="dialog"),
            Action("复查通过", "/dialog", style="primary", method="dialog"),
        ),
        more=(Action("编辑", "/form", "edit"), Action("移送", "/dialog", method="dialog"), DELETE),
        steps=tuple(Step(*step) for step in STEPS),
        sections=(
            DetailSection(
                "隐患信息",
                (
                    DetailItem("隐患来源", text("日常检查")),
                    DetailItem("行业类别", text("金属制品")),
                    DetailItem("所在区域", text("青石区 / 铸造路街道")),
                    DetailItem("发现时间", Cell("date", "2026-11-17 09:05")),
                    DetailItem("上报人", text("沈若溪")),
                    DetailItem("联系电话", Cell("masked", "1**-****-0042"), reveal_url="/reveal"),
                    DetailItem("详细地址", text("铸造路 18 号厂区西侧 10 kV 配电室"), 2),
                    DetailItem("督办单位", NIL),
                    DetailItem("标识色", Cell("colour", "#2a6bdb", title="蓝色")),
                    DetailItem("整改进度", Cell("percent", "66.7%")),
                    DetailItem("隐患描述", text("配电室内堆放废旧木质托盘及包装纸箱约 3 立方米，距高压柜不足 1 米；门口未设挡鼠板，灭火器 2 具压力不足。"), 3),
                    DetailItem("检查报告", Cell("rich", Markup("<p>共 <strong>3</strong> 处问题</p>")), 3),
                    DetailItem("现场照片", PICTURES, 3),
                    DetailItem("附件", Cell("files", items=(Cell("files", "现场检查记录表.pdf", "1.2 MB", PHOTO),)), 3),
                ),
                Action("编辑", "/form", "edit"),
            ),
        ),
        related=(
            RelatedTable(
                "整改措施", "measures", count="2",
                columns=(Column("what", "措施内容"), Column("cost", "费用（元）", "100", "r"), Column("at", "完成日期", "116"), Column("state", "状态", "100")),
                rows=tuple(
                    Row(str(at), (text(what), Cell("money", cost), Cell("date", when), Cell("state", word, tone=tone)), (Action("查看照片", "/detail"),))
                    for at, (what, cost, when, word, tone) in enumerate(done)
                ),
                note="共 2 条，合计 360.00 元", more=Action("全部", "/list"),
            ),
            RelatedTable("操作日志", "log", url="/related", count="11"),
        ),
        timeline=COURSE,
        timeline_note="已用 5 天",
    )  # fmt: skip


def related() -> RelatedTable:
    return RelatedTable(
        "操作日志",
        "log",
        columns=(Column("what", "操作"), Column("who", "操作人", "100"), Column("at", "时间", "150")),
        rows=(Row("1", (text("提交整改结果"), text("何明川"), Cell("date", "2026-11-21 16:30"))),),
    )


TODOS = (
    Todo("督办", "城南商贸城B区消防通道被货物占用", "/detail", "安全隐患监管平台", "逾期 4 天", "bad"),
    Todo("举报核实", "夜间营业时后门上锁，仅留一个出口", "/detail", "公众举报受理平台", "今天 17:30", "warn"),
    Todo("复查", "教学楼二层疏散指示灯损坏", "/detail", "安全隐患监管平台", "剩 2 天", "warn"),
    Todo("核查", "有限空间作业未办理审批", "/detail", "安全隐患监管平台", "剩 6 天", "good"),
)
NOTICES = (
    Notice("冬季消防专项排查工作安排", "/detail", "11-20"),
    Notice("平台 11 月 28 日夜间停机维护", "/detail", "11-19"),
)
TREND = {"x": ["8月", "9月", "10月", "11月"], "series": [{"name": "上报", "data": [239, 226, 221, 248]}, {"name": "销号", "data": [236, 229, 214, 231]}], "unit": "条"}  # fmt: skip
STACK = {"x": ["青石区", "望江区", "东湖新区"], "series": [{"name": "一般", "data": [31, 22, 19], "tone": "neutral"}, {"name": "较大", "data": [14, 10, 7], "tone": "warn"}, {"name": "重大", "data": [1, 1, 0], "tone": "bad"}]}  # fmt: skip
RANK = {"x": ["云岭城南商贸有限公司", "松溪木业有限公司", "望江冷链物流中心"], "series": [{"name": "逾期", "data": [5, 4, 3]}]}  # fmt: skip
SHARE = {"x": ["日常检查", "专项检查", "公众举报"], "series": [{"name": "来源", "data": [120, 86, 42]}]}


def home(shell: Shell) -> HomePage:
    return HomePage(
        shell,
        "隐患监管总览",
        "云岭市，数据截至 2026-11-22 09:30",
        tiles=(
            Tile("本月上报", "248", "条", "较上月 12.4%", "/list", delta="up", spark="M0 24 12 20 24 22 36 14 48 16 60 8 72 6"),
            Tile("整改中", "142", "条", "较上月 5.1%", "/list", delta="down", delta_tone="good"),
            Tile("已逾期", "9", "条", "较上月多 2 条", "/list", tone="bad", delta="up", delta_tone="bad"),
            Tile("按期整改率", "93.6", "%", "较上月 1.8 个百分点", "/list", delta="up", delta_tone="good"),
            Tile("重大隐患", "4", "条", "挂牌督办 4 条", "/list"),
        ),
        ways=(
            Tile("上报隐患", foot="填写并提交核查", url="/form", icon="plus"),
            Tile("待我复查", "18", foot="按期限排序", url="/list", icon="clipboard-check"),
            Tile("导入台账", foot="从 Excel 批量导入", url="/list", icon="upload"),
        ),
        charts=(
            ChartCard("trend", "上报与销号趋势", "line", 8, "近 4 个月，条", data=json.dumps(TREND), label="折线图：11 月上报 248 条，销号 231 条", table_url="/list"),
            ChartCard("stack", "各区县隐患等级", "stack", 5, "本月在办，条", data=json.dumps(STACK)),
            ChartCard("share", "隐患来源", "pie", 4, data=json.dumps(SHARE)),
            ChartCard("rank", "逾期较多的单位", "rank", 3, data=json.dumps(RANK)),
        ),
        todos=TODOS,
        todos_count="23",
        todos_url="/list",
        ranges=(Tab("w", "本周", "/home"), Tab("m", "本月", "/home", current=True), Tab("y", "本年", "/home")),
        actions=(Action("导出图表", "/home", "download"),),
    )  # fmt: skip


def login() -> LoginPage:
    return LoginPage(
        "/login",
        "安全隐患监管平台",
        platform="云岭市社会安全监管云",
        intro="隐患上报、核查、整改、销号全程留痕，供市、区（县）、乡镇街道三级监管人员与企业安全员使用。",
        owner="主办：云岭市应急管理委员会办公室",
        subheading="请使用本单位管理员分配的账号",
        doors=(Tab("staff", "监管人员", "/login", current=True), Tab("firm", "企业用户", "/login")),
        username="qingshi.zhouyn",
        error="账号或密码不正确，还可尝试 4 次",
        error_field="password",
        captcha_url="/captcha.svg",
        remember="7 天内自动登录",
        forgot_url="/password",
        others=(Action("公众举报入口", "/entry", "speakerphone"),),
        links=(Action("使用帮助", "/home"), Action("联系我们", "/home")),
        locales=(Action("简体中文", "?lang=zh", disabled="当前"), Action("English", "?lang=en")),
        accounts=(("admin", "平台管理员"), ("qingshi.zhouyn", "科室管理员"), ("zhuzao.shenrx", "网格上报员")),
        demo_password="not-a-secret",
    )


def portals() -> PortalsPage:
    tiles = (
        PortalTile("安全隐患监管平台", "/home", "shield-check", "应急管理", "隐患上报、核查派发、整改复查、销号归档。", "23", "3 项逾期", "bad"),
        PortalTile("公众举报受理平台", "/entry", "speakerphone", "应急管理", "受理举报、核实反馈、奖励发放、回访评价。", "12", "今日到期 2 项", "warn"),
        PortalTile("保安行业监管平台", "/home", "id-badge-2", "公安治安", "保安公司许可、保安员证件、培训考试与年检。", "6"),
        PortalTile("执法监督平台", "", "gavel", "司法行政", "案件评查、执法人员资格、投诉处理。", off="未开通，可向本单位管理员申请"),
    )  # fmt: skip
    return PortalsPage(
        "选择要进入的平台",
        "云岭市社会安全监管云",
        tiles,
        "上次登录：2026-11-21 17:26",
        person="周以宁",
        organisation="青石区安监科",
        user_actions=(Action("退出登录", "/nothing", "logout", method="post"),),
        notices=NOTICES,
        notices_url="/list",
        todos=TODOS,
        todos_url="/list",
    )


def entry() -> EntryPage:
    return EntryPage(
        "公众举报受理平台",
        "speakerphone",
        "发现身边的安全隐患，拍照上报，全程可查。",
        (
            Tile("我要举报", foot="可以匿名", url="/form", icon="camera"),
            Tile("查询进度", foot="凭举报编号查询", url="/list", icon="search"),
            Tile("奖励标准", foot="最高 10,000 元", url="/detail", icon="award"),
        ),
        platform="云岭市社会安全监管云",
        login=Action("工作人员登录", "/login"),
        notices=NOTICES,
        lines=("遇火灾、爆炸等紧急情况，请先拨打 119 或 110。",),
        owner="主办：云岭市应急管理委员会办公室",
        links=(Action("隐私说明", "/home"),),
    )


def missing(shell: Shell | None) -> ErrorPage:
    told = (
        "网址可能有误，或者这条记录已被删除、移交到其他单位。如果是从消息里打开的，请在隐患台账中按编号查询。"
    )
    return ErrorPage("404", "找不到这个页面", told, (Action("去隐患台账", "/list", style="primary"), Action("回首页", "/home")), shell, number="7c1e-40b2")  # fmt: skip


def conflict(shell: Shell) -> ErrorPage:
    told = "您打开“配电室堆放可燃杂物”之后，程书言在 10:31 保存了新的内容。为避免覆盖，您的修改还没有保存，已暂存在本页。"
    rows = (("整改期限", "2026-11-26", "2026-11-24"), ("责任人", "程书言", "何明川"))
    return ErrorPage(
        "409",
        "这条隐患刚刚被他人修改",
        told,
        (Action("放弃我的修改", "/detail"),),
        shell,
        rows,
        retry=Action("在新内容上重新修改", "/form", name="again"),
    )


def password(shell: Shell | None) -> PasswordPage:
    wrong = "两次输入的密码不一致"
    rules = ("至少 8 位，含大写、小写、数字、符号中的三类", "不能与最近 5 次的密码相同")
    return PasswordPage(
        "/password", shell, rules, forced=shell is None, person="zhouyn", errors=(("f-repeat", wrong),)
    )


def api(shell: Shell) -> ApiPage:
    return ApiPage("接口目录", "/openapi.json", shell)
