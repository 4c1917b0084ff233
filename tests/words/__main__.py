"""`python -m tests.words`: add what the code says to every catalogue, take out what it does not say any more.

With `--check` nothing is written, and what is amiss makes exit status 1.
"""

import argparse
import sys

from tests.words.catalogue import (
    bare_texts,
    catalogue_paths,
    faults_of,
    read_catalogue,
    render_catalogue,
    said_messages,
)


def main() -> int:
    """Write the catalogues, and say what somebody still has to translate."""
    parser = argparse.ArgumentParser(prog="python -m tests.words", description="Bring the catalogues up to date.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit status 1 if something is amiss")
    asked = parser.parse_args()
    said = said_messages()
    faults = [f"{fault}. Say it through t(), languageName() or _()." for fault in bare_texts()]
    for path in catalogue_paths():
        wanted, language = render_catalogue(path, said), path.parents[1].name
        if not asked.check:
            path.write_text(wanted, encoding="utf-8")
        elif path.read_text(encoding="utf-8") != wanted:
            faults.append(f"{language} is not up to date. Run: make words")
        faults += [f"{language}: {fault}" for fault in faults_of(read_catalogue(path), said)]
    print("".join(f"{fault}\n" for fault in faults), end="")
    return 1 if asked.check and faults else 0


if __name__ == "__main__":
    sys.exit(main())
