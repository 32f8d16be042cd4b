"""The forms in which a report is given, one module a form."""
