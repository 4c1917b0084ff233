"""What keeps people from using a page: axe-core's findings for WCAG 2.0 to 2.2, A and AA, and four laws of our own.

What one aims at is 44 px wide and high, no word is torn in two, no Chinese character is left alone in a last line, and
no page scrolls sideways.
"""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
OWN_LAWS = Path(__file__).with_name("barriers.js")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN = "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})"
MIN_TARGET_PX = 44
STAND_STILL = """async () => {
  const frame = () => new Promise(requestAnimationFrame);
  const roots = (root) =>
    [root, ...[...root.querySelectorAll('*')].flatMap(({ shadowRoot }) => (shadowRoot ? roots(shadowRoot) : []))];
  const isMoving = ({ playState, effect }) => playState !== 'finished' && effect.getComputedTiming().endTime < 3000;
  const isStill = async () => {
    await frame();
    await frame();
    const moving = roots(document).flatMap((root) => root.getAnimations()).filter(isMoving);
    await Promise.allSettled(moving.map((motion) => motion.finished));
    return moving.length === 0;
  };
  while (!(await isStill()));
}"""
"""What moves for a moment, such as a sheet that is opened or laid out anew, is looked at where it comes to rest."""


def barriers_on(page: Page) -> list[str]:
    """What is in somebody's way on a page as it stands, each as a sentence that names the element."""
    page.evaluate(STAND_STILL)
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = [_tell(violation) for violation in page.evaluate(RUN, TAGS)["violations"]]
    return [*found, *page.evaluate(OWN_LAWS.read_text(encoding="utf-8"), MIN_TARGET_PX)]


def _tell(violation: dict[str, Any]) -> str:
    places = [f"    {' '.join(map(str, node['target']))}: {_reason(node)}" for node in violation["nodes"]]
    return "\n".join([f"{violation['id']}: {violation['help']}", *places])


def _reason(node: dict[str, Any]) -> str:
    checks = [check["message"] for kind in ("any", "all", "none") for check in node[kind]]
    return " ".join(checks) + f"  {node['html'][:160]}"
