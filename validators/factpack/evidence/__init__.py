"""Ties cells to the words of a document that support them. docs/evidence.md tells the method."""
