"""What the whole town shows, by the pages: gaps and development, connections; without persons."""

import re

import pytest

from api.jobs.queue import claim
from api.jobs.rounds import keep_document
from api.jobs.solve import SOLVES


def solved_study(office):
    """Solve the study that waits, here."""
    job, told = claim(office.database, "tests"), {}
    SOLVES[job.kind](office.database, job.scope, job.asked, lambda kind, value: told.update({kind: value}))
    keep_document(office.database, office.vault, job, told["done"], "done", "")


def ask(reader, path, kind, **values):
    reader.open(path)
    which = next(at for at, form in enumerate(reader.forms("/studies")) if form["kind"] == kind)
    return reader.send("/studies", which=which, **values)


@pytest.mark.parametrize(("path", "kind", "says"), [
    ("/gaps", "gaps", "つながらないわけ"), ("/gaps", "develop", "訪ねてくださる方を募る"),
    ("/connections", "graph", "行き先の候補がない")])  # fmt: skip
def test_a_study_is_asked_for_followed_and_read_without_persons(office, readers, kawabe_people, path, kind, says):
    reader = readers["planner"]
    text = ask(reader, path, kind)
    assert reader.page.url.path == path and "順番を待っています" in text and 'http-equiv="refresh"' in text
    solved_study(office)
    text = reader.open(path)
    assert says in text and "順番を待っています" not in text
    assert not [one for one in kawabe_people if re.search(rf"\b{one}\b", text)]
    assert says not in text or "<html" in reader.open(path)


def test_what_is_missing_is_told_by_weekday_and_time_of_day(office, readers):
    ask(readers["planner"], "/gaps", "gaps")
    solved_study(office)
    text = readers["planner"].open("/gaps")
    table = re.search(r'<table[^>]*aria-labelledby="h-hours">.*?</table>', text, re.DOTALL)[0]
    assert re.findall(r'<th scope="row">([^<]*)', table) == ["午前", "午後", "夕方から"]
    assert len(re.findall(r"<td[^>]*>[^<]+／\d+</td>", table)) == 21


def test_the_ties_are_drawn_without_persons(office, readers, kawabe_people):
    ask(readers["planner"], "/connections", "graph")
    solved_study(office)
    text = readers["planner"].open("/connections")
    drawing = text[text.index('<svg class="ties"') : text.index("</svg>")]
    assert "ひだまりサロン" in drawing and "<line" in drawing and 'class="mark-alone"' in drawing
    assert not [one for one in kawabe_people if re.search(rf"\b{one}\b", drawing)]


def test_a_study_is_stopped(readers):
    reader = readers["planner"]
    ask(reader, "/connections", "graph")
    action = re.search(r'action="(/studies/[\w]+/cancel)"', reader.page.text)[1]
    assert "途中で止めました" in reader.send(action)


def test_a_participation_worker_has_no_studies(readers):
    readers["participation_worker"].open("/gaps", 403)
    assert 'href="/gaps"' not in readers["participation_worker"].open("/")


def test_every_kind_of_finding_has_a_heading_of_its_own():
    from api.web.texts import has_text
    from matching.graph.sentences import TEXTS

    assert [code for code in TEXTS if not has_text(f"finding.{code}")] == []


def test_needs_are_counted_by_area_and_kind_and_small_counts_are_hidden(readers):
    reader = readers["planner"]
    reader.open("/gaps")
    assert 'href="/counts"' in reader.page.text
    text = reader.open("/counts")
    assert "少数" in text and "参加・居場所" in text
    readers["auditor"].open("/counts", 403)
