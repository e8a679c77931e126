"""Checkpoints: one way to write each, and only the log itself signs it."""

from __future__ import annotations

import pytest

from shared.transparency.checkpoint import Checkpoint, history, opened, with_time
from shared.transparency.note import Note, Rejected, SignerKey, sign
from shared.transparency.tree import EMPTY

ORIGIN = "dicoso.local/visits"
LOG, OTHER = SignerKey.generate(ORIGIN), SignerKey.generate("dicoso.local/planning")
ROOT = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
TEXT = f"example.com/behind-the-sofa\n20852163\n{ROOT}\n"


def test_the_example_of_c2sp_is_read_and_written() -> None:
    checkpoint = Checkpoint.parse(TEXT)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert checkpoint.text == TEXT
    assert Checkpoint.parse(TEXT + "more\n").more == ("more",)
    assert Checkpoint.parse(Checkpoint(ORIGIN, 0, EMPTY).text).size == 0


@pytest.mark.parametrize(
    "text",
    [
        "",
        TEXT[:-1],
        TEXT.replace("20852163", "020852163"),
        TEXT.replace("20852163", "+1"),
        TEXT.replace("20852163", "٣"),
        TEXT.replace("20852163", str(1 << 63)),
        TEXT.replace("20852163\n", ""),
        TEXT.replace("example.com/behind-the-sofa", ""),
        TEXT.replace("q2I=", "q2J="),
        TEXT.replace("q2I=", "q2I"),
        TEXT.replace(ROOT, "AAAA"),
        TEXT + "\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(Rejected, match="malformed"):
        Checkpoint.parse(text)


def test_only_the_log_itself_signs_its_checkpoints() -> None:
    checkpoint = Checkpoint(ORIGIN, 0, EMPTY)
    assert opened(checkpoint.signed(LOG), [LOG.verifier]) == checkpoint
    with pytest.raises(Rejected, match="wrong-origin"):
        checkpoint.signed(OTHER)
    forged = sign(checkpoint.text, OTHER)
    with pytest.raises(Rejected, match=f"unsigned: no signature is by {ORIGIN} itself"):
        opened(forged, [LOG.verifier, OTHER.verifier])


def test_every_checkpoint_ever_signed_is_read_again() -> None:
    notes = [Checkpoint(ORIGIN, size, EMPTY).signed(LOG) for size in (0, 5, 6)]
    content = b"".join(with_time(f"2026-01-0{day}T00:00:00Z", n) for day, n in enumerate(notes, 1))
    assert [(time[:10], Note.parse(note)) for time, note in history(content)] == [
        (f"2026-01-0{day}", note) for day, note in enumerate(notes, 1)
    ]
    assert list(history(b"")) == []
