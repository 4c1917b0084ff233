"""The features that the composition root has, for what is opened in this process."""

from badges import SHELF
from games import feature as games

FEATURES = (games, *SHELF)
