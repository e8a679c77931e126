"""Who asks: what a signature proves, and where its keys come from."""

from __future__ import annotations

import base64
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.asker import SKEW, VALID, Asker, Askers, make_asker_key, sign, signer, verify
from shared.refused import Refused

KEY = Ed25519PrivateKey.generate()
NOW = 1_800_000_000
ASKED = ("do.visits.confirm-visit", "c-1", b'{"visit":"lv-1"}')


def header(for_: str = "") -> str:
    return signer(KEY, account="binh", cadre="cb-7", for_=for_, now=lambda: NOW)(*ASKED)


def refused(
    text: str,
    now: float = NOW,
    key: Ed25519PrivateKey = KEY,
    asked: tuple[str, str, bytes] = ASKED,
) -> str:
    subject, id, body = asked
    with pytest.raises(Refused) as found:
        verify(text, [key.public_key()], subject, id, body, now)
    assert found.value.code == "not-signed-in"
    return str(found.value.detail["why"])


def test_what_is_signed_is_believed() -> None:
    asker = verify(header(for_="cb-1"), [KEY.public_key()], *ASKED, NOW)
    assert (asker.cadre, asker.office, asker.account, asker.for_) == ("cb-7", "", "binh", "cb-1")
    assert (asker.expires - asker.issued, asker.name) == (VALID, "cb-7")


def test_it_holds_for_a_minute_and_clocks_may_differ() -> None:
    for now in (NOW - SKEW, NOW + VALID + SKEW):
        assert verify(header(), [KEY.public_key()], *ASKED, now)
    assert refused(header(), NOW - SKEW - 1) == "not valid yet"
    assert refused(header(), NOW + VALID + SKEW + 1) == "expired"


def test_it_is_bound_to_one_request() -> None:
    subject, id, body = ASKED
    assert refused(header(), asked=(f"{subject}x", id, body)) == "not for this subject"
    assert refused(header(), asked=(subject, "c-2", body)) == "not for this command id"
    assert refused(header(), asked=(subject, id, body + b" ")) == "not for this body"


def test_nobody_signs_for_longer_than_a_minute() -> None:
    said, _, _ = header().partition(".")
    claims = msgspec.json.decode(_bytes(said), type=Asker)
    long = msgspec.structs.replace(claims, expires=claims.issued + VALID + 1)
    assert refused(sign(KEY, long)) == "valid for too long"
    assert refused(sign(KEY, msgspec.structs.replace(claims, account=""))) == "nobody"


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "",
        lambda text: ".",
        lambda text: text + "A",
        lambda text: text.swapcase(),
        lambda text: f"{text}=",
        lambda text: text.replace(".", ""),
        lambda text: f"e30.{text.partition('.')[2]}",
        lambda text: "ữ.ữ",
    ],
)
def test_what_is_forged_is_refused(change: Callable[[str], str]) -> None:
    assert refused(change(header())) in ("signed by nobody known", "no signed asker")


def test_what_a_known_key_signs_must_be_claims() -> None:
    for said in (b"{}", b"[]", b"7", b'{"cadre": 7}'):
        text = f"{_text(said)}.{_text(KEY.sign(said))}"
        assert refused(text) == "no signed asker"


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def test_another_key_is_not_believed() -> None:
    assert refused(header(), key=Ed25519PrivateKey.generate()) == "signed by nobody known"


# --- keys ---------------------------------------------------------------------------------------


def test_a_key_is_made_once_and_published_once_by_however_many(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(lambda _: make_asker_key(tmp_path / "portal"), range(16)))
    assert len({key.private_bytes_raw() for key in keys}) == 1
    assert len((tmp_path / "askers").read_text().splitlines()) == 1
    assert stat.S_IMODE((tmp_path / "portal/asker.key").stat().st_mode) == 0o600
    assert [one.name for one in (tmp_path / "portal").iterdir()] == ["asker.key"]
    known = Askers(tmp_path / "askers").keys()
    assert known["portal"].public_bytes_raw() == keys[0].public_key().public_bytes_raw()


def test_the_file_is_read_again_when_it_changes(tmp_path: Path) -> None:
    file = tmp_path / "askers"
    askers = Askers(file)
    assert not askers.keys()
    make_asker_key(tmp_path / "a", file, "a")
    assert list(askers.keys()) == ["a"]
    make_asker_key(tmp_path / "b", file, "b")
    assert list(askers.keys()) == ["a", "b"]
    file.write_text("# none\n\nx y z\nbroken AAAA\n" + file.read_text().splitlines()[1] + "\n")
    assert list(askers.keys()) == ["b"]
    file.unlink()
    assert not askers.keys()
