"""The short form of `make faults`: nothing lost, nothing twice, nothing broken."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.faults.storm import Plan, blow

if TYPE_CHECKING:
    from tests.faults.storm import Outcome

pytestmark = pytest.mark.timeout(400)

SHORT = Plan(packets=100, per_second=6, workers=2)
TWO_HOSTS = Plan(packets=60, per_second=4, workers=2, hosts=2, postgresql=True, seed=2)


def held(outcome: Outcome, plan: Plan) -> None:
    assert (outcome.accepted, outcome.ready) == (plan.packets, plan.packets), outcome
    assert (outcome.lost, outcome.twice, outcome.broken) == (0, 0, 0), outcome
    assert sum(outcome.kills.values()) >= 5, "it was no storm"
    assert outcome.replayed, "nobody who had hung up came back"


def test_a_storm_on_one_host_loses_nothing() -> None:
    held(blow(SHORT), SHORT)


@pytest.mark.postgresql
def test_a_storm_on_two_hosts_loses_nothing() -> None:
    held(blow(TWO_HOSTS), TWO_HOSTS)
