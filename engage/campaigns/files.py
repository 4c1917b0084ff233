"""Campaign files: one YAML text a campaign. The text itself is stored and given back, byte for byte.

A feature contributes a section; `examine` reads the campaign's own fields and every section, and names every fault.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from functools import cache
from typing import Any, Generic, TypeVar
from zoneinfo import available_timezones

from pydantic import BaseModel, TypeAdapter, ValidationError

from engage.campaigns.definition import LANGUAGE_PATTERN, CampaignDefinition, Instant
from engage.campaigns.faults import faults_of, find_part, read_part, suggest
from engage.campaigns.findings import Finding, Level, in_order
from engage.campaigns.looks import check_look
from engage.campaigns.offers import Offer
from engage.campaigns.pictures import Hashes
from engage.campaigns.schema import Schema, Shape, build_schema
from engage.campaigns.source import Place, Source, read_source
from engage.kernel.clock import render
from engage.kernel.refusals import InvalidRequest

EntryT = TypeVar("EntryT", bound=BaseModel)

_CAMPAIGN: TypeAdapter[CampaignDefinition] = TypeAdapter(CampaignDefinition)
_INSTANT: TypeAdapter[datetime] = TypeAdapter(Instant)


@dataclass(frozen=True)
class Section(Generic[EntryT]):
    """A feature's list in a campaign file.

    `entry` reads one item; `check` finds what the model alone can't see, in the raw list, whatever else is at fault;
    `offers` says what the items promise. `discriminators` are the fields whose value picks an item's model. `pictures`
    finds the places of the raw list that name a picture.
    """

    name: str
    entry: TypeAdapter[EntryT]
    check: Callable[[Place], Iterable[Finding]]
    offers: Callable[[Sequence[EntryT], CampaignDefinition], Iterable[Offer]]
    discriminators: tuple[str, ...] = ()
    pictures: Callable[[Place], Iterable[Place]] = lambda _section: ()


@dataclass(frozen=True)
class CampaignFile:
    """A file without faults: the text as it came, and what it says. `entries` are the sections' items by name.

    `pictures` says what each picture that the text names is known by; a file that was only read knows none.
    """

    text: str
    source: Source
    definition: CampaignDefinition
    entries: Mapping[str, tuple[BaseModel, ...]]
    offers: tuple[Offer, ...]
    pictures: Mapping[str, Hashes] = field(default_factory=dict)


def examine(text: str, sections: Sequence[Section[Any]]) -> tuple[CampaignFile | None, tuple[Finding, ...]]:
    """The file, or None if it has faults, and what was found in it so far, in order of lines."""
    source, found = read_source(text)
    if not isinstance(source.data, dict):
        return None, in_order(found)
    shape = Shape(schema_of(sections))
    root = source.root()
    definition, faults = _read_campaign(root, sections, shape)
    found += faults
    entries: dict[str, tuple[BaseModel, ...]] = {}
    for section in sections:
        entries[section.name], faults = _read_section(root[section.name], section, shape)
        found += faults
        found += section.check(root[section.name])
    found += _campaign_faults(root, sections)
    found += _text_faults(root, shape)
    if definition is None or any(item.level is Level.FAULT for item in found):
        return None, in_order(found)
    offers = tuple(offer for section in sections for offer in section.offers(entries[section.name], definition))
    return CampaignFile(text, source, definition, entries, offers), in_order(found)


def load(text: str, sections: Sequence[Section[Any]]) -> CampaignFile:
    """The file. Refuses with InvalidRequest, naming every fault, if it can't be read as a campaign."""
    file, found = examine(text, sections)
    require_no_fault(found)
    assert file is not None, "a file without faults was read"
    return file


def require_no_fault(found: Sequence[Finding]) -> None:
    """Refuses with InvalidRequest, naming every fault among the findings."""
    faults = [item for item in found if item.level is Level.FAULT]
    if faults:
        raise InvalidRequest(
            f"The campaign file has {len(faults)} faults; the first is in line {faults[0].line}: {faults[0].sentence}",
            errors=[
                {"line": str(each.line), "path": each.path, "code": each.code, "detail": each.sentence}
                for each in faults
            ],
        )


def schema_of(sections: Sequence[Section[Any]]) -> Schema:
    """The JSON Schema of a campaign file with these sections; one that all share, to be read only."""
    return _build_once(tuple(sections))


@cache
def _build_once(sections: tuple[Section[Any], ...]) -> Schema:
    return build_schema({section.name: section.entry for section in sections})


def render_schema(sections: Sequence[Section[Any]]) -> str:
    """The same as the text that is published."""
    return json.dumps(schema_of(sections), ensure_ascii=False, indent=2) + "\n"


def with_schedule(text: str, opens_at: datetime, closes_at: datetime, deadline: datetime | None = None) -> str:
    """The same file with another schedule; nothing else in the text changes. `deadline` is that of its one collection.

    ValueError unless the file has `opens_at`, `closes_at` and, if one is given, `deadline` each in a line of its own.
    """
    moments = {"opens_at": opens_at, "closes_at": closes_at} | ({"deadline": deadline} if deadline else {})
    for name, moment in moments.items():
        pattern = re.compile(rf"^((?:[ ]+(?=deadline))?{name}:[ ]+)[^\s#][^#\n]*?([ ]*(?:#.*)?)$", re.MULTILINE)
        text, count = pattern.subn(rf"\g<1>{render(moment)}\g<2>", text)
        if count != 1:
            message = f"the file has no line of its own for {name}"
            raise ValueError(message)
    return text


def _read_campaign(
    root: Place, sections: Sequence[Section[Any]], shape: Shape
) -> tuple[CampaignDefinition | None, list[Finding]]:
    data = root.value
    assert isinstance(data, dict), "a file without fields never gets here"
    names = {section.name for section in sections}
    try:
        return read_part(_CAMPAIGN, {key: value for key, value in data.items() if key not in names}), []
    except ValidationError as error:
        return None, list(faults_of(error, root, shape))


def _read_section(place: Place, section: Section[Any], shape: Shape) -> tuple[tuple[BaseModel, ...], list[Finding]]:
    """The items of a section that have no fault, and the faults of the others."""
    if place.value is not None and not isinstance(place.value, list):
        return (), [place.fault("wrong_type", f"`{section.name}` must be a list.", "Begin each item with a dash.")]
    items: list[BaseModel] = []
    faults: list[Finding] = []
    for item in place.items():
        try:
            items.append(read_part(section.entry, item.value))
        except ValidationError as error:
            faults += faults_of(error, item, shape, section.discriminators)
    return tuple(items), faults


def _campaign_faults(root: Place, sections: Sequence[Section[Any]]) -> Iterator[Finding]:
    zone = root["time_zone"]
    if isinstance(zone.value, str) and zone.value not in _time_zones():
        near = get_close_matches(zone.value, _time_zones(), n=1, cutoff=0.6)
        way_out = f"Did you mean `{near[0]}`?" if near else "Take a name such as Asia/Shanghai or Europe/Paris."
        yield zone.fault("unknown_time_zone", f"There is no time zone “{zone.value}”.", way_out)
    opens, closes = (find_part(_INSTANT, root[field].value) for field in ("opens_at", "closes_at"))
    if opens is not None and closes is not None and closes <= opens:
        yield root["closes_at"].fault(
            "ends_before_start", "The campaign closes before it opens.", "Set a later closes_at."
        )
    yield from check_look(root["look"])
    languages = [item.value for item in root["languages"].items()]
    for number, language in enumerate(languages):
        if language in languages[:number]:
            sentence = f"The language {language} is listed twice."
            yield root["languages"][number].fault("duplicate_language", sentence, "List it once.")
    if not any(root[section.name].value for section in sections):
        names = ", ".join(f"`{section.name}`" for section in sections)
        yield root[sections[0].name].fault(
            "missing", f"The campaign offers nothing: there is no {names}.", "Add a game."
        )


@cache
def _time_zones() -> frozenset[str]:
    """The names of the IANA time zone database; kept, since asking for them reads its files."""
    return frozenset(available_timezones())


def _text_faults(root: Place, shape: Shape) -> Iterator[Finding]:
    """Every text that lacks one of the campaign's languages or has one too many."""
    listed = [item.value for item in root["languages"].items()]
    languages = [each for each in listed if isinstance(each, str) and re.fullmatch(LANGUAGE_PATTERN, each)]
    if not languages:
        return
    for place in _places(root):
        if not isinstance(place.value, dict) or not shape.is_texts(place.path, root.value):
            continue
        for language in languages:
            if language not in place.value:
                sentence = f"The text in {language} is missing."
                yield place[language].fault(
                    "missing_language", sentence, f"Add it, or take {language} out of `languages`."
                )
        for language in place.value:
            if language not in languages and re.fullmatch(LANGUAGE_PATTERN, language):
                sentence = f"{language} is none of the campaign's languages."
                yield place[language].fault("unknown_language", sentence, suggest(language, languages))


def _places(place: Place) -> Iterator[Place]:
    yield place
    if isinstance(place.value, dict):
        for key in place.value:
            yield from _places(place[key])
    for item in place.items():
        yield from _places(item)
