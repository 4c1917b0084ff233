"""How a proof is told: numbers first, then what does not hold, and never a flood of it."""

from engage.ledger import Invariant, Proof, format_proof


def told(*found: tuple[str, str, str], **counted: int) -> list[str]:
    proof = Proof(dict(counted))
    for violation in found:
        proof.tell(*violation)
    return format_proof([(Invariant("I1", "counters equal the facts", lambda _connection: proof), proof)]).splitlines()


def test_what_was_counted_is_told() -> None:
    assert told(books=1204, accounts=2) == [
        "I1   counters equal the facts: 1,204 books, 2 accounts",
        "Everything adds up.",
    ]


def test_nothing_is_told_of_nothing() -> None:
    assert told() == ["I1   counters equal the facts: nothing yet", "Everything adds up."]


def test_a_violation_names_its_subject_or_its_place() -> None:
    assert told(("member", "mem_alice", "owes 1"), books=2) == [
        "I1   FAILED: counters equal the facts: 2 books",
        "     member mem_alice: owes 1",
        "1 violation.",
    ]
    assert "     the log: has a gap" in told(("", "the log", "has a gap"))


def test_after_twenty_the_rest_is_a_number() -> None:
    lines = told(*(("member", f"mem_{n}", "owes 1") for n in range(1023)))
    assert lines[20] == "     member mem_19: owes 1"
    assert lines[21:] == ["     … and 1,003 more", "1,023 violations."]
