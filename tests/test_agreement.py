"""What factpack finds is what frictionless finds, by rule, table, row and field, on packages drawn at random.

Where they part, the divergences of `as_frictionless.py` say so: with all of them, factpack predicts what frictionless
finds, exactly. `test_divergences.py` shows them one by one.
"""

import os
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from as_frictionless import found_by_factpack, found_by_frictionless, predicted
from drawing import Drawn, packages
from hypothesis import HealthCheck, Phase, given, seed, settings

#: dateutil warns of time zones that it does not know; it reads the rest.
pytestmark = pytest.mark.filterwarnings("ignore:tzname")

#: So many packages are drawn in a part: more than Hypothesis's usual number, or as many as another profile asks for.
EXAMPLES = 300 if settings().max_examples == 100 else settings().max_examples
PARTS = 20 if EXAMPLES >= 5000 else 1
#: Another first seed draws other packages in the profile `long`.
FIRST_SEED = int(os.environ.get("FACTPACK_SEED", "0"))

SHARE_EXAMPLES = 400
LEAST_SHARE = 0.8


def touches_no_divergence(drawn: Drawn) -> bool:
    """Tell whether factpack and frictionless find the same in a package; if not, it must have been predicted."""
    with tempfile.TemporaryDirectory() as folder:
        descriptor = drawn.write(Path(folder))
        theirs = found_by_frictionless(descriptor)
        if found_by_factpack(descriptor) == theirs:
            return True
        assert predicted(descriptor) == theirs
        return False


@pytest.mark.parametrize("part", range(PARTS))
def test_the_findings_are_those_of_frictionless_or_predicted(
    part: int, record_property: Callable[[str, object], None]
) -> None:
    counts: Counter[bool] = Counter()

    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
    @given(packages())
    def agree(drawn: Drawn) -> None:
        counts[touches_no_divergence(drawn)] += 1

    if PARTS > 1:
        agree = seed(FIRST_SEED + part)(agree)
    agree()

    record_property("packages", counts.total())
    record_property("packages without divergence", counts[True])


def test_most_packages_touch_no_divergence() -> None:
    counts: Counter[bool] = Counter()

    @settings(
        max_examples=SHARE_EXAMPLES,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(packages())
    def count(drawn: Drawn) -> None:
        counts[touches_no_divergence(drawn)] += 1

    count()

    assert counts.total() >= SHARE_EXAMPLES / 2
    assert counts[True] >= LEAST_SHARE * counts.total(), counts
