"""The facts of one press release on IPIM's visit to Guangzhou in 2025, as typed tables."""

from pathlib import Path

import pandas as pd

import factpack

__all__ = ["descriptor", "load"]


def descriptor() -> Path:
    """Return the path of the dataset's `datapackage.json`: in the wheel, or in the checkout.

    Raises:
        FileNotFoundError: the installation has neither.

    """
    here = Path(__file__).resolve().parent
    for folder in (here / "package", here.parents[1]):
        if (folder / "datapackage.json").is_file():
            return folder / "datapackage.json"
    raise FileNotFoundError("the installation of ipim_visit lacks its data")


def load() -> dict[str, pd.DataFrame]:
    """Return the dataset's tables by name, each column in the dtype of its field; see `factpack.load`."""
    return factpack.load(descriptor())
