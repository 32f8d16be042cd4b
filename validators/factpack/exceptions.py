"""The errors that factpack raises; a defect in the data is a finding, never one of these."""


class FactpackError(Exception):
    """Base of every error that factpack raises on purpose."""


class PackageError(FactpackError):
    """The package cannot be opened, or a table that is needed cannot be read."""


class DescriptorError(PackageError):
    """What a descriptor says, or names, cannot be used: the package is invalid."""


class DialectError(DescriptorError):
    """A Table Dialect cannot be used; the message tells which property."""


class RemoteError(PackageError):
    """A descriptor names an address: nothing is wrong with that, but factpack opens none."""


class SchemaError(FactpackError):
    """A Table Schema cannot be used; the message tells which property of which field."""


class UnjudgedError(FactpackError):
    """What is declared is allowed, but beyond what factpack can judge."""


class CheckError(FactpackError):
    """A check could not be run, so that what it checks is not judged."""


class RuleError(FactpackError):
    """A rule cannot be found, or is not written as a rule is."""


class EvidenceError(FactpackError):
    """A quotation, a cell or a document does not allow the evidence that was asked for."""


class BaselineError(FactpackError):
    """A file of known findings cannot be used."""
