"""A template message of a WeChat official account.

The access token is asked for once and kept until shortly before it ends; an answer that it is no longer good
(another server has asked for a new one) makes it be asked for anew, once.
"""

from __future__ import annotations

import json
import time
from typing import Any, ClassVar, Literal

from pydantic import Field, PrivateAttr, SecretStr

from fab_app.channels.base import Address, Channel, Letter, Undelivered
from fab_app.channels.http import ask

STALE = (40001, 40014, 42001)
BUSY = (-1, 45009, 45011)
EARLY = 300
"""Seconds before its end at which a token is no longer used."""


class WeChat(Channel):
    """``templates`` gives the template's id for an event; ``data`` of a template are the notice's values, by
    the names under ``fields`` (``{"order_assigned": {"thing1": "title", "thing2": "order_no"}}``).

    ``root`` is the address of this site, put before the link of a record. ``login`` is the page that sends a reader of
    the account on to us with a code, without asking him anything.
    """

    type: Literal["wechat"] = "wechat"
    url: str = Field(default="https://api.weixin.qq.com", pattern=r"^https?://.+$")
    appid: str = ""
    secret: SecretStr = SecretStr("")
    templates: str = "{}"
    fields: str = "{}"
    root: str = ""
    login: str = Field(
        default="https://open.weixin.qq.com/connect/oauth2/authorize", pattern=r"^https?://.+$"
    )
    timeout: float = Field(default=10, gt=0, le=60)

    needs: ClassVar[Address] = "openid"

    _token: tuple[str, float] = PrivateAttr(default=("", 0.0))

    @property
    def leaves(self) -> bool:
        return bool(self.appid)

    @property
    def home(self) -> str:
        return self.root

    @property
    def vouches(self) -> bool:
        return bool(self.appid and self.secret.get_secret_value())

    def way(self, back: str, state: str) -> str:
        from urllib.parse import urlencode

        asked = {"appid": self.appid, "redirect_uri": back, "response_type": "code", "scope": "snsapi_base"}
        return f"{self.login}?{urlencode({**asked, 'state': state})}#wechat_redirect"

    def who(self, code: str) -> str:
        from urllib.parse import urlencode

        asked = {"appid": self.appid, "secret": self.secret.get_secret_value(), "code": code}
        query = urlencode({**asked, "grant_type": "authorization_code"})
        answer = ask(f"{self.url}/sns/oauth2/access_token?{query}", timeout=self.timeout)
        found = answer.get("openid")
        if not isinstance(found, str) or not found.strip():
            raise Undelivered(f"WeChat names nobody: {answer.get('errcode')}", again=False)
        return found

    def send(self, letter: Letter) -> str:
        template = json.loads(self.templates).get(letter.event, "")
        if not self.appid or not template:
            raise Undelivered("FAB_APP_WECHAT_APPID or the template is not set", again=False)
        content = self._content(letter, template)
        answer = self._post(content, fresh=False)
        if answer.get("errcode") in STALE:
            answer = self._post(content, fresh=True)
        code = answer.get("errcode", 0)
        if code != 0:
            raise Undelivered(f"WeChat answers {code}", again=code in (*STALE, *BUSY))
        return str(answer.get("msgid", ""))

    def _content(self, letter: Letter, template: str) -> bytes:
        names: dict[str, str] = json.loads(self.fields).get(letter.event, {})
        known = {**letter.values, "title": letter.title, "text": letter.text}
        body: dict[str, Any] = {
            "touser": letter.address,
            "template_id": template,
            "client_msg_id": letter.id,
            "data": {place: {"value": known.get(name, "")} for place, name in names.items()},
        }
        if self.root and letter.link:
            body["url"] = f"{self.root}{letter.link}"
        return json.dumps(body, ensure_ascii=False).encode()

    def _post(self, content: bytes, fresh: bool) -> dict[str, Any]:
        token = self._good_token(fresh)
        url = f"{self.url}/cgi-bin/message/template/send?access_token={token}"
        return ask(url, content, {"Content-Type": "application/json"}, self.timeout)

    def _good_token(self, fresh: bool) -> str:
        """The token kept, or a new one. Two threads may ask at once: the later answer is kept."""
        from urllib.parse import urlencode

        token, end = self._token
        if token and not fresh and time.monotonic() < end:
            return token
        given = {"grant_type": "client_credential", "appid": self.appid}
        query = urlencode({**given, "secret": self.secret.get_secret_value()})
        answer = ask(f"{self.url}/cgi-bin/token?{query}", timeout=self.timeout)
        token = str(answer.get("access_token") or "")
        if not token:
            code = answer.get("errcode")
            raise Undelivered(f"WeChat gives no token: {code}", again=code in BUSY)
        self._token = (token, time.monotonic() + max(int(answer.get("expires_in", 7200)) - EARLY, 60))
        return token
