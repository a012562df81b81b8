"""A review tells what became of needs, places and ties between two dates, and never of a few people."""

import json
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st
from typer.testing import CliRunner

from api.cli import app
from api.towns import town_of
from matching.domain import Accepting, Placement, Tie, TieKind
from matching.errors import InputError
from matching.exchange.writing import write_town
from matching.indicators import Row, Told
from matching.review import LINES, _fates, review
from matching.review.indicators import side_by_side

ROOT = Path(__file__).parents[2]
KAWABE = town_of(ROOT / "fixtures/towns/kawabe")
TOWN = KAWABE[0]
NEXT = replace(TOWN, info=replace(TOWN.info, week_of=TOWN.info.week_of + timedelta(days=364)))
CONSENTED = {r.resident_id for r in TOWN.residents if r.sharing == "consent"}
TELLS = [n.need_id for n in TOWN.needs if n.resident_id in CONSENTED]
HELD = {p.need_id: p.opening_id for p in TOWN.placements}
WAITS = [name for name in TELLS if name not in HELD]


def after(**changes):
    return replace(NEXT, **changes)


def compared(town):
    return review(KAWABE, (town, *KAWABE[1:]))


def test_a_year_in_which_nothing_happened_changes_nothing():
    fates = _fates(TOWN, NEXT)
    assert set(fates["lasted"]) == set(HELD) & set(TELLS)
    assert fates["waiting"] == WAITS
    assert not any(fates[line] for line in LINES if line not in ("lasted", "waiting"))
    told = compared(NEXT)
    assert not (told.resources.new or told.resources.gone or told.ties)


def test_each_need_is_told_by_what_became_of_it():
    stays, moves, ends = [name for name in TELLS if name in HELD][:3]
    found, goes = WAITS[:2]
    elsewhere = next(o.opening_id for o in TOWN.openings if o.opening_id != HELD[moves])
    kept = [p for p in TOWN.placements if p.need_id not in (moves, ends)]
    placements = (*kept, Placement(moves, elsewhere), Placement(found, TOWN.openings[0].opening_id))
    needs = tuple(n for n in TOWN.needs if n.need_id != goes)
    fates = _fates(TOWN, after(placements=placements, needs=needs))
    assert stays in fates["lasted"] and fates["moved"] == [moves] and fates["ended"] == [ends]
    assert fates["met"] == [found]
    assert goes not in {name for some in fates.values() for name in some}


def test_a_placement_that_is_over_is_held_no_longer():
    name = next(n for n in TELLS if n in HELD)
    over = tuple(replace(p, until=NEXT.info.week_of - timedelta(days=1)) if p.need_id == name else p
                 for p in TOWN.placements)  # fmt: skip
    assert _fates(TOWN, after(placements=over))["ended"] == [name]


def test_nobody_without_consent_at_either_date_is_counted():
    who = next(n for n in TOWN.needs if n.need_id == WAITS[0]).resident_id
    quiet = tuple(replace(r, sharing="none") if r.resident_id == who else r for r in TOWN.residents)
    for fates in (_fates(TOWN, after(residents=quiet)), _fates(replace(TOWN, residents=quiet), NEXT)):
        assert WAITS[0] not in {name for some in fates.values() for name in some}


def test_new_and_gone_resources_are_named_but_those_who_are_one_person():
    gone = next(r for r in TOWN.resources if r.kind != "volunteer" and not r.resident_id)
    closed = [replace(r, accepting=Accepting.CLOSED) if r is gone else r for r in TOWN.resources]
    new = replace(gone, resource_id="r-new", name="新しい場")
    person = replace(gone, resource_id="r-person", name="ある方", resident_id=TOWN.residents[0].resident_id)
    told = compared(after(resources=(*closed, new, person))).resources
    assert told.new == ("新しい場",)
    assert told.gone == (gone.name,)


def test_ties_are_counted_by_kind_and_those_of_people_in_fives():
    ends = [o.organisation_id for o in TOWN.organisations][:2]
    more = [Tie(*ends, TieKind.WORKS_WITH), Tie(*reversed(ends), TieKind.WORKS_WITH)]
    fresh = [tie for tie in more if tie not in TOWN.ties]
    people = [Tie(r.resident_id, ends[0], TieKind.LEADS) for r in TOWN.residents[:7]]
    told = compared(after(ties=(*TOWN.ties, *fresh, *people))).ties
    assert told["works_with"] == (len(fresh), 0)
    assert told["leads"] == (5, 0)


def test_other_towns_and_the_wrong_order_are_refused():
    with pytest.raises(InputError, match="two towns"):
        compared(replace(NEXT, info=replace(NEXT.info, name="よその村")))
    with pytest.raises(InputError, match="exchanged"):
        review((NEXT, *KAWABE[1:]), KAWABE)


COUNT = st.integers(0, 400)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(COUNT, COUNT, COUNT, COUNT, st.booleans()), min_size=1, max_size=4))
def test_counts_of_two_dates_differ_by_fives_or_are_told_at_neither(cells):
    def told(which):
        rows = tuple(
            Row({"area": str(n)}, None if out else min(row), None if out else sum(row),
                None if out or not sum(row) else min(row) / sum(row))
            for n, (a, b, c, d, out) in enumerate(cells) for row in [((a, b), (c, d))[which]]
        )  # fmt: skip
        return Told("waiting", "told", rows[0], rows)

    both = side_by_side(told(0), told(1))
    for _, one, other in both.rows:
        assert one.part % 5 == one.whole % 5 == other.part % 5 == other.whole % 5 == 0
    shown = {where["area"] for where, *_ in both.rows}
    assert not shown & {str(n) for n, (*_, out) in enumerate(cells) if out}


def test_an_indicator_that_is_unknown_or_hidden_at_one_date_is_so_at_both():
    row = Row({}, 20, 40, 0.5)
    none = Row({}, None, None, None)
    fine = Told("waiting", "told", row, ())
    for state in ("unknown", "hidden"):
        for pair in ((fine, Told("waiting", state, none, ())), (Told("waiting", state, none, ()), fine)):
            both = side_by_side(*pair)
            assert both.state == state and both.town[0].value is None and both.town[1].value is None


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    later = Path(shutil.copytree(ROOT / "fixtures/towns/kawabe", tmp_path_factory.mktemp("review") / "later"))
    placements = (*TOWN.placements, *(Placement(n, TOWN.openings[0].opening_id) for n in WAITS[:6]))
    write_town(after(placements=placements), later)
    return ROOT / "fixtures/towns/kawabe", later


def run(*args: object):
    return CliRunner().invoke(app, ["review", *(str(a) for a in args)])


def test_the_command_writes_the_same_bytes_each_time_and_names_nobody(folders, tmp_path):
    for name in ("a", "b"):
        out = run(*folders, "--json", tmp_path / f"{name}.json")
        assert out.exit_code == 0, out.output
    text = (tmp_path / "a.json").read_text(encoding="utf-8")
    assert text == (tmp_path / "b.json").read_text(encoding="utf-8")
    document = json.loads(text)
    assert document["format"] == "tsunagu.review/1"
    assert next(row["people"] for row in document["needs"] if row["line"] == "met") in (5, None)
    for one in (*TOWN.residents, *TOWN.drivers):
        assert f'"{getattr(one, "resident_id", "") or one.driver_id}"' not in text
    for need in TOWN.needs:
        assert f'"{need.need_id}"' not in text
    for row in document["needs"]:
        counts = [row["people"], *(cell["people"] for cell in (*row["areas"], *row["groups"]))]
        assert all(count is None or count % 5 == 0 for count in counts)


def test_both_languages_say_what_is_rounded(folders):
    assert "5人刻み" in run(*folders).output
    assert "in fives" in run(*folders, "--lang", "en").output


def test_folders_in_the_wrong_order_write_nothing(folders, tmp_path):
    out = run(*reversed(folders), "--json", tmp_path / "a.json")
    assert out.exit_code == 1
    assert not (tmp_path / "a.json").exists()
