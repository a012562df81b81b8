"""A planner's first page: what is newly missing, ideas, studies and indicators, without persons."""

import re

from api.jobs.queue import claim
from api.jobs.rounds import keep_document
from api.web.planning import missing
from tests.web.test_studies import ask, solved_study


def gaps(**areas):
    return {"areas": [{"area": area, "outcomes": causes} for area, causes in areas.items()]}


def told(*documents):
    return [(one.area, one.cause, one.needs, one.more) for one in missing(*documents)]


def test_what_is_missing_is_told_by_area_and_cause_the_most_first():
    now = gaps(**{"*": {"full": 20}}, kami={"full": 6, "no_ride": 9, "closed": 0, "placed": 40})
    assert told(now, None) == [("kami", "no_ride", 9, None), ("kami", "full", 6, None)]
    assert told(gaps(**{"*": {"full": 20}}), None) == [("*", "full", 20, None)]  # no areas of their own are told
    assert told(None, None) == []


def test_only_what_grew_since_the_study_before_is_told():
    before = gaps(kami={"full": 6, "no_ride": 9, "closed": 7})
    now = gaps(kami={"full": 12, "no_ride": 9, "closed": 5})
    assert told(now, before) == [("kami", "full", 12, 6)]


def test_a_growth_from_which_a_hidden_count_could_be_worked_out_is_told_without_a_number():
    before = gaps(kami={"full": None, "no_ride": 9, "closed": 5})
    now = gaps(kami={"full": 8, "no_ride": None, "closed": 7})
    assert told(now, before) == [("kami", "full", 8, None), ("kami", "closed", 7, None)]


def card(text, key):
    """What stands in one card of the page."""
    return re.search(rf'aria-labelledby="h-{re.escape(key)}">(.*?)</section>', text, re.DOTALL)[1]


def kept(office, full):
    """A study of gaps is done, in which so many find no place since it is full; None: fewer than may be told."""
    job = claim(office.database, "tests")
    rows = [{"area": "*", "needs": 33, "outcomes": {"placed": 18, "full": full}}]
    worth = [{"placed": 2, "text": "ひだまりサロンにあと1席あれば、つながる件数が2増えます。"}]
    document = {"areas": rows, "worth": worth}
    keep_document(office.database, office.vault, job, {"ja": document, "en": document}, "done", "")


def test_a_planner_finds_what_was_studied_and_asks_for_what_was_not(office, readers, kawabe_people):
    reader = readers["planner"]
    text = reader.open("/")
    assert "まだ調べていません" in card(text, "missing") and "まだ調べていません" in card(text, "indicators")
    assert "歌" in card(text, "ideas") and 'href="/ideas"' in card(text, "ideas")
    for kind, solve in (("gaps", lambda: kept(office, 9)), ("indicators", lambda: solved_study(office))):
        which = next(at for at, form in enumerate(reader.forms("/studies")) if form["kind"] == kind)
        reader.send("/studies", which=which)
        assert "順番待ち" in card(reader.page.text, "studies") and reader.page.url.path == "/"
        solve()
        text = reader.open("/")
        assert "できた" in card(text, "studies")
    assert "満員 <b>9件</b>" in card(text, "missing") and "ニーズ 33件のうち 18件" in card(text, "missing")
    assert "あと1席あれば" in card(text, "worth")
    assert "社会参加率 <b>23.6 %</b>" in card(text, "indicators") and "2026年11月23日" in card(text, "indicators")
    assert not [one for one in kawabe_people if re.search(rf"\b{one}\b", reader.page.text)]


def test_the_next_study_is_told_by_what_grew(office, readers):
    desk = office.desk("planner@kawabe")
    for key, full, says in (
        ("a", 9, ""),
        ("b", 16, "7件増"),
        ("c", None, "増えた不足はありません"),
        ("d", 8, "満員 <b>8件</b>"),
    ):
        assert desk.post("/v1/studies", {"kind": "gaps"}, Idempotency_Key=key).status_code == 202
        kept(office, full)
        if says:
            assert says in card(readers["planner"].open("/"), "missing.more")
    assert "件増" not in card(readers["planner"].page.text, "missing.more")  # how many it was before is not told


def test_the_planning_cards_are_for_who_plans_alone(readers):
    for role in ("coordinator", "participation_worker", "admin", "auditor"):
        assert "h-indicators" not in readers[role].open("/"), role


def test_each_indicator_stands_beside_its_formula(office, readers):
    ask(readers["planner"], "/gaps", "indicators")
    solved_study(office)
    text = readers["planner"].open("/gaps")
    row = re.search(r"<tr><th[^>]*>社会参加率.*?</tr>", text, re.DOTALL)[0]
    assert "23.6 %" in row and "survey" in row
    assert "載せません（人数が少ないため）" in text
