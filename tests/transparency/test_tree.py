"""Roots and proofs: against the vectors of certificate-transparency, and other people's trees."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from proofbundle import merkle as bundled
from pymerkle import InmemoryTree  # type: ignore[import-untyped]

from shared.transparency.leaf import leaf_hash
from shared.transparency.tree import (
    EMPTY,
    Frontier,
    consistency_proof,
    extends,
    frontier_of,
    hashes_in,
    includes,
    inclusion_proof,
    root_at,
    root_of,
)

# The leaves, roots and paths of certificate-transparency's merkletree tests.
RECORDS = [
    bytes.fromhex(one)
    for one in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
LEAVES = [leaf_hash(record) for record in RECORDS]

sizes = st.integers(1, 700)


def many(count: int) -> list[bytes]:
    return [leaf_hash(b"%d" % number) for number in range(count)]


def test_roots_are_those_of_certificate_transparency() -> None:
    assert root_of([]) == EMPTY
    for size, root in enumerate(ROOTS, 1):
        assert root_of(LEAVES[:size]).hex() == root


@pytest.mark.parametrize(
    ("index", "size", "beginnings"),
    [
        (0, 1, []),
        (0, 8, ["96a296d2", "5f083f0a", "6b47aaf2"]),
        (5, 8, ["bc1a0643", "ca854ea1", "d37ee418"]),
        (2, 3, ["fac54203"]),
        (1, 5, ["6e340b9c", "5f083f0a", "bc1a0643"]),
    ],
)
def test_inclusion_paths_are_those_of_certificate_transparency(
    index: int, size: int, beginnings: list[str]
) -> None:
    proof = inclusion_proof(index, size, hashes_in(LEAVES))
    assert [one.hex()[:8] for one in proof] == beginnings


@pytest.mark.parametrize(
    ("old", "new", "beginnings"),
    [
        (1, 1, []),
        (1, 8, ["96a296d2", "5f083f0a", "6b47aaf2"]),
        (6, 8, ["0ebc5d34", "ca854ea1", "d37ee418"]),
        (2, 5, ["5f083f0a", "bc1a0643"]),
    ],
)
def test_consistency_paths_are_those_of_certificate_transparency(
    old: int, new: int, beginnings: list[str]
) -> None:
    proof = consistency_proof(old, new, hashes_in(LEAVES))
    assert [one.hex()[:8] for one in proof] == beginnings


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 21, 64])
def test_other_peoples_trees_give_the_same(size: int) -> None:
    records = [b"%d" % number for number in range(size)]
    theirs = InmemoryTree()
    theirs.append_entries(records)
    leaves = [leaf_hash(record) for record in records]
    hashes, root = hashes_in(leaves), root_of(leaves)
    assert root == theirs.get_root() == bundled.merkle_tree_hash(records)
    for index in range(size):
        proof = inclusion_proof(index, size, hashes)
        assert proof == bundled.inclusion_proof(records, index)
        assert bundled.verify_inclusion(records[index], index, size, proof, root)
    for old in range(1, size + 1):
        proof = consistency_proof(old, size, hashes)
        assert proof == bundled.consistency_proof(records, old)
        assert bundled.verify_consistency(old, size, proof, theirs.get_root(old), root)


@given(sizes, st.data())
def test_every_leaf_is_shown_to_be_included_and_nothing_else(
    size: int, data: st.DataObject
) -> None:
    leaves = many(size)
    root, index = root_of(leaves), data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(index, size, hashes_in(leaves))
    assert includes(root, size, index, leaves[index], proof)
    assert not includes(root, size, index, leaf_hash(b"another"), proof)
    assert not includes(root, size, index, leaves[index], [*proof, EMPTY])
    assert not includes(root, size, size, leaves[index], proof)
    if proof:
        other = data.draw(st.integers(0, size - 1).filter(lambda one: one != index))
        assert not includes(root, size, other, leaves[index], proof)
        assert not includes(root, size, index, leaves[index], proof[:-1])


@given(sizes, sizes, st.data())
def test_a_tree_is_shown_to_extend_its_beginning_and_nothing_else(
    one: int, other: int, data: st.DataObject
) -> None:
    old, new = sorted((one, other))
    leaves = many(new)
    before, after = root_of(leaves[:old]), root_of(leaves)
    proof = consistency_proof(old, new, hashes_in(leaves))
    assert extends(before, old, after, new, proof)
    assert extends(EMPTY, 0, after, new, [])
    assert not extends(before, old, after, new, [*proof, EMPTY])
    assert not extends(after, new, before, old, proof) or old == new
    changed = list(leaves)
    changed[data.draw(st.integers(0, old - 1))] = leaf_hash(b"changed")
    forged = consistency_proof(old, new, hashes_in(changed))
    assert not extends(before, old, root_of(changed), new, forged)


def test_nothing_is_proven_of_what_is_not_there() -> None:
    hashes = hashes_in(LEAVES)
    for index, size in ((8, 8), (-1, 8), (0, 0)):
        with pytest.raises(ValueError, match="no leaf"):
            inclusion_proof(index, size, hashes)
    for old, new in ((0, 8), (8, 7)):
        with pytest.raises(ValueError, match="no proof"):
            consistency_proof(old, new, hashes)
    with pytest.raises(KeyError):
        root_at(9, hashes)


@given(st.lists(st.integers(0, 600), max_size=5))
def test_a_frontier_grows_as_the_tree_does(steps: list[int]) -> None:
    leaves = many(sum(steps))
    frontier, by_one = Frontier(), Frontier()
    for begin, end in pairwise([0, *(sum(steps[:n]) for n in range(1, len(steps) + 1))]):
        frontier.extend(leaves[begin:end])
        frontier = Frontier.load(frontier.save())
        for leaf in leaves[begin:end]:
            by_one.append(leaf)
        assert frontier.root() == by_one.root() == root_at(end, hashes_in(leaves[:end]))
        assert frontier.hashes == frontier_of(end, hashes_in(leaves[:end])).hashes


def test_what_is_no_frontier_is_refused() -> None:
    one = (1).to_bytes(8, "big")
    for saved in (b"", one[:-1], one, one + EMPTY + EMPTY, one + EMPTY[:-1]):
        with pytest.raises(ValueError, match=r"frontier|32 bytes"):
            Frontier.load(saved)
    assert Frontier.load(bytes(8)).root() == EMPTY
