"""What a view (danh sách) is: rows for lists, made of what is recorded and heard, and nothing else.

A row is a pure function of some streams and of a day, so it can be made again at any time,
and twice does no harm. Following, building and comparing stand in ``keeper.py``, the tables
in ``view_tables.py`` (docs/decisions/0008).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Literal

from shared.deciding import Streams
from shared.messages import Question

Row = dict[str, Any]
"""The columns of one row, by name."""
Named = Callable[[str], Iterator[str]]
"""The names of all streams that begin with a prefix, in order."""


def plain(text: str) -> str:
    """Words without accents and case, as people type them: ``nguyen van an``."""
    letters = unicodedata.normalize("NFD", text.casefold())
    bare = "".join(one for one in letters if not unicodedata.combining(one))
    return " ".join(bare.replace("đ", "d").split())


def searched(search: str) -> tuple[list[str], list[str]]:
    """Conditions on a column ``words`` for what somebody types: beginnings of words, all of them.

    A substring is looked for row by row: an index of words would be read as far for the common
    ones (two cadres in five are Nguyễn), and the rows are read in milliseconds.
    """
    words = plain(search).split()
    return ["instr(words, ?) > 0"] * len(words), [f" {word}" for word in words]


@dataclass(frozen=True)
class View:
    """One view; ``version`` is raised whenever the code that makes its rows changes."""

    name: str
    version: int
    columns: Mapping[str, Literal["text", "integer"]]
    """Beside them each row has its ``key``, the day it was ``judged_on``, and ``why`` it could
    not be made, empty where it could."""
    indexes: tuple[tuple[str, ...], ...]
    every: tuple[str, ...]
    """Prefixes of streams that touch, all together, every row."""
    touched: Callable[[str, Named], Iterable[str]]
    """The keys of the rows that a stream concerns."""
    row: Callable[[Streams, str, date], Row | None]
    """The row of a key as of a day; None where there is none."""

    @property
    def shape(self) -> str:
        """What a reader rests on: the names of the columns, in order."""
        return " ".join(self.columns)


def views_schema(schema: str) -> str:
    """The schema in which a service makes and drops the tables of its views: not its ledger's,
    where it may only read and add."""
    return f"{schema}_views"


class OfView(Question):
    """A question that a view answers: it waits until the view knows what it comes after."""

    view: ClassVar[str]
