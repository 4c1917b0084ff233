"""Every text that people read has its translation, and every translation is read."""

from pathlib import Path

import pytest

from engage.web import languages
from tests.architecture.sources import demand_none
from tests.words.catalogue import (
    Message,
    bare_in_script,
    bare_in_template,
    bare_texts,
    catalogue_paths,
    faults_of,
    read_catalogue,
    render_catalogue,
    said_messages,
)

HEADER = 'msgid ""\nmsgstr ""\n"Language: zh_CN\\n"\n"Plural-Forms: nplurals=1; plural=0;\\n"\n'
SAID = {"Spin": Message("Spin", "", ["a"]), "{n} turn": Message("{n} turn", "{n} turns", ["b"])}
SOUND = 'msgid "Spin"\nmsgstr "转"\n\nmsgid "{n} turn"\nmsgid_plural "{n} turns"\nmsgstr[0] "{n} 次"\n'


@pytest.mark.parametrize("path", catalogue_paths(), ids=lambda path: path.parents[1].name)
def test_a_catalogue_says_what_the_code_says(path: Path) -> None:
    said = said_messages()
    demand_none(faults_of(read_catalogue(path), said), f"Run `make words` and translate in {path.name}.")


@pytest.mark.parametrize("path", catalogue_paths(), ids=lambda path: path.parents[1].name)
def test_a_catalogue_is_written_in_the_one_way(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == render_catalogue(path, said_messages()), "Run: make words"


def test_nothing_is_said_in_one_language_only() -> None:
    demand_none(bare_texts(), "Say it through t() or languageName() in scripts, through _() in templates.")


def test_a_text_that_is_said_in_one_language_only_is_found(tmp_path: Path) -> None:
    template = """{# a remark #}
<p title="A hint">{{ _("Said") }} &middot; {{ name }}</p>
{% if name %}<b>Bare</b>{% endif %}<script>let it = "be";</script>
"""
    assert list(bare_in_template(template)) == [(2, "A hint"), (3, "Bare")]
    script = """import { html } from 'lit';
import { t } from './words';
const a = html`<p class="wide" aria-label="A hint">${t('Said')} · ${n} <b>Bare</b></p><style>a { color: red }</style>`;
const b = '中文';
"""
    assert [(each["line"], each["text"]) for each in bare_in_script(script)] == [
        (3, "A hint"),
        (3, "Bare"),
        (4, "中文"),
    ]


def test_a_text_that_is_no_literal_cannot_be_found_so_it_is_refused() -> None:
    with pytest.raises(ValueError, match=r"page.ts:2: t\(\) takes its text as a literal"):
        bare_in_script("import { t } from '../words/words';\nt(name);")


def test_the_pages_speak_english_and_chinese() -> None:
    assert languages() == ("en", "zh-CN")


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        pytest.param(SOUND, [], id="sound"),
        pytest.param(SOUND.partition("\n\n")[2], ["'Spin' is missing (a)"], id="missing"),
        pytest.param(SOUND + '\nmsgid "Old"\nmsgstr "旧"\n', ["'Old' is unused"], id="unused"),
        pytest.param(SOUND.replace("转", ""), ["'Spin' is not translated"], id="empty"),
        pytest.param("#, fuzzy\n" + SOUND, ["'Spin' is not translated"], id="fuzzy"),
        pytest.param(SOUND.replace("{n} 次", ""), ["'{n} turn' is not translated"], id="empty plural"),
        pytest.param(
            SOUND.replace("{n} 次", "{m} 次"),
            ["'{n} turn' and its translation '{m} 次' have different placeholders"],
            id="placeholders",
        ),
        pytest.param(
            SOUND.replace("{n} turns", "{n} goes"),
            ["'{n} turn' has the plural '{n} goes' and is said with '{n} turns'"],
            id="another plural",
        ),
        pytest.param(
            SOUND.replace('msgid_plural "{n} turns"\nmsgstr[0]', "msgstr"),
            ["'{n} turn' has the plural '' and is said with '{n} turns'"],
            id="no plural",
        ),
    ],
)
def test_what_is_amiss_is_found(body: str, faults: list[str], tmp_path: Path) -> None:
    path = _catalogue(tmp_path, body)
    assert list(faults_of(read_catalogue(path), SAID)) == faults


def test_bringing_a_catalogue_up_to_date_keeps_what_is_translated(tmp_path: Path) -> None:
    path = _catalogue(tmp_path, SOUND + '\nmsgid "Old"\nmsgstr "旧"\n\nmsgid "Spin"\nmsgstr "转"\n')
    said = SAID | {"A new “text”\nin lines": Message("A new “text”\nin lines")}
    path.write_text(render_catalogue(path, said), encoding="utf-8")
    assert list(faults_of(read_catalogue(path), said)) == ["'A new “text”\\nin lines' is not translated"]
    assert render_catalogue(path, said) == path.read_text(encoding="utf-8")


def _catalogue(folder: Path, body: str) -> Path:
    path = folder / "zh_CN" / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True)
    path.write_text(HEADER + "\n" + body, encoding="utf-8")
    return path
