"""A file in a form (tệp trong biểu mẫu): taken, checked by its content, kept before anything else.

A form that is refused comes back with the file still there: what names and opens it stands in a
hidden field, which is of use to nobody who has not had the file. What comes back in that field is
believed only as far as the file itself bears it out.
"""

from __future__ import annotations

import json
import re
from typing import Any

from starlette.datastructures import FormData, UploadFile

from portal.evidence import MOST, EvidenceFiles, Kept, media_type
from portal.forms import Form
from portal.language import Language, Said

KEPT = "kept_file"
_WRONG = Said(
    "Chỉ nhận tệp PDF, JPEG hoặc PNG; tệp này là loại khác.",
    "Only PDF, JPEG and PNG files are taken; this is another kind.",
)
_LARGE = Said("Tệp lớn quá 10 MB.", "The file is larger than 10 MB.")
_MISSING = Said("Chưa chọn tệp.", "No file is chosen.")
_LOST = Said(
    "Tệp đã gửi trước đó không còn ở đây; hãy chọn lại tệp.",
    "The file that was sent before is not here; choose it again.",
)
_DIGEST = re.compile(r"[0-9a-f]{64}")
_FIELDS = {"digest", "key", "media_type", "size", "name"}


async def take_file(sent: FormData, form: Form, files: EvidenceFiles, language: Language) -> None:
    """Keep the file of a form, if there is one; what is wrong with it stands in its errors."""
    file = sent.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        _check_kept(form, files, language)
        return
    content = await file.read(MOST + 1)
    form.values.pop(KEPT, None)
    if len(content) > MOST:
        form.errors["file"] = _LARGE.to(language)
        return
    kept = files.keep(content) if content and media_type(content) else None
    if kept is None:
        form.errors["file"] = _WRONG.to(language)
        return
    _write(form, kept, file.filename)


def _check_kept(form: Form, files: EvidenceFiles, language: Language) -> None:
    """A file that the form says was sent before is held, and opens; all but its name is its own."""
    if not form.values.get(KEPT):
        return
    said = kept_file(form)
    form.values.pop(KEPT)
    content = files.open(said["digest"], str(said["key"])) if said else None
    if said is None or content is None:
        form.errors["file"] = _LOST.to(language)
        return
    kept = Kept(said["digest"], str(said["key"]), media_type(content), len(content))
    _write(form, kept, str(said["name"]))


def _write(form: Form, kept: Kept, name: str) -> None:
    said = {"name": _named(name), **vars(kept)}
    form.values[KEPT] = json.dumps(said, ensure_ascii=False)


def kept_file(form: Form) -> dict[str, Any] | None:
    """What an evidence file's command says of the file that the form has; None for no file."""
    try:
        said = json.loads(form.values.get(KEPT, ""))
    except ValueError:
        return None
    right = isinstance(said, dict) and said.keys() == _FIELDS
    return said if right and _DIGEST.fullmatch(str(said["digest"])) else None


def no_file(form: Form, language: Language) -> Form:
    """The form of a page that is about a file, without one."""
    return form if form.errors.get("file") else form.wrong(file=_MISSING.to(language))


def _named(filename: str) -> str:
    """The file's own name, without a path and without what no name has."""
    name = re.split(r"[/\\]", filename)[-1]
    return re.sub(r"[\x00-\x1f\x7f]", "", name).strip()[-200:] or "minh-chung"
