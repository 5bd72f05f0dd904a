"""Approvals: every level can be reached, asks somebody who can be there, and lets him pass."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fab_app.checks.formulas import Written, judged
from fab_app.checks.paths import Astray, walked
from fab_app.core.problems import Problem, nearest
from fab_app.core.source import Loc
from fab_app.expr import Expr, Kind, closure
from fab_app.fields.base import Field
from fab_app.spec.chain import Approval, By, Level
from fab_app.spec.manifest import BASE, Entity, Manifest, dialog_of
from fab_app.spec.notice import places

WAYS = ("post", "assigned", "user")
PLACES = (f"{BASE}.region", f"{BASE}.org")
_WORDS = {PLACES[0]: "a region", PLACES[1]: "an organisation", f"{BASE}.user": "an account"}


def check(manifest: Manifest) -> Iterator[Problem]:
    for entity in manifest.entities.values():
        for name, workflow in entity.spec.workflows.items():
            if workflow.approval is not None:
                yield from chained(manifest, entity, name, workflow.approval)
            else:
                yield from _astray(entity, name)


def _astray(entity: Entity, name: str) -> Iterator[Problem]:
    for code, move in entity.spec.workflows[name].moves.items():
        if move.approval is not None:
            place = entity.document.value_at("workflows", name, "moves", code, "approval")
            text = f"'{code}' decides on an approval, and the workflow has none"
            yield Problem("chain.E001", text, place, "write 'approval:' under the workflow, or remove this")


def chained(manifest: Manifest, entity: Entity, name: str, approval: Approval) -> Iterator[Problem]:
    return _Judge(manifest, entity, name, approval).problems()


@dataclass(frozen=True)
class _Judge:
    """One approval where it is written."""

    manifest: Manifest
    entity: Entity
    name: str
    approval: Approval

    def problem(self, id_: str, text: str, hint: str, *loc: str | int) -> Problem:
        place = self.entity.document.value_at("workflows", self.name, "approval", *loc)
        return Problem(id_, text, place, hint)

    def problems(self) -> Iterator[Problem]:
        yield from self._posts()
        yield from self._inside()
        yield from self._kept()
        yield from self._asks()
        yield from self._tells()
        seen: set[str] = set()
        for index, level in enumerate(self.approval.chain):
            at: Loc = ("chain", index)
            if level.step in seen:
                text = f"the step '{level.step}' stands twice in the chain"
                yield self.problem("chain.E002", text, "give it a code of its own", *at, "step")
            seen.add(level.step)
            yield from self._by(level, index, (*at, "by"))
            yield from self._assigns(level, index, at)
            yield from self._mode(level, at)
            yield from self._limit(level, at)
            for number, gate in enumerate(level.gates):
                yield from self._gate(gate.when, (*at, "gates", number, "when"))

    # --- who -----------------------------------------------------------------------------------

    def _by(self, level: Level, index: int, at: Loc) -> Iterator[Problem]:
        by = level.by
        if (by.assigned is not None) + (by.user is not None) > 1 or not any(
            getattr(by, way) is not None for way in WAYS
        ):
            hint = "write one of 'post: …', 'assigned: …' and 'user: …'"
            yield self.problem("chain.E003", f"who decides on '{level.step}' is not said", hint, *at)
            return
        if by.post is not None:
            yield from self._post(by.post, (*at, "post"))
        yield from self._place(by, index, at)
        if by.user is not None:
            yield from self._leads(by.user, (f"{BASE}.user",), (*at, "user"))

    def _post(self, post: str, at: Loc) -> Iterator[Problem]:
        known = self._known_posts()
        if known is not None and post not in known:
            what = f"a value of '{self.approval.posts}'" if self.approval.posts else "a role"
            hint = nearest(post, known) or "add it"
            yield self.problem("chain.E004", f"the post '{post}' is not {what}", hint, *at)
        role = self.manifest.roles.get(f"{self.entity.portal}.{post}") if not self.approval.posts else None
        inside = {*self.approval.inside}
        if role is not None and inside and role.spec.kinds and not inside & {role.name, *role.spec.kinds}:
            text = f"nobody who holds '{post}' is inside, so nobody can decide here"
            yield self.problem("chain.E005", text, f"add '{role.spec.kinds[0]}' to 'inside:'", *at)

    def _known_posts(self) -> set[str] | None:
        """None where the field of accounts was complained of."""
        if self.approval.posts is None:
            return {role.name for role in self.manifest.roles.values() if role.portal == self.entity.portal}
        found = self._account_field(self.approval.posts)
        if found is None or found.field_type().codes is None:
            return None
        return {str(code) for code in found.field_type().codes or ()}

    def _account_field(self, name: str) -> Field | None:
        views = [one for one in self.manifest.of_portal(self.entity.portal) if one.owner == f"{BASE}.user"]
        for view in (*views, self.manifest.entities[f"{BASE}.user"]):
            if name in view.fields:
                return view.fields[name]
        return None

    def _posts(self) -> Iterator[Problem]:
        name = self.approval.posts
        if name is None:
            return
        field = self._account_field(name)
        if field is None or field.type not in ("choice", "choices"):
            text = f"'{name}' is no choice of the accounts of {self.entity.portal}"
            hint = "add it to the entity that is a 'view_of: base.user'"
            yield self.problem("chain.E006", text, hint, "posts")

    def _place(self, by: By, index: int, at: Loc) -> Iterator[Problem]:
        levels = self.manifest.portals[self.entity.portal].spec.levels
        if by.level is not None:
            known = levels.order if levels is not None else ()
            if by.level not in known:
                text = f"'{by.level}' is no level of the organisations of {self.entity.portal}"
                hint = (
                    nearest(by.level, known) or "name the kinds under 'levels: {order: […]}' of portal.yaml"
                )
                yield self.problem("chain.E007", text, hint, *at, "level")
            if by.of is not None:
                yield from self._leads(by.of, PLACES, (*at, "of"))
            elif not {"region", "org"} & self.entity.spec.belongs.keys():
                text = f"{self.entity.name} belongs to no region and no organisation"
                yield self.problem(
                    "chain.E008", text, "write 'of: …', or 'belongs: {region: …}'", *at, "level"
                )
        if by.org == "same":
            if index == 0:
                hint = "write 'level: …' or the path to the organisation"
                yield self.problem("chain.E009", "there is no level before the first one", hint, *at, "org")
        elif by.org is not None:
            yield from self._leads(by.org, (f"{BASE}.org",), (*at, "org"))

    def _leads(self, path: str, owners: tuple[str, ...], at: Loc) -> Iterator[Problem]:
        """Whether the path of the record ends at a row of one of these tables."""
        found = walked(self.manifest, self.entity, path)
        if isinstance(found, Astray):
            yield self.problem("chain.E010", found.text, found.hint, *at)
        elif found is not None:
            target = self.manifest.target(found[0], path.rpartition(".")[2])
            if target is None or target.owner not in owners or found[1].many:
                wanted = " or ".join(_WORDS[owner] for owner in owners)
                yield self.problem(
                    "chain.E010", f"'{path}' does not lead to {wanted}", "name a path that does", *at
                )

    def _assigns(self, level: Level, index: int, at: Loc) -> Iterator[Problem]:
        steps = [one.step for one in self.approval.chain]
        if level.assign is not None and level.assign not in steps[index + 1 :]:
            hint = nearest(level.assign, steps[index + 1 :]) or "name a later step"
            text = f"'{level.assign}' is no step after '{level.step}'"
            yield self.problem("chain.E011", text, hint, *at, "assign")
        if level.assign is not None and level.assign in steps[index + 1 :]:
            named = self.approval.chain[steps.index(level.assign, index + 1)].by
            if named.assigned != level.assign:
                text = f"'{level.assign}' is assigned here, and does not wait for who is assigned"
                hint = f"write 'by: {{assigned: {level.assign}, …}}' there"
                yield self.problem("chain.E011", text, hint, *at, "assign")
        assigned = level.by.assigned
        if assigned is not None and assigned not in {one.assign for one in self.approval.chain[:index]}:
            text = f"nobody before assigns '{assigned}'"
            hint = f"write 'assign: {assigned}' on the level that does"
            yield self.problem("chain.E012", text, hint, *at, "by", "assigned")

    def _mode(self, level: Level, at: Loc) -> Iterator[Problem]:
        if (level.mode == "ratio") != (level.ratio is not None):
            hint = "write both, as 'mode: ratio, ratio: 0.5'"
            yield self.problem(
                "chain.E016", "a share is decided by 'mode: ratio' and 'ratio'", hint, *at, "mode"
            )
        if level.mode != "one" and (level.assign is not None or level.by.assigned or level.by.user):
            text = f"'{level.step}' asks one person, so '{level.mode}' has no meaning"
            yield self.problem("chain.E016", text, "remove 'mode'", *at, "mode")

    def _limit(self, level: Level, at: Loc) -> Iterator[Problem]:
        limit = self.approval.limit(level)
        if limit is not None and limit.then == "agree" and level.assign is not None:
            text = f"'{level.step}' names somebody, which the system cannot do in his stead"
            yield self.problem(
                "chain.E018", text, "write 'time_limit: {…, then: remind}' here", *at, "assign"
            )

    def _tells(self) -> Iterator[Problem]:
        notices = self.manifest.portals[self.entity.portal].spec.notices
        for key in ("waiting", "overdue"):
            event = getattr(self.approval.tells, key)
            if event is not None and event not in notices:
                hint = nearest(event, notices) or "define it under 'notices:' of portal.yaml"
                yield self.problem("chain.E019", f"there is no notice '{event}'", hint, "tells", key)
            elif event is not None:
                about = notices[event].about
                if self.manifest.entity(self.entity.portal, about) is not self.entity:
                    text = f"the notice '{event}' is about {about}, not about {self.entity.name}"
                    yield self.problem(
                        "chain.E019", text, f"define one about {self.entity.name}", "tells", key
                    )

    def _asks(self) -> Iterator[Problem]:
        """What names somebody asks whom, what sends back asks to which step."""
        for code, move in self.entity.spec.workflows[self.name].moves.items():
            fields = dialog_of(self.entity, code, move).fields
            accounts = [
                n for n in move.dialog if n in fields and getattr(fields[n], "to", "").endswith("user")
            ]
            place = self.entity.document.at("workflows", self.name, "moves", code)
            if move.approval in ("assign", "transfer", "add_signer") and not accounts:
                text = f"the dialog of '{code}' asks for no account"
                yield Problem("chain.E017", text, place, "add a field of type user to 'dialog:'")
            if move.approval == "send_back" and "step" not in move.dialog:
                text = f"the dialog of '{code}' asks for no step"
                yield Problem("chain.E017", text, place, "add the field 'step', a choice of the steps")

    # --- the rest --------------------------------------------------------------------------------

    def _gate(self, when: Expr, at: Loc) -> Iterator[Problem]:
        place = ("workflows", self.name, "approval", *at)
        yield from judged(
            self.manifest, Written(when, self.entity.document, place, self.entity.key, Kind.bool)
        )
        if when.constant and closure(when)(_Nothing()) is not True:  # type: ignore[arg-type]
            text = "this gate is never true, so nobody passes here"
            yield self.problem("chain.E013", text, "write what must hold of the record", *at)

    def _inside(self) -> Iterator[Problem]:
        kinds = self.manifest.portals[self.entity.portal].spec.kinds
        roles = {role.name for role in self.manifest.roles.values() if role.portal == self.entity.portal}
        for index, name in enumerate(self.approval.inside):
            if name not in kinds and name not in roles:
                text = f"'{name}' is no kind of account and no role of {self.entity.portal}"
                hint = nearest(name, {*kinds, *roles}) or "name it under 'kinds:' of portal.yaml"
                yield self.problem("chain.E014", text, hint, "inside", index)

    def _kept(self) -> Iterator[Problem]:
        for key, types in (("step", ("text", "choice")), ("round", ("int",))):
            name = getattr(self.approval.keeps, key)
            field = self.entity.fields.get(name) if name is not None else None
            if name is not None and (field is None or field.type not in types or field.storage != "column"):
                text = f"'{name}' is no {' or '.join(types)} of {self.entity.name}"
                hint = f"add '{name}: {{type: {types[0]}, label: …, readonly: true}}' to 'fields:'"
                yield self.problem("chain.E015", text, hint, "keeps", key)
            codes = field.field_type().codes if field is not None and field.type == "choice" else None
            lacking = [one.step for one in self.approval.chain if codes is not None and one.step not in codes]
            if key == "step" and lacking:
                text = f"'{name}' has no option '{lacking[0]}', which is a step of the chain"
                yield self.problem("chain.E015", text, f"add '{lacking[0]}: …' to its options", "keeps", key)
        for path in places(self.approval.told):
            found = walked(self.manifest, self.entity, path)
            if isinstance(found, Astray):
                yield self.problem("chain.E010", found.text, found.hint, "told")


class _Nothing:
    """What a constant expression reads: nothing."""
