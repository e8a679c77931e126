"""What became of signed entries is named exactly, wherever and whatever it is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from console.audit.compare import differences
from shared.transparency.leaf import leaf_hash

SIZE = 40
SIGNED = [leaf_hash(b"%d" % number) for number in range(SIZE)]
NEW = leaf_hash(b"new")

positions = st.integers(1, SIZE)
firsts = st.integers(0, 3)


def told(leaves: list[bytes], first: int = 0) -> list[tuple[str, str]]:
    """Code and place of what is said of leaves that now stand behind ``first`` others."""
    there = list(enumerate(leaves, first + 1))
    found = differences("visits", there, SIGNED, first, "log/visits/checkpoint")
    return [(one.code, one.place) for one in found]


@given(firsts, st.integers(0, 3))
def test_what_is_as_it_was_or_not_yet_signed_is_no_fault(first: int, more: int) -> None:
    assert told(SIGNED + [NEW] * more, first) == []


@given(st.sets(positions, min_size=1), firsts)
def test_altered(where: set[int], first: int) -> None:
    leaves = [
        leaf_hash(b"altered %d" % n) if n in where else SIGNED[n - 1] for n in range(1, SIZE + 1)
    ]
    expected = [("entry-altered", f"visits #{first + n}") for n in sorted(where)]
    assert told(leaves, first) == expected


@given(positions, firsts)
def test_inserted(where: int, first: int) -> None:
    leaves = [*SIGNED[: where - 1], NEW, *SIGNED[where - 1 :]]
    assert told(leaves, first) == [("entry-inserted", f"visits #{first + where}")]


@given(st.integers(1, SIZE - 1), firsts)
def test_deleted_and_the_others_moved_up(where: int, first: int) -> None:
    leaves = SIGNED[: where - 1] + SIGNED[where:]
    assert told(leaves, first) == [("entry-missing", f"visits #{first + where}")]


@given(positions, firsts)
def test_cut_off(where: int, first: int) -> None:
    last = "" if where == SIZE else f"–{first + SIZE}"
    expected = [("tail-missing", f"visits #{first + where}{last}")]
    assert told(SIGNED[: where - 1], first) == expected


@given(st.lists(positions, min_size=2, max_size=2, unique=True), firsts)
def test_swapped(where: list[int], first: int) -> None:
    one, other = sorted(where)
    leaves = list(SIGNED)
    leaves[one - 1], leaves[other - 1] = leaves[other - 1], leaves[one - 1]
    assert told(leaves, first) == [
        ("entry-moved", f"visits #{first + one}"),
        ("entry-moved", f"visits #{first + other}"),
    ]


@given(st.lists(st.sampled_from([*SIGNED, NEW]), max_size=SIZE + 5))
def test_whatever_stands_there_is_told_apart_from_what_was_signed(leaves: list[bytes]) -> None:
    assert (told(leaves) == []) == (leaves[:SIZE] == SIGNED)
