"""`engage badges`: give a badge by hand, and take one back."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import click

from badges import by_hand
from engage.feature import Services
from engage.members import access_member


def make_badges_group(open_services: Callable[[], AbstractContextManager[Services]]) -> click.Group:
    """The group `engage badges`."""
    group = click.Group("badges", help="Badges that are given and taken back by hand.")

    @group.command("grant")
    @click.argument("member", metavar="EXTERNAL_ID")
    @click.argument("badge", metavar="BADGE_ID")
    @click.option("--tier", help="Which tier; the first one by default.")
    @click.option("--by", required=True, help="Who gives it.")
    @click.option("--reason", required=True, help="Why; kept with the badge.")
    def grant(member: str, badge: str, tier: str | None, by: str, reason: str) -> None:
        """Give a member a badge."""
        said = by_hand.require_said(by, reason)
        with open_services() as services:
            with services.reader.connect() as connection:
                row = access_member(connection, member)
            made = services.writer.run(lambda work: by_hand.grant(work, row.id, badge, tier, said))
        click.echo(f"{member} has {badge} ({made.tier}) now: {made.id}.")

    @group.command("revoke")
    @click.argument("award", metavar="AWARD_ID")
    @click.option("--by", required=True, help="Who takes it back.")
    @click.option("--reason", required=True, help="Why; kept with the badge.")
    def revoke(award: str, by: str, reason: str) -> None:
        """Take a badge back; its credential is revoked with it."""
        said = by_hand.require_said(by, reason)
        with open_services() as services:
            taken = services.writer.run(lambda work: by_hand.revoke(work, award, said))
        click.echo(f"{award} ({taken.badge}, {taken.tier}) is revoked.")

    return group
