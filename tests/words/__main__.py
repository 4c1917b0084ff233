"""`python -m tests.words`: add what the code says to every catalogue, take out what it does not say any more."""

import sys

from tests.words.catalogue import catalogue_paths, faults_of, read_catalogue, render_catalogue, said_messages


def main() -> int:
    """Write the catalogues, and say what somebody still has to translate."""
    said = said_messages()
    for path in catalogue_paths():
        path.write_text(render_catalogue(path, said), encoding="utf-8")
        for fault in faults_of(read_catalogue(path), said):
            print(f"{path.parents[1].name}: {fault}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
