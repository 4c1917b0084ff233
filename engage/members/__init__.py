"""Members: who they are, what they set for themselves, what they consent to."""

from engage.members.audience import why_outside
from engage.members.directory import (
    DEFAULT_ZONE,
    LOCALES,
    Description,
    access_member,
    find_books_by_external_id,
    find_nicknames,
    get_locale,
    get_member,
    require_book,
    require_past_date,
    require_zone,
    upsert,
    upsert_all,
    was_erased,
)
from engage.members.erasure import MEMBER_ERASED, erase_member
from engage.members.profile import EDITABLE, change_profile, read_consents, record_consent
from engage.members.tables import CONSENT, MEMBER, MEMBER_BY_EXTERNAL_ID, MEMBER_BY_ID, Consent, Member

__all__ = [
    "CONSENT",
    "DEFAULT_ZONE",
    "EDITABLE",
    "LOCALES",
    "MEMBER",
    "MEMBER_BY_EXTERNAL_ID",
    "MEMBER_BY_ID",
    "MEMBER_ERASED",
    "Consent",
    "Description",
    "Member",
    "access_member",
    "change_profile",
    "erase_member",
    "find_books_by_external_id",
    "find_nicknames",
    "get_locale",
    "get_member",
    "read_consents",
    "record_consent",
    "require_book",
    "require_past_date",
    "require_zone",
    "upsert",
    "upsert_all",
    "was_erased",
    "why_outside",
]
