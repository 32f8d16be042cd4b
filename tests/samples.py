"""What the tests write into packages: the profile of the specification, and archives."""

import io
import zipfile

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"


def zipped(files: dict[str, bytes]) -> bytes:
    """Return an archive of files; one whose path ends with a slash is a folder."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for path, content in files.items():
            archive.writestr(zipfile.ZipInfo(path), content)
    return stream.getvalue()
