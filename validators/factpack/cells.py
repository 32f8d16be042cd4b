"""Draws the texts of cells by Hypothesis: of the type and format of a field, and within its constraints.

factpack's own reader and tests judge each text that is drawn, so that no text is of a field that they would
refuse. Where frictionless reads texts otherwise (`docs/divergences.md`), those that both take are drawn.
"""

import base64
import datetime
import json
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import HypothesisException

from factpack.cell_texts import texts_of_type
from factpack.constraints import tests_of
from factpack.exceptions import SchemaError
from factpack.fields import NAN, exact, hashable, reader
from factpack.table_schema import Field
