"""A round by the pages: asked for, followed, stopped, read by area, compared with the one before, revised."""

import html
import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from api.jobs.queue import claim, hear
from api.jobs.rounds import keep_round
from api.jobs.solve import solve_round
from api.store.register import NOUNS
from api.web.round_changes import why
from api.web.texts import catalogue
from tests.api.test_rounds import solved_here


def ask(reader, **values):
    reader.open("/rounds")
    return reader.send("/rounds", **values)


def test_a_round_is_asked_for_followed_and_read(office, readers):
    reader = readers["coordinator"]
    text = ask(reader)
    where = reader.page.url.path
    assert "順番を待っています" in text and f'data-events="/v1{where}/events"' in text
    assert '<noscript><meta http-equiv="refresh"' in text
    solved_here(office)
    text = reader.open(where)
    assert "つなぎ先の案があります" in text and 'href="/people/p01#n01"' in text
    assert "/people/p03" not in text  # of another area


def test_asking_twice_with_the_same_form_is_one_round(readers):
    reader = readers["admin"]
    reader.open("/rounds")
    form = reader.forms("/rounds")[0]
    places = {reader.client.post("/rounds", data=form).url.path for _ in range(3)}
    assert len(places) == 1


def test_a_round_is_stopped_and_says_so(readers):
    reader = readers["admin"]
    ask(reader)
    text = reader.send(reader.page.url.path + "/cancel")
    assert "途中で止めました" in text


def test_the_next_round_tells_what_changed_and_keeps_what_is_pinned(office, readers):
    reader = readers["admin"]
    ask(reader)
    solved_here(office)
    first = reader.open(reader.page.url.path)
    assert "くらべる前の案はありません" in first
    pin = re.search(r'name="pin" value="([^"]+)"', first)[1]
    need, _, opening = pin.partition(":")
    reader.send(reader.page.url.path + "/revisions", pin=pin)
    job, _ = solved_here(office)
    assert job.asked["pins"] == {need: opening}
    text = reader.open(f"/rounds/{job.job_id}")
    assert "前の案とのちがい" in text
    changed = reader.open(f"/rounds/{job.job_id}?show=changed")
    count = int(re.search(r"前の案から変わった方（(\d+)件）", changed)[1])
    assert len(re.findall(r'<th scope="row"><a class="id"', changed)) == min(count, 60)


def test_pinning_nothing_is_told_and_makes_no_round(office, readers):
    reader = readers["admin"]
    ask(reader)
    solved_here(office)
    reader.open(reader.page.url.path)
    action = reader.page.url.path + "/revisions"
    form = {name: value for name, value in reader.forms(action)[0].items() if name != "pin"}
    assert reader.client.post(action, data=form).status_code == 422


def test_one_area_at_a_time(office, readers):
    reader = readers["admin"]
    ask(reader)
    solved_here(office)
    where = reader.page.url.path
    everybody = set(re.findall(r"/people/([\w-]+)#", reader.open(where)))
    areas = set(re.findall(r"area=([\w-]+)&", reader.page.text))
    parts = [set(re.findall(r"/people/([\w-]+)#", reader.open(f"{where}?area={one}"))) for one in areas]
    assert set.union(*parts) == everybody and sum(map(len, parts)) == len(everybody) and len(parts) > 1
    assert "あてはまる方はいません" in reader.open(f"{where}?area=nowhere&from=abc")


def test_a_planner_reads_no_round(readers):
    readers["planner"].open("/rounds", 403)
    readers["planner"].open("/rounds/some", 404)


def test_a_round_under_way_tells_the_best_plan_and_its_bound_and_a_stop_keeps_it(office, readers):
    reader = readers["admin"]
    ask(reader)
    where = reader.page.url.path
    job, told = claim(office.database, "tests"), []
    solve_round(office.database, job.scope, job.asked, lambda kind, value: told.append((kind, value)))
    progress = [value for kind, value in told if kind == "progress" and "gap" in value]
    best = next(value for kind, value in told if kind == "plan")
    assert progress[-1] == {"placed": 18, "most": 18, "gap": 0, "proven": True}
    assert hear(office.database, job, {"step": "solve", "share": 0.5, **progress[-1]})
    text = reader.open(where)
    assert re.search(r'data-progress="placed">18<.*data-progress="most">18<.*data-progress="gap">0<', text)
    reader.send(f"{where}/cancel")
    keep_round(office.database, office.vault, job, best, "cancelled", "")
    assert "18件につなぎ先の案があります" in reader.open(where)


def test_the_result_is_told_by_coordinator_as_well_and_adds_up(office, readers):
    from api.routes.users import add_user
    from api.security.passwords import hashed

    with office.database.change(office.scope()) as connection:
        add_user(connection, "kawabe", "second@kawabe", "coordinator", ["kami"], hashed("a long password"))
    reader = readers["admin"]
    ask(reader)
    solved_here(office)
    where = reader.page.url.path
    text = reader.open(where)
    table = text.partition("受け持ちのコーディネーターごと</h2>")[2].partition("</table>")[0]
    rows = dict(re.findall(r'<th scope="row">.*?>([\w@]+)</a>.*?<td class="number"[^>]*>(\d+)</td>', table))
    assert set(rows) == {"coordinator@kawabe", "second@kawabe"}
    assert "受け持ちが決まっていない地区" in table
    holder = re.search(r"holder=([\w-]+)", table)[1]
    mine = reader.open(f"{where}?holder={holder}")
    assert len(re.findall(r'<th scope="row" id="r\d+"><a class="id"', mine)) == int(rows["coordinator@kawabe"])
    assert "あてはまる方はいません" in reader.open(f"{where}?holder=nobody")


def test_few_may_change_by_the_form_and_why_somebody_changed_is_told(office, readers):
    reader = readers["admin"]
    ask(reader)
    solved_here(office)
    first = reader.page.url.path
    openings = NOUNS["openings"].table
    gone = (openings.c.municipality_id == "kawabe", openings.c.opening_id == "salon-tue")
    with office.database.change(office.scope()) as connection:
        connection.execute(update(openings).where(*gone).values(capacity=6, comfortable_load=6))
    reader.open(first)
    reader.send(f"{first}/revisions", most_changed="20")
    job, _ = solved_here(office)
    assert job.asked["most_changed"] == 20 and not job.asked["pins"]
    text = reader.open(f"/rounds/{job.job_id}?show=changed")
    changed = re.findall(r'<b>前は:</b>.*?<span class="quiet">([^<]+)</span>', text, re.DOTALL)
    assert changed and all(changed)
    assert "前の案から変えてよいのは20件まで" in text


def option(opening, *costs):
    return {"opening": opening, "opportunity_cost": list(costs), "reasons": []}


def body(options=(), full=(), told=(), others=0):
    unplaced = {"full": [{"opening": one, "holders": 3} for one in full], "smallest_changes": [],
                "held_back": [{"text": one} for one in told]}  # fmt: skip
    return {"options": list(options), "unplaced": unplaced, "account": {"others": others, "full": len(full)}}


@pytest.mark.parametrize(("was", "is_", "before", "now", "key"), [
    ("a", "b", body(), body([{**option("b"), "reasons": [{"code": "fixed"}]}]), "changed.fixed"),
    ("gone", "b", body(), body([option("b")]), "changed.gone"),
    ("a", "b", body(), body([option("b", 0), option("a", 0, 1)]), "changed.others"),
    ("a", "b", body(), body([option("b", 0), option("a", 0, 0)]), "changed.equal"),
    ("a", "", body(), body(full=["a"]), "changed.full"),
    ("a", "", body(), body(told=["車がない"]), "changed.told"),
    ("a", "b", body(), body([option("b")]), "changed.no_fit"),
    ("a", "b", body(), body([option("b")], others=2), "changed.others"),
    ("", "b", body(full=["b"]), body([option("b")]), "changed.freed"),
    ("", "b", body(told=["車がない"]), body([option("b")]), "changed.before"),
    ("", "b", body(), body([option("b")]), "changed.room"),
])  # fmt: skip
def test_why_a_need_is_sent_elsewhere_is_read_from_both_rounds(was, is_, before, now, key):
    from types import SimpleNamespace

    told, facts = why(was, is_, before, now, SimpleNamespace(openings={"a": 1, "b": 1}))
    assert told == key
    assert all(name in facts for name in re.findall(r"{(\w+)}", catalogue("ja")[told]))


def test_a_round_is_printed_area_by_area(office, readers):
    reader = readers["admin"]
    ask(reader)
    solved_here(office)
    where = reader.page.url.path
    text = reader.open(f"{where}/sheets")
    files = [html.unescape(one) for one in re.findall(rf'href="({where}/sheets\.pdf[^"]+)"', text)]
    assert len(files) > 1
    for one in files[:2]:
        answer = reader.client.get(one)
        assert answer.status_code == 200 and answer.content.startswith(b"%PDF")
    assert reader.client.get(f"{where}/sheets.pdf?area=nowhere").status_code == 422


def test_the_browser_sees_the_best_plan_and_its_bound_change_and_then_the_result(tab, office):
    one = tab().enter(office.desk("admin@kawabe"))
    one.page.goto("/rounds")
    one.page.click("main form button.yes")
    one.page.wait_for_url("**/rounds/*")
    assert one.page.locator("[data-found]").is_hidden()
    job = claim(office.database, "tests")
    for placed in (16, 17):
        told = {"step": "solve", "share": 0.5, "placed": placed, "most": 18, "gap": 3, "proven": False}
        assert hear(office.database, job, told)
        expect(one.page.locator('[data-progress="placed"]')).to_have_text(str(placed))
        expect(one.page.locator('[data-progress="most"]')).to_have_text("18")
    assert one.page.locator("[data-found]").is_visible()
    found = []
    solve_round(office.database, job.scope, job.asked, lambda kind, value: found.append((kind, value)))
    keep_round(office.database, office.vault, job, found[-1][1], "done", "")
    one.page.locator("main", has_text="地区ごと").wait_for()
    assert one.said == []
