"""A text message to a mobile phone, over an HTTP gateway that settings describe.

Without ``url`` nothing leaves the house: the delivery's own row, which the SMS log shows, is all there is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field, SecretStr

from fab_app.channels.base import Address, Channel, Letter, Undelivered
from fab_app.channels.http import ask, form, signed

PLACE = re.compile(r"\{(\w+)\}")


class Sms(Channel):
    """``body`` is the gateway's own JSON, with ``{phone}``, ``{text}``, ``{id}``, ``{event}``, ``{template}``,
    ``{values}`` and ``{signature}`` in its texts; sent as ``format`` says.

    ``templates`` gives the gateway's template for an event (``{"order_assigned": "SMS_1001"}``).
    ``secret`` signs: ``X-Signature`` is the HMAC-SHA256 of ``X-Timestamp``, a line feed and the body.
    ``token`` goes as ``Authorization: Bearer``. ``ok`` is what the answer says where it was taken, as
    ``code=0``; without it any 2xx is good.
    """

    type: Literal["sms"] = "sms"
    url: str = Field(default="", pattern=r"^(https?://.+)?$")
    format: Literal["json", "form"] = "json"
    body: str = (
        '{"id": "{id}", "phone": "{phone}", "text": "{text}", "template": "{template}", "values": "{values}"}'
    )
    templates: str = "{}"
    signature: str = ""
    token: SecretStr = SecretStr("")
    secret: SecretStr = SecretStr("")
    ok: str = ""
    receipt: str = "id"
    timeout: float = Field(default=10, gt=0, le=60)

    needs: ClassVar[Address] = "phone"
    short: ClassVar[bool] = True

    @property
    def leaves(self) -> bool:
        return bool(self.url)

    def send(self, letter: Letter) -> str:
        if not self.url:
            return ""
        given = self._filled(json.loads(self.body), letter)
        content = form(given) if self.format == "form" else json.dumps(given, ensure_ascii=False).encode()
        kind = "application/x-www-form-urlencoded" if self.format == "form" else "application/json"
        headers = {"Content-Type": kind, "Idempotency-Key": letter.id}
        headers |= signed(content, self.secret.get_secret_value())
        if token := self.token.get_secret_value():
            headers["Authorization"] = f"Bearer {token}"
        answer = ask(self.url, content, headers, self.timeout)
        self._judge(answer)
        return str(answer.get(self.receipt, ""))

    def _judge(self, answer: Mapping[str, Any]) -> None:
        key, _, wanted = self.ok.partition("=")
        if key and str(answer.get(key)) != wanted:
            raise Undelivered(f"the gateway answers {key}={answer.get(key)}")

    def _filled(self, part: Any, letter: Letter) -> Any:
        """The body with its places filled; a text that is only ``{values}`` becomes the mapping itself."""
        if isinstance(part, dict):
            return {key: self._filled(value, letter) for key, value in part.items()}
        if isinstance(part, list):
            return [self._filled(value, letter) for value in part]
        if part == "{values}":
            return dict(letter.values)
        if not isinstance(part, str):
            return part
        return self._text(part, letter)

    def _text(self, part: str, letter: Letter) -> str:
        values: dict[str, str] = {
            "id": letter.id,
            "phone": letter.address,
            "text": letter.text,
            "event": letter.event,
            "template": str(json.loads(self.templates).get(letter.event, "")),
            "signature": self.signature,
        }
        return PLACE.sub(lambda found: values.get(found[1], found[0]), part)
