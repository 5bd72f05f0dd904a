"""Portals that say the same of a table they share: it is said once, and the program starts on every database."""

from __future__ import annotations

import pytest

from tests.projects import Builder, Site

PLACE = """
label: 区划
view_of: base.region
fields: {name: {type: text, label: 名称, max: 50, required: true, unique: [parent]}}
"""
HOME = {
    **{f"schema/{portal}/portal.yaml": "title: 门户\n" for portal in ("shop", "mill")},
    **{f"schema/{portal}/place.yaml": PLACE for portal in ("shop", "mill")},
    "permissions/shop/clerk.yaml": "label: 职员\nrows: {place: all}\nmay: {place: [read]}\n",
}


@pytest.fixture
def site(project: Builder, database: str) -> Site:
    return project(HOME, database)


def test_a_name_that_two_portals_keep_unique_is_unique_in_each(site: Site) -> None:
    names = [one.name for one in site.table("place").constraints]
    assert names.count("uq_base_region_name_parent") == 1
    assert site.as_("clerk").get("/shop/place/list/").status == 200
