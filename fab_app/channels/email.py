"""A letter by SMTP."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field, SecretStr

from fab_app.channels.base import Address, Channel, Letter, Undelivered


class Email(Channel):
    """``security``: ``starttls``, ``tls`` from the first byte on, or ``none`` for a relay on the same host.

    ``root`` is the address of this site, put before the link of a record.
    """

    type: Literal["email"] = "email"
    host: str = ""
    port: int = Field(default=587, gt=0, lt=65536)
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: SecretStr = SecretStr("")
    sender: str = ""
    root: str = ""
    timeout: float = Field(default=15, gt=0, le=60)

    needs: ClassVar[Address] = "email"

    @property
    def leaves(self) -> bool:
        return bool(self.host)

    def send(self, letter: Letter) -> str:
        from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException

        if not self.host:
            raise Undelivered("FAB_APP_EMAIL_HOST is not set", again=False)
        try:
            return self._sent(letter)
        except SMTPRecipientsRefused:
            raise Undelivered("the address is refused", again=False) from None
        except SMTPResponseException as error:
            again = error.smtp_code < 500 or error.smtp_code in (530, 535)
            raise Undelivered(f"the mail server answers {error.smtp_code}", again) from None
        except (SMTPException, OSError) as error:
            raise Undelivered(f"the mail server cannot be reached: {type(error).__name__}") from None

    def _sent(self, letter: Letter) -> str:
        import smtplib
        import ssl
        from email.message import EmailMessage

        mail = EmailMessage()
        mail["Subject"], mail["To"] = letter.title, letter.address
        mail["From"] = self.sender or self.user
        mail["Message-ID"] = f"<{letter.id}@{self.host}>"
        mail.set_content(f"{letter.text}\n\n{self.root}{letter.link}" if self.root else letter.text)
        if self.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=self.timeout, context=ssl.create_default_context()
            )
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
        with server:
            if self.security == "starttls":
                server.starttls(context=ssl.create_default_context())
            if self.user:
                server.login(self.user, self.password.get_secret_value())
            server.send_message(mail)
        return str(mail["Message-ID"])
