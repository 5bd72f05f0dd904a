"""Levels on which several decide, and what those who are awaited may do besides."""

from __future__ import annotations

from typing import Any

import pytest

from tests.chains.town import PERMIT, agree, apply, do, tasks, town
from tests.projects import Builder, Site

CHAIN = PERMIT.index("      chain:\n")
MOVES = PERMIT.index("    moves:\n")


def chain(*levels: str, also: str = "") -> str:
    """The application with another chain."""
    lines = "".join(f"        - {level}\n" for level in levels)
    return f"{PERMIT[:CHAIN]}{also}      chain:\n{lines}{PERMIT[MOVES:]}"


CITY = "by: {post: handler, level: city}"
FILES = {
    "schema/shop/every.yaml": chain(f"{{step: all, label: 会签, {CITY}, mode: all}}"),
    "schema/shop/share.yaml": chain(f"{{step: share, label: 表决, {CITY}, mode: ratio, ratio: 0.5}}"),
    "schema/shop/turns.yaml": chain(f"{{step: turns, label: 依次, {CITY}, mode: sequence}}"),
    "schema/shop/named.yaml": chain(
        "{step: chief, label: 省厅科长, by: {post: chief, level: province}, assign: officer}",
        "{step: officer, label: 省厅民警, by: {assigned: officer, post: handler, level: city}}",
        "{step: last, label: 省厅科长, by: {post: chief, level: province}}",
    ),
    "schema/shop/handed.yaml": chain(
        f"{{step: first, label: 经办, {CITY}}}",
        "{step: second, label: 复核, by: {post: leader, org: same}}",
        also="      also: {transfer: true, add_signer: true, send_back: true, withdraw: always}\n",
    ),
}
KINDS = ("every", "share", "turns", "named", "handed")


@pytest.fixture(scope="module")
def site(build: Builder, database: str) -> Site:
    """Three handlers in the first city."""
    from tests.chains.town import firm

    site = town(build, database, {**FILES, "permissions/shop/firm.yaml": firm("permit", *KINDS)})
    for account in ("jia_second", "jia_third"):
        site.person(account, "handler", kind="police", org=site.places["甲市局"])  # type: ignore[attr-defined]
    return site


def step(site: Site, entity: str, id_: int, account: str, code: str, **said: Any) -> int:
    if code in ("agree", "disagree", "send_back"):
        said = {"opinion": "意见", **({"applicant_note": "原因"} if code == "disagree" else {}), **said}
    return do(site.as_(account), code, id_, entity, **said)[0]


def state(site: Site, entity: str, id_: int) -> str:
    return str(site.row(entity, id_)["state"])


def test_all_must_agree(site: Site) -> None:
    id_ = apply(site, entity="every")
    found = [step(site, "every", id_, who, "agree") for who in ("jia_second", "jia_handler")]
    between = state(site, "every", id_)
    found += [step(site, "every", id_, who, "agree") for who in ("jia_second", "jia_third")]
    assert (found, between, state(site, "every", id_)) == ([200, 200, 409, 200], "in_review", "approved")


def test_one_of_all_who_disagrees_returns_it(site: Site) -> None:
    id_ = apply(site, entity="every")
    step(site, "every", id_, "jia_second", "agree")
    assert step(site, "every", id_, "jia_third", "disagree") == 200
    assert state(site, "every", id_) == "returned"
    assert sorted(state for _, state in tasks(site, id_, "every")) == ["agreed", "disagreed", "lapsed"]


def test_share_decides_and_a_vote_that_does_not_changes_nothing(site: Site) -> None:
    id_ = apply(site, entity="share")
    step(site, "share", id_, "jia_handler", "disagree")
    between = site.row("share", id_)
    found = [step(site, "share", id_, who, "agree") for who in ("jia_second", "jia_third")]
    assert (between["state"], between["applicant_note"], found) == ("in_review", None, [200, 200])
    assert state(site, "share", id_) == "approved"


def test_share_that_can_no_longer_be_reached_returns_it(site: Site) -> None:
    id_ = apply(site, entity="share")
    for who in ("jia_handler", "jia_second"):
        assert step(site, "share", id_, who, "disagree") == 200
    row = site.row("share", id_)
    assert (row["state"], row["applicant_note"]) == ("returned", "原因")


def test_sequence_asks_one_after_the_other(site: Site) -> None:
    id_ = apply(site, entity="turns")
    early = step(site, "turns", id_, "jia_second", "agree")
    found = [step(site, "turns", id_, who, "agree") for who in ("jia_handler", "jia_second", "jia_third")]
    assert early in (403, 404) and found == [200, 200, 200] and state(site, "turns", id_) == "approved"


def test_assigned_person_alone_decides(site: Site) -> None:
    id_ = apply(site, entity="named")
    chief = "prov_chief"
    agreed = step(site, "named", id_, chief, "agree")
    wrong = step(site, "named", id_, chief, "assign", assignee=site.id_of("jia_leader"))
    missing = do(site.as_(chief), "assign", id_, "named")
    given = step(site, "named", id_, chief, "assign", assignee=site.id_of("jia_second"))
    others = step(site, "named", id_, "jia_handler", "agree")
    assert (agreed in (403, 404), wrong, given, others in (403, 404)) == (True, 422, 200, True)
    assert (missing[0], missing[1]["message"]) == (422, "请选择指派人员")
    assert step(site, "named", id_, "jia_second", "agree") == 200
    assert step(site, "named", id_, chief, "agree") == 200
    assert state(site, "named", id_) == "approved"


def test_dialog_of_an_assignment_offers_who_may_be_named(site: Site) -> None:
    id_ = apply(site, entity="named")
    page = site.as_("prov_chief").get(f"/shop/named/do/assign/{id_}")
    options = {option.text for option in page.root.one("select").all("option")} - {"", "请选择"}
    assert {"jia_handler", "jia_second", "jia_third"} <= options and "jia_leader" not in options


def test_transfer_hands_the_task_to_a_colleague(site: Site) -> None:
    id_ = apply(site, entity="handed")
    given = step(site, "handed", id_, "jia_handler", "transfer", to=site.id_of("jia_viewer"), opinion="出差")
    late = step(site, "handed", id_, "jia_second", "agree")
    seen = site.as_("jia_viewer").get(f"/shop/handed/show/{id_}").status
    assert (given, late, seen) == (200, 409, 200)
    assert step(site, "handed", id_, "jia_viewer", "agree") == 200
    assert tasks(site, id_, "handed") == [
        ("first", "transferred"),
        ("first", "agreed"),
        ("second", "waiting"),
    ]


def test_added_signer_must_agree_too(site: Site) -> None:
    id_ = apply(site, entity="handed")
    signer = site.id_of("jia_viewer")
    assert step(site, "handed", id_, "jia_handler", "add_signer", signer=signer, opinion="请会签") == 200
    assert step(site, "handed", id_, "jia_handler", "add_signer", signer=signer, opinion="请会签") == 409
    assert step(site, "handed", id_, "jia_second", "agree") == 200
    between = tasks(site, id_, "handed")
    assert step(site, "handed", id_, "jia_viewer", "agree") == 200
    assert between == [("first", "agreed"), ("first", "waiting")]
    assert tasks(site, id_, "handed")[-1] == ("second", "waiting")


def test_record_is_sent_back_to_a_step_before(site: Site) -> None:
    id_ = apply(site, entity="handed")
    agree_as = step(site, "handed", id_, "jia_handler", "agree")
    forward = step(site, "handed", id_, "jia_leader", "send_back", step="second")
    back = step(site, "handed", id_, "jia_leader", "send_back", step="first")
    assert (agree_as, forward, back) == (200, 422, 200)
    assert site.row("handed", id_)["step"] == "first"
    assert step(site, "handed", id_, "jia_third", "agree") == 200
    assert step(site, "handed", id_, "jia_leader", "agree") == 200
    assert state(site, "handed", id_) == "approved"


def test_withdrawal_may_be_open_to_the_end(site: Site) -> None:
    id_ = apply(site, entity="handed")
    step(site, "handed", id_, "jia_handler", "agree")
    assert step(site, "handed", id_, "firm", "withdraw") == 200
    assert state(site, "handed", id_) == "withdrawn"


def test_serial_chain_is_as_before(site: Site) -> None:
    permit = apply(site)
    agree(site, permit, "jia_third", "jia_leader", "prov_chief")
    assert site.row("permit", permit)["state"] == "approved"
