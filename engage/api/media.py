"""Pictures as they are shown: named by their hash, so they never change and may be kept for good."""

from typing import Annotated

from flask import Response
from flask_openapi import OpenAPI
from pydantic import BaseModel, Field

from engage.campaigns import find_picture
from engage.kernel.refusals import NotFound
from engage.web import ANYONE, Routes, request_connection

MEDIA_TYPE = "image/webp"
PICTURE = {"description": "A picture", "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}}}
HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
"""A picture may be shown anywhere, and opened by itself it can do nothing at all."""


class PicturePath(BaseModel):
    """Which picture: the SHA-256 of its bytes."""

    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


def register(app: OpenAPI) -> None:
    """Add the pictures' route."""
    routes = Routes(app, "media", "Pictures of prizes.")

    @routes.add("get", "/media/<digest>.webp", ANYONE, {200: PICTURE}, [NotFound])
    def get_picture(path: PicturePath) -> Response:
        """A picture of a prize: WebP, drawn anew from what the organiser uploaded."""
        data = find_picture(request_connection(), path.digest)
        if data is None:
            raise NotFound("There is no such picture.")
        answer = Response(data, mimetype=MEDIA_TYPE, headers=HEADERS)
        answer.set_etag(path.digest)
        return answer
