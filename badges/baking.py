"""A credential inside a picture: the PNG chunk `iTXt` with the keyword `openbadgecredential` (Open Badges 3.0, §5.3).

The text is uncompressed and there exactly once; whatever of that keyword was there before is replaced.
"""

import struct
from collections.abc import Iterator
from zlib import crc32

SIGNATURE = b"\x89PNG\r\n\x1a\n"
KEYWORD = b"openbadgecredential"
_EMPTY_FLAGS = b"\x00\x00\x00\x00\x00"
"""The keyword's end, no compression, its method, an empty language and an empty translated keyword."""


def bake(png: bytes, credential: str) -> bytes:
    """The picture with the credential in it, before its end. ValueError for what is no PNG."""
    kept = [chunk for chunk in _chunks(png) if not _is_baked(*chunk)]
    baked = (b"iTXt", KEYWORD + _EMPTY_FLAGS + credential.encode())
    return SIGNATURE + b"".join(_pack(*chunk) for chunk in (*kept[:-1], baked, kept[-1]))


def unbake(png: bytes) -> str:
    """The credential in a picture. ValueError for what is no PNG, and unless there is exactly one."""
    found = [data for kind, data in _chunks(png) if _is_baked(kind, data)]
    if len(found) != 1:
        raise ValueError(f"the picture has {len(found)} credentials, not one")
    head, text = found[0][: len(KEYWORD) + 5], found[0][len(KEYWORD) + 5 :]
    if head != KEYWORD + _EMPTY_FLAGS:
        raise ValueError("the credential is compressed or in a language")
    return text.decode()


def _is_baked(kind: bytes, data: bytes) -> bool:
    return kind == b"iTXt" and data.startswith(KEYWORD + b"\x00")


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    if not png.startswith(SIGNATURE):
        raise ValueError("this is no PNG")
    at, kind = len(SIGNATURE), b""
    while at + 12 <= len(png) and kind != b"IEND":
        length, kind = struct.unpack_from("!I4s", png, at)
        data = png[at + 8 : at + 8 + length]
        if png[at + 8 + length : at + 12 + length] != _checksum(kind, data):
            raise ValueError("a chunk of the PNG is damaged")
        yield kind, data
        at += 12 + length
    if kind != b"IEND":
        raise ValueError("the PNG is cut off")


def _pack(kind: bytes, data: bytes) -> bytes:
    return struct.pack("!I", len(data)) + kind + data + _checksum(kind, data)


def _checksum(kind: bytes, data: bytes) -> bytes:
    return struct.pack("!I", crc32(kind + data))
