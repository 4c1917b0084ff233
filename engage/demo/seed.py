"""Fills a demo's folder at its first start.

Two campaigns loaded, their codes imported, published by two people, and a key.
"""

from collections.abc import Sequence
from datetime import timedelta
from importlib.resources import files
from pathlib import Path

from engage.campaigns import (
    CampaignFile,
    Office,
    find_campaign,
    load,
    open_office,
    publish,
    read_file,
    reader_of,
    with_schedule,
)
from engage.demo.house import House
from engage.feature import Feature, Services
from engage.kernel.clock import from_ms
from engage.kernel.entropy import random_bytes
from engage.rewards import import_codes
from engage.web import SCOPES, create_key

FOLDER = Path(str(files("engage.demo") / "campaigns"))
WITH_COLLECTION = "anniversary.yaml"
CAMPAIGNS = (WITH_COLLECTION, "dealer.yaml")
CAROL, DAN = "Carol (marketing)", "Dan (finance)"
OPEN_SINCE, OPEN_FOR, COLLECT_FOR = timedelta(days=8), timedelta(days=365), timedelta(days=330)
CODE_BYTES = 10


def seed(services: Services, features: Sequence[Feature], house: House) -> None:
    """Do whatever of it was not done yet, so that a start that was cut off is made good by the next one."""
    office = open_office(services, features)
    now = from_ms(services.clock.now_ms())
    for name in CAMPAIGNS:
        text = (FOLDER / name).read_text(encoding="utf-8")
        deadline = now + COLLECT_FOR if name == WITH_COLLECTION else None
        text = with_schedule(text, now - OPEN_SINCE, now + OPEN_FOR, deadline)
        with services.reader.connect() as connection:
            file = read_file(text, office.sections)
            known = find_campaign(connection, file.definition.campaign_id)
        if known is not None and known.state != "draft":
            continue
        campaign = load(office, text, CAROL, reader_of(FOLDER))
        _import_codes(services, office, file)
        publish(office, campaign, CAROL, DAN)
    if not house.key_file.exists():
        house.keep(house.key_file, services.writer.run(lambda work: create_key(work, "demo", SCOPES)))


def _import_codes(services: Services, office: Office, file: CampaignFile) -> None:
    """A code of the demo's own for each unit of each voucher."""
    for plan in office.publisher.plan(file):
        if plan.kind == "voucher" and plan.units is not None:
            codes = [f"DEMO-{random_bytes(CODE_BYTES).hex().upper()}" for _ in range(plan.units)]
            import_codes(services.writer, services.sealer, plan.game, plan.prize, codes)
