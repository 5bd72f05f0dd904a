"""The words of a notice: its places filled with what the record holds, in the receiver's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fab_app.core.text import LOCALES, Text
from fab_app.runtime.env import RecordEnv
from fab_app.runtime.notices.receivers import SYSTEM
from fab_app.runtime.preparing import AnySession
from fab_app.runtime.reading import Reader
from fab_app.runtime.selection import shown_field
from fab_app.runtime.world import World
from fab_app.spec.manifest import Entity
from fab_app.spec.notice import NoticeSpec, filled, places

HIDDEN = "******"


@dataclass(frozen=True, slots=True)
class Words:
    """``title``, ``text`` and ``short`` as anybody may read them: what is sensitive is hidden there.

    ``values``: those of the places, nothing hidden; ``secret``: whether something of them is sensitive.
    """

    notice: NoticeSpec
    language: str
    title: str
    text: str
    short: str
    values: Mapping[str, str]
    secret: bool

    def sent(self, short: bool) -> str:
        """The words as the receiver gets them."""
        text = self.notice.sms_text if short and self.notice.sms_text is not None else self.notice.text
        return filled(text.of(self.language), self.values)


def words_of(
    world: World,
    session: AnySession,
    env: RecordEnv,
    notice: NoticeSpec,
    extra: Mapping[str, str],
    language: str,
) -> Words:
    """Those of the record of ``env``, as it stands."""
    entity, id_ = env.entity, env.id or 0
    notice = _whole(notice, env)
    paths = [*places(notice.title), *places(notice.text), *places(notice.sms_text)]
    own = tuple(dict.fromkeys(path for path in paths if path not in notice.extra))
    values = {**_read(world, session, entity, id_, own, language), **extra}
    secret = [name for name in notice.sensitive if values.get(name)]
    public = {**values, **dict.fromkeys(secret, HIDDEN)}
    title, text = notice.title.of(language), notice.text.of(language)
    short = notice.sms_text.of(language) if notice.sms_text is not None else text
    return Words(
        notice,
        language,
        title=filled(title, public),
        text=filled(text, public),
        short=filled(short, public),
        values=values,
        secret=bool(secret),
    )


def _whole(notice: NoticeSpec, env: RecordEnv) -> NoticeSpec:
    """The notice with the sentences that follow of this record."""
    told = [one.text for one in notice.also if env.holds(one.when, False)]
    if not told:
        return notice

    def with_all(text: Text | None) -> Text | None:
        return (
            Text(*("".join((text.of(to), *(one.of(to) for one in told))) for to in LOCALES)) if text else None
        )

    return notice.model_copy(update={"text": with_all(notice.text), "sms_text": with_all(notice.sms_text)})


def _read(
    world: World, session: AnySession, entity: Entity, id_: int, paths: tuple[str, ...], language: str
) -> dict[str, str]:
    if not paths:
        return {}
    show = world.show(entity.portal, language)
    columns = tuple(tuple(path.split(".")) for path in paths)
    record = Reader(world, session, SYSTEM, show).one(entity, id_, columns)
    if record is None:
        return {}
    found: dict[str, str] = {}
    for path in paths:
        walked = world.manifest.walk(entity, tuple(path.split(".")))
        assert walked is not None
        found[path] = shown_field(walked[1]).text(record.values.get(path), show)
    return found
