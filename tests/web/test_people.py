"""Residents and needs: the list and its search, one person's page, and deciding with them without any script."""

import re

import pytest
from sqlalchemy import select

from api.store.register import NOUNS
from tests.api.test_rounds import solved_here

PLACEMENTS, WISHES = NOUNS["placements"].table, NOUNS["wishes"].table


@pytest.fixture
def the_round(office):
    """A finished round of the town."""
    admin = office.desk("admin@kawabe")
    assert admin.post("/v1/rounds", {}, Idempotency_Key="k").status_code == 202
    return solved_here(office)[0].job_id


def rows_of(office, table):
    with office.database.look(office.scope()) as connection:
        found = select(table).where(table.c.municipality_id == "kawabe")
        return [dict(row) for row in connection.execute(found).mappings()]


def found_in(text):
    return re.findall(r'<th scope="row"><a class="id" href="/people/([\w-]+)"', text)


def test_the_list_shows_everybody_whom_one_sees(office, readers, kawabe_people):
    assert found_in(readers["admin"].open("/people")) == [
        row["resident_id"]
        for row in sorted(rows_of(office, NOUNS["residents"].table), key=lambda row: row["position"])
        if row["sharing"] != "support_conference"
    ]
    assert set(found_in(readers["coordinator"].open("/people"))) < set(kawabe_people)


def test_the_search_is_sent_by_post_and_nothing_of_it_stands_in_an_address(readers):
    reader = readers["admin"]
    reader.open("/people")
    assert found_in(reader.send("/people", q="p10")) == ["p10"]
    assert reader.page.url.query == b""
    everybody = len(found_in(reader.open("/people")))
    waiting = found_in(reader.send("/people", state="waiting"))
    reader.open("/people")
    assert 0 < len(waiting) < everybody
    assert "あてはまる方はいません" in reader.send("/people", q="%", kind="")


def test_a_foreign_cursor_is_refused(readers):
    reader = readers["admin"]
    reader.open("/people")
    reader.send("/people", 400, cursor="p1 or 1=1")


def test_a_person_whom_one_does_not_see_is_not_there(readers):
    readers["coordinator"].open("/people/p03", 404)
    readers["coordinator"].open("/people/nobody", 404)
    readers["planner"].open("/people/p01", 404)


def test_wishes_strengths_and_roles_stand_before_the_needs(readers):
    text = readers["coordinator"].open("/people/p01")
    assert text.index("得意なこと") < text.index("担っている役割") < text.index('id="n01"')


def test_options_have_reasons_and_what_they_would_cost_others(readers, the_round):
    reader = readers["admin"]
    assert '<ul class="reasons"><li>' in readers["coordinator"].open("/people/p01")
    pages = [reader.open(f"/people/{one}") for one in found_in(reader.open("/people"))]
    with_choice = [text for text in pages if text.count('<div class="option') > text.count('<div class="option chosen')]
    assert with_choice and all("ほかの方" in text for text in with_choice)


@pytest.fixture
def proposed(readers, the_round):
    """A person with an option that nobody has decided about yet: the reader on their page, and who it is."""
    reader = readers["admin"]
    reader.open("/people")
    held = re.findall(r'<a href="/people/([\w-]+)#([\w-]+)">[^<]*</a> <span class="chip open">案あり', reader.page.text)
    person, need = held[0]
    reader.open(f"/people/{person}")
    return reader, person, need


def decide_action(text, need):
    part = text[text.index(f'id="{need}"') :]
    return re.search(r'action="(/proposals/[\w-]+/decisions)"', part)[1]


def test_i_would_like_to_go_is_one_click_and_holds_the_place_once(office, proposed):
    reader, person, need = proposed
    action = decide_action(reader.page.text, need)
    form = next(form for form in reader.forms(action) if form["kind"] == "accept")
    for _ in range(2):  # a double click
        answer = reader.client.post(action, data=form)
        assert answer.status_code == 200 and answer.url.path == f"/people/{person}"
    held = [row for row in rows_of(office, PLACEMENTS) if row["need_id"] == need]
    assert [row["opening_id"] for row in held] == [form["opening_id"]]
    assert "体験を始める" in answer.text


def test_options_for_one_need_are_looked_for_anew_from_the_persons_page_while_the_others_stay(office, proposed):
    reader, person, need = proposed
    reader.send(f"/needs/{need}/options")
    going = reader.page.url.path
    assert re.fullmatch(r"/rounds/[\w-]+", going) and "data-events" in reader.page.text
    assert f"いまの町で探す（{person}）" in reader.page.text and f'href="/people/{person}#{need}"' in reader.page.text
    job, _ = solved_here(office)
    assert going == f"/rounds/{job.job_id}" and job.asked["need_id"] == need
    reader.open(going)  # the round of one person is told where their needs are
    assert (reader.page.url.path, reader.page.url.fragment) == (f"/people/{person}", need)
    assert "いまの町で探した結果です" in reader.page.text
    assert f'action="/needs/{need}/options"' in reader.page.text


def test_who_has_seen_a_person_is_told_by_name(readers):
    readers["coordinator"].open("/people/p01")
    assert '<th scope="row">coordinator@kawabe</th>' in readers["admin"].open("/people/p01/readers")


def test_who_is_talked_about_in_a_conference_alone_is_not_looked_for_by_a_button(readers, office):
    closed = next(row["resident_id"] for row in rows_of(office, NOUNS["residents"].table) if row["sharing"] == "none")
    assert "/options" not in readers["admin"].open(f"/people/{closed}")


def test_not_this_time_needs_a_reason_and_keeps_it(readers, proposed):
    reader, person, need = proposed
    action = decide_action(reader.page.text, need)
    form = next(form for form in reader.forms(action) if form["kind"] == "decline")
    refused = reader.client.post(action, data={**form, "reason_code": ""})
    assert refused.status_code == 422 and f'href="/people/{person}"' in refused.text
    text = reader.client.post(action, data={**form, "key": "another", "reason_code": "too_far"}).text
    assert "今回は見送った" in text and "遠い" in text


def test_not_there_becomes_a_wish_that_no_round_goes_against(office, proposed):
    reader, person, _ = proposed
    form = reader.forms(f"/people/{person}/voices")[1]
    for _ in range(2):
        reader.client.post(f"/people/{person}/voices", data=form)
    mine = [row for row in rows_of(office, WISHES) if (row["resident_id"], row["target"]) == (person, form["target"])]
    assert [row["liking"] for row in mine] == [-2]


def test_who_has_met_somebody_notes_it_and_it_is_shown(readers):
    reader = readers["coordinator"]
    reader.open("/people/p01")
    text = reader.send("/people/p01/contacts", how="phone", note="お元気でした <b>")
    assert "お元気でした &lt;b&gt;" in text and "電話" in text
    text = reader.send("/people/p01/follow_ups", of="host", going="so_so", when="one_month")
    assert "まあまあ" in text
    reader.send("/people/p01/contacts", 422, on_day="31 November")


def test_a_name_is_opened_for_a_purpose_and_stands_in_no_other_page(office, readers):
    desk, reader = office.desk("coordinator@kawabe"), readers["coordinator"]
    assert desk.ask("PUT", "/v1/residents/p01/identity", {"name": "見本 花子"}).status_code == 204
    assert "見本" not in reader.open("/people/p01")
    assert "見本 花子" in reader.send("/people/p01/identity", purpose="visit")
    reader.open("/people/p01")
    reader.send("/people/p01/identity", 422, purpose="curiosity")


def test_consent_withdrawn_tells_who_has_seen_the_person(office, readers):
    reader = readers["admin"]
    reader.open("/people/p01")
    text = reader.send("/people/p01/withdrawals")
    assert "同意を取り下げました" in text and "admin@kawabe" in text
    assert next(row["sharing"] for row in rows_of(office, NOUNS["residents"].table) if row["resident_id"] == "p01") in (
        "none", None)  # fmt: skip


def test_a_page_of_old_changes_nothing(readers):
    reader = readers["admin"]
    reader.open("/people/p01")
    form = reader.forms("/people/p01/withdrawals")[0]
    assert reader.client.post("/people/p01/withdrawals", data={**form, "version": "999"}).status_code == 412
    assert reader.client.post("/people/p01/withdrawals", data={**form, "version": ""}).status_code == 428


def test_consent_is_noted_and_stands_in_the_register_with_who_noted_it(readers):
    reader = readers["admin"]
    reader.open("/people/p12")
    reader.send("/people/p12/consent")
    assert "本人の同意" in reader.open("/people/p12") and "/people/p12/consent" not in reader.page.text
    row = re.search(r'href="/people/p12">.*?</tr>', reader.open("/consents"), re.DOTALL)[0]
    assert "admin@kawabe" in row


@pytest.mark.parametrize("path", ["/people", "/resources", "/consents", "/register/openings"])
def test_a_list_is_printed_with_all_its_rows(readers, monkeypatch, path):
    from api.web import admin, people, register, resources

    for module in (admin, people, register, resources):
        monkeypatch.setattr(module, "AT_ONCE", 3)
    reader = readers["admin"]
    rows = re.compile(r'<tr><th scope="row"')
    assert len(rows.findall(reader.open(path))) == 3
    action = f"{path}/more" if path.startswith("/register") else path
    if path == "/resources":
        text = reader.open("/resources?all=1")
    else:
        which = next(at for at, form in enumerate(reader.forms(action)) if form.get("all") == "1")
        text = reader.send(action, which=which)
    assert len(rows.findall(text)) > 10 and "すべての行を出す" not in text
