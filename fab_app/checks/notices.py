"""A portal's notices: what they are about, what their words name, whom they reach and how."""

from __future__ import annotations

from collections.abc import Iterator

from fab_app.channels.family import CHANNELS
from fab_app.checks.paths import Astray, is_reference, named, nearest_entity, scalar, walked
from fab_app.core.problems import Problem, nearest
from fab_app.core.source import Loc
from fab_app.core.text import Text
from fab_app.spec.manifest import BASE, Entity, Manifest, Portal
from fab_app.spec.notice import NoticeSpec, Receiver, places
from fab_app.spec.portal import ACTIONS
from fab_app.spec.seat import kind_of

USER = f"{BASE}.user"
WAYS = ("accounts", "user", "seats", "phone", "email")


def check(manifest: Manifest) -> Iterator[Problem]:
    for portal in manifest.portals.values():
        for event, notice in portal.spec.notices.items():
            yield from _Judge(manifest, portal, event, notice).problems()


class _Judge:
    """One notice and where it was written."""

    def __init__(self, manifest: Manifest, portal: Portal, event: str, notice: NoticeSpec) -> None:
        self.manifest = manifest
        self.portal = portal
        self.event = event
        self.notice = notice

    def at(self, *loc: str | int) -> Loc:
        return ("notices", self.event, *loc)

    def problem(self, id_: str, text: str, hint: str, *loc: str | int) -> Problem:
        return Problem(id_, text, self.portal.document.value_at(*self.at(*loc)), hint)

    def problems(self) -> Iterator[Problem]:
        about = named(self.manifest, self.portal.name, self.notice.about)
        if isinstance(about, Astray):
            yield self.problem("notice.E001", about.text, about.hint, "about")
        if isinstance(about, Entity):
            yield from self._words(about)
            yield from self._own_event(about)
        yield from self._channels(self.notice.channels, "channels")
        yield from self._sensitive()
        for index, receiver in enumerate(self.notice.to):
            yield from self._receiver(receiver, index)
            if isinstance(about, Entity):
                yield from self._paths(about, receiver, index)

    def _words(self, about: Entity) -> Iterator[Problem]:
        words: list[tuple[Loc, Text | None]] = [
            ((key,), getattr(self.notice, key)) for key in ("title", "text", "sms_text")
        ]
        words += [(("also", index, "text"), one.text) for index, one in enumerate(self.notice.also)]
        for key, text_ in words:
            for path in places(text_):
                if path in self.notice.extra:
                    continue
                found = walked(self.manifest, about, path)
                if isinstance(found, Astray):
                    hint = found.hint or "name it under 'extra:' if it is no field"
                    yield self.problem("notice.E002", f"{{{path}}}: {found.text}", hint, *key)
                elif found is not None and (not found[1].readable or found[1].many):
                    text = f"{{{path}}}: {found[1].type} is not put into words"
                    yield self.problem("notice.E002", text, "name another field", *key)

    def _own_event(self, about: Entity) -> Iterator[Problem]:
        if self.notice.on is not None and about.owner != USER:
            text = f"'{self.notice.on}' happens to accounts, and {about.name} is none"
            views = [e.name for e in self.manifest.of_portal(self.portal.name) if e.owner == USER]
            yield self.problem("notice.E003", text, f"about: {(views or [USER])[0]}", "on")

        if self.notice.on == "password_code" and "code" not in self.notice.sensitive:
            text = "the code may be read by nobody but its receiver"
            yield self.problem("notice.E009", text, "write 'extra: [code]' and 'sensitive: [code]'", "on")

    def _channels(self, names: tuple[str, ...], *loc: str | int) -> Iterator[Problem]:
        for index, name in enumerate(names):
            if name not in CHANNELS:
                hint = nearest(name, CHANNELS)
                yield self.problem("notice.E004", f"there is no channel '{name}'", hint, *loc, index)

    def _sensitive(self) -> Iterator[Problem]:
        for index, name in enumerate(self.notice.sensitive):
            if name not in self.notice.extra:
                hint = nearest(name, self.notice.extra) or "add it to 'extra:'"
                yield self.problem("notice.E005", f"'{name}' is not under 'extra'", hint, "sensitive", index)

    def _receiver(self, receiver: Receiver, index: int) -> Iterator[Problem]:
        said = [way for way in WAYS if getattr(receiver, way) is not None]
        if len(said) != 1:
            text = f"a receiver is one of {', '.join(WAYS)}; this is {' and '.join(said) or 'none'}"
            yield self.problem("notice.E006", text, f"write {WAYS[0]}: … or {WAYS[1]}: …", "to", index)
        yield from self._channels(receiver.channels or (), "to", index, "channels")
        if receiver.holding is not None:
            yield from self._holding(receiver, index)
        if (receiver.seats or receiver.kind) and kind_of(self.portal, receiver.kind) is None:
            seats = self.portal.spec.seats
            hint = nearest(receiver.kind or "", seats) or (
                f"write kind: {next(iter(seats))}" if seats else "add 'seats:' to portal.yaml"
            )
            yield self.problem("notice.E010", "whose seats are meant is not known", hint, "to", index)

    def _holding(self, receiver: Receiver, index: int) -> Iterator[Problem]:
        name, _, code = str(receiver.holding).rpartition(".")
        entity = self.manifest.entity(self.portal.name, name) if name else None
        if receiver.accounts is None:
            hint = "remove it, or write accounts: …"
            yield self.problem(
                "notice.E007", "'holding' keeps of 'accounts' some", hint, "to", index, "holding"
            )
        elif entity is None:
            hint = nearest_entity(self.manifest, self.portal.name, name)
            text = f"'{receiver.holding}' is no entity and action"
            yield self.problem("notice.E007", text, hint or "write order.edit", "to", index, "holding")
        elif code not in (known := (*ACTIONS, *entity.moves)):
            text = f"'{code}' can be done with no {entity.name}"
            yield self.problem("notice.E007", text, nearest(code, known), "to", index, "holding")

    def _paths(self, about: Entity, receiver: Receiver, index: int) -> Iterator[Problem]:
        for way in ("user", "phone", "email"):
            path = getattr(receiver, way)
            if path is None or (way == "user" and path == "id" and about.owner == USER):
                continue
            found = walked(self.manifest, about, path)
            if isinstance(found, Astray):
                yield self.problem("notice.E008", found.text, found.hint, "to", index, way)
            elif found is not None and not self._fits(way, path, about):
                text = f"'{path}' is no {'account' if way == 'user' else way + ' address'}"
                yield self.problem("notice.E008", text, _fitting(way), "to", index, way)

    def _fits(self, way: str, path: str, about: Entity) -> bool:
        walked_to = self.manifest.walk(about, tuple(path.split(".")))
        assert walked_to is not None
        entity, field = walked_to
        if way != "user":
            return scalar(field)
        target = self.manifest.target(entity, path.rpartition(".")[2])
        return target is not None and target.owner == USER and (is_reference(field) or field.many)


def _fitting(way: str) -> str:
    return "name a reference to accounts" if way == "user" else f"name a field of type {way} or text"
