"""Foreign keys: pandera checks that hold the keys of the table referred to."""

from collections.abc import Sequence

import pandas as pd
import pandera.pandas as pa

from factpack.schema import key_check, key_values
from factpack.table_schema import Field


def foreign_key_schema(
    fields: Sequence[Field], parent: pd.DataFrame, parent_fields: Sequence[Field]
) -> pa.DataFrameSchema:
    """Return a pandera schema whose one check finds the rows that refer to no row of the parent.

    A row whose key is null throughout refers to nothing, and passes; one that is null in part does not.

    Source: Table Schema v2.0, `foreignKeys`.
    """
    known = set(key_values(parent, parent_fields).itertuples(index=False, name=None))
    known.add((None,) * len(fields))

    def refers(key: pd.DataFrame) -> "pd.Series[bool]":
        found = [line in known for line in key.itertuples(index=False, name=None)]
        return pd.Series(found, index=key.index, dtype=bool)

    names = ", ".join(field.name for field in parent_fields)
    return pa.DataFrameSchema(checks=[key_check("foreignKeys", fields, refers, f"must be found in {names}")])
