"""The tree against RFC 6962 written down once more, as recursively as the RFC does it."""

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from engage.ledger.tree import EMPTY_HEAD, Frontier, audit_spans, consistency_spans, leaf_hash, node_hash, split

LEAVES = [leaf_hash(bytes([i % 251, i // 251])) for i in range(300)]


def rfc_head(leaves: list[bytes]) -> bytes:
    """MTH(D[n]), RFC 6962 §2.1."""
    if len(leaves) == 1:
        return leaves[0]
    k = rfc_split(len(leaves))
    return sha256(b"\x01" + rfc_head(leaves[:k]) + rfc_head(leaves[k:])).digest()


def rfc_split(n: int) -> int:
    """The largest power of two smaller than n."""
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def rfc_path(m: int, leaves: list[bytes]) -> list[bytes]:
    """PATH(m, D[n]), RFC 6962 §2.1.1."""
    if len(leaves) == 1:
        return []
    k = rfc_split(len(leaves))
    if m < k:
        return [*rfc_path(m, leaves[:k]), rfc_head(leaves[k:])]
    return [*rfc_path(m - k, leaves[k:]), rfc_head(leaves[:k])]


def rfc_proof(m: int, leaves: list[bytes], *, whole: bool = True) -> list[bytes]:
    """SUBPROOF(m, D[n], whole), RFC 6962 §2.1.2."""
    if m == len(leaves):
        return [] if whole else [rfc_head(leaves)]
    k = rfc_split(len(leaves))
    if m <= k:
        return [*rfc_proof(m, leaves[:k], whole=whole), rfc_head(leaves[k:])]
    return [*rfc_proof(m - k, leaves[k:], whole=False), rfc_head(leaves[:k])]


def roots(spans: list[tuple[int, int]]) -> list[bytes]:
    """The roots of ranges of the leaves above."""
    return [rfc_head(LEAVES[start:end]) for start, end in spans]


@given(st.integers(2, 10_000))
def test_a_tree_parts_at_the_largest_power_of_two_below_its_size(size: int) -> None:
    assert split(size) == rfc_split(size)


def test_the_empty_tree_has_the_hash_of_nothing_as_its_head() -> None:
    assert Frontier().head() == EMPTY_HEAD == sha256(b"").digest()


def test_a_frontier_has_the_head_of_every_size_that_it_grows_through() -> None:
    frontier = Frontier()
    for size, leaf in enumerate(LEAVES, 1):
        frontier.append(leaf)
        assert frontier.size == size
        assert frontier.head() == rfc_head(LEAVES[:size])


@given(st.integers(1, 300).flatmap(lambda size: st.tuples(st.integers(0, size - 1), st.just(size))))
def test_an_audit_path_is_the_rfcs(case: tuple[int, int]) -> None:
    index, size = case
    assert roots(audit_spans(index, size)) == rfc_path(index, LEAVES[:size])


@given(st.integers(1, 300).flatmap(lambda new: st.tuples(st.integers(1, new), st.just(new))))
def test_a_consistency_proof_is_the_rfcs(case: tuple[int, int]) -> None:
    old, new = case
    assert roots(consistency_spans(old, new)) == rfc_proof(old, LEAVES[:new])


def test_leaves_and_nodes_are_hashed_apart() -> None:
    left, right = LEAVES[:2]
    assert node_hash(left, right) != leaf_hash(left + right)
