"""Multipart bodies: split into named parts, bytes untouched."""

import re
from dataclasses import dataclass
from urllib.parse import unquote

MAX_PARTS = 64
_BOUNDARY = re.compile(r'boundary=(?:"([^"]{1,70})"|([^;\s]{1,70}))', re.IGNORECASE)
_NAME = re.compile(r'(?:^|;)\s*name="([^"]*)"', re.IGNORECASE)
_FILE_NAME = re.compile(r'(?:^|;)\s*filename="([^"]*)"', re.IGNORECASE)
_ENCODED_FILE_NAME = re.compile(r"(?:^|;)\s*filename\*=utf-8''([^;\s]*)", re.IGNORECASE)


class MalformedBodyError(ValueError):
    """The body is not what its content type says."""


@dataclass(frozen=True, slots=True)
class Part:
    """One field of a form; `file_name` is None for a plain value."""

    name: str
    data: bytes
    file_name: str | None
    content_type: str


def parse(content_type: str, body: bytes) -> list[Part]:
    """The parts in their order; refuses a body without its boundary with `MalformedBodyError`."""
    found = _BOUNDARY.search(content_type)
    if found is None:
        raise MalformedBodyError("no boundary")
    delimiter = b"--" + (found[1] or found[2]).encode()
    pieces = (b"\r\n" + body).split(b"\r\n" + delimiter)
    if len(pieces) < 2 or not pieces[-1].startswith(b"--"):  # noqa: PLR2004 - what precedes, and what follows
        raise MalformedBodyError("no closing boundary")
    if len(pieces) > MAX_PARTS + 2:
        raise MalformedBodyError("too many parts")
    return [_part(piece) for piece in pieces[1:-1]]


def _part(piece: bytes) -> Part:
    head, blank, data = piece.partition(b"\r\n\r\n")
    if not blank:
        raise MalformedBodyError("a part without a blank line")
    headers = _headers(head)
    disposition = headers.get("content-disposition", "")
    name = _NAME.search(disposition)
    if name is None:
        raise MalformedBodyError("a part without a name")
    return Part(
        name=_plain(name[1]),
        data=data,
        file_name=_file_name(disposition),
        content_type=headers.get("content-type", ""),
    )


def _headers(head: bytes) -> dict[str, str]:
    lines = head.decode("utf-8", "replace").split("\r\n")
    pairs = (line.partition(":") for line in lines if ":" in line)
    return {key.strip().lower(): value.strip() for key, _, value in pairs}


def _file_name(disposition: str) -> str | None:
    if encoded := _ENCODED_FILE_NAME.search(disposition):
        return unquote(encoded[1])
    if quoted := _FILE_NAME.search(disposition):
        return _plain(quoted[1])
    return None


def _plain(text: str) -> str:
    # Browsers and HTTP clients percent-encode exactly these three in quoted names.
    return text.replace("%22", '"').replace("%0D", "\r").replace("%0A", "\n")
