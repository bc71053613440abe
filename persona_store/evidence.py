"""How strong and how fresh the research behind a statement is."""

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum

METHODS = {
    "interview": "customer_voice",
    "survey": "customer_voice",
    "focus_group": "customer_voice",
    "voice_of_customer": "customer_voice",
    "observation": "behaviour",
    "mystery_shopping": "behaviour",
    "diary": "behaviour",
    "usability_test": "behaviour",
    "product_analytics": "analytics",
    "web_analytics": "analytics",
    "crm": "analytics",
    "purchase": "analytics",
}
"""The bucket of each method of research."""

FRESH = timedelta(days=365)
AGEING = timedelta(days=730)


class Strength(StrEnum):
    ASSUMPTION = "assumption"
    INDICATIVE = "indicative"
    VALIDATED = "validated"


class Freshness(StrEnum):
    FRESH = "fresh"
    AGEING = "ageing"
    STALE = "stale"


def strength_of(methods: Iterable[str]) -> Strength:
    """Validated takes customer voice and a second bucket."""
    buckets = {METHODS[method] for method in methods}
    if not buckets:
        return Strength.ASSUMPTION
    return Strength.VALIDATED if "customer_voice" in buckets and len(buckets) > 1 else Strength.INDICATIVE


def freshness_of(days: Iterable[date], today: date) -> Freshness | None:
    """That of the newest evidence; None where there is no evidence."""
    newest = max(days, default=None)
    if newest is None:
        return None
    age = today - newest
    return Freshness.FRESH if age < FRESH else Freshness.AGEING if age < AGEING else Freshness.STALE
