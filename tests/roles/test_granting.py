"""Nobody gives more than he holds: neither a right nor rows, in a role that he makes or in one that he hands on."""

from __future__ import annotations

from itertools import product

import pytest

from fab_app.access.grants import EVERY, Rows
from fab_app.access.reach import within
from fab_app.core.problems import Refused
from fab_app.expr import parse
from tests.projects import Builder, Site
from tests.roles.home import holder, peopled, post, role

READ = ["guard.read"]
BEYOND = "不能授予超出本人数据范围的数据"


@pytest.fixture(scope="module")
def site(build: Builder) -> Site:
    return peopled(build)


def refused(site: Site, account: str, name: str, rights: list[str], scope: str, *orgs: str) -> dict[str, str]:
    with pytest.raises(Refused) as refusal:
        role(site, account, name, rights, scope, *orgs)
    assert all(row["name"] != name for row in site.rows("role"))
    assert refusal.value.errors, refusal.value.sentence
    return {field: told[0] for field, told in refusal.value.errors.items()}


def test_organisations_outside_ones_own_are_refused(site: Site) -> None:
    assert "orgs" in refused(site, "jia_admin", "外", READ, "org", "甲东", "乙市")
    assert "orgs" in refused(site, "jia_admin", "上", READ, "org_tree", "厅")


def test_wider_scope_than_ones_own_is_refused_at_the_scope(site: Site) -> None:
    for scope in ("all", "region_tree"):
        assert refused(site, "jia_admin", "宽", READ, scope) == {"scope": BEYOND}


def test_one_function_held_over_fewer_rows_is_enough_to_refuse(site: Site) -> None:
    """Of guards and companies the manager has all below him, of notes only his own."""
    assert role(site, "jia_admin", "自己", ["guard.read", "note.read"], "self")
    made = role(site, "jia_admin", "树", ["guard.read", "company.read", "note.read"], "org_tree", "甲东")
    holder(site, "noted", made, "甲东")
    site.make("note", text="别人的")
    assert site.as_("noted").json("/api/v1/police/note/")["count"] == 0


def test_a_right_that_one_has_not_is_refused_at_the_rights(site: Site) -> None:
    made = role(
        site, "jia_admin", "管角色", ["post.read", "role.read", "role.add", "guard.read"], "org_tree", "甲东"
    )
    holder(site, "minor", made, "甲东")
    assert list(refused(site, "minor", "更多", ["guard.edit"], "org_tree", "甲东")) == ["rights"]


def test_holder_of_ticked_organisations_gives_those_and_no_other(site: Site) -> None:
    made = role(
        site, "jia_admin", "小管", ["post.read", "role.read", "role.add", "guard.read"], "org_tree", "甲东"
    )
    holder(site, "small", made, "甲东")
    for scope, orgs in (("org_tree", ("甲西",)), ("org", ("甲市",)), ("all", ())):
        assert refused(site, "small", "大", READ, scope, *orgs)


def test_role_that_reaches_further_is_not_handed_on(site: Site) -> None:
    whole = role(site, "prov_chief", "全省", READ, "all")
    site.set("role", whole, org=post(site, "甲市"))
    below = role(site, "jia_admin", "辖区", READ, "org_tree", "甲东")
    admin = site.as_("jia_admin")
    answers = [
        admin.submit(
            "/police/officer/add",
            account=f"given{id_}",
            name="某",
            password="Neu2024xyz",
            org=str(post(site, "甲东")),
            roles=[str(id_)],
        )
        for id_ in (whole, below)
    ]
    assert [answer.status for answer in answers] == [422, 303]
    assert answers[0].errors == {"roles": "不能授予超出本人权限的角色"}


def test_roles_of_an_account_that_may_do_more_are_not_taken_away(site: Site) -> None:
    """Who is made less would be at the mercy of who may reset the passwords of less."""
    whole = role(site, "prov_chief", "省里", READ, "all")
    below = role(site, "jia_admin", "县里", READ, "org_tree", "甲东")
    holder(site, "higher", whole, "甲东")
    with pytest.raises(Refused) as refusal, site.acting("jia_admin") as person:
        person.writer.change(site.entity("officer"), site.id_of("higher"), {"roles": [below]})
    assert refusal.value.errors == {"roles": ["该账号的权限超过您的权限，不能由您修改"]}
    assert site.many("officer", "roles", site.id_of("higher")) == [whole]


def test_change_of_a_role_is_judged_as_a_whole(site: Site) -> None:
    """A right added to a role that reaches further than the person is more than he holds, too."""
    whole = role(site, "prov_chief", "省级", READ, "all")
    site.set("role", whole, org=post(site, "甲市"))
    answer = site.as_("jia_admin").submit(f"/police/role/edit/{whole}", rights=["guard.read", "company.read"])
    assert answer.errors == {"scope": BEYOND}
    assert site.many("role", "rights", whole) == READ


def test_chosen_scope_without_organisations_is_refused(site: Site) -> None:
    assert list(refused(site, "jia_admin", "无机构", READ, "org")) == ["orgs"]


def test_forged_organisations_over_the_api_are_refused(site: Site) -> None:
    admin = site.as_("jia_admin")
    body = {"name": "伪造", "rights": READ, "scope": "org_tree", "orgs": [post(site, "厅")]}
    answer = admin.client.post(
        "/api/v1/police/role/", json=body, headers={"X-CSRFToken": admin.get("/login/").token}
    )
    assert answer.status_code == 422 and "orgs" in answer.get_json()["errors"]


def test_role_is_one_record_with_one_line_in_the_log(site: Site) -> None:
    id_ = role(site, "jia_admin", "一次", ["guard.read", "guard.export"], "org_tree", "甲东", "甲西")
    (line,) = site.audit("role", id_)
    assert (line["action"], line["account"]) == ("add", "jia_admin")
    assert site.many("role", "rights", id_) == ["guard.export", "guard.read"]
    assert site.many("role", "orgs", id_) == [post(site, "甲东"), post(site, "甲西")]


TREE = {1: (1,), 2: (2, 1), 3: (3, 2, 1), 4: (4, 1)}  # each organisation and those above it
SCOPES = [Rows(scope=scope) for scope in ("org", "org_tree", "region_tree", "own", "all")]
SCOPES += [Rows(scope=scope, of=of) for scope in ("org", "org_tree") for of in ((2,), (3, 4), (1,), (9,))]
SCOPES += [Rows(rule=parse("amount < 5"), within=one) for one in SCOPES[:2]]


def reached(rows: Rows, mine: int) -> set[tuple[int, int]]:
    """The rows as pairs of organisation and amount, by counting them out."""
    every = {(org, amount) for org in TREE for amount in (1, 9)}
    if rows.within is not None:
        return {row for row in reached(rows.within, mine) if row[1] < 5}
    if rows.scope == "all":
        return every
    places = set(rows.of if rows.of is not None else (mine,))
    if rows.scope == "org":
        return {row for row in every if row[0] in places}
    return {row for row in every if places & set(TREE[row[0]])} if rows.scope == "org_tree" else set()


@pytest.mark.parametrize("mine", [1, 2, 3])
def test_within_never_says_yes_where_a_row_is_reached_beyond(mine: int) -> None:
    """Where who gives and who gets sit in one organisation, rows can be counted out."""

    def covers(above: tuple[int, ...], nodes: tuple[int, ...]) -> bool:
        return all(set(above) & set(TREE.get(node, ())) for node in nodes)

    said = [(a, b) for a, b in product(SCOPES, SCOPES) if within(a, b, mine, covers)]
    assert [(a, b) for a, b in said if not reached(a, mine) <= reached(b, mine)] == []
    assert (Rows(scope="org_tree", of=(3, 4)), Rows(scope="org_tree", of=(1,))) in said
    assert all((rows, EVERY) in said for rows in SCOPES)
