"""A way to reach somebody: what it needs of a receiver, and how it sends.

The fields of a channel are its settings, read once at start from the environment: ``url`` of the channel
``sms`` is ``FAB_APP_SMS_URL``. Secrets are ``SecretStr``, which no log and no repr shows.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from fab_app.config import WrongSetting

Address = Literal["account", "phone", "email", "openid"]


class Undelivered(Exception):
    """It was not delivered, and why; ``again``: a later attempt may succeed."""

    def __init__(self, reason: str, again: bool = True) -> None:
        super().__init__(reason)
        self.reason = reason
        self.again = again


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent. ``id`` is the same at each attempt, so that a gateway can drop a second copy.

    The words may hold a password: no repr shows them.
    """

    id: str
    address: str
    event: str
    title: str = field(repr=False)
    text: str = field(repr=False)
    link: str = ""
    values: Mapping[str, str] = field(default_factory=dict, repr=False)


class Channel(BaseModel):
    """One channel with its settings.

    ``needs``: what it must know of a receiver. ``short``: it takes the notice's short words.
    ``inside``: nothing leaves the process, so nothing is sent after the commit.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    needs: ClassVar[Address] = "account"
    short: ClassVar[bool] = False
    inside: ClassVar[bool] = False

    @property
    def leaves(self) -> bool:
        """Whether what is sent goes anywhere: without its settings a channel writes into its log alone."""
        return False

    @property
    def vouches(self) -> bool:
        """Whether it says who its people are: ``way`` and ``who`` then work."""
        return False

    @property
    def home(self) -> str:
        """The address of this site as the other side knows it; "" where the settings do not say it."""
        return ""

    def way(self, back: str, state: str) -> str:
        """Where a person is sent to be recognised; ``back``: where he comes back to, with a code and the state."""
        raise Undelivered("this channel knows nobody", again=False)

    def who(self, code: str) -> str:
        """The key of the person who brought the code, which serves once. Raises Undelivered."""
        raise Undelivered("this channel knows nobody", again=False)

    @abstractmethod
    def send(self, letter: Letter) -> str:
        """Delivers it and gives the other side's receipt, "" where there is none. Raises Undelivered."""

    @classmethod
    def read(cls, name: str, environ: Mapping[str, str]) -> Self:
        """The channel with the settings of the environment; WrongSetting where one cannot be used."""
        given: dict[str, Any] = {
            key: environ[setting]
            for key in cls.model_fields
            if key != "type" and (setting := f"FAB_APP_{name}_{key}".upper()) in environ
        }
        try:
            return cls.model_validate({"type": name, **given})
        except ValidationError as error:
            first = error.errors(include_input=False)[0]
            where = "_".join(str(part) for part in first["loc"][:1]) or "settings"
            raise WrongSetting(f"FAB_APP_{name.upper()}_{where.upper()}: {first['msg']}") from error
