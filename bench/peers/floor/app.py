"""The floor: bare Flask, the same SQL (page ids first, late join), a ten-line template, a cookie check only."""

import json
import os

from flask import Flask, Response, abort, request, session
from jinja2 import Environment
from sqlalchemy import create_engine, text

app = Flask(__name__)
app.secret_key = "bench" * 8
engine = create_engine(os.environ["BENCH_DB"])
PAGE = os.environ.get("BENCH_PAGE", "20")
ROWS = (
    "SELECT g.id,g.name,g.id_no,g.phone,g.status,g.hired_on,g.score,c.name AS company_name,o.name AS company_org"
    " FROM guard g JOIN company c ON c.id=g.company_id JOIN org o ON o.id=c.org_id"
)
EXPORTED = (
    "SELECT g.name,g.id_no,g.phone,g.gender,g.status,g.hired_on,g.certified,g.score,c.name,o.name"
    " FROM guard g JOIN company c ON c.id=g.company_id JOIN org o ON o.id=c.org_id ORDER BY g.id"
)
environment = Environment(autoescape=True)
LIST = environment.from_string("""<!doctype html><html><head><title>guard</title></head><body>
<form><input name=q value="{{q}}"></form><p>{{total}}</p><table>
<tr><th>name<th>id_no<th>phone<th>status<th>hired_on<th>score<th>company<th>org<th></tr>
{% for r in rows %}<tr><td><a href="/guard/{{r.id}}">{{r.name}}</a></td><td>{{r.id_no}}</td><td>{{r.phone}}</td>
<td>{{r.status}}</td><td>{{r.hired_on}}</td><td>{{r.score}}</td><td>{{r.company_name}}</td>
<td>{{r.company_org}}</td><td><a href="/guard/{{r.id}}/edit">edit</a></td></tr>
{% endfor %}</table><a href="?page={{page+1}}">next</a></body></html>""")
DETAIL = environment.from_string(
    "<!doctype html><html><body><dl>{% for k,v in r.items() %}<dt>{{k}}</dt><dd>{{v}}</dd>{% endfor %}</dl></body></html>"
)
FORM = environment.from_string(
    "<!doctype html><html><body><form method=post>{% for k,v in r.items() %}"
    '<label>{{k}}<input name={{k}} value="{{v}}"></label>{% endfor %}<button>ok</button></form></body></html>'
)


@app.before_request
def known():
    if request.path != "/login" and not session.get("u"):
        abort(401)


@app.route("/login", methods=["POST"])
def login():
    session["u"] = 1
    return "ok"


def asked():
    args, where, bound = request.args, [], {}
    if args.get("status"):
        where.append("g.status=:status")
        bound["status"] = args["status"]
    if args.get("from"):
        where.append("g.hired_on>=:low AND g.hired_on<=:high")
        bound.update(low=args["from"], high=args["to"])
    if args.get("q"):
        where.append("g.name LIKE :q")
        bound["q"] = f"%{args['q']}%"
    condition = " WHERE " + " AND ".join(where) if where else ""
    size, page = int(args.get("size", PAGE)), int(args.get("page", 0))
    order = " ORDER BY g.hired_on DESC,g.id DESC" if args.get("sort") else " ORDER BY g.id"
    ids = f"SELECT id FROM (SELECT g.id FROM guard g{condition}{order} LIMIT :size OFFSET :skip) z"
    with engine.connect() as connection:
        total = connection.execute(text("SELECT count(*) FROM guard g" + condition), bound).scalar()
        statement = text(f"{ROWS} WHERE g.id IN ({ids}){order}")
        rows = connection.execute(statement, {**bound, "size": size, "skip": page * size}).mappings().all()
    return total, rows, page


@app.route("/guard/")
def many():
    total, rows, page = asked()
    return LIST.render(rows=rows, total=total, page=page, q=request.args.get("q", ""))


@app.route("/api/guard/")
def api():
    total, rows, _ = asked()
    return answer({"count": total, "result": [dict(row) for row in rows]})


def answer(value):
    return Response(json.dumps(value, default=str, ensure_ascii=False), mimetype="application/json")


def one(key):
    statement = (
        "SELECT g.*,c.name AS company_name FROM guard g JOIN company c ON c.id=g.company_id WHERE g.id=:i"
    )
    with engine.connect() as connection:
        return dict(connection.execute(text(statement), {"i": key}).mappings().first())


@app.route("/api/guard/<int:key>")
def get(key):
    return answer(one(key))


@app.route("/guard/<int:key>")
def detail(key):
    return DETAIL.render(r=one(key))


@app.route("/guard/<int:key>/edit", methods=["GET", "POST"])
def edit(key):
    if request.method == "GET":
        return FORM.render(r=one(key))
    with engine.begin() as connection:
        update = text("UPDATE guard SET notes=:n WHERE id=:i")
        connection.execute(update, {"n": request.form["notes"], "i": key})
    return "", 302, {"Location": "/guard/"}


@app.route("/api/guard/", methods=["POST"])
def create():
    given = request.get_json()
    given["certified"] = bool(given["certified"])
    names = "company_id,name,id_no,phone,gender,status,hired_on,certified,score,notes"
    marks = ",".join(f":{name}" for name in names.split(","))
    with engine.begin() as connection:
        statement = text(f"INSERT INTO guard({names}) VALUES({marks}) RETURNING id")
        return {"id": connection.execute(statement, given).scalar()}, 201


@app.route("/csv")
def export():
    import csv
    import io

    out = io.StringIO()
    with engine.connect() as connection:
        csv.writer(out).writerows(connection.exec_driver_sql(EXPORTED))
    return Response(out.getvalue(), mimetype="text/csv")
