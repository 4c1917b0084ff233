"""What is drawn from an upload: two squares with nothing in them but pixels. What is made to break is refused."""

from __future__ import annotations

from contextlib import suppress
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from engage.campaigns.pictures import LARGE, SMALL, PictureRefused, hash_of, read_picture
from tests.support.hostile_pictures import REFUSED, SCRIPT, SECRET, TAKEN, drawn, photo_with_secrets, polyglot, saved

WEBP_CHUNKS_OF_PIXELS = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH"}


def chunks_of(webp: bytes) -> set[bytes]:
    """The kinds of chunks in a WebP file."""
    found, at = set(), 12
    while at < len(webp):
        size = int.from_bytes(webp[at + 4 : at + 8], "little")
        found.add(webp[at : at + 4])
        at += 8 + size + size % 2
    return found


@pytest.mark.parametrize("name", TAKEN)
def test_a_picture_is_drawn_anew_as_squares_with_nothing_but_pixels(name: str) -> None:
    made = read_picture(TAKEN[name])
    for data, side in ((made.small, SMALL), (made.large, LARGE)):
        with Image.open(BytesIO(data)) as shown:
            assert (shown.format, shown.size) == ("WEBP", (side, side))
            assert shown.getbbox() is not None
        assert chunks_of(data) <= WEBP_CHUNKS_OF_PIXELS
        for hidden in (SECRET, SCRIPT, b"<script", b"PK\x03\x04"):
            assert hidden not in data


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_still_picture_of_a_sane_size_is_refused(name: str) -> None:
    data, code = REFUSED[name]
    with pytest.raises(PictureRefused) as refused:
        read_picture(data)
    assert refused.value.code == code
    assert refused.value.sentence.endswith((".", "moves."))
    assert refused.value.way_out


@pytest.mark.parametrize("name", ["a bomb of pixels", "many pixels within the sides", "a wide one", "too few pixels"])
def test_a_picture_of_a_size_that_is_not_taken_is_never_decoded(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[object] = []

    def note(picture: object) -> None:
        decoded.append(picture)

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", note)
    with pytest.raises(PictureRefused):
        read_picture(REFUSED[name][0])
    assert decoded == []
    with pytest.raises(PictureRefused):
        read_picture(REFUSED["pixels that end too soon"][0])
    assert decoded


@given(cut=st.integers(0, 4000), flips=st.lists(st.tuples(st.integers(0, 100_000), st.integers(1, 255)), max_size=6))
def test_a_damaged_picture_is_drawn_or_refused_and_nothing_else(cut: int, flips: list[tuple[int, int]]) -> None:
    for whole in (saved(drawn((120, 90))), saved(drawn((120, 90), "RGB"), "JPEG"), saved(drawn((120, 90)), "WEBP")):
        data = bytearray(whole[: max(1, len(whole) - cut)])
        for at, change in flips:
            data[at % len(data)] ^= change
        with suppress(PictureRefused):
            assert chunks_of(read_picture(bytes(data)).small) <= WEBP_CHUNKS_OF_PIXELS


def test_a_photo_stands_upright() -> None:
    with Image.open(BytesIO(read_picture(photo_with_secrets()).large)) as shown:
        assert shown.mode == "RGBA"
        box = shown.getchannel("A").getbbox()
    assert box is not None
    left, top, right, bottom = box
    assert (bottom - top) > (right - left)


def test_the_whole_picture_is_shown_in_the_middle() -> None:
    with Image.open(BytesIO(read_picture(saved(drawn((400, 100), "RGB"))).large)) as shown:
        assert shown.getchannel("A").getbbox() == (0, 192, 512, 320)


def test_sixteen_bits_keep_their_grey() -> None:
    with Image.open(BytesIO(read_picture(TAKEN["a PNG with sixteen bits"]).small)) as shown:
        assert abs(shown.convert("L").getpixel((100, 100)) - 40_000 // 256) <= 2  # type: ignore[operator]  # one band


def test_a_picture_is_named_by_what_it_is() -> None:
    made = read_picture(polyglot())
    assert made.hashes == {"file": hash_of(polyglot()), "small": hash_of(made.small), "large": hash_of(made.large)}
    assert read_picture(polyglot()) == made
