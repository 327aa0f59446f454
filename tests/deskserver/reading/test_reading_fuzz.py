"""Whatever stands in a field of a report, what is told of it is short, sound and of one shape."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from selfcare.deskserver.intake.reading_extract import extract, parsed
from tests.report.world import made


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    if isinstance(value, dict | list):
        for name, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(one, (*path, name))


@cache
def shape() -> tuple[dict[str, Any], list[tuple[Any, ...]]]:
    document = json.loads(json.dumps(made().document))
    return document, [one for one in places(document) if one != ("schema",)]


STRANGE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just("x" * 5000)
    | st.just("\ud800"), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner,
                                                                                     max_size=3), max_leaves=5,
)  # fmt: skip


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_any_type_in_any_field(data: st.DataObject) -> None:
    document, paths = shape()
    # the top fields matter most: half of the changes are near them
    path = data.draw(st.sampled_from([one for one in paths if len(one) <= 3]) | st.sampled_from(paths))
    changed = copy.copy(document)
    target: Any = changed
    for name in path[:-1]:
        target[name] = copy.copy(target[name])
        target = target[name]
    target[path[-1]] = data.draw(STRANGE)
    found = extract(parsed(json.dumps(changed).encode()))
    text = json.dumps(found, ensure_ascii=False, allow_nan=False).encode("utf-8")
    assert len(text) < 120_000
    assert set(found) == set(extract(document))
