"""The pictures that campaign files name: found beside the file, checked at their lines, and kept in the database.

Each file is kept as it came, so that an exported campaign can be loaded again; only what was drawn anew is ever shown.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import sqlalchemy as sa

from engage.campaigns.files import Section
from engage.campaigns.findings import Finding
from engage.campaigns.pictures import MAX_BYTES, Hashes, Picture, PictureRefused, read_picture
from engage.campaigns.source import Place
from engage.campaigns.tables import picture, picture_file
from engage.storage.work import Work

ReadFile: TypeAlias = Callable[[str], bytes | None]
"""The bytes of a picture by the path that the campaign file names it by; None if there is no such file."""

ANYWHERE_BUT_HERE = "Put the picture there, or correct the path: it starts at the folder of the campaign file."


def read_nothing(_path: str) -> None:
    """For campaign files that came alone."""
    return


def reader_of(folder: Path) -> ReadFile:
    """Reads pictures in a folder and below it; never what a link or a path leads to outside of it."""
    home = folder.resolve()

    def read(path: str) -> bytes | None:
        found = (home / path).resolve()
        if not found.is_relative_to(home) or not found.is_file():
            return None
        with found.open("rb") as file:
            return file.read(MAX_BYTES + 1)

    return read


def read_album(
    root: Place, sections: Sequence[Section[Any]], read: ReadFile
) -> tuple[dict[str, Picture], list[Finding]]:
    """The pictures that a campaign file names, by their paths, and what is wrong with others.

    A picture that is named in several places is read, and complained about, at the first one.
    """
    album: dict[str, Picture] = {}
    faults: list[Finding] = []
    for place in _first_places(root, sections):
        data = read(str(place.value))
        if data is None:
            faults.append(place.fault("no_picture", f"There is no file {place.value}.", ANYWHERE_BUT_HERE))
            continue
        try:
            album[str(place.value)] = read_picture(data)
        except PictureRefused as refused:
            faults.append(place.fault(refused.code, refused.sentence, refused.way_out))
    return album, faults


def _first_places(root: Place, sections: Sequence[Section[Any]]) -> Iterator[Place]:
    seen = set[str]()
    for section in sections:
        for place in section.pictures(root[section.name]):
            if isinstance(place.value, str) and place.value not in seen:
                seen.add(place.value)
                yield place


def keep_pictures(work: Work, album: Mapping[str, Picture]) -> dict[str, Hashes]:
    """Store the pictures that are not there yet; what each is known by from now on, by its path.

    A file that was drawn before keeps the drawings that it has, whatever a newer encoder would make of it.
    """
    return {path: _keep(work, each) for path, each in album.items()}


def _keep(work: Work, each: Picture) -> Hashes:
    hashes = each.hashes
    query = sa.select(picture_file.c.small, picture_file.c.large).where(picture_file.c.hash == hashes["file"])
    known = work.connection.execute(query).one_or_none()
    if known is not None:
        return {"file": hashes["file"], "small": known.small, "large": known.large}
    for name, data in (("small", each.small), ("large", each.large)):
        if find_picture(work.connection, hashes[name]) is None:
            work.connection.execute(sa.insert(picture).values(hash=hashes[name], data=data, kept_at=work.now_ms))
    row = {"hash": hashes["file"], "data": each.file, "small": hashes["small"], "large": hashes["large"]}
    work.connection.execute(sa.insert(picture_file).values(**row, kept_at=work.now_ms))
    return hashes


def address_of(digest: str) -> str:
    """Where a picture is served, by its hash."""
    return f"/media/{digest}.webp"


def find_picture(connection: sa.Connection, digest: str) -> bytes | None:
    """A picture as it is shown, WebP, by its hash."""
    return connection.execute(sa.select(picture.c.data).where(picture.c.hash == digest)).scalar()


def read_files(connection: sa.Connection, pictures: Mapping[str, Hashes]) -> dict[str, bytes]:
    """The files of pictures as they were uploaded, by their paths."""
    query = sa.select(picture_file.c.hash, picture_file.c.data).where(
        picture_file.c.hash.in_({hashes["file"] for hashes in pictures.values()})
    )
    files = dict(connection.execute(query).all())
    return {path: files[hashes["file"]] for path, hashes in pictures.items()}
