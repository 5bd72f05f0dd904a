"""Lists: what may be asked of them, and that nothing asked is silently dropped."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

QUICK = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def test_a_list_has_count_ids_and_result(clerk: Any) -> None:
    one = clerk.made("customer", name="list-one", level="a")
    answer = clerk.list("customer", "(columns:!(name,level),filters:!((col:name,opr:eq,value:list-one)))")
    row = {"id": one, "version": 1, "name": "list-one", "level": "a"}
    assert answer.json == {"count": 1, "ids": [one], "result": [row]}


def test_columns_over_references_stand_under_their_path(clerk: Any) -> None:
    customer = clerk.made("customer", name="list-path")
    order = clerk.made("order", customer=customer)
    q = f"(columns:!(customer,customer.name),filters:!((col:customer,opr:rel_o_m,value:{customer})))"
    row = {
        "id": order,
        "version": 1,
        "customer": {"id": customer, "title": "list-path"},
        "customer.name": "list-path",
    }
    assert clerk.list("order", q).json["result"] == [row]


def test_many_values_can_be_filtered_by_one_of_them(clerk: Any) -> None:
    friend, customer = clerk.made("customer", name="list-friend"), clerk.made("customer", name="list-other")
    order = clerk.made("order", customer=customer, helpers=[friend], tags=["hot"])
    q = f"(columns:!(),filters:!((col:helpers,opr:rel_m_m,value:{friend}),(col:tags,opr:ct,value:hot)))"
    assert clerk.list("order", q).json["ids"] == [order]


def test_a_reference_is_found_by_a_part_of_its_title(clerk: Any) -> None:
    order = clerk.made("order", customer=clerk.made("customer", name="list-titled"))
    assert clerk.list("order", "(filters:!((col:customer,opr:ct,value:t-titl)))").json["ids"] == [order]


def test_pages_hold_the_rows_in_order_and_the_whole_count(clerk: Any) -> None:
    keys = [clerk.made("customer", name=f"page-{number}") for number in range(3)]
    asked = "(columns:!(),keyword:page-,order_column:name,order_direction:desc,page_size:2"
    assert clerk.list("customer", f"{asked},page:0)").json["ids"] == [keys[2], keys[1]]
    assert clerk.list("customer", f"{asked},page:1)").json == {
        "count": 3,
        "ids": [keys[0]],
        "result": [{"id": keys[0], "version": 1}],
    }


def test_tabs_and_keywords_narrow_the_list(clerk: Any) -> None:
    good, bad = (
        clerk.made("customer", name="narrow-1", level="a"),
        clerk.made("customer", name="narrow-2", level="b"),
    )
    assert clerk.list("customer", "(keyword:narrow)").json["ids"] == [bad, good]
    assert clerk.list("customer", "(keyword:narrow,tab:good)").json["ids"] == [good]


@pytest.mark.parametrize(
    "q",
    [
        "(",
        "(page:0",
        "!(1,2)",
        "'text'",
        "(page:0)x",
        "(unknown:1)",
        "(columns:!(nothing))",
        "(columns:name)",
        "(columns:!(password))",
        "(columns:!(customer.nothing))",
        "(columns:!(lines))",
        "(columns:!(customer.secret))",
        "(columns:!(customer.password))",
        "(filters:!((col:nothing,opr:eq,value:1)))",
        "(filters:!((col:amount,opr:ct,value:1)))",
        "(filters:!((col:amount,opr:nonsense,value:1)))",
        "(filters:!((col:amount,opr:eq,value:abc)))",
        "(filters:!((col:amount,opr:eq)))",
        "(filters:!((col:amount,opr:eq,value:1,more:2)))",
        "(filters:!((col:placed,opr:gt,value:yesterday)))",
        "(filters:!((col:customer,opr:rel_o_m,value:-1)))",
        "(filters:!((col:photo,opr:null,value:!t)))",
        "(filters:!((col:lines,opr:eq,value:1)))",
        "(filters:!(1))",
        "(order_column:nothing)",
        "(order_column:tags)",
        "(order_column:lines)",
        "(order_column:amount,order_direction:up)",
        "(page:-1)",
        "(page:first)",
        "(page_size:101)",
        "(page_size:-1)",
        "(page_size:!t)",
        "(tab:nothing)",
        "(keyword:!(a))",
    ],
)
def test_what_cannot_be_read_is_400(clerk: Any, q: str) -> None:
    answer = clerk.list("order", q)
    assert (answer.status_code, list(answer.json)) == (400, ["message"])


def test_a_page_size_of_nothing_is_twenty(clerk: Any) -> None:
    for number in range(21):
        clerk.made("customer", name=f"twenty-{number}")
    assert len(clerk.list("customer", "(page_size:0,keyword:twenty)").json["ids"]) == 20


def test_a_hidden_field_is_as_unknown_as_one_that_does_not_exist(shop: Any) -> None:
    viewer = shop.as_("viewer")
    for q in ("(columns:!(level))", "(filters:!((col:level,opr:eq,value:a)))", "(order_column:level)"):
        hidden, unknown = viewer.list("customer", q), viewer.list("customer", q.replace("level", "nothin"))
        assert (hidden.status_code, hidden.text.replace("level", "nothin")) == (400, unknown.text)


def test_a_masked_field_is_masked_and_cannot_be_searched(clerk: Any) -> None:
    clerk.made("customer", name="masked", phone="13812345678")
    shown = clerk.list("customer", "(columns:!(phone),keyword:masked)").json["result"][0]["phone"]
    assert shown == "138****5678"
    assert clerk.list("customer", "(filters:!((col:phone,opr:sw,value:'138')))").status_code == 400
    assert clerk.list("customer", "(order_column:phone)").status_code == 400


def test_rows_of_others_are_neither_listed_nor_counted(shop: Any, clerk: Any) -> None:
    clerk.made("customer", name="mine-only")
    assert shop.as_("other").list("customer", "(keyword:mine-only)").json["count"] == 0
    assert shop.as_("viewer").list("customer", "(keyword:mine-only)").json["count"] == 1


def test_two_people_asking_the_same_get_their_own_rows(shop: Any, clerk: Any) -> None:
    other, q = shop.as_("other"), "(columns:!(name),keyword:same-)"
    mine, theirs = clerk.made("customer", name="same-1"), other.made("customer", name="same-2")
    for _ in range(2):
        assert clerk.list("customer", q).json["ids"] == [mine]
        assert other.list("customer", q).json["ids"] == [theirs]


@pytest.mark.parametrize("entity", ["customer", "order"])
def test_a_list_takes_at_most_three_statements_and_more_rows_take_no_more(
    shop: Any, clerk: Any, entity: str
) -> None:
    customer = clerk.made("customer", name=f"counted-{entity}")
    for _ in range(5):
        clerk.made("order", customer=customer)
    clerk.list(entity)
    with shop.statements() as statements:
        clerk.list(entity, "(page_size:100)")
    assert len([text for text in statements if not text.startswith("BEGIN")]) <= 3


def test_an_address_without_its_slash_leads_to_the_one_with_it(clerk: Any) -> None:
    assert clerk.get("order").status_code == 308


TEXT = st.text(max_size=60)
RISON = st.recursive(
    st.sampled_from(["!t", "!f", "!n", "1", "-3.5", "name", "amount", "'a!'b'", "''", "eq", "ct", "1e9"])
    | st.integers().map(str),
    lambda inner: (
        st.lists(inner, max_size=4).map(lambda items: f"!({','.join(items)})")
        | st.lists(
            st.tuples(
                st.sampled_from(
                    [
                        "columns",
                        "filters",
                        "page",
                        "page_size",
                        "tab",
                        "keyword",
                        "order_column",
                        "col",
                        "opr",
                        "value",
                        "x",
                    ]
                ),
                inner,
            ),
            max_size=4,
        ).map(lambda pairs: "(" + ",".join(f"{key}:{value}" for key, value in pairs) + ")")
    ),
    max_leaves=12,
)
FILTER = st.tuples(
    st.sampled_from(
        [
            "order_no",
            "customer",
            "amount",
            "placed",
            "paid",
            "tags",
            "helpers",
            "note",
            "more",
            "at",
            "state",
            "photo",
            "bill",
            "total",
            "late",
            "id",
        ]
    ),
    st.sampled_from(
        [
            "eq",
            "neq",
            "gt",
            "lt",
            "gte",
            "lte",
            "ct",
            "sw",
            "in",
            "range",
            "null",
            "below",
            "rel_o_m",
            "rel_m_m",
        ]
    ),
    RISON,
).map(lambda parts: f"(filters:!((col:{parts[0]},opr:{parts[1]},value:{parts[2]})))")


@given(q=TEXT | RISON | FILTER)
@QUICK
def test_any_q_is_answered_or_refused_with_400(clerk: Any, q: str) -> None:
    answer = clerk.list("order", q)
    assert answer.status_code in (200, 400), (q, answer.text)
    assert answer.is_json
