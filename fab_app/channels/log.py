"""A line in the program's log instead of a message: for trials."""

from __future__ import annotations

import logging
from typing import ClassVar, Literal

from fab_app.channels.base import Address, Channel, Letter

log = logging.getLogger(__name__)


class Log(Channel):
    """Tells that somebody would have been told; the words stay out of the log, for they may hold a password."""

    type: Literal["log"] = "log"

    needs: ClassVar[Address] = "account"

    def send(self, letter: Letter) -> str:
        log.info("notice %s to account %s (%s)", letter.event, letter.address, letter.id)
        return ""
