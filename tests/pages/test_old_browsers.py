"""Browsers of the floor that docs/pages.md names lack some things; the pages do without."""

from tests.conftest import OpenScreen
from tests.support.served import Served

# iOS before 16.4, as far as Lit and the policy of the pages are concerned.
WITHOUT_ADOPTED_SHEETS = """
delete Document.prototype.adoptedStyleSheets;
delete ShadowRoot.prototype.adoptedStyleSheets;
delete CSSStyleSheet.prototype.replace;
delete CSSStyleSheet.prototype.replaceSync;
"""
STYLES_OF = """name => {
  const walk = root =>
    [...root.querySelectorAll('*')].flatMap(one => [one, ...one.shadowRoot ? walk(one.shadowRoot) : []]);
  return walk(document).filter(one => one.localName === name && one.shadowRoot)
    .map(one => one.shadowRoot.querySelectorAll('style').length);
}"""


def test_a_game_has_its_styles_without_adopted_style_sheets(screen: OpenScreen, served: Served) -> None:
    old = screen()
    old.context.add_init_script(WITHOUT_ADOPTED_SHEETS)
    form: dict[str, str | float | bool] = {"who": "alice", "to": "/g/gam_anniversary_wheel"}
    old.context.request.post("/demo/sign-in", form=form, headers={"Origin": served.address})
    page = old.open("/g/gam_anniversary_wheel")
    page.locator("engage-wheel").wait_for()
    assert page.evaluate(STYLES_OF, "engage-wheel")[0] > 0
