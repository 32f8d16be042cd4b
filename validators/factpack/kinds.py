"""The kinds of arrays that pass between the modules."""

import numpy as np

#: Whole numbers, one a row or a record.
NumberArray = np.ndarray[tuple[int], np.dtype[np.int64]]

#: Verdicts, one a row or a value.
BoolArray = np.ndarray[tuple[int], np.dtype[np.bool_]]
