"""Where the bytes of a table come from: files of the package, also compressed, or the descriptor itself."""

import bz2
import gzip
import io
import lzma
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from io import FileIO
from pathlib import Path
from typing import IO, Any

import pyarrow as pa

from factpack.exceptions import DescriptorError, UnjudgedError

#: No more bytes than these are held at once, of a file that cannot be read in pieces or of what is unpacked.
#: Nor is anything unpacked past so many times its size, if that is more than a few bytes: no honest table is.
MOST_BYTES = 4 * 2**30
MOST_TIMES = 100
FEW_BYTES = 50 * 2**20

#: What the readers of packed files raise on content that is none.
UNPACK_ERRORS = (
    *(OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile),
    *(ValueError, IndexError, OverflowError, struct.error),
)

#: So many bytes are given to a decompressor in one step.
SMALL_BLOCK = 2**13

#: Reads bytes of a file, given a position and how many.
Read = Callable[..., pa.Buffer]

#: The kinds of compression, by the ending of a path.
COMPRESSIONS = ("gz", "zip", "bz2", "xz")


@dataclass(frozen=True, kw_only=True)
class Source:
    """What holds a table: `files`, with their `paths` as declared, or, if it `is_inline`, `data`."""

    paths: Sequence[str] = ()
    files: Sequence[Path] = ()
    compression: str | None = None
    inner_path: str | None = None
    is_inline: bool = False
    data: Any = None


def file_bytes(file: Path) -> bytes:
    """Return the bytes of a file.

    Raises:
        OSError: it cannot be read.
        UnjudgedError: it is no regular file any more, is too large, or changed while it was read.

    """
    with _unchanged(file) as (stream, whole):
        check_size(whole)
        return b"".join(_blocks(stream, whole, whole + 1))


def blocks(file: Path, size: int) -> Iterator[bytes]:
    """Yield the bytes of a file in blocks of a size, the last one shorter.

    Raises:
        OSError: it cannot be read.
        UnjudgedError: it is no regular file any more, or changed while it was read.

    """
    with _unchanged(file) as (stream, whole):
        yield from _blocks(stream, whole, size)


def _blocks(stream: FileIO, whole: int, size: int) -> Iterator[bytes]:
    left = whole + 1  # one more than there are, to see that it grew
    while block := stream.read(min(size, left)):
        left -= len(block)
        yield block
    if left != 1:
        raise _changed()


@contextmanager
def opened(file: Path) -> Iterator[Read]:
    """Give what reads so many bytes of a file from a position on, fewer at its end, or all that there are.

    All of them are read at once only of a file that is not too large.

    They are in memory of Arrow's own: its threads may let go of what they were given after they have read it,
    and if that is Python's, and Python ends just then, the process is aborted.

    Raises:
        OSError: the file cannot be read.
        UnjudgedError: as `blocks` does, at the end; or it is too large to be read at once.

    """
    with _unchanged(file) as (stream, whole):

        def read(position: int, size: int | None = None) -> pa.Buffer:
            left = max(whole - position, 0)
            if size is None:
                check_size(left)
            content = pa.allocate_buffer(left if size is None else min(size, left))
            target, end = memoryview(content).cast("B"), 0
            stream.seek(position)
            while end < len(target) and (count := stream.readinto(target[end:])):
                end += count
            return content.slice(0, end)

        yield read


@contextmanager
def _unchanged(file: Path) -> Iterator[tuple[FileIO, int]]:
    """Give a file that is opened, and how many bytes it has; at the end it has to be as it was."""
    with _opened(file) as stream:
        before = os.fstat(stream.fileno())
        yield stream, before.st_size
        after = os.fstat(stream.fileno())
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            raise _changed()


def check_size(size: int) -> None:
    """Raise UnjudgedError if so many bytes of a table are too many to be held at once."""
    if size > MOST_BYTES:
        raise UnjudgedError(f"the table cannot be read in pieces, and has more than {MOST_BYTES:,} bytes")


def _changed() -> UnjudgedError:
    return UnjudgedError("the file changed while it was read")


def _opened(file: Path) -> FileIO:
    """Open a file whose path has no links; one that has taken its place could lead out of the package."""
    if os.path.realpath(file) != str(file):
        raise UnjudgedError("a link has taken the place of the file")
    # Without O_NONBLOCK, to open a pipe that has taken the file's place would wait for ever; with O_NOFOLLOW,
    # none is followed that takes it just now.
    handle = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    stream = FileIO(handle)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        stream.close()
        raise UnjudgedError("the file is no regular file any more")
    return stream


#: What changes of files when they are written, or others take their place.
States = tuple[tuple[int, int, int], ...]


def states(files: Sequence[Path]) -> States:
    """Return what changes of files when they are written, or others take their place.

    Raises:
        OSError: a file is not there any more.

    """
    found = [file.stat() for file in files]
    return tuple((state.st_size, state.st_mtime_ns, state.st_ino) for state in found)


def check_unchanged(files: Sequence[Path], before: States) -> None:
    """Raise UnjudgedError if files are not what they were, OSError if one is not there any more."""
    if states(files) != before:
        raise _changed()


def unpacked(content: bytes, source: Source) -> bytes:
    """Return the bytes of a table as they are without the compression of its source.

    Raises:
        DescriptorError: they are not compressed as declared, or the archive lacks the file.
        UnjudgedError: they are encrypted, in an archive of several files, or packed in an unknown way;
            or they become too many.

    """
    if source.compression is None:
        return content
    try:
        return UNPACKERS[source.compression](content, source.inner_path)
    except UNPACK_ERRORS as error:
        raise DescriptorError(f"the file cannot be unpacked as {source.compression}: {error}") from error
    except NotImplementedError as error:  # what zip knows and Python does not
        raise UnjudgedError(f"the file is packed in a way that is not known: {error}") from error
    except MemoryError as error:
        raise UnjudgedError("to unpack the file takes more memory than there is") from error


def _from_gz(content: bytes, inner_path: str | None) -> bytes:
    if not content:
        raise EOFError("there is nothing in it")
    return _all_of(gzip.open(io.BytesIO(content)), _most(content))


def _from_streams(start: Callable[[], Any], padding: bytes, content: bytes, inner_path: str | None) -> bytes:
    """Return what compressed streams hold that stand one after the other; nothing else may follow them.

    They are given to decompressors in small blocks, since each stream gives back what is after it.
    """
    most, packed = _most(content), io.BytesIO(content)
    parts: list[bytes] = []
    left, block = most + 1, packed.read(SMALL_BLOCK)
    while True:
        stream = start()
        while not stream.eof and left:
            block = block or packed.read(SMALL_BLOCK)
            if not block:
                raise EOFError("it ends too early")
            parts.append(stream.decompress(block, left))
            block, left = b"", left - len(parts[-1])
        block = _without(padding, stream.unused_data, packed) if left else b""
        if not block:
            return _bounded(b"".join(parts), most)


def _without(padding: bytes, block: bytes, packed: io.BytesIO) -> bytes:
    """Return the next bytes, of a block or after it, that are no padding; none at the end."""
    block = block.lstrip(padding)
    while not block and (more := packed.read(SMALL_BLOCK)):
        block = more.lstrip(padding)
    return block


def _from_zip(content: bytes, inner_path: str | None) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = [item.filename for item in archive.infolist() if not item.is_dir()]
        if inner_path is None and len(names) != 1:
            raise UnjudgedError(f"the archive holds {len(names)} files, and innerpath does not say which")
        name = names[0] if inner_path is None else inner_path
        if name not in names:
            raise DescriptorError(f"the archive has no file {name!r}")
        if names.count(name) > 1:
            raise UnjudgedError(f"the archive has {names.count(name)} files {name!r}; only one can count")
        if archive.getinfo(name).flag_bits & 1:
            raise UnjudgedError(f"the file {name!r} in the archive is encrypted")
        return _all_of(archive.open(name), _most(content))


#: What unpacks each kind of compression.
UNPACKERS: dict[str, Callable[[bytes, str | None], bytes]] = {
    "gz": _from_gz,
    "zip": _from_zip,
    "bz2": partial(_from_streams, bz2.BZ2Decompressor, b""),
    "xz": partial(_from_streams, lzma.LZMADecompressor, b"\0"),
}


def _most(content: bytes) -> int:
    """Return how many bytes may be unpacked from a content."""
    return min(MOST_BYTES, max(MOST_TIMES * len(content), FEW_BYTES))


def _all_of(stream: IO[bytes] | gzip.GzipFile, most: int) -> bytes:
    with stream:
        return _bounded(stream.read(most + 1), most)


def _bounded(content: bytes, most: int) -> bytes:
    if len(content) > most:
        raise UnjudgedError(f"unpacked, the file has more than {most:,} bytes")
    return content
