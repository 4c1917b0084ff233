"""Pictures of prizes, as they are uploaded and as they are shown: no byte that somebody sent ever reaches a page.

Every picture is decoded within limits and drawn anew in fixed sizes, so that metadata, further frames, scripts and
whatever else a file may carry stay behind. What is shown is named by its own hash and never changes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import TypeAlias

from PIL import Image, ImageCms, ImageOps

MAX_BYTES = 2 * 1024 * 1024
MAX_SIDE, MIN_SIDE = 4096, 64
MAX_PIXELS = 12_000_000
SMALL, LARGE = 256, 512
"""The sides in pixels of the squares that pictures are drawn into: for slices and cards, and for pictures to share."""

FORMATS = ("PNG", "JPEG", "WEBP")
MANY_IN_ONE = "MPO"
"""A JPEG photo that has others behind it, as telephones make them: the first one counts."""

Hashes: TypeAlias = Mapping[str, str]
"""What a picture is known by, hex: `file` is the hash of what was uploaded, `small` and `large` of what is shown."""


class PictureRefused(ValueError):  # noqa: N818  said at a line of the campaign file, like a fault of the text
    """A picture that is not taken: a code, why, and what to do."""

    def __init__(self, code: str, sentence: str, way_out: str) -> None:
        super().__init__(sentence)
        self.code, self.sentence, self.way_out = code, sentence, way_out


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: the file as it came, and two WebP squares drawn from it."""

    file: bytes
    small: bytes
    large: bytes

    @property
    def hashes(self) -> dict[str, str]:
        """What it is known by."""
        return {name: hash_of(getattr(self, name)) for name in ("file", "small", "large")}


def hash_of(data: bytes) -> str:
    """SHA-256, hex."""
    return sha256(data).hexdigest()


def read_picture(data: bytes) -> Picture:
    """A picture out of an uploaded file.

    PictureRefused, in this order: too many bytes, no PNG, JPEG or WebP, too many pixels, too few, moving, damaged.
    """
    drawing = _decode(data)
    return Picture(data, _square(drawing, SMALL), _square(drawing, LARGE))


def _decode(data: bytes) -> Image.Image:
    """The picture in RGBA, upright and in sRGB."""
    if len(data) > MAX_BYTES:
        limit = f"{MAX_BYTES // 1024**2} MiB"
        raise PictureRefused("picture_too_large", f"The file is larger than {limit}.", "Save it smaller, as a WebP.")
    found = _open(data)
    width, height = found.size
    if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
        sentence = f"The picture has {width:,} × {height:,} pixels; at most {MAX_SIDE:,} a side and 12 million in all."
        raise PictureRefused("picture_too_large", sentence, f"Scale it down: {LARGE} × {LARGE} are enough.")
    if min(width, height) < MIN_SIDE:
        sentence = f"The picture has {width} × {height} pixels, which is too small to be seen."
        raise PictureRefused("picture_too_small", sentence, f"Take one of {LARGE} × {LARGE}; {MIN_SIDE} are the least.")
    if found.format != MANY_IN_ONE and getattr(found, "is_animated", False):
        raise PictureRefused("picture_animated", "The picture moves.", "Save one still frame of it.")
    try:
        return _in_srgb(ImageOps.exif_transpose(_eight_bits(found)))
    except Exception as fault:
        sentence = "The picture is damaged or cut off: it can't be decoded."
        raise PictureRefused("not_a_picture", sentence, "Save it again, as a PNG.") from fault


def _open(data: bytes) -> Image.Image:
    """The picture's header, nothing decoded yet."""
    if b"<svg" in data[:4096].lower():
        sentence = "This is an SVG, which can hold scripts, so it is not taken."
        raise PictureRefused("not_a_picture", sentence, "Save it as a PNG.")
    try:
        return Image.open(BytesIO(data), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as fault:
        sentence = "The picture has more pixels than anybody can see."
        raise PictureRefused("picture_too_large", sentence, f"Scale it down: {LARGE} × {LARGE} are enough.") from fault
    except Exception as fault:
        raise PictureRefused(
            "not_a_picture", "The file is no PNG, JPEG or WebP picture.", "Save it as one of these."
        ) from fault


def _eight_bits(found: Image.Image) -> Image.Image:
    """Decoded; sixteen bits of grey become eight, which Pillow would cut off instead of scaling."""
    found.load()
    if found.mode.startswith("I"):
        return found.convert("I").point(lambda value: value / 256).convert("L")
    return found


def _in_srgb(found: Image.Image) -> Image.Image:
    """The colours as screens show them, by the picture's own profile if that can be read."""
    profile = found.info.get("icc_profile")
    flat = found.convert("RGBA")
    if profile and found.mode in {"RGB", "RGBA"}:
        try:
            source, target = ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB")
            rgb = ImageCms.profileToProfile(flat.convert("RGB"), source, target)
        except (ImageCms.PyCMSError, OSError):
            return flat
        assert rgb is not None, "not in place, so there is a result"
        rgb.putalpha(flat.getchannel("A"))
        return rgb
    return flat


def _square(drawing: Image.Image, side: int) -> bytes:
    """The whole picture in the middle of a transparent square, as WebP with nothing beside the pixels."""
    fitted = ImageOps.contain(drawing, (side, side), Image.Resampling.LANCZOS)
    square = Image.new("RGBA", (side, side))
    square.paste(fitted, ((side - fitted.width) // 2, (side - fitted.height) // 2))
    if square.getchannel("A").getextrema() == (255, 255):
        square = square.convert("RGB")
    out = BytesIO()
    square.save(out, "WEBP", quality=84, alpha_quality=90, method=6)
    return out.getvalue()
