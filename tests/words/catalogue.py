"""What the code says, and what a catalogue makes of it.

A catalogue is written one entry after the other in the order of its English texts, each text on one line and without
places, so that two branches which add texts can be merged line by line.
"""

import ast
import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any, TypeAlias

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from engage.web import all_refusals
from engage.web.problems import FAULT, HTTP_DETAILS, NOT_AS_IT_SHOULD_BE, NOT_NOW
from tests.support.node import NODE

ROOT = Path(__file__).resolve().parents[2]
CATALOGUES = ROOT / "engage" / "translations"
PYTHON = ("engage", "games", "badges")
TEMPLATE_KEYWORDS = {"_": None, "ngettext": (1, 2)}
TEXTS_OF = {"_": 1, "gettext": 1, "ngettext": 2}
SHOWN_REFUSALS = {"Forbidden", "NotFound", "Unauthenticated"}
FULL_WIDTH = str.maketrans(",:;!?()", "\uff0c\uff1a\uff1b\uff01\uff1f\uff08\uff09")
CHINESE = "[\u3001-\u9fff]"
BESIDE_CHINESE = re.compile(rf"(?<={CHINESE})[,:;!?]|[,:;!?](?={CHINESE})|\((?={CHINESE})|(?<={CHINESE})\)")
PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass
class Message:
    """An English text, its plural form if it has one, and where it is said."""

    id: str
    plural: str = ""
    places: list[str] = field(default_factory=list)


def said_messages() -> dict[str, Message]:
    """Every text in scripts, templates and Python, by its English. ValueError if one has two plural forms."""
    found: dict[str, Message] = {}
    for id_, plural, place in (*_in_scripts(), *_in_python(), *_in_templates(), *_in_problems()):
        message = found.setdefault(id_, Message(id_, plural))
        if message.plural != plural:
            fault = f"{place} and {message.places[0]} say {id_!r} with different plural forms"
            raise ValueError(fault)
        message.places.append(place)
    return found


Found: TypeAlias = dict[str, list[dict[str, Any]]]
"""What `vite.words.js` finds: `messages`, and `bare` texts."""


@cache
def _scripts() -> Found:
    return _ask_node()


def bare_in_script(source: str) -> list[dict[str, Any]]:
    """The bare texts of one script. ValueError if something is said that is no literal."""
    return _ask_node(source)["bare"]


def _ask_node(source: str | None = None) -> Found:
    command = [str(NODE), "vite.words.js", *([] if source is None else ["-"])]
    printed = subprocess.run(command, cwd=ROOT, input=source, capture_output=True, check=False, text=True)
    if printed.returncode:
        raise ValueError(printed.stderr)
    found: Found = json.loads(printed.stdout)
    return found


def _in_scripts() -> Iterator[tuple[str, str, str]]:
    for each in _scripts()["messages"]:
        yield each["id"], each.get("plural", ""), f"{each['file']}:{each['line']}"


def _in_python() -> Iterator[tuple[str, str, str]]:
    for path in sorted(path for package in PYTHON for path in (ROOT / package).rglob("*.py")):
        place = str(path.relative_to(ROOT))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                yield from _in_call(node.func.id, node.args, f"{place}:{node.lineno}")


def _in_call(name: str, arguments: list[ast.expr], place: str) -> Iterator[tuple[str, str, str]]:
    """The texts of a call. A refusal's sentence may be put together from what it names; then it stays English."""
    if name in SHOWN_REFUSALS and arguments:
        yield from ((text, "", place) for text in _literals(arguments[0]))
    elif name in TEXTS_OF:
        texts = [text for argument in arguments[: TEXTS_OF[name]] for text in _literals(argument)]
        if len(texts) == TEXTS_OF[name]:
            yield texts[0], "".join(texts[1:]), place
        elif name == "_":
            fault = f"{place}: _() takes its text as a literal, so that it can be found"
            raise ValueError(fault)


def _literals(node: ast.expr) -> list[str]:
    if isinstance(node, ast.IfExp):
        return _literals(node.body) + _literals(node.orelse)
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def _in_templates() -> Iterator[tuple[str, str, str]]:
    for path in sorted((ROOT / "templates").rglob("*.html")):
        for line, texts, _comments, _context in extract_from_file("jinja2", path, keywords=TEMPLATE_KEYWORDS):
            id_, plural = texts[:2] if isinstance(texts, tuple) else (texts, "")
            yield id_, plural, f"{path.relative_to(ROOT)}:{line}"


def bare_texts() -> Iterator[str]:
    """Texts that people would read and that no catalogue can hold, since nothing says them as messages."""
    for each in _scripts()["bare"]:
        yield f"{each['file']}:{each['line']}: {each['text']!r} is said in one language only"
    for path in sorted((ROOT / "templates").rglob("*.html")):
        for line, text in bare_in_template(path.read_text(encoding="utf-8")):
            yield f"{path.relative_to(ROOT)}:{line}: {text!r} is said in one language only"


def bare_in_template(source: str) -> Iterator[tuple[int, str]]:
    """Words between the tags, and in attributes that are read out."""
    without = re.sub(
        r"\{% block root %\}.*?\{% endblock %\}|\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<!--.*?-->",
        _blank,
        source,
        flags=re.DOTALL,
    )
    read = re.finditer(r"\s(?:aria-label|alt|placeholder|title)=\"([^\"]+)", without)
    between = re.finditer(
        r"(?:^|>)([^<>]+)(?=<|$)", re.sub(r"<(style|script|code)\b.*?</\1>", _blank, without, flags=re.DOTALL)
    )
    for found in (*read, *between):
        text = unescape(found[1].replace("\0", "")).strip()
        if re.search(r"[^\W\d_]{2}", text):
            yield source[: found.start(1)].count("\n") + 1, text


def _blank(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", "\0", found[0])


def _in_problems() -> Iterator[tuple[str, str, str]]:
    """A problem that is shown as a page has its title and sentence translated there."""
    yield from ((kind.title, "", f"refusal {kind.code}") for kind in all_refusals())
    sentences = (FAULT.title, FAULT.detail, *HTTP_DETAILS.values(), NOT_AS_IT_SHOULD_BE, NOT_NOW)
    yield from ((sentence, "", "engage/web/problems.py") for sentence in sentences)


def catalogue_paths() -> list[Path]:
    """The catalogue of each language."""
    return sorted(CATALOGUES.glob("*/LC_MESSAGES/messages.po"))


def read_catalogue(path: Path) -> Catalog:
    """A catalogue as it is."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parents[1].name)


def faults_of(catalogue: Catalog, said: dict[str, Message]) -> Iterator[str]:
    """What is amiss: texts that are missing, unused or left empty, plural forms, placeholders."""
    kept = {_id_of(message.id): message for message in catalogue if message.id}
    for id_ in sorted(said.keys() - kept.keys()):
        yield f"{id_!r} is missing ({said[id_].places[0]})"
    for id_, message in kept.items():
        if id_ not in said:
            yield f"{id_!r} is unused"
            continue
        plural = message.id[1] if message.pluralizable else ""
        forms = _forms_of(message.string)
        if plural != said[id_].plural:
            yield f"{id_!r} has the plural {plural!r} and is said with {said[id_].plural!r}"
        elif len(forms) != (catalogue.num_plurals if plural else 1) or not all(forms) or message.fuzzy:
            yield f"{id_!r} is not translated"
        elif any(_placeholders(form) != _placeholders(plural or id_) for form in forms):
            yield f"{id_!r} and its translation {' / '.join(forms)!r} have different placeholders"


def _placeholders(text: str) -> list[str]:
    return sorted(set(PLACEHOLDER.findall(text)))


def _forms_of(string: object) -> list[str]:
    return [str(form or "") for form in (string if isinstance(string, tuple | list) else [string])]


def _id_of(id_: str | tuple[str, ...] | list[str]) -> str:
    return id_ if isinstance(id_, str) else id_[0]


def render_catalogue(path: Path, said: dict[str, Message]) -> str:
    """A catalogue brought up to date: what is said, in order, with the translations that there are."""
    old = read_catalogue(path)
    locale = Locale.parse(path.parents[1].name)
    header = [f"Language: {locale}", "Content-Type: text/plain; charset=utf-8", f"Plural-Forms: {old.plural_forms}"]
    lines = ['msgid ""', 'msgstr ""', *(_quoted(f"{line}\n") for line in header)]
    for id_, message in sorted(said.items()):
        known = old.get(id_)
        forms = [_typeset(form, path) for form in _forms_of(known.string if known else "")]
        lines += ["", f"msgid {_quoted(id_)}"]
        if message.plural:
            forms = (forms + [""] * old.num_plurals)[: old.num_plurals]
            lines += [f"msgid_plural {_quoted(message.plural)}"]
            lines += [f"msgstr[{index}] {_quoted(form)}" for index, form in enumerate(forms)]
        else:
            lines += [f"msgstr {_quoted(forms[0])}"]
    return "\n".join(lines) + "\n"


def _typeset(text: str, path: Path) -> str:
    """Chinese has punctuation of its own, as wide as its characters."""
    is_chinese = path.parents[1].name.startswith("zh")
    return BESIDE_CHINESE.sub(lambda found: found[0].translate(FULL_WIDTH), text) if is_chinese else text


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
