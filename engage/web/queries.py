"""What requests read: through Flask-SQLAlchemy, on the application's own engine, which can't write.

A request takes one connection when it first reads, and gives it back at its end or before it waits for anything else:
the Writer, a drawing. So nobody waits with a connection in hand, and what is read after a write sees it. Jobs, sockets
and commands are no requests; they take their connections from the engine.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from flask import Flask, g
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy.orm import DeclarativeBase

from engage.storage.metadata import metadata


class Model(DeclarativeBase):
    """The base of classes over tables of settings: rows that people edit. Facts and counters are read by statements."""

    metadata = metadata


class RequestSession(Session):
    """Reads models through the connection of its request."""

    def get_bind(self, *_args: object, **_options: object) -> sa.Connection:
        """That connection, whatever is read."""
        return request_connection()


class Queries(SQLAlchemy):
    """Flask-SQLAlchemy on an engine that is open already."""

    def _make_engine(self, bind_key: str | None, options: dict[str, Any], app: Flask) -> sa.Engine:  # noqa: ARG002  its signature
        """The application's reader, which `open_queries` left here."""
        reader: sa.Engine = options["reader"]
        return reader


db = Queries(model_class=Model, session_options={"class_": RequestSession}, add_models_to_shell=False)


def open_queries(app: Flask, reader: sa.Engine) -> None:
    """Have the requests of an application read through this engine."""
    app.config["SQLALCHEMY_DATABASE_URI"] = reader.url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"reader": reader}
    db.init_app(app)
    app.teardown_appcontext(release)


def request_connection() -> sa.Connection:
    """The connection that this request reads through, until its end.

    Statements need no session, which would cost each request 30 µs: `db.session` is made where a model is read.
    """
    if not has_connection():
        g.connection = db.engine.connect()
    connection: sa.Connection = g.connection
    return connection


def has_connection() -> bool:
    """Whether this request has taken its connection and not given it back."""
    return "connection" in g


@contextmanager
def reading() -> Iterator[sa.Connection]:
    """The same for a request that waits for something afterwards: its connection is given back at once."""
    try:
        yield request_connection()
    finally:
        release()


def release(_fault: BaseException | None = None) -> None:
    """Give the request's connection back, and with it whatever transaction it is in."""
    if has_connection():
        db.session.remove()
        g.pop("connection").close()
