"""Letters (thư): a notice, a day's notices, a question whether an address is right, an invitation.

Plain text, and HTML beside it that says the same. By its headers a letter is one that a program
made (RFC 3834) and that one click stops (RFC 8058).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

from portal.language import Language, Said
from portal.notices.saying import Spoken


@dataclass(frozen=True)
class Item:
    """A part of a letter: what is said, and the page that shows it."""

    spoken: Spoken
    url: str


@dataclass(frozen=True)
class Writing:
    """What a letter says before it has an envelope."""

    subject: str
    greeting: str
    items: Sequence[Item]
    ending: str
    stop: str = ""
    """The link that stops letters of this kind; a letter that was asked for has none."""


def of_notices(
    items: Sequence[Item], language: Language, url: str, stop: str, digest: bool
) -> Writing:
    """One notice, or the notices of a day."""
    many = Said(f"{len(items)} thông báo", f"{len(items)} notices").to(language)
    return Writing(
        many if digest and len(items) > 1 else items[0].spoken.title,
        "",
        items,
        Said(
            f"Chọn cách nhận thông báo: {url}/notices/preferences",
            f"Choose how you are told: {url}/notices/preferences",
        ).to(language),
        stop,
    )


def of_address(link: str, language: Language) -> Writing:
    """Whether an address is right."""
    subject = Said("Xác nhận địa chỉ thư", "Confirm your e-mail address")
    greeting = Said(
        "Địa chỉ này được khai để nhận thông báo của dicoso. Nếu đúng là của bạn, hãy xác nhận:",
        "This address was given to receive notices of dicoso. If that is right, confirm it:",
    )
    ending = Said(
        "Nếu không phải bạn, hãy bỏ qua thư này: sẽ không có thư nào khác.",
        "If it was not you, ignore this letter: there will be no other.",
    )
    said = Spoken(subject.to(language), "")
    return Writing(said.title, greeting.to(language), [Item(said, link)], ending.to(language))


def of_invitation(link: str, login: str, language: Language) -> Writing:
    """An invitation to the portal."""
    subject = Said("Thư mời vào cổng dicoso", "Invitation to the dicoso portal")
    greeting = Said(
        f"Bạn được mời vào cổng với tên đăng nhập {login}. Hãy đặt mật khẩu:",
        f"You are invited to the portal with the login {login}. Set your password:",
    )
    ending = Said(
        "Liên kết dùng được một lần, trong 7 ngày. Không chuyển thư này cho ai.",
        "The link is good once, for 7 days. Give this letter to nobody.",
    )
    said = Spoken(Said("Đặt mật khẩu", "Set the password").to(language), "")
    items = [Item(said, link)]
    return Writing(subject.to(language), greeting.to(language), items, ending.to(language))


def compose(
    writing: Writing,
    letter: str,
    sender: str,
    to: str,
    url: str,
    language: Language,
    now: datetime,
) -> EmailMessage:
    """The message, ready to be sent. Raises ValueError for what is no address."""
    message = EmailMessage()
    message["From"] = Address("dicoso", addr_spec=sender)
    message["To"] = _address(to)
    message["Subject"] = writing.subject[:200]
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{letter}@{urlsplit(url).hostname or 'dicoso'}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = language
    if writing.stop:
        message["List-Unsubscribe"] = f"<{writing.stop}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(_text(writing))
    message.add_alternative(_html(writing, language), subtype="html")
    return message


class _Whole(EmailPolicy):
    """Folds as ever, but for an address of the web or of a letter: folded, or encoded for being
    long, no mail program would find it (RFC 8058 reads the header as it stands)."""

    def fold_binary(self, name: str, value: Any) -> bytes:
        if name.lower() in ("list-unsubscribe", "message-id"):
            return f"{name}: {value}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


_AS_SENT = _Whole(linesep=SMTP.linesep)


def as_sent(message: EmailMessage) -> bytes:
    """The bytes of a letter."""
    return message.as_bytes(policy=_AS_SENT)


def _address(text: str) -> Address:
    try:
        return Address(addr_spec=text)
    except (ValueError, IndexError, MessageError) as error:  # as the parser fails, by what it meets
        raise ValueError(f"no address: {error}") from error


def _text(writing: Writing) -> str:
    parts = [writing.greeting] if writing.greeting else []
    parts += ["\n".join(filter(None, (*item.spoken, item.url))) for item in writing.items]
    return "\n\n".join((*parts, "--\n" + writing.ending)) + "\n"


def _html(writing: Writing, language: Language) -> str:
    from portal.rendering import TEMPLATES

    template = TEMPLATES.env.get_template("letter.html")
    return template.render(writing=writing, language=language)
