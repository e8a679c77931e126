"""A register as a folder of CSV files: RFC 4180, UTF-8 with or without a byte order mark.

Cells may be divided by semicolons, too: so a spreadsheet saves CSV where 1,5 is a number.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from registers.columns import REGIME, TABLES, Contents, Line
from shared.refused import Refused


def read_folder(path: Path) -> Contents:
    """The lines of each file of the register that stands in the folder."""
    contents: Contents = {}
    for file in (REGIME, *TABLES):
        try:
            text = (path / file).read_bytes().decode("utf-8-sig")
        except FileNotFoundError:
            continue
        except UnicodeDecodeError as error:
            contents[file] = _malformed(f"not UTF-8 text: {error.reason} at byte {error.start}")
        except OSError as error:
            contents[file] = _malformed(f"cannot be read: {error.strerror}")
        else:
            contents[file] = _plain(text) if file == REGIME else read_rows(text)
    return contents


def read_rows(text: str) -> list[Line]:
    """The rows of a CSV text, numbered as a spreadsheet shows them; a blank line has no cells.

    A row whose quoting is broken is refused and ends with its first line: a quote that is
    never closed must not swallow the rows after it.
    """
    lines = list(io.StringIO(text, newline=""))
    # A cell is too long for its column, not for the file: see shared.values.
    limit = csv.field_size_limit(max(len(text), 1))
    try:
        return list(_rows(lines))
    finally:
        csv.field_size_limit(limit)


def _rows(lines: list[str]) -> Iterator[Line]:
    number, start = 0, 0
    divider = ";" if lines and ";" in lines[0] and "," not in lines[0] else ","
    reader = csv.reader(lines, strict=True, delimiter=divider)
    while True:
        number += 1
        before = start + reader.line_num
        try:
            yield number, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield number, _malformed(f"broken quoting: {error}")
            start = before + 1
            reader = csv.reader(lines[start:], strict=True, delimiter=divider)


def _plain(text: str) -> list[Line]:
    return [(number, [line]) for number, line in enumerate(text.split("\n"), start=1)]


def _malformed(reason: str) -> Refused:
    return Refused("malformed", faults=[{"path": "(file)", "reason": reason}])


def write_folder(
    path: Path, regime: str, rows_by_file: Mapping[str, Iterable[Mapping[str, str]]]
) -> None:
    """Write the folder: the regime and all ten files, each with its header."""
    path.mkdir(parents=True, exist_ok=True)
    (path / REGIME).write_bytes(regime.encode())
    for table in TABLES.values():
        with (path / table.file).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, table.columns)
            writer.writeheader()
            writer.writerows(rows_by_file.get(table.file, ()))
