"""What all faces weigh together: a game has to be there before its first tap."""

import gzip
import json

from tests.browser.serving import built

SCRIPT_MOST = 20 * 1024


def test_all_faces_and_lit_weigh_at_most_20_kilobytes() -> None:
    with built("weight") as folder:
        manifest = json.loads((folder / "manifest.json").read_bytes())
        files = [chunk["file"] for chunk in manifest.values() if not chunk.get("isDynamicEntry")]
        first = [name for name in files if ".js" in name]
        sizes = {name: len(gzip.compress((folder / name).read_bytes(), 9)) for name in first}
    assert 0 < sum(sizes.values()) <= SCRIPT_MOST, sizes
