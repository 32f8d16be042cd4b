"""`python -m factpack` is the command line."""

from factpack.cli import main

main()
