"""Starts a package: an example, or one around delimited files that somebody has."""
