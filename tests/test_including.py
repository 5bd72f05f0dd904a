"""``include:``: what entities have in common stands once, and everything said about it names the file it stands in."""

from __future__ import annotations

from pathlib import Path

from fab_app.checks import checked
from fab_app.spec.manifest import Entity

COMMON = (
    "belongs: {owner: created_by}\n"
    "fields:\n"
    "  no: {type: text, label: No, required: true}\n"
    "  amount: {type: money, label: Amount}\n"
    "checks:\n"
    "  - {check: amount > 0, message: Above nothing}\n"
    "locks:\n"
    "  - {when: amount > 9, message: Too much}\n"
)


def entity(home: Path, written: str, **commons: str) -> Entity:
    folder = home / "schema" / "shop" / "common"
    folder.mkdir(parents=True)
    (folder.parent / "order.yaml").write_text(written, encoding="utf-8")
    for name, text in commons.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    manifest, problems = checked(home)
    assert problems == []
    return manifest.entities["shop.order"]


def test_what_is_included_is_the_entity_s_own(tmp_path: Path) -> None:
    order = entity(tmp_path, "label: Order\ninclude: parts\n", parts=COMMON)
    spec = order.spec
    assert [list(spec.fields), list(spec.belongs), len(spec.checks), len(spec.locks)] == [
        ["no", "amount"],
        ["owner"],
        1,
        1,
    ]


def test_a_field_written_again_without_a_type_changes_only_the_keys_it_names(tmp_path: Path) -> None:
    order = entity(tmp_path, "label: Order\ninclude: parts\nfields:\n  no: {label: Number}\n", parts=COMMON)
    no = order.fields["no"]
    assert [no.type, no.label.of("en"), no.required is not None] == ["text", "Number", True]


def test_a_field_written_again_with_a_type_takes_the_place_of_the_common_one(tmp_path: Path) -> None:
    order = entity(
        tmp_path, "label: Order\ninclude: parts\nfields:\n  no: {type: int, label: No}\n", parts=COMMON
    )
    assert order.fields["no"] == type(order.fields["no"]).model_validate({"type": "int", "label": "No"})


def test_common_checks_stand_before_one_s_own(tmp_path: Path) -> None:
    own = "label: Order\ninclude: parts\nchecks:\n  - {check: amount < 5, message: Below five}\n"
    order = entity(tmp_path, own, parts=COMMON)
    assert [check.message.of("en") for check in order.spec.checks] == ["Above nothing", "Below five"]


def test_a_common_file_may_include_another_and_the_later_one_lies_above(tmp_path: Path) -> None:
    more = "include: parts\nfields:\n  no: {label: From more}\n"
    order = entity(tmp_path, "label: Order\ninclude: [parts, more]\n", parts=COMMON, more=more)
    assert order.fields["no"].label.of("en") == "From more"


def test_places_are_those_of_the_file_in_which_a_thing_was_written(tmp_path: Path) -> None:
    own = "label: Order\ninclude: parts\nfields:\n  no: {label: Number}\nchecks:\n  - {check: amount < 5, message: M}\n"
    document = entity(tmp_path, own, parts=COMMON).document
    places = [
        document.at("fields", "no", "label"),
        document.at("fields", "no", "required"),
        document.at("belongs", "owner"),
        document.at("checks", 0, "check"),
        document.at("checks", 1, "check"),
    ]
    assert [str(place) for place in places] == [
        "schema/shop/order.yaml:4:8",
        "schema/shop/common/parts.yaml:3:31",
        "schema/shop/common/parts.yaml:1:11",
        "schema/shop/common/parts.yaml:6:6",
        "schema/shop/order.yaml:6:6",
    ]
