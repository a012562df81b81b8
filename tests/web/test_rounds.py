"""A round by the pages: asked for, followed, stopped, read by area, compared with the one before, revised."""

import re

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
