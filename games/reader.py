"""Who reads what is answered, and in which language."""

from dataclasses import replace

import sqlalchemy as sa

from engage.members import Member, get_member
from engage.web import is_page, language


def get_reader(connection: sa.Connection, member_id: str) -> Member:
    """A member as the reader of this request: on a page, what was chosen there goes before the profile's language.

    Refuses with NotFound.
    """
    member = get_member(connection, member_id)
    return replace(member, locale=language()) if is_page() else member
