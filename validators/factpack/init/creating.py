"""Creates the files of a package: all of them or none, and none that is there already."""

import os
from collections.abc import Collection, Mapping
from pathlib import Path

from factpack.exceptions import PackageError


def in_the_way(folder: Path, paths: Collection[str]) -> list[str]:
    """Return what keeps files from being created in a folder: they exist, or lie behind a file or a link.

    Nothing is ever created through a link that leads out of the folder.
    """
    found = []
    for path in paths:
        parts = [folder.joinpath(*Path(path).parts[: number + 1]) for number in range(len(Path(path).parts))]
        *parents, file = parts
        blocked = [
            parent
            for parent in parents
            if os.path.lexists(parent) and (not parent.is_dir() or _leads_out(parent, folder))
        ]
        found += [str(blocked[0].relative_to(folder))] if blocked else [path] if os.path.lexists(file) else []
    return list(dict.fromkeys(found))


def _leads_out(parent: Path, folder: Path) -> bool:
    return not parent.resolve().is_relative_to(folder.resolve())


def create_files(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Create files in a folder, which is made if there is none; whatever fails, nothing of it is left.

    Raises:
        PackageError: a file is there already, or the folder is none.
        OSError: a file cannot be written.

    """
    created: list[Path] = []
    try:
        for path, content in contents.items():
            _make_folders((folder / path).parent, created)
            with (folder / path).open("xb") as stream:
                created.append(folder / path)
                stream.write(content)
    except BaseException as error:
        for path_made in reversed(created):
            path_made.rmdir() if path_made.is_dir() else path_made.unlink()
        if isinstance(error, FileExistsError | NotADirectoryError):
            raise PackageError(f"{error.filename} is in the way") from error
        raise


def _make_folders(folder: Path, created: list[Path]) -> None:
    """Make a folder and those that it lies in, and note those that were not there."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    for one in reversed(missing):
        one.mkdir()
        created.append(one)
