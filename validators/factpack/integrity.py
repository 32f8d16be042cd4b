"""Tells whether files are those that the descriptor describes, by their size and their hash."""

import hashlib
from collections.abc import Iterator
from itertools import chain

from factpack.package import Resource
from factpack.report import Finding, Severity
from factpack.source import blocks

#: The algorithms of `hash` that factpack computes.
HASHES = {"md5", "sha1", "sha224", "sha256", "sha384", "sha512"}

#: So many bytes of a file are hashed in one step.
BLOCK = 2**20


def file_findings(resource: Resource) -> Iterator[Finding]:
    """Yield where the files of a resource are not those that the descriptor describes.

    Source: Data Resource v2.0, `bytes` and `hash` (MD5, unless another algorithm stands before a colon).
    """
    size = resource.descriptor.get("bytes")
    declared = resource.descriptor.get("hash") or None  # an empty text is none
    if not resource.source.files or (size is None and not isinstance(declared, str)):
        return
    hint = "if the file is right, run `factpack refresh`"
    prefix, _, expected = (declared if isinstance(declared, str) else "").rpartition(":")
    algorithm = prefix.lower() or "md5"
    digest = hashlib.new(algorithm if algorithm in HASHES else "md5", usedforsecurity=False)
    found = 0
    for block in chain.from_iterable(blocks(file, BLOCK) for file in resource.source.files):
        found += len(block)
        if isinstance(declared, str):
            digest.update(block)
    if size is not None and size != found:
        yield resource.finding("bytes", f"the file has {found} bytes, not {size}", hint=hint)
    if not isinstance(declared, str):
        return
    if algorithm not in HASHES:
        message = f"the hash is of the kind {algorithm!r}, which factpack does not compute"
        yield resource.finding("hash", message, severity=Severity.UNJUDGED)
    elif expected.lower() != (actual := digest.hexdigest()):
        yield resource.finding("hash", f"the file's {algorithm} is not {expected}", value=actual, hint=hint)
