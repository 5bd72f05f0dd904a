"""What a view keeps unique in a table that portals share is unique among its own rows, and nobody else's business."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from fab_app.runtime.bulk import Bulk
from fab_app.runtime.storing import Duplicate
from fab_app.spec.reading import read_home
from fab_app.store import ledger
from fab_app.store.apply import apply
from fab_app.store.engine import make_engine
from fab_app.store.plan import PlanNeeded, plan
from fab_app.store.tables import build_tables
from tests.projects import Builder, Site, serve

FIRM = """
label: 机构
title: "{name}"
view_of: base.org
is: {kind: KIND}
names: {person: contact_name, phone: contact_phone}
fields:
  person: {type: text, label: 联系人, max: 50}
  phone: {type: phone, label: 手机号}
"""
PLACE = """
label: 区划
view_of: base.region
fields: {name: {type: text, label: 名称, max: 50, required: true, unique: [parent]}}
"""
HOME = {
    **{f"schema/{portal}/portal.yaml": "title: 门户\n" for portal in ("shop", "mill")},
    **{f"schema/{portal}/place.yaml": PLACE for portal in ("shop", "mill")},
    "schema/shop/firm.yaml": FIRM.replace("KIND", "firm") + "unique: [[person, phone]]\n",
    "schema/shop/yard.yaml": FIRM.replace("KIND", "yard"),
    "permissions/shop/clerk.yaml": "label: 职员\nrows: {place: all}\nmay: {place: [read]}\n",
}


@pytest.fixture
def site(project: Builder, database: str) -> Site:
    return project(HOME, database)


def make(site: Site, entity: str, name: str, person: str) -> int:
    return site.make(entity, name=name, person=person, phone="13000000001")


def standing(site: Site) -> list[int]:
    """Of the one row of a batch its place, where it stands already."""
    with site.acting() as system:
        writer = system.writer
        bulk = Bulk(writer.world, writer.session, writer.principal, trusted=True)
        return list(bulk.taken(site.entity("firm"), [{"person": "张", "phone": "13000000001"}]))


def computed(site: Site) -> set[str]:
    columns = sa.inspect(site.engine).get_columns("base_org")
    return {column["name"] for column in columns if column["name"].startswith("own_")}


def test_two_portals_may_keep_the_same_unique_each_in_its_own(site: Site) -> None:
    names = [str(one.name) for one in site.table("place").constraints]
    assert sum(name.startswith("uq_base_region_name_parent") for name in names) == 2
    assert site.as_("clerk").get("/shop/place/list/").status == 200


def test_a_set_of_a_view_holds_among_its_rows_alone(site: Site) -> None:
    make(site, "firm", "甲", "张")
    with pytest.raises(Duplicate):
        make(site, "firm", "乙", "张")
    assert make(site, "yard", "丙", "张") != make(site, "yard", "丁", "张")


def test_many_rows_at_once_are_judged_by_the_rows_of_their_view(site: Site) -> None:
    make(site, "yard", "甲", "张")
    assert standing(site) == []
    make(site, "firm", "乙", "张")
    assert standing(site) == [0]


def test_a_set_that_is_new_counts_what_is_double_among_the_rows_it_is_said_of(site: Site) -> None:
    for entity, name, person in (
        ("firm", "甲", "张"),
        ("yard", "乙", "张"),
        ("yard", "丙", "李"),
        ("yard", "丁", "李"),
    ):
        make(site, entity, name, person)
    site.close()
    says(site, "yard", "unique: [[person, phone]]\n")
    with pytest.raises(PlanNeeded, match=r"is new; 2 rows are double"):
        again(site)


def test_a_view_of_another_kind_has_a_column_of_its_own_and_the_old_one_goes(site: Site) -> None:
    make(site, "firm", "甲", "张")
    before = computed(site)
    site.close()
    says(site, "firm", "unique: [[person, phone]]\n", kind="office")
    with pytest.raises(PlanNeeded, match="which was computed, is dropped"):
        again(site)
    settings = site.here.settings
    manifest, _ = read_home(settings.home)
    engine = make_engine(settings.database_url)
    with engine.connect() as connection:
        found = plan(connection, build_tables(manifest).metadata, ledger.our_tables(connection))
    apply(engine, found)
    engine.dispose()
    served = again(site)
    try:
        after = computed(served)
        assert (len(before), len(after), before & after) == (1, 1, set())
        assert make(served, "firm", "乙", "张")
    finally:
        served.close()


def says(site: Site, entity: str, more: str, kind: str = "") -> None:
    path = site.here.settings.home / f"schema/shop/{entity}.yaml"
    path.write_text(FIRM.replace("KIND", kind or entity) + more, encoding="utf-8")


def again(site: Site) -> Site:
    settings = site.here.settings
    return serve(settings.instance, settings.home, settings.database_url)
