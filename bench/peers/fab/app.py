"""Plain Flask-AppBuilder: hand-written views and APIs, tuned as its documentation advises."""

import logging
import os
from threading import local

from flask import Flask, send_file
from flask_appbuilder import AppBuilder, Model, ModelRestApi, ModelView, expose, has_access
from flask_appbuilder.fields import AJAXSelectField
from flask_appbuilder.fieldwidgets import Select2AJAXWidget
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_appbuilder.utils.legacy import get_sqla_class
from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    Enum,
    ForeignKey,
    Integer,
    Numeric,
    SmallInteger,
    String,
    Text,
    event,
)
from sqlalchemy.engine import Engine
from sqlalchemy.orm import relationship

logging.getLogger().setLevel(logging.WARNING)
PERSONS = ["on_duty", "off_duty", "leave", "training", "resigned", "pending"]
PAGE = int(os.environ.get("BENCH_PAGE", "20"))
app = Flask(__name__)
app.config.update(
    SECRET_KEY="bench-secret-key-bench-secret-key-0123456789",
    SQLALCHEMY_DATABASE_URI=os.environ["BENCH_DB"],
    AUTH_TYPE=1,
    FAB_UPDATE_PERMS=os.environ.get("BENCH_UPDATE_PERMS", "0") == "1",
    BABEL_DEFAULT_LOCALE="en",
    FAB_API_SWAGGER_UI=False,
    FAB_API_MAX_PAGE_SIZE=100,
    AUTH_RATE_LIMITED=False,
    RATELIMIT_ENABLED=False,
    JWT_ACCESS_TOKEN_EXPIRES=False,
    WTF_CSRF_ENABLED=True,
)
db = get_sqla_class()()


class Org(Model):
    __tablename__ = "org"
    id = Column(Integer, primary_key=True)
    parent_id = Column(Integer, ForeignKey("org.id"))
    name = Column(String(80), nullable=False)
    code = Column(String(32), nullable=False)
    level = Column(SmallInteger, nullable=False)
    parent = relationship("Org", remote_side=[id])

    def __repr__(self):
        return self.name


class Region(Model):
    __tablename__ = "region"
    id = Column(Integer, primary_key=True)
    parent_id = Column(Integer, ForeignKey("region.id"))
    name = Column(String(80), nullable=False)
    code = Column(String(32), nullable=False)
    level = Column(SmallInteger, nullable=False)
    parent = relationship("Region", remote_side=[id])

    def __repr__(self):
        return self.name


class Company(Model):
    __tablename__ = "company"
    id = Column(Integer, primary_key=True)
    org_id = Column(Integer, ForeignKey("org.id"), nullable=False)
    region_id = Column(Integer, ForeignKey("region.id"), nullable=False)
    org = relationship("Org", lazy="joined")
    region = relationship("Region")
    name = Column(String(120), nullable=False)
    uscc = Column(String(18), nullable=False)
    status = Column(String(16), nullable=False)
    capital = Column(Numeric(14, 2), nullable=False)
    founded = Column(Date, nullable=False)
    phone = Column(String(20), nullable=False)
    address = Column(String(200), nullable=False)
    created_on = Column(DateTime, nullable=False)

    def __repr__(self):
        return self.name


class Guard(Model):
    __tablename__ = "guard"
    id = Column(Integer, primary_key=True)
    company_id = Column(Integer, ForeignKey("company.id"), nullable=False)
    company = relationship("Company", lazy="joined")
    name = Column(String(40), nullable=False)
    id_no = Column(String(18), nullable=False)
    phone = Column(String(20), nullable=False)
    gender = Column(String(1), nullable=False)
    status = Column(Enum(*PERSONS, name="g_status", native_enum=False), nullable=False)
    hired_on = Column(Date, nullable=False)
    certified = Column(Boolean, nullable=False, default=False)
    score = Column(Numeric(6, 2), nullable=False)
    notes = Column(Text, nullable=False, default="")

    def company_name(self):
        return self.company.name

    def company_org(self):
        return self.company.org.name

    def __repr__(self):
        return self.name


LIST = ["name", "id_no", "phone", "status", "hired_on", "score", "company_name", "company_org"]
FORM = ["company", "name", "id_no", "phone", "gender", "status", "hired_on", "certified", "score", "notes"]


class OrgView(ModelView):
    datamodel = SQLAInterface(Org)
    list_columns = ["name", "code", "level"]
    search_columns = ["name", "code"]
    page_size = PAGE


class RegionView(ModelView):
    datamodel = SQLAInterface(Region)
    list_columns = ["name", "code", "level"]
    search_columns = ["name", "code"]
    page_size = PAGE


class CompanyView(ModelView):
    datamodel = SQLAInterface(Company)
    list_columns = ["name", "uscc", "status", "org", "capital", "founded"]
    search_columns = ["name", "uscc", "status", "founded"]
    page_size = PAGE


class GuardView(ModelView):
    """The related company is not in the search form; the forms choose it by AJAX."""

    datamodel = SQLAInterface(Guard)
    list_columns = LIST
    page_size = PAGE
    search_columns = ["name", "status", "hired_on", "certified"]
    show_columns = add_columns = edit_columns = FORM
    edit_form_extra_fields = add_form_extra_fields = {
        "company": AJAXSelectField(
            "Company",
            datamodel=datamodel,
            col_name="company",
            widget=Select2AJAXWidget(endpoint="/guardview/api/column/add/company"),
        )
    }

    @expose("/export/csv")
    @has_access
    def export(self):
        """It has no export of its own: rows of the mapper, streamed into a file."""
        import csv
        import tempfile

        query = db.session.query(Guard).order_by(Guard.id).yield_per(1000)
        file = tempfile.TemporaryFile("w+", newline="", encoding="utf-8")  # noqa: SIM115 - sent, then closed
        writer = csv.writer(file)
        writer.writerow([*FORM[1:9], "company_name", "company_org"])
        writer.writerows(
            [*(getattr(row, name) for name in FORM[1:9]), row.company.name, row.company.org.name]
            for row in query
        )
        file.flush()
        sent = file.detach()
        sent.seek(0)
        return send_file(sent, download_name="guard.csv")


class GuardApi(ModelRestApi):
    datamodel = SQLAInterface(Guard)
    resource_name = "guard"
    allow_browser_login = True
    page_size = 25
    max_page_size = 100
    list_columns = ["id", *LIST]
    show_columns = ["id", *FORM[1:], "company.name"]
    add_columns = edit_columns = FORM


class CompanyApi(ModelRestApi):
    datamodel = SQLAInterface(Company)
    resource_name = "company"
    allow_browser_login = True
    list_columns = ["id", "name", "uscc", "status", "org.name", "capital", "founded"]


TYPES = [String(80), Integer, Date, Numeric(10, 2), Boolean, String(16), DateTime, Text]
TYPES += [String(40), Integer, Date, String(20)]
MORE = []
for number in range(int(os.environ.get("BENCH_ENTS", "0"))):
    attributes = {"__tablename__": f"ent{number:03d}", "id": Column(Integer, primary_key=True)}
    attributes |= {f"f{index:02d}": Column(type_) for index, type_ in enumerate(TYPES)}
    model = type(f"Ent{number:03d}", (Model,), attributes)
    columns = [f"f{index:02d}" for index in range(12)]
    shown = {"datamodel": SQLAInterface(model), "list_columns": columns[:8], "page_size": PAGE}
    shown |= {"add_columns": columns, "edit_columns": columns, "show_columns": columns}
    view = type(f"Ent{number:03d}View", (ModelView,), shown)
    served = {"datamodel": SQLAInterface(model), "resource_name": f"ent{number:03d}"}
    MORE.append((view, type(f"Ent{number:03d}Api", (ModelRestApi,), served)))

with app.app_context():
    db.init_app(app)
    builder = AppBuilder(app, db.session)
    builder.add_view(OrgView, "Orgs", category="Bench")
    builder.add_view(RegionView, "Regions", category="Bench")
    builder.add_view(CompanyView, "Companies", category="Bench")
    builder.add_view(GuardView, "Guards", category="Bench")
    builder.add_api(GuardApi)
    builder.add_api(CompanyApi)
    for number, (view, api) in enumerate(MORE):
        builder.add_view(view, f"Ent{number:03d}", category=f"Group{number // 20}")
        builder.add_api(api)

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


def bootstrap():
    """The tables, the role with its permissions, the account."""
    with app.app_context():
        manager = builder.sm
        Model.metadata.create_all(db.engine)
        role = manager.add_role("Staff")
        pages = ["OrgView", "RegionView", "CompanyView", "GuardView", *(view.__name__ for view, _ in MORE)]
        pairs = [(f"can_{verb}", page) for page in pages for verb in ("list", "show", "add", "edit")]
        pairs += [
            (f"can_{verb}", api)
            for api in ("GuardApi", "CompanyApi")
            for verb in ("get", "post", "put", "info")
        ]
        pairs += [("can_export", "GuardView")]
        menus = ["Orgs", "Regions", "Companies", "Guards", "Bench"]
        menus += [f"Ent{number:03d}" for number in range(len(MORE))]
        menus += [f"Group{number}" for number in range((len(MORE) + 19) // 20)]
        pairs += [("menu_access", menu) for menu in menus]
        for verb, name in pairs:
            manager.add_permission_role(role, manager.add_permission_view_menu(verb, name))
        if not manager.find_user("staff"):
            manager.add_user("staff", "S", "T", "staff@example.org", role, "staffpw")


if __name__ == "__main__":
    bootstrap()
