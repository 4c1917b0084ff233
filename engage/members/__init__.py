"""Members, their consents and their tokens."""

from engage.members.tables import CONSENT, MEMBER, MEMBER_BY_EXTERNAL_ID, MEMBER_BY_ID, Consent, Member

__all__ = ["CONSENT", "MEMBER", "MEMBER_BY_EXTERNAL_ID", "MEMBER_BY_ID", "Consent", "Member"]
