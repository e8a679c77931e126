"""``regime.yaml``: every key is needed, every wrong value is refused with its dotted path."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from shared.refused import Refused
from shared.regime import read_regime, write_regime

ROOT = Path(__file__).parents[2]
SAMPLES = {
    path.parent.name: path.read_text()
    for path in (
        ROOT / "deploy/samples/bac-ninh-2019/regime.yaml",
        ROOT / "tests/registers/ba-ria-vung-tau-2019/regime.yaml",
    )
}
Path_ = tuple[str | int, ...]


def document(sample: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(SAMPLES[sample])
    return loaded


def walk(value: Any, path: Path_ = ()) -> Iterator[Path_]:
    """The path of everything in a document."""
    if path:
        yield path
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from walk(inner, (*path, key))


def dotted(path: Path_) -> str:
    return ".".join(str(part) for part in path)


def holder(content: Any, path: Path_) -> Any:
    """What holds the last part of the path."""
    for part in path[:-1]:
        content = content[part]
    return content


def paths(content: Any) -> set[str]:
    """The paths of the faults for which a changed document is refused."""
    return set(faults(yaml.safe_dump(content, allow_unicode=True, sort_keys=False)))


def faults(text: str) -> dict[str, str]:
    with pytest.raises(Refused) as refused:
        read_regime(text)
    assert refused.value.code == "malformed"
    return {fault["path"]: fault["reason"] for fault in refused.value.detail["faults"]}


WRONG: dict[type, list[Any]] = {
    str: [7, ["x"], None, True, ""],
    int: ["seven", -1, 7.25, True, None, float("nan"), float("inf")],
    bool: ["perhaps", 1, None],
    date: ["2019-2-30", "soon", 20190301, None, True],
    list: ["x", 7, None, {"a": 1}],
    dict: ["x", 7, None, ["a"]],
}
"""For each type of value, values that are wrong wherever that type stands."""
DEPTHS = range(1, 6)


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("sample", SAMPLES)
def test_every_key_is_required(sample: str, depth: int) -> None:
    """Of one depth all are left out at once: each must be told."""
    content = document(sample)
    out = [
        path
        for path in walk(document(sample))
        if len(path) == depth and isinstance(path[-1], str) and "by_level" not in path[:-1]
    ]
    for path in out:
        del holder(content, path)[path[-1]]
    if out:
        assert {dotted(path) for path in out} <= paths(content)


@pytest.mark.parametrize("turn", range(max(map(len, WRONG.values()))))
@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("sample", SAMPLES)
def test_every_wrong_value_is_refused_with_its_path(sample: str, depth: int, turn: int) -> None:
    """Of one depth all are wrong at once: each must be told."""
    content = document(sample)
    spoilt = [path for path in walk(document(sample)) if len(path) == depth]
    for path in spoilt:
        place = holder(content, path)
        choices = WRONG[type(place[path[-1]])]
        place[path[-1]] = choices[turn % len(choices)]
    if spoilt:
        assert {dotted(path) for path in spoilt} <= paths(content)


@pytest.mark.parametrize("sample", SAMPLES)
def test_an_unknown_key_is_refused_with_its_path_at_every_depth(sample: str) -> None:
    content = document(sample)
    added = []
    for path in [(), *walk(document(sample))]:
        place = holder(content, (*path, "_"))
        if isinstance(place, dict) and path != ("target", "by_level"):
            place["surprise"] = 1
            added.append(dotted((*path, "surprise")))
    assert set(added) <= paths(content)


def test_an_unknown_level_is_refused_with_its_path() -> None:
    content = document("ba-ria-vung-tau-2019")
    content["target"]["by_level"]["village"] = 5
    assert any(path.startswith("target.by_level.village") for path in paths(content))


@pytest.mark.parametrize("key", ["window", "credit"])
def test_only_the_documented_spelling_of_a_key_is_known(key: str) -> None:
    content = document("bac-ninh-2019")
    content[key]["from_"] = content[key].pop("from")
    assert f"{key}.from_" in paths(content)


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_regime_is_written_as_it_is_read(sample: str) -> None:
    regime = read_regime(SAMPLES[sample])
    assert read_regime(write_regime(regime)) == regime
    assert yaml.safe_load(write_regime(regime)) == document(sample)


def test_half_days_are_exact() -> None:
    content = document("bac-ninh-2019")
    content["target"]["days"] = 47.5
    regime = read_regime(yaml.safe_dump(content))
    assert regime.target.days == Decimal("47.5")
    assert read_regime(write_regime(regime)) == regime


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("kinds", [{"id": "regular"}, {"id": "regular"}]),
        ("commendation", [{"title": "lao_dong"}, {"title": "lao_dong"}]),
    ],
)
def test_what_is_named_twice_is_refused(path: str, value: list[dict[str, str]]) -> None:
    content = document("bac-ninh-2019")
    content[path] = [{**content[path][0], **one} for one in value]
    assert paths(content) == {path}


def test_a_heading_named_twice_is_refused() -> None:
    content = document("bac-ninh-2019")
    content["reports"]["headings"] *= 2
    assert paths(content) == {"reports.headings"}


def test_a_window_that_ends_before_it_begins_is_refused() -> None:
    content = document("bac-ninh-2019")
    content["window"] = {"from": date(2019, 12, 31), "to": date(2019, 1, 1)}
    assert paths(content) == {"window"}


def test_every_fault_is_told_not_only_the_first() -> None:
    content = document("bac-ninh-2019")
    content["year"], content["surprise"] = "x", 1
    del content["window"]["to"]
    assert paths(content) == {"year", "surprise", "window.to"}


# --- YAML ---------------------------------------------------------------------------------------


def changed(old: str, new: str) -> str:
    text = SAMPLES["bac-ninh-2019"]
    assert text.count(old) == 1
    return text.replace(old, new)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        pytest.param("", "(file)", id="empty"),
        pytest.param("just words", "(file)", id="no mapping"),
        pytest.param("- a\n- b\n", "(file)", id="a list"),
        pytest.param("a: [1", "(file)", id="not closed"),
        pytest.param("[" * 5_000, "(file)", id="deep"),
        pytest.param("? [a, b]\n: c\n", "(file)", id="a list as key"),
        pytest.param("!!python/object/apply:os.getcwd []", "(file)", id="code"),
        pytest.param("a: \x00", "(file)", id="a control character"),
        pytest.param("a: !!timestamp x", "(file)", id="a tag for no time"),
        pytest.param("a: !!bool x", "(file)", id="a tag for no boolean"),
        pytest.param("? {a: 1}\n: c\n", "(file)", id="a mapping as key"),
        pytest.param(changed("year: 2019", "year: 2019\nyear: 2019"), "(file)", id="key twice"),
        pytest.param(changed("  vi: Lao", "  vi: x\n    vi: Lao"), "(file)", id="inner key twice"),
        pytest.param(changed("year: 2019", "year:\t2019\n\tmore: 1"), "(file)", id="tabs"),
        pytest.param(changed("due_day: 10", "due_day: true"), "planning.due_day", id="a boolean"),
        pytest.param(changed("due_day: 10", "due_day: '10'"), "planning.due_day", id="quoted"),
        pytest.param(changed("  days: 60", "  days: yes"), "target.days", id="yes for a number"),
        pytest.param(
            changed("half_days: true", "half_days: 1"), "credit.half_days", id="1 for yes"
        ),
        pytest.param(changed("2020-01-15", "2020-01-15 10:00:00"), "closes_on", id="a time"),
        pytest.param(changed("2020-01-15", "2020-02-30"), "closes_on", id="no such day"),
        pytest.param(changed("2020-01-15", "15/01/2020"), "closes_on", id="another order"),
        pytest.param(changed("en: Regular", "en: no"), "kinds.0.title.en", id="no is not a word"),
    ],
)
def test_nasty_yaml_is_refused_and_nothing_else_happens(text: str, path: str) -> None:
    assert path in faults(text)


def test_a_quoted_date_is_a_date() -> None:
    assert read_regime(changed("2020-01-15", "'2020-01-15'")).closes_on == date(2020, 1, 15)
