"""Processes that are killed (R1, R4): real ones, by kill -9. The full versions are in ``bench``."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.deliveries_kill import Tally, kill_repeatedly
from bench.deliveries_worker import POINTS, UNCOMMITTED
from tests.conftest import DATABASES, _new_database


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated database without personas, on both."""
    yield from _new_database(request, tmp_path, empty=False)


def test_a_process_that_is_killed_at_any_point_of_a_post_leaves_it_to_come_once(database_url: str) -> None:
    tally = Tally()
    kill_repeatedly(database_url, POINTS + UNCOMMITTED, 1, tally, progress=False)

    assert set(tally.kills) == {*POINTS, *UNCOMMITTED}
    assert tally.is_right, tally
