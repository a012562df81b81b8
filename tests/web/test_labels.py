"""Names in the picture of ties: none over another, none over a dot, and none is lost."""

import random

import pytest

from api.web.labels import labels_of

KINDS = ("area", "council", "organisation", "resource")


def crowd(seed, count, width=1200.0):
    """Dots at random, some of them on top of each other, with names of every length."""
    dice = random.Random(seed)
    dots = [
        {"kind": dice.choice(KINDS), "label": "川辺村社会福祉協議会 East"[: dice.randrange(2, 15)],
         "r": dice.uniform(20, 60),
         "x": dice.uniform(0, width), "y": dice.uniform(0, 900), "marks": dice.choice(([], ["broker"]))}
        for _ in range(count)
    ]  # fmt: skip
    return {"width": width, "height": 900.0, "dots": dots, "lines": []}


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("count", [1, 12, 60])
def test_no_name_lies_over_another_or_outside_the_sheet_and_each_is_told_once(seed, count):
    picture = crowd(seed, count)
    found = labels_of(picture, 24.0, many=False)
    boxes = [one.box for one in found.placed]
    assert not [1 for at, one in enumerate(boxes) if any(one.meets(other) for other in boxes[:at])]
    assert all(found.sheet.left <= one.left and one.right <= found.sheet.right for one in boxes)
    told = [one.text for one in found.placed] + [name for _, name, _ in found.numbered]
    assert sorted(told) == sorted(dot["label"] for dot in picture["dots"])
    assert [number for number, _, _ in found.numbered] == list(range(1, len(found.numbered) + 1))


def test_a_name_lies_over_no_dot_but_an_area_of_its_own():
    picture = crowd(3, 30)
    for label in labels_of(picture, 24.0, many=False).placed:
        for dot in picture["dots"]:
            inside = label.box.left < dot["x"] < label.box.right and label.box.top < dot["y"] < label.box.bottom
            assert dot["kind"] == "area" or not inside


def test_where_there_is_no_room_the_names_stand_beside_by_number():
    dot = {"kind": "resource", "label": "長い名前の場所がここにあります", "r": 5.0, "x": 50.0, "y": 50.0, "marks": []}
    picture = {"width": 100.0, "height": 100.0, "dots": [dot] * 40, "lines": []}
    found = labels_of(picture, 30.0, many=False)
    assert found.numbered and len(found.placed) + len(found.numbered) == 40


def test_of_many_dots_only_areas_and_who_joins_them_are_named():
    picture = crowd(5, 90)
    found = labels_of(picture, 24.0, many=True)
    named = [dot for dot in picture["dots"] if dot["kind"] == "area" or dot["marks"]]
    assert len(found.placed) + len(found.numbered) == len(named)
