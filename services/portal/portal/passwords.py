"""What a password must be (mật khẩu), by NIST SP 800-63B: long, and none that is tried first."""

from __future__ import annotations

import unicodedata
from typing import Literal

from portal.language import Said

SHORTEST, LONGEST = 12, 256
"""Characters; the upper end only keeps the hashing of a whole book away."""
_DIFFERENT = 5
"""Different characters at the least: "aaaaaaaaaaaa" is none."""

Fault = Literal["short", "long", "login", "common"]

FAULTS: dict[Fault, Said] = {
    "short": Said(
        f"Mật khẩu phải có ít nhất {SHORTEST} ký tự.",
        f"The password must have at least {SHORTEST} characters.",
    ),
    "long": Said(
        f"Mật khẩu có tối đa {LONGEST} ký tự.",
        f"The password has {LONGEST} characters at most.",
    ),
    "login": Said(
        "Mật khẩu không được chứa tên đăng nhập, hoặc nằm trong đó.",
        "The password must not contain the login, nor be part of it.",
    ),
    "common": Said(
        "Mật khẩu này quá phổ biến; hãy chọn mật khẩu khác.",
        "This password is among those tried first; choose another.",
    ),
}

_RUNS = (
    "0123456789",
    "9876543210",
    "1234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn",
    "q1w2e3r4t5y6u7i8o9p0",
)
"""Keys in a row; any four of them."""
_WORDS = (
    "administrator",
    "changeme",
    "dicoso",
    "doancoso",
    "doanthanhnien",
    "football",
    "iloveyou",
    "letmein",
    "matkhau",
    "password",
    "p@ssw0rd",
    "thanhnien",
    "tinhdoan",
    "vietnam",
    "welcome",
    "xinchao",
)
"""What lists of leaked passwords begin with, and what would be tried first here. A password that
is made of these alone, with figures and signs around, is common."""


def normal(password: str) -> str:
    """The same text however a keyboard composes its letters (NFKC): "ế" is one or three signs."""
    return unicodedata.normalize("NFKC", password)


def fault(password: str, login: str) -> Fault | None:
    """Why it may not be the password of this login; None where it may."""
    text = normal(password)
    if len(text) < SHORTEST:
        return "short"
    if len(text) > LONGEST:
        return "long"
    plain, name = text.casefold(), login.strip().casefold()
    if (len(name) > 2 and name in plain) or plain in name:
        return "login"
    rest = _taken_out(plain)
    if len(set(plain)) < _DIFFERENT or (rest != plain and not any(map(str.isalpha, rest))):
        return "common"
    return None


def _taken_out(plain: str) -> str:
    """What is left without what is tried first."""
    for known in _WORDS:
        plain = plain.replace(known, "")
    for run in _RUNS:
        for size in range(len(run), 3, -1):
            for start in range(len(run) - size + 1):
                plain = plain.replace(run[start : start + size], "")
    return plain
