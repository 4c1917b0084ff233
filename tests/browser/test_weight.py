"""What all faces weigh together: a game has to be there before its first tap."""

import gzip
import json

from tests.browser.serving import CACHE, build

SCRIPT_MOST = 20 * 1024


def test_all_faces_and_lit_weigh_at_most_20_kilobytes() -> None:
    build("weight")
    manifest = json.loads((CACHE / "weight" / "manifest.json").read_bytes())
    first = [chunk["file"] for chunk in manifest.values() if not chunk.get("isDynamicEntry") and ".js" in chunk["file"]]
    sizes = {name: len(gzip.compress((CACHE / "weight" / name).read_bytes(), 9)) for name in first}
    assert 0 < sum(sizes.values()) <= SCRIPT_MOST, sizes
