"""The states and moves that an approval makes, under what its author wrote of them. A pure function of the text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fab_app.spec.chain import Approval, Raw

_OPINION = {
    "type": "text",
    "max": 500,
    "lines": 4,
    "required": True,
    "label": {"zh": "审批意见", "en": "Opinion"},
}
_NOTE = {
    "type": "text",
    "max": 500,
    "lines": 3,
    "required": True,
    "label": {"zh": "退回原因（申请人可见）", "en": "Reason, told to the applicant"},
}
_PERSON = {"type": "user", "required": True, "label": {"zh": "指派人员", "en": "Assigned person"}}
_REASON = {**_OPINION, "label": {"zh": "说明", "en": "Reason"}, "lines": 3}
_ALSO: dict[str, tuple[Any, str, Any]] = {
    "transfer": ({"zh": "转办", "en": "Transfer"}, "to", {"zh": "转办给", "en": "Transfer to"}),
    "add_signer": ({"zh": "加签", "en": "Add a signer"}, "signer", {"zh": "加签人", "en": "Signer"}),
}


def with_chain(raw: Mapping[str, Any]) -> Raw:
    """A workflow as it was written, with the states and moves of its approval. What is wrong its judge tells."""
    try:
        approval = Approval.model_validate(raw["approval"])
    except ValueError:
        return dict(raw)
    start = raw.get("start", "draft")
    moves = _over(_moves(approval, start), raw.get("moves"), "approval")
    changed = {"zh": "该申请已被处理，请刷新", "en": "It has been decided on already, load it again"}
    return {
        "changed": changed,
        **raw,
        "start": start,
        "states": _over(_states(approval, start), raw.get("states")),
        "moves": moves,
    }


def _over(made: Raw, written: Any, kind: str = "") -> Raw:
    """What is made under what was written of it, by its code or, of another code, by its ``kind``; then the rest."""
    own = dict(written) if isinstance(written, Mapping) else {}
    codes = {one[kind]: code for code, one in own.items() if isinstance(one, Mapping) and one.get(kind)}
    found: Raw = {}
    for made_code, keys in made.items():
        code = codes.get(keys.get(kind), made_code)
        said = own.pop(code, None)
        found[code] = {**keys, **said} if isinstance(said, Mapping) else keys
    return {**found, **own}


def _states(approval: Approval, start: str) -> Raw:
    found = {
        start: {"label": {"zh": "草稿", "en": "Draft"}, "tone": "draft"},
        approval.state: {"label": {"zh": "审批中", "en": "In review"}, "tone": "info", "locked": True},
        approval.returned: {"label": {"zh": "已退回", "en": "Returned"}, "tone": "warn"},
        approval.agreed: {
            "label": {"zh": "已通过", "en": "Approved"},
            "tone": "good",
            "locked": True,
            "final": True,
        },
    }
    if approval.also.withdraw:
        words = {"zh": "已撤回", "en": "Withdrawn"}
        found[approval.withdrawn] = {"label": words, "tone": "away", "locked": True, "final": True}
    return found


def _moves(approval: Approval, start: str) -> Raw:
    return dict(_each(approval, start))


def _each(approval: Approval, start: str) -> Iterator[tuple[str, Raw]]:
    held, by = {"from": approval.state}, list(approval.by)
    yield (
        "submit",
        {
            "label": {"zh": "提交", "en": "Submit"},
            "from": list(dict.fromkeys((start, approval.returned))),
            "to": approval.state,
            "by": by,
            "style": "primary",
            "approval": "begin",
        },
    )
    dialog = {approval.opinion: _OPINION}
    if any(level.assign is None for level in approval.chain):
        label = {"zh": "同意", "en": "Agree"}
        yield "agree", {**held, "label": label, "style": "primary", "dialog": dialog, "approval": "agree"}
    if any(level.assign is not None for level in approval.chain):
        label, asks = {"zh": "指派", "en": "Assign"}, {"assignee": _PERSON}
        yield "assign", {**held, "label": label, "style": "primary", "dialog": asks, "approval": "assign"}
    asks = {**dialog, approval.note: _NOTE}
    label = {"zh": "不同意", "en": "Disagree"}
    keys = {"to": approval.returned, "style": "danger", "dialog": asks, "approval": "disagree"}
    yield "disagree", {**held, "label": label, **keys}
    for kind, (words, name, asked) in _ALSO.items():
        if getattr(approval.also, kind):
            asks = {name: {**_PERSON, "label": asked}, approval.opinion: _REASON}
            yield kind, {**held, "label": words, "dialog": asks, "approval": kind}
    if approval.also.send_back:
        steps = {
            level.step: {"zh": level.label.of("zh"), "en": level.label.of("en")} for level in approval.chain
        }
        step = {
            "type": "choice",
            "options": steps,
            "required": True,
            "label": {"zh": "退回环节", "en": "Step"},
        }
        label = {"zh": "退回环节", "en": "Send back to a step"}
        yield (
            "send_back",
            {**held, "label": label, "dialog": {"step": step, **dialog}, "approval": "send_back"},
        )
    label = {"zh": "审批通过", "en": "Approved"}
    yield "approve", {**held, "label": label, "to": approval.agreed, "by": "system", "approval": "end"}
    if approval.also.withdraw:
        sure = {"zh": "撤回后不再审批。", "en": "Nobody decides on it any more."}
        keys = {"to": approval.withdrawn, "by": by, "confirm": sure, "approval": "withdraw"}
        yield "withdraw", {**held, "label": {"zh": "撤回", "en": "Withdraw"}, "style": "danger", **keys}
