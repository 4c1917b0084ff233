"""How smoothly a page moves, by the browser's own trace: the frames that its compositor showed and those it dropped."""

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

CATEGORIES = ["disabled-by-default-devtools.timeline.frame", "disabled-by-default-devtools.timeline"]


@dataclass(frozen=True, slots=True)
class Frames:
    """The frames of a stretch of time; `drawings` are the tiles that had to be drawn anew in it."""

    shown: int
    dropped: int
    drawings: int

    @property
    def dropped_share(self) -> float:
        """The share of frames that were due and not shown, 0 to 1."""
        return self.dropped / max(1, self.shown + self.dropped)


def trace_frames(page: Page, action: str, *, slowed: float = 1) -> Frames:
    """Run some JavaScript, and tell what became of the frames until its promise was kept.

    The main thread is `slowed` times slower meanwhile, as on a phone.
    """
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": slowed})
    events: list[dict[str, Any]] = []
    session.on("Tracing.dataCollected", lambda data: events.extend(data["value"]))
    session.send("Tracing.start", {"transferMode": "ReportEvents", "traceConfig": {"includedCategories": CATEGORIES}})
    page.evaluate(action)
    ended: list[bool] = []
    session.once("Tracing.tracingComplete", lambda _: ended.append(True))
    session.send("Tracing.end")
    while not ended:
        page.evaluate("() => new Promise(requestAnimationFrame)")
    session.detach()
    return Frames(
        shown=sum(event["name"] == "DrawFrame" for event in events),
        dropped=sum(event["name"] == "DroppedFrame" and not event["args"]["hasPartialUpdate"] for event in events),
        drawings=sum(event["name"] == "RasterTask" for event in events),
    )
