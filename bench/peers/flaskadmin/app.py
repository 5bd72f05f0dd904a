"""Flask-Admin with SQLAlchemy and Flask-Login; users, roles and permissions in three small tables."""

import os
from threading import local

from flask import Flask, abort, request
from flask_admin import Admin, AdminIndexView
from flask_admin.contrib.sqla import ModelView
from flask_login import LoginManager, UserMixin, current_user, login_user
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Integer,
    Numeric,
    SmallInteger,
    String,
    Text,
    event,
    select,
)
from sqlalchemy.engine import Engine
from sqlalchemy.orm import relationship
from werkzeug.security import check_password_hash, generate_password_hash

PERSONS = ["on_duty", "off_duty", "leave", "training", "resigned", "pending"]
COMPANIES = ["registered", "active", "suspended", "revoked", "closed", "pending"]
PAGE = int(os.environ.get("BENCH_PAGE", "20"))
app = Flask(__name__)
app.config.update(SECRET_KEY="bench" * 8, SQLALCHEMY_DATABASE_URI=os.environ["BENCH_DB"])
db = SQLAlchemy(app)


class Perm(db.Model):
    __tablename__ = "fa_perm"
    id = Column(Integer, primary_key=True)
    role_id = Column(ForeignKey("fa_role.id"))
    name = Column(String(64))


class Role(db.Model):
    __tablename__ = "fa_role"
    id = Column(Integer, primary_key=True)
    name = Column(String(64))
    perms = relationship(Perm, lazy="selectin")


class User(UserMixin, db.Model):
    __tablename__ = "fa_user"
    id = Column(Integer, primary_key=True)
    username = Column(String(64))
    password = Column(String(200))
    role_id = Column(ForeignKey("fa_role.id"))
    role = relationship(Role, lazy="joined")

    def can(self, name):
        known = self.__dict__.get("_known")
        if known is None:
            known = self.__dict__["_known"] = {perm.name for perm in self.role.perms}
        return name in known


class Org(db.Model):
    __tablename__ = "org"
    id = Column(Integer, primary_key=True)
    parent_id = Column(ForeignKey("org.id"))
    name = Column(String(80))
    code = Column(String(32))
    level = Column(SmallInteger)

    def __str__(self):
        return self.name


class Region(db.Model):
    __tablename__ = "region"
    id = Column(Integer, primary_key=True)
    parent_id = Column(ForeignKey("region.id"))
    name = Column(String(80))
    code = Column(String(32))
    level = Column(SmallInteger)

    def __str__(self):
        return self.name


class Company(db.Model):
    __tablename__ = "company"
    id = Column(Integer, primary_key=True)
    org_id = Column(ForeignKey("org.id"), nullable=False)
    region_id = Column(ForeignKey("region.id"), nullable=False)
    org = relationship(Org, lazy="joined")
    region = relationship(Region)
    name = Column(String(120))
    uscc = Column(String(18))
    status = Column(String(16))
    capital = Column(Numeric(14, 2))
    founded = Column(Date)
    phone = Column(String(20))
    address = Column(String(200))
    created_on = Column(DateTime)

    def __str__(self):
        return self.name


class Guard(db.Model):
    __tablename__ = "guard"
    id = Column(Integer, primary_key=True)
    company_id = Column(ForeignKey("company.id"), nullable=False)
    company = relationship(Company, lazy="joined")
    name = Column(String(40), nullable=False)
    id_no = Column(String(18), nullable=False)
    phone = Column(String(20), nullable=False)
    gender = Column(String(1), nullable=False)
    status = Column(String(16), nullable=False)
    hired_on = Column(Date, nullable=False)
    certified = Column(Boolean, nullable=False)
    score = Column(Numeric(6, 2), nullable=False)
    notes = Column(Text, nullable=False, default="")


class Guarded(ModelView):
    page_size = PAGE
    can_delete = False

    def entity(self):
        return self.model.__name__.lower()

    def allowed(self, verb):
        return current_user and current_user.is_authenticated and current_user.can(f"{verb}_{self.entity()}")

    def is_accessible(self):
        return self.allowed("view")

    @property
    def can_edit(self):
        return self.allowed("change")

    @property
    def can_create(self):
        return self.allowed("add")

    def inaccessible_callback(self, name, **more):
        abort(403)


class GuardView(Guarded):
    column_list = [
        "name",
        "id_no",
        "phone",
        "status",
        "hired_on",
        "score",
        "company.name",
        "company.org.name",
    ]
    column_searchable_list = ["name"]
    column_filters = ["status", "hired_on"]
    column_sortable_list = ["name", "status", "hired_on", "score"]
    form_choices = {"status": [(code, code) for code in PERSONS], "gender": [("M", "M"), ("F", "F")]}
    form_ajax_refs = {"company": {"fields": ["name"], "page_size": 10}}
    can_export = True
    export_types = ["csv"]
    can_view_details = True
    column_export_list = [
        *["name", "id_no", "phone", "gender", "status", "hired_on", "certified", "score"],
        *["company.name", "company.org.name"],
    ]


class CompanyView(Guarded):
    column_list = ["name", "uscc", "status", "org", "capital", "founded"]
    column_searchable_list = ["name", "uscc"]
    form_choices = {"status": [(code, code) for code in COMPANIES]}


class OrgView(Guarded):
    column_list = ["name", "code", "level"]
    column_searchable_list = ["name"]


manager = LoginManager(app)


@manager.user_loader
def load_user(key):
    return db.session.get(User, int(key))


@app.route("/login", methods=["POST"])
def login():
    user = db.session.execute(select(User).where(User.username == request.form["username"])).scalar()
    if not user or not check_password_hash(user.password, request.form["password"]):
        abort(401)
    login_user(user)
    return "ok"


TYPES = [String(80), Integer, Date, Numeric(10, 2), Boolean, String(16), DateTime, Text]
TYPES += [String(40), Integer, Date, String(20)]
MORE = []
for number in range(int(os.environ.get("BENCH_ENTS", "0"))):
    attributes = {"__tablename__": f"fent{number:03d}", "id": Column(Integer, primary_key=True)}
    attributes |= {f"f{index:02d}": Column(type_) for index, type_ in enumerate(TYPES)}
    MORE.append(type(f"Ent{number:03d}", (db.Model,), attributes))

if os.environ.get("BENCH_COUNT"):
    kept = local()

    @event.listens_for(Engine, "before_cursor_execute")
    def one_more(*given):
        kept.count = getattr(kept, "count", 0) + 1

    @app.before_request
    def from_nought():
        kept.count = 0

    @app.after_request
    def told(response):
        response.headers["X-Statements"] = str(kept.count)
        return response


with app.app_context():
    admin = Admin(app, name="bench", index_view=AdminIndexView())
    admin.add_view(GuardView(Guard, db.session, category="Bench", endpoint="guard"))
    admin.add_view(CompanyView(Company, db.session, category="Bench", endpoint="company"))
    admin.add_view(OrgView(Org, db.session, category="Bench", endpoint="org"))
    admin.add_view(OrgView(Region, db.session, category="Bench", endpoint="region"))
    for number, model in enumerate(MORE):
        shown = {
            "column_list": [f"f{index:02d}" for index in range(8)],
            "column_searchable_list": ["f00"],
            "column_filters": ["f05", "f04"],
        }
        view = type(f"{model.__name__}View", (Guarded,), shown)
        name = model.__name__.lower()
        admin.add_view(view(model, db.session, category=f"Group{number // 20}", endpoint=name))


def bootstrap():
    with app.app_context():
        db.create_all()
        role = Role(name="Staff")
        for entity in ["org", "region", "company", "guard", *(model.__name__.lower() for model in MORE)]:
            role.perms += [Perm(name=f"{verb}_{entity}") for verb in ("view", "add", "change")]
        db.session.add(role)
        db.session.add(User(username="staff", password=generate_password_hash("staffpw"), role=role))
        db.session.commit()


if __name__ == "__main__":
    bootstrap()
