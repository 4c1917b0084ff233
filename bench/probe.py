"""`python -m bench.probe FILE serve …`: the command line `engage`, noting when each push is where on its way.

Once the server has stopped, FILE holds three instants (seconds of this machine's clock) of each play, as JSON: it was
`committed`, the hub was `told` of it, its message was `written` to a socket.
"""

from gevent import monkey

monkey.patch_all()

import sys  # noqa: E402  gevent patches first
import time  # noqa: E402
from bisect import bisect_left  # noqa: E402
from collections.abc import Callable  # noqa: E402
from functools import wraps  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

import orjson  # noqa: E402

from engage.kernel.clock import parse, to_ms  # noqa: E402
from engage.live.hub import Hub  # noqa: E402
from engage.live.items import SETTLED, Item  # noqa: E402
from engage.live.websocket import WebSocket  # noqa: E402
from engage.storage.writer import Writer  # noqa: E402
from wsgi import main  # noqa: E402

PLAY = '"play":"'


class Notes:
    """What is noted while the server runs."""

    def __init__(self) -> None:
        self._commits: list[float] = []
        self.recorded: dict[str, float] = {}
        self.told: dict[str, float] = {}
        self.written: dict[str, float] = {}

    def start(self, writer: Writer) -> None:
        """A writer starts: note the instants of its commits."""
        writer.on_commit(lambda _events: self._commits.append(time.time()))

    def tell(self, _hub: Hub, _member: str, item: Item) -> None:
        """The hub is told of an item."""
        if item["name"] == SETTLED:
            play = item["data"]["play"]
            self.recorded[play], self.told[play] = to_ms(parse(item["at"])) / 1000, time.time()

    def committed(self, play: str) -> float:
        """When a play was: by the first commit since it was recorded, or a moment before the writer itself knew."""
        number = bisect_left(self._commits, self.recorded[play])
        return min([self.told[play], *self._commits[number : number + 1]])

    def write(self, path: Path) -> None:
        """Keep what was noted."""
        path.write_bytes(orjson.dumps([{play: self.committed(play) for play in self.told}, self.told, self.written]))

    def send(self, _socket: WebSocket, message: str) -> None:
        """A message is sent."""
        if SETTLED in message:
            self.written[message.partition(PLAY)[2].partition('"')[0]] = time.time()


def before(owner: type, name: str, note: Callable[..., None]) -> None:
    """Have something noted whenever a method is called."""
    original = getattr(owner, name)

    @wraps(original)
    def noted(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  what the method takes and gives
        note(*args, **kwargs)
        return original(*args, **kwargs)

    setattr(owner, name, noted)


if __name__ == "__main__":
    notes, path = Notes(), Path(sys.argv.pop(1))
    before(Writer, "start", notes.start)
    before(Hub, "tell", notes.tell)
    before(WebSocket, "send", notes.send)
    try:
        main()
    finally:
        notes.write(path)
