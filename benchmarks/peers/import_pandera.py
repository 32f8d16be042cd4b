"""Imports pandera, and checks nothing: what a validator takes at least that is made of it.

    cd shop && python ../benchmarks/peers/import_pandera.py

The shop is not read.
"""

import pandera.pandas  # noqa: F401
from reporting import print_report


def main() -> None:
    """Report nothing."""
    print_report([])


if __name__ == "__main__":
    main()
