"""The notation of ``q`` by itself."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fab_app.web.rest import rison

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.text("abc'!:,() 中文$-09", max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("abc", min_size=1), inner, max_size=3)
    ),
    max_leaves=10,
)


def written(value: object) -> str:
    if isinstance(value, dict):
        return "(" + ",".join(f"{written(key)}:{written(item)}" for key, item in value.items()) + ")"
    if isinstance(value, list):
        return "!(" + ",".join(written(item) for item in value) + ")"
    if isinstance(value, str):
        return "'" + value.replace("!", "!!").replace("'", "!'") + "'"
    if value is None or isinstance(value, bool):
        return {None: "!n", True: "!t", False: "!f"}[value]
    return str(value)


@given(value=PLAIN)
@settings(deadline=None)
def test_what_was_written_is_read_again(value: object) -> None:
    assert rison.loads(written(value)) == value


@given(text=st.text(max_size=200) | st.text("()!':,tfn0e-.", max_size=200))
@settings(deadline=None, max_examples=500)
def test_any_text_is_a_value_or_a_value_error(text: str) -> None:
    try:
        rison.loads(text)
    except ValueError:
        return


@pytest.mark.parametrize(
    "text", ["(" * 5000, "!(" * 5000, "[" * 100000, '{"a":' + "[" * 50000, "a" * 30000, "1e999"]
)
def test_deep_long_and_endless_texts_are_refused(text: str) -> None:
    with pytest.raises(ValueError):
        rison.loads(text)


@pytest.mark.parametrize(
    "text, value",
    [
        ("(page:0,page_size:20)", {"page": 0, "page_size": 20}),
        ("(columns:!(id,order.name),keys:!(none))", {"columns": ["id", "order.name"], "keys": ["none"]}),
        (
            "(filters:!((col:name,opr:ct,value:'a b')))",
            {"filters": [{"col": "name", "opr": "ct", "value": "a b"}]},
        ),
        ("(value:中文)", {"value": "中文"}),
        ('{"page": 1}', {"page": 1}),
        ("()", {}),
        ("!()", []),
    ],
)
def test_what_clients_of_flask_appbuilder_send_is_read(text: str, value: object) -> None:
    assert rison.loads(text) == value
