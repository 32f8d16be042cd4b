"""Corrupts a package, one fault at a time, and tells which of the faults its checks find."""
