"""Merkle trees: the well-known vectors of certificate transparency, and RFC 6962 written down once more."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.fairness import verifier as v
from tests.unit.ledger.test_tree import rfc_head, rfc_path, rfc_proof

LEAVES = [bytes.fromhex(leaf) for leaf in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"
)]  # fmt: skip
HEADS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def leaves(n: int) -> list[bytes]:
    return [v.leaf_hash(i.to_bytes(4, "big")) for i in range(n)]


def changed(hash_: bytes) -> bytes:
    return sha256(b"another " + hash_).digest()


SIZES = st.integers(1, 70)


@pytest.mark.parametrize("size", range(9))
def test_the_known_trees_have_their_known_heads(size: int) -> None:
    assert v.tree_head(v.leaf_hash(leaf) for leaf in LEAVES[:size]).hex() == HEADS[size]


@given(SIZES)
def test_a_growing_tree_has_the_right_head_at_every_size(size: int) -> None:
    tree = v.GrowingTree()
    for n, leaf in enumerate(leaves(size), 1):
        tree.add(leaf)
        assert (tree.size, tree.head()) == (n, rfc_head(leaves(n)))


@given(SIZES, st.data())
def test_an_audit_path_leads_from_its_leaf_to_the_head_and_from_no_other(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    row = leaves(size)
    path = v.audit_path(row, index)
    assert path == rfc_path(index, row)
    assert v.path_head(row[index], index, size, path) == v.tree_head(row)
    assert v.path_head(changed(row[index]), index, size, path) != v.tree_head(row)
    other = data.draw(st.integers(0, size))
    if other != index:
        assert v.path_head(row[index], other, size, path) != v.tree_head(row)


@given(SIZES, st.data())
def test_a_path_of_another_length_leads_nowhere(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    row = leaves(size)
    path = v.audit_path(row, index)
    assert v.path_head(row[index], index, size, [*path, path[-1] if path else row[0]]) is None
    if path:
        assert v.path_head(row[index], index, size, path[:-1]) is None


@given(SIZES, st.data())
def test_consistency_is_proven_for_every_older_size(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size))
    row = leaves(size)
    path = v.consistency_path(row, old)
    assert path == rfc_proof(old, row)
    old_head, new_head = v.tree_head(row[:old]), v.tree_head(row)
    assert v.check_consistency(old, old_head, size, new_head, path)
    assert not v.check_consistency(old, changed(old_head), size, new_head, path)
    assert not v.check_consistency(old, old_head, size, changed(new_head), path)
    assert not v.check_consistency(old, old_head, size, new_head, [*path, row[0]])
    for i, node in enumerate(path):
        assert not v.check_consistency(old, old_head, size, new_head, [*path[:i], changed(node), *path[i + 1 :]])
        assert not v.check_consistency(old, old_head, size, new_head, [*path[:i], *path[i + 1 :]])


@given(SIZES, st.data())
def test_a_history_that_was_rewritten_is_not_consistent(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size))
    at = data.draw(st.integers(0, old - 1))
    row = leaves(size)
    rewritten = [*row[:at], changed(row[at]), *row[at + 1 :]]
    path = v.consistency_path(rewritten, old)
    assert not v.check_consistency(old, v.tree_head(row[:old]), size, v.tree_head(rewritten), path)


def test_every_tree_begins_with_the_empty_one() -> None:
    assert v.check_consistency(0, v.EMPTY_HEAD, 3, v.tree_head(leaves(3)), [])
    assert not v.check_consistency(0, v.tree_head(leaves(1)), 3, v.tree_head(leaves(3)), [])
    assert not v.check_consistency(4, v.tree_head(leaves(4)), 3, v.tree_head(leaves(3)), [])


def test_there_is_no_path_for_what_is_not_there() -> None:
    with pytest.raises(IndexError):
        v.audit_path(leaves(3), 3)
    for size in (0, 4):
        with pytest.raises(IndexError):
            v.consistency_path(leaves(3), size)
