"""What is kept is forgotten by age once it weighs too much."""

from __future__ import annotations

from fab_app.runtime.plans import Plans


def kept(plans: Plans, key: str, value: str) -> bool:
    """Whether the value was there already."""
    made: list[str] = []

    def build() -> tuple[str, bool]:
        made.append(value)
        return value, True

    assert plans.get(key, build) == value
    return not made


def test_what_was_asked_for_last_is_kept() -> None:
    plans = Plans(2)
    for key in "abac":
        kept(plans, key, key)
    assert [kept(plans, key, key) for key in "ac"] == [True, True]
    assert not kept(plans, "b", "b")


def test_heavy_values_push_out_many_light_ones() -> None:
    plans = Plans(10, len)
    for key in "abcde":
        kept(plans, key, key * 2)
    kept(plans, "heavy", "h" * 7)
    assert [kept(plans, key, key * 2) for key in "e"] == [True]
    assert plans.held == 9


def test_one_that_is_too_heavy_stands_alone() -> None:
    plans = Plans(3, len)
    kept(plans, "a", "a")
    kept(plans, "heavy", "h" * 9)
    assert kept(plans, "heavy", "h" * 9) and not kept(plans, "a", "a")
