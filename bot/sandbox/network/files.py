"""The files people and the bot have sent, and the links under which a bot may fetch them."""

import hashlib
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePosixPath

MAX_DOWNLOAD_BYTES = 20_000_000
MAX_KEPT_BYTES = 500_000_000
LINK_LASTS = timedelta(hours=1)
_FOLDERS = {"photo": "photos", "voice": "voice", "document": "documents", "sticker": "stickers"}
_STARTS_OF_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file; `size_bytes` is what it claims, which may be more than is kept."""

    file_id: str
    unique_id: str
    kind: str
    name: str
    mime_type: str
    size_bytes: int
    path: str
    data: bytes = b""


class FileStore:
    """Files by their id, bounded: the oldest go first."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._files: dict[str, StoredFile] = {}
        self._links: dict[str, tuple[str, datetime]] = {}
        self._kept_bytes = 0
        self.next_number = 1

    def __iter__(self) -> Iterator[StoredFile]:
        return iter(list(self._files.values()))

    def get(self, file_id: str) -> StoredFile | None:
        """The file of this id."""
        return self._files.get(file_id)

    def add(
        self, kind: str, data: bytes, *, name: str = "", mime_type: str = "", size_bytes: int | None = None
    ) -> StoredFile:
        """Keeps a new file and gives it an id of its own."""
        number, self.next_number = self.next_number, self.next_number + 1
        digest = hashlib.sha256(b"%d:" % number + data).hexdigest()
        ending = PurePosixPath(name).suffix[:12] or {"photo": ".jpg", "voice": ".oga"}.get(kind, "")
        stored = StoredFile(
            file_id=f"{kind}-{number}-{digest[:24]}",
            unique_id=digest[24:40],
            kind=kind,
            name=name,
            mime_type=mime_type,
            size_bytes=len(data) if size_bytes is None else size_bytes,
            path=f"{_FOLDERS.get(kind, 'files')}/file_{number}{ending}",
            data=data,
        )
        self.put(stored)
        return stored

    def put(self, stored: StoredFile) -> None:
        """Keeps a file that has its id already."""
        self._files[stored.file_id] = stored
        self._kept_bytes += len(stored.data)
        while self._kept_bytes > MAX_KEPT_BYTES and len(self._files) > 1:
            oldest = self._files.pop(next(iter(self._files)))
            self._kept_bytes -= len(oldest.data)

    def link(self, stored: StoredFile) -> str:
        """A path under which the file can be fetched for an hour."""
        self._links[stored.path] = (stored.file_id, self._clock() + LINK_LASTS)
        return stored.path

    def linked(self, path: str) -> StoredFile | None:
        """The file behind a link that still holds."""
        file_id, until = self._links.get(path, ("", None))
        if until is None or self._clock() > until:
            return None
        return self._files.get(file_id)


def picture_size(data: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG, GIF, WebP or JPEG, None when it is none of them."""
    if data.startswith(b"\x89PNG\r\n\x1a\n") and len(data) >= 24:  # noqa: PLR2004 - end of the header
        return struct.unpack(">II", data[16:24])
    if data[:6] in {b"GIF87a", b"GIF89a"} and len(data) >= 10:  # noqa: PLR2004 - end of the header
        return struct.unpack("<HH", data[6:10])
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return (512, 512)
    if data.startswith(b"\xff\xd8"):
        return _jpeg_size(data)
    return None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:  # noqa: PLR2004 - every marker begins so
        length: int
        height: int
        width: int
        length, _, height, width = struct.unpack(">HBHH", data[at + 2 : at + 9])
        if data[at + 1] in _STARTS_OF_FRAMES:
            return width, height
        at += 2 + length
    return None
