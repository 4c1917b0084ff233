"""Writes the published JSON Schema of campaign files: `python -m games.schema static/schema/campaign.schema.json`."""

import json
import sys
from pathlib import Path

from engage.campaigns import schema_of
from games.section import SECTION


def render_schema() -> str:
    """The schema of a campaign file with games, as the committed file has it."""
    return json.dumps(schema_of([SECTION]), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(render_schema(), encoding="utf-8")
