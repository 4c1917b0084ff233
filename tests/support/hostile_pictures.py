"""Pictures that are made to be taken, and files that are made to break whoever opens them."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

SECRET = b"GPS 31.2304 N 121.4737 E"
SCRIPT = b"<script>alert(document.domain)</script>"


def drawn(size: tuple[int, int] = (300, 200), mode: str = "RGBA") -> Image.Image:
    """A red disc with a dark edge on nothing."""
    picture = Image.new("RGBA", size)
    ImageDraw.Draw(picture).ellipse((10, 10, size[0] - 10, size[1] - 10), fill="#c81d25", outline="#14110f", width=6)
    return picture.convert(mode)


def saved(picture: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    """A picture as a file."""
    out = BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_that_claims(width: int, height: int, pixels: bytes = b"") -> bytes:
    """A small PNG file that says it has so many pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    parts = chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(pixels)), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def bomb_of_text() -> bytes:
    """A PNG whose comment is small in the file and 64 MiB when unpacked."""
    whole = saved(drawn())
    comment = chunk(b"zTXt", b"Comment\x00\x00" + zlib.compress(b"\x00" * (64 * 1024 * 1024), 9))
    return whole[:33] + comment + whole[33:]


def photo_with_secrets() -> bytes:
    """A JPEG that lies on its side, with a place in its metadata and a script behind its end."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = SECRET.decode()
    return saved(drawn((300, 200), "RGB"), "JPEG", exif=exif, comment=SECRET) + SCRIPT


def polyglot() -> bytes:
    """A PNG that browsers who guess would take for a page, and unpackers for an archive."""
    whole = saved(drawn())
    return whole[:33] + chunk(b"tEXt", b"Title\x00" + SCRIPT) + whole[33:] + b"PK\x03\x04" + SCRIPT


def moving(kind: str) -> bytes:
    """Two frames."""
    frames = [drawn((100, 100)), drawn((100, 100)).rotate(90)]
    return saved(frames[0], kind, save_all=True, append_images=[Image.new("RGBA", (100, 100), "#0a3d91")])


SVG = b"""<?xml version="1.0"?>
<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(2)</script><circle r="9"/></svg>"""

TAKEN: dict[str, bytes] = {
    "a PNG with transparency": saved(drawn()),
    "a PNG without": saved(drawn(mode="RGB")),
    "a PNG with a palette": saved(drawn().quantize(16)),
    "a PNG in grey": saved(drawn(mode="L")),
    "a PNG in grey with transparency": saved(drawn(mode="LA")),
    "a PNG in black and white": saved(drawn(mode="1")),
    "a PNG with sixteen bits": saved(Image.new("I;16", (200, 200), 40_000)),
    "a JPEG": saved(drawn(mode="RGB"), "JPEG"),
    "a JPEG for printing": saved(drawn(mode="CMYK"), "JPEG"),
    "a WebP": saved(drawn(), "WEBP"),
    "a WebP without loss": saved(drawn(), "WEBP", lossless=True),
    "a picture with a profile that is none": saved(drawn(mode="RGB"), icc_profile=b"no profile at all"),
    "a photo on its side with secrets": photo_with_secrets(),
    "a picture that is also a page": polyglot(),
    "a very long picture": saved(drawn((4000, 64))),
    "a JPEG named as a PNG": saved(drawn(mode="RGB"), "JPEG", quality=20),
}

REFUSED: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "not_a_picture"),
    "a text": (b"hello", "not_a_picture"),
    "a page": (b"<!doctype html>" + SCRIPT, "not_a_picture"),
    "a script": (SCRIPT, "not_a_picture"),
    "a PDF": (b"%PDF-1.7\n", "not_a_picture"),
    "an SVG with scripts": (SVG, "not_a_picture"),
    "an SVG behind a byte order mark": (b"\xef\xbb\xbf  " + SVG, "not_a_picture"),
    "an SVG in capitals": (SVG.upper(), "not_a_picture"),
    "a GIF": (saved(drawn(), "GIF"), "not_a_picture"),
    "a moving GIF": (moving("GIF"), "not_a_picture"),
    "a TIFF": (saved(drawn(), "TIFF"), "not_a_picture"),
    "a BMP": (saved(drawn(mode="RGB"), "BMP"), "not_a_picture"),
    "a PostScript program": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nquit\n", "not_a_picture"),
    "a moving PNG": (moving("PNG"), "picture_animated"),
    "a moving WebP": (moving("WEBP"), "picture_animated"),
    "the beginning of a PNG": (saved(drawn())[:500], "not_a_picture"),
    "the beginning of a JPEG": (saved(drawn(mode="RGB"), "JPEG")[:900], "not_a_picture"),
    "the beginning of a WebP": (saved(drawn(), "WEBP")[:300], "not_a_picture"),
    "a header alone": (saved(drawn())[:33], "not_a_picture"),
    "a bomb of pixels": (png_that_claims(60_000, 60_000), "picture_too_large"),
    "a bomb that no one can hold": (png_that_claims(2**31 - 1, 2**31 - 1), "picture_too_large"),
    "a wide one": (png_that_claims(4097, 64), "picture_too_large"),
    "many pixels within the sides": (png_that_claims(4000, 4000), "picture_too_large"),
    "a bomb of text": (bomb_of_text(), "not_a_picture"),
    "pixels that end too soon": (png_that_claims(2000, 2000, b"\x00" * 100), "not_a_picture"),
    "too few pixels": (saved(drawn((63, 300))), "picture_too_small"),
    "too many bytes": (saved(drawn()) + b"\x00" * (2 * 1024 * 1024), "picture_too_large"),
}
