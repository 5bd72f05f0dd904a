"""How the people of a portal log in: captcha, lockout, sessions, the rule for passwords, codes by telephone."""

from __future__ import annotations

from typing import Literal

from pydantic import Field as Key
from pydantic import field_validator

from fab_app.core.grammar import Grammar
from fab_app.core.text import Text
from fab_app.fields.password import Policy

CLOSED = "disabled"
"""The state in which an account, or all accounts of an organisation, may not log in; others are a document's own."""

SetBy = Literal["add", "edit", "reset"]


class Captcha(Grammar):
    """The picture at the portal's doors: at every login, or ``after`` so many failures; good for ``seconds``."""

    always: bool = False
    after: int = Key(default=3, ge=1, le=100)
    seconds: int = Key(default=300, ge=30, le=3600)


class Lockout(Grammar):
    """``failures`` within ``within`` minutes close the account for ``minutes`` after the last of them."""

    failures: int = Key(default=5, ge=1, le=100)
    within: int = Key(default=15, ge=1, le=1440)
    minutes: int = Key(default=15, ge=1, le=1440)


class Sessions(Grammar):
    """A session ends after ``idle`` minutes without a request; of one person ``most`` run at once."""

    idle: int = Key(default=30, ge=1, le=1440)
    most: int = Key(default=10, ge=1, le=100)


class Code(Grammar):
    """A code sent to the telephone (or by whatever channel the notice ``on: password_code`` names) as proof.

    It has ``digits``, is good for ``minutes`` and ``tries`` attempts; another is sent after ``wait`` seconds, at
    most ``hourly`` to one account. ``change``: with it one's own password is changed ``instead`` of by the present
    one, ``besides``, or not. ``forgotten``: the doors lead to a page where it opens the way to a new password.
    """

    digits: int = Key(default=6, ge=4, le=10)
    minutes: int = Key(default=5, ge=1, le=60)
    tries: int = Key(default=5, ge=1, le=20)
    wait: int = Key(default=60, ge=1, le=3600)
    hourly: int = Key(default=5, ge=1, le=100)
    change: Literal["instead", "besides", "no"] = "besides"
    forgotten: bool = True


class Provider(Grammar):
    """An identity provider (OpenID Connect) beside passwords: a button on the doors of its ``kinds`` of account.

    Its address and our name there are settings (``FAB_APP_OIDC_<PORTAL>_<CODE>_…``); without them there is no
    button. ``claim`` of the ID token, after the provider's code and a colon, is the account's ``subject``.
    """

    label: Text
    icon: str = "id-badge-2"
    kinds: tuple[str, ...] = ()
    scope: str = "openid"
    claim: str = "sub"

    @field_validator("scope")
    @classmethod
    def _openid(cls, scope: str) -> str:
        if "openid" not in scope.split():
            raise ValueError("the scope has no 'openid'")
        return scope


class PasswordRule(Policy):
    """What a password of this portal must be, at every place where one is set.

    ``last``: so many of one's own last passwords are refused, the present one included. ``not_account``: nor the
    login name. ``message`` is said whatever is wrong with the word, unless ``say`` has its own. ``told`` is the
    rule in words, as the form shows it.
    """

    last: int = Key(default=1, ge=0, le=24)
    not_account: bool = True
    message: Text | None = None
    told: Text | None = None


class Login(Grammar):
    """``login:`` of a portal.

    ``initial`` is the password of an account that is made or reset without one. ``forced_change`` says after which
    acts of somebody else the password must be changed before anything else. ``code``: passwords by a code that is
    sent. ``providers``: identity providers beside passwords. ``relogin``: who has changed his password logs in anew.
    ``settings``: which keys of this are ruled by a setting of the portal, as ``{lockout.minutes: lock_minutes}``.
    """

    captcha: Captcha = Captcha()
    lockout: Lockout = Lockout()
    sessions: Sessions = Sessions()
    password: PasswordRule = PasswordRule()
    initial: str | None = Key(default=None, min_length=6, max_length=64)
    code: Code | None = None
    providers: dict[str, Provider] = Key(default_factory=dict)
    relogin: bool = False
    forced_change: tuple[SetBy, ...] = ("add", "edit", "reset")
    settings: dict[str, str] = Key(default_factory=dict)
