"""The files a bot sends: uploaded with the call, or named by an earlier id."""

from bot.sandbox.methods.call import Asked
from bot.sandbox.network.files import StoredFile, picture_size
from bot.sandbox.wire.errors import ApiError, bad_request
from bot.sandbox.wire.parameters import Parameters, Upload

MAX_UPLOAD_BYTES = 50_000_000
MAX_PHOTO_BYTES = 10_000_000
_KINDS = {"photo": "photo", "voice": "voice"}


def file(asked: Asked, given: Parameters, name: str) -> StoredFile:
    """The file of this parameter; refuses a missing, empty, unknown or too large one."""
    reference = given.text(name)
    upload = _upload(given, name, reference)
    if upload is None:
        return _earlier(asked, name, reference)
    if not upload.data:
        raise bad_request("file must be non-empty")
    if len(upload.data) > MAX_UPLOAD_BYTES:
        raise ApiError(413, "Request Entity Too Large")
    return asked.state.files.add(
        _KINDS.get(name, "document"), upload.data, name=upload.name, mime_type=upload.content_type
    )


def photo(asked: Asked, given: Parameters, name: str) -> StoredFile:
    """As `file`, and what was uploaded must be a picture of at most 10 MB."""
    upload = _upload(given, name, given.text(name))
    if upload is None:
        return file(asked, given, name)
    if len(upload.data) > MAX_PHOTO_BYTES:
        raise bad_request("file of size bigger than 10485760 bytes can't be sent as a photo")
    if upload.data and picture_size(upload.data) is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    return (
        asked.state.files.add("photo", upload.data, name=upload.name, mime_type=upload.content_type)
        if upload.data
        else file(asked, given, name)
    )


def _upload(given: Parameters, name: str, reference: str) -> Upload | None:
    if reference.startswith("attach://"):
        return given.uploads.get(reference.removeprefix("attach://"))
    return given.uploads.get(name)


def _earlier(asked: Asked, name: str, reference: str) -> StoredFile:
    if not reference:
        raise bad_request(f"there is no {name} in the request")
    if reference.startswith(("http://", "https://")):
        raise bad_request("failed to get HTTP URL content")
    stored = asked.state.files.get(reference)
    if stored is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    return stored
