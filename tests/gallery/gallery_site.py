"""The gallery: every template with sample values, under the policy of the real site.

python tests/gallery/gallery_site.py          # http://127.0.0.1:8090/
"""

# ruff: noqa: E501 - samples read as tables

from __future__ import annotations

import json
import secrets
from pathlib import Path

import sample_forms as forms
import sample_frame as frame
import sample_lists as lists
import sample_records as records
from babel.messages.pofile import read_po
from flask import Flask, Response, g, redirect, render_template, request
from werkzeug.wrappers import Response as Werkzeug

from fab_app.fields.faces import Cell
from fab_app.web.drawing import ti
from fab_app.web.pages import Dialog, Shell
from fab_app.web.pages.detail import DetailItem

WEB = Path(__file__).parents[2] / "fab_app" / "web"
PO = WEB.parent / "translations" / "zh" / "LC_MESSAGES" / "messages.po"
POLICY = (
    "default-src 'self'; script-src 'self' 'nonce-{0}'; style-src 'self' 'nonce-{0}'; "
    "img-src 'self' data: blob:; font-src 'self'; object-src 'none'; base-uri 'self'; frame-ancestors 'none'"
)
PHOTO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 104 78"><rect width="104" height="78" fill="#b9c4cf"/><rect y="52" width="104" height="26" fill="#8f9aa6"/><rect x="12" y="16" width="34" height="38" fill="#76838f"/><rect x="56" y="30" width="20" height="30" fill="#a8442f"/></svg>'
TREE = {
    "": [("5301", "云岭市", False)],
    "5301": [("530402", "青石区", False), ("530403", "望江区", False), ("5304", "白鹭县", True)],
    "530402": [("53040201", "铸造路街道", True), ("53040202", "丽景街道", True)],
    "530403": [("53040301", "江口街道", True)],
}
PAGES = {
    "list": ("list.html", lambda: lists.long_list(shell("hz", "hz-list", crumbs=("隐患管理", "隐患台账")))),
    "empty": ("list.html", lambda: lists.empty_list(shell("hz", "hz-list", crumbs=("隐患管理", "隐患台账")))),
    "users": ("list.html", lambda: lists.users(shell("sys", "sys-org", crumbs=("系统管理", "组织与用户")))),
    "form": ("form.html", lambda: forms.refused(shell("hz", "hz-list", crumbs=("隐患台账", "新增隐患")))),
    "detail": ("detail.html", lambda: records.record(shell("hz", "hz-flow", "hz-fix", crumbs=("隐患台账", "YH20261117-382")))),
    "home": ("home.html", lambda: records.home(shell("home"))),
    "login": ("login.html", records.login),
    "portals": ("portals.html", records.portals),
    "entry": ("entry.html", records.entry),
    "404": ("error.html", lambda: records.missing(shell(crumbs=("找不到页面",)))),
    "404-guest": ("error.html", lambda: records.missing(None)),
    "409": ("error.html", lambda: records.conflict(shell(crumbs=("保存冲突",)))),
    "password": ("password.html", lambda: records.password(shell(crumbs=("修改密码",)))),
    "password-forced": ("password.html", lambda: records.password(None)),
    "confirm": ("confirm.html", lambda: forms.question(shell(crumbs=("删除隐患",)))),
    "dialog": ("dialog.html", forms.dialog),
    "withdraw": ("dialog.html", forms.withdraw),
    "api": ("api.html", lambda: records.api(shell(crumbs=("接口目录",)))),
}  # fmt: skip


def shell(*path: str, crumbs: tuple[str, ...] = ()) -> Shell:
    return frame.shell(lambda nodes: render_template("menu.html", nodes=nodes), path, *crumbs)


def words() -> dict[str, str]:
    with PO.open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file) if m.id and m.string}


def make() -> Flask:
    app = Flask(__name__, template_folder=str(WEB / "templates"), static_folder=str(WEB / "static"))
    app.secret_key = "gallery"
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    chinese = words()

    def say(text: str, **values: object) -> str:
        said = text if request.args.get("lang") == "en" else chinese.get(text, text)
        return said % values if values else said

    app.jinja_env.globals.update(
        _=say,
        ti=ti,
        csrf_token=lambda: "token",
        csp_nonce=lambda: g.nonce,
        static=lambda path: f"/static/{path}",
        locale=lambda: request.args.get("lang") or "zh",
        frame=lambda part, shell: getattr(app.jinja_env.get_template("frame.html").module, part)(shell),
    )

    @app.before_request
    def number() -> None:
        g.nonce = secrets.token_urlsafe(12)

    @app.after_request
    def guard(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY.format(g.nonce)
        return response

    @app.get("/")
    def index() -> str:
        return "".join(f'<p><a href="/{name}">{name}</a></p>' for name in PAGES)

    @app.route("/<name>", methods=["GET", "POST"])
    def page(name: str) -> str | tuple[str, int] | Response:
        template, sample = PAGES[name]
        if request.headers.get("HX-Target") == "list":
            template = "list_part.html"
        if request.method == "POST" and template == "dialog.html":
            return Response(
                status=204,
                headers={"HX-Trigger": json.dumps({"toast": {"kind": "good", "text": "已派发 3 条隐患"}})},
            )
        return render_template(template, page=sample()), 422 if request.method == "POST" else 200

    serve_data(app)
    return app


def serve_data(app: Flask) -> None:
    @app.get("/badges")
    def badges() -> dict[str, int]:
        return {"todo": 23, "hz-check": 37, "hz-fix": 18, "bell": 23}

    @app.get("/options")
    def options() -> dict[str, object]:
        names = [
            name
            for name in ("何明川", "陆景行", "林知远", "苏念安", "沈若溪", "望江冷链物流中心")
            if request.args.get("q", "") in name
        ]
        return {"result": [{"value": at, "label": name} for at, name in enumerate(names)], "more": False}

    @app.get("/tree")
    def tree() -> dict[str, object]:
        word = request.args.get("q")
        if word:
            hits = [n for nodes in TREE.values() for n in nodes if word in n[1]]
            return {
                "result": [
                    {"value": v, "label": t, "leaf": leaf, "path": ["云岭市", t]} for v, t, leaf in hits
                ]
            }
        nodes = TREE.get(request.args.get("parent", ""), [])
        return {"result": [{"value": v, "label": t, "leaf": leaf} for v, t, leaf in nodes]}

    @app.post("/upload/<field>")
    def upload(field: str) -> tuple[dict[str, str], int]:
        file = request.files["file"]
        return {
            "id": "n1",
            "name": file.filename or "",
            "url": "/photo.svg",
            "thumb": "/photo.svg",
            "size": "12 KB",
        }, 201

    serve_parts(app)


def serve_parts(app: Flask) -> None:
    @app.get("/reveal")
    def reveal() -> str:
        cell = Cell("text", "13900000042")
        told = Dialog("查看联系电话", "", subject=(DetailItem("联系电话", cell),))
        return render_template("unmasked.html", page=told)

    @app.get("/related")
    def related() -> str:
        return render_template("related.html", r=records.related())

    @app.route("/nothing", methods=["GET", "POST"])
    def nothing() -> Werkzeug:
        return redirect("/list")

    @app.get("/photo.svg")
    @app.get("/captcha.svg")
    def photo() -> Response:
        return Response(PHOTO, mimetype="image/svg+xml")

    @app.get("/openapi.json")
    def openapi() -> dict[str, object]:
        listed = {
            "summary": "列出隐患",
            "tags": ["hazard"],
            "parameters": [{"name": "q", "in": "query", "schema": {"type": "string"}}],
            "responses": {
                "200": {
                    "description": "一页隐患",
                    "content": {
                        "application/json": {
                            "schema": {"type": "object", "properties": {"count": {"type": "integer"}}}
                        }
                    },
                }
            },
        }
        return {
            "paths": {
                "/api/v1/hazard/hazard/": {
                    "get": listed,
                    "post": {
                        "summary": "新增隐患",
                        "tags": ["hazard"],
                        "responses": {"201": {"description": "已新增"}},
                    },
                }
            }
        }


if __name__ == "__main__":
    make().run(port=8090)
