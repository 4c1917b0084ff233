"""The games of the demo brand, as its own campaign files describe them."""

from dataclasses import dataclass
from functools import cache

from ruamel.yaml import YAML

from engage.demo.seed import CAMPAIGNS, FOLDER

FALLBACK = "en"


@dataclass(frozen=True)
class DemoGame:
    """A game as the brand's site shows it. `cards` are those of its deck, 0 if it is drawn by odds."""

    id: str
    mechanic: str
    theme: str
    cards: int
    titles: dict[str, str]
    organisers: dict[str, str]

    def title(self, language: str) -> str:
        """What the game is called."""
        return self.titles.get(language, self.titles[FALLBACK])

    def organiser(self, language: str) -> str:
        """The campaign that it is a part of."""
        return self.organisers.get(language, self.organisers[FALLBACK])


@cache
def demo_games() -> tuple[DemoGame, ...]:
    """All of them, in the order of the files."""
    documents = [YAML(typ="safe").load(FOLDER / name) for name in CAMPAIGNS]
    return tuple(
        DemoGame(
            f"gam_{game['id']}",
            game["mechanic"],
            document["look"]["theme"],
            game.get("deck", {}).get("n", 0),
            game["title"],
            document["title"],
        )
        for document in documents
        for game in document["games"]
    )
