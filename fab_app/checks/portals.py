"""A portal's kinds of account and its doors."""

from __future__ import annotations

from collections.abc import Iterator

from fab_app.checks.paths import Astray, named
from fab_app.core.problems import Problem, nearest
from fab_app.spec.manifest import BASE, Entity, Manifest, Portal


def check(manifest: Manifest) -> Iterator[Problem]:
    for portal in manifest.portals.values():
        yield from _manual(portal)
        yield from _organisations(manifest, portal)
        yield from _doors(portal)
        yield from _codes(portal)
        yield from _providers(portal)
    for entity in manifest.entities.values():
        yield from _one_rule(entity)


def _organisations(manifest: Manifest, portal: Portal) -> Iterator[Problem]:
    for code, kind in portal.spec.kinds.items():
        found = named(manifest, portal.name, kind.org) if kind.org else None
        if isinstance(found, Astray):
            yield Problem(
                "portal.E001", found.text, portal.document.value_at("kinds", code, "org"), found.hint
            )
        if kind.under is not None and (kind.under not in portal.spec.kinds or kind.under == code):
            text = f"the portal has no other kind of account '{kind.under}'"
            place = portal.document.value_at("kinds", code, "under")
            yield Problem("portal.E005", text, place, nearest(kind.under, portal.spec.kinds) or "name a kind")


def _one_rule(entity: Entity) -> Iterator[Problem]:
    """What an account's form would say of passwords, the change of one's own would not know."""
    for code, field in entity.spec.fields.items():
        if entity.owner == f"{BASE}.user" and entity.columns[code] == "password" and entity.shared:
            for key in {"policy", "message"} & field.model_fields_set:
                text = "the rule for passwords of accounts stands in portal.yaml"
                place = entity.document.at("fields", code, key)
                yield Problem("portal.E004", text, place, "move it below 'login: password:'")


def _codes(portal: Portal) -> Iterator[Problem]:
    """A code reaches its person by a notice."""
    told = any(notice.on == "password_code" for notice in portal.spec.notices.values())
    if portal.spec.login.code is not None and not told:
        place = portal.document.at("login", "code")
        hint = "add a notice about accounts with 'on: password_code', 'extra: [code]' and 'sensitive: [code]'"
        yield Problem("portal.E005", "no notice tells the code", place, hint)


def _providers(portal: Portal) -> Iterator[Problem]:
    for code, provider in portal.spec.login.providers.items():
        for index, kind in enumerate(provider.kinds):
            if kind not in portal.spec.kinds:
                place = portal.document.value_at("login", "providers", code, "kinds", index)
                hint = nearest(kind, portal.spec.kinds) or "add it to 'kinds:'"
                yield Problem("portal.E006", f"the portal has no kind of account '{kind}'", place, hint)


def _doors(portal: Portal) -> Iterator[Problem]:
    known = portal.spec.kinds
    for code, door in portal.spec.doors.items():
        for index, kind in enumerate(door.kinds):
            if kind not in known:
                text = f"the portal has no kind of account '{kind}'"
                hint = nearest(kind, known) or "add it to 'kinds:'"
                yield Problem(
                    "portal.E002", text, portal.document.value_at("doors", code, "kinds", index), hint
                )
        if not door.kinds:
            place = portal.document.at("doors", code)
            yield Problem(
                "portal.E003",
                f"nobody can enter by the door '{code}'",
                place,
                nearest("", known) or "name a kind",
            )


def _manual(portal: Portal) -> Iterator[Problem]:
    """Its address stands in a setting that is text."""
    manual = portal.spec.manual
    texts = [name for name, field in portal.spec.settings.items() if field.type == "text"]
    if manual is not None and manual.address not in texts:
        place = portal.document.value_at("manual", "address")
        hint = nearest(manual.address, texts) or "define one of the type text under 'settings:'"
        yield Problem("portal.E007", f"there is no setting '{manual.address}' that holds a text", place, hint)
