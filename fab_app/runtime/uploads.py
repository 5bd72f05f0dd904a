"""An upload: judged by its field, stored, and remembered as attached to nothing yet."""

from __future__ import annotations

import hashlib
import re

from fab_app.access.principal import Principal
from fab_app.core.problems import Refused
from fab_app.core.words import say
from fab_app.runtime.preparing import AnySession
from fab_app.runtime.world import World
from fab_app.spec.manifest import Entity
from fab_app.store.blobs import make_thumbnail, picture_size
from fab_app.store.files import File, Slot, Upload, insert

MOST_BYTES = 200 * 1024 * 1024
_UNSEEN = re.compile(r"[\x00-\x1f\x7f/\\]+")


class TooLarge(Refused):
    status = 413


class WrongKind(Refused):
    status = 415


def take_upload(
    world: World,
    session: AnySession,
    principal: Principal,
    entity: Entity,
    field: str,
    name: str,
    content: bytes,
) -> File:
    """Raises TooLarge or WrongKind with the field's own sentence; nothing is stored then."""
    spec = entity.fields[field]
    shown = _UNSEEN.sub("_", name).strip()[-255:] or "file"
    limit = getattr(spec, "max_size", None)
    try:
        mime = spec.accept(shown, content)  # type: ignore[attr-defined]
    except ValueError as error:
        too_large = isinstance(limit, int) and len(content) > limit
        raise (TooLarge if too_large else WrongKind)(str(error), {field: [str(error)]}) from error
    if len(content) > MOST_BYTES:
        raise TooLarge(say("The file is too large"))
    thumb = make_thumbnail(content) if mime.startswith("image/") else None
    size = picture_size(content) if mime.startswith("image/") else None
    upload = Upload(
        name=shown,
        mime=mime,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        key=world.blobs.put(content),
        thumb_key=world.blobs.put(thumb) if thumb is not None else None,
        width=size[0] if size else None,
        height=size[1] if size else None,
    )
    slot = Slot(entity.portal, entity.name, field)
    return insert(session.connection(), slot, upload, principal.maker, world.clock.now())
