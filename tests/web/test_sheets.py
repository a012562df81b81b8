"""What is printed: tagged PDFs whose words are those of the pages, without a name, in large print and with readings."""

import json
import re

import pytest
import typst
from sqlalchemy import delete

from api.sheets.readings import parts_of, with_glossary, with_reading
from api.store.register import NOUNS
from api.web.texts import catalogue
from tests.api.conftest import ROLES
from tests.web.conftest import Reader

PLACEMENTS = NOUNS["placements"].table


@pytest.fixture
def printed(monkeypatch):
    """Asks for a PDF, sees that it is one with tags, and tells what was set on it."""
    set_on, compile_it = [], typst.compile

    def compiled(*args, **more):
        set_on.append(json.loads(more["sys_inputs"]["sheet"]))
        return compile_it(*args, **more)

    monkeypatch.setattr(typst, "compile", compiled)

    def told(answer):
        assert answer.status_code == 200 and answer.headers["content-type"] == "application/pdf", answer.text[-1500:]
        assert answer.content.startswith(b"%PDF") and b"pdfuaid" in answer.content
        return set_on.pop()

    return told


def words(told):
    return json.dumps(told, ensure_ascii=False)


@pytest.fixture
def at_work(worked):
    """Somebody of each role in a town in which work is going on."""
    return {role: Reader(worked.desk(f"{role}@kawabe")) for role in ROLES}


@pytest.fixture
def put(worked):
    """The address of a page of a path."""
    return lambda path: worked.examples[path][0]


def test_the_councils_sheet_tells_what_is_missing_and_names_nobody(at_work, put, printed, kawabe_people):
    text = words(printed(at_work["planner"].client.get("/gaps/council.pdf")))
    assert "協議体資料" in text and "上川辺" in text and "だれが、いつまでに" in text
    assert not [one for one in kawabe_people if re.search(rf"\b{one}\b", text)]


def test_without_a_study_there_is_no_sheet_but_a_page_that_says_so(readers):
    readers["planner"].open("/gaps/council.pdf", 422)


def test_a_meeting_prints_a_page_for_each_case_that_begins_with_what_they_wish(at_work, put, printed):
    reader = at_work["coordinator"]
    reader.open("/meetings")
    reader.send("/meetings", kind="plan_meeting", cases="p01 p10")
    first, second = printed(reader.client.get(f"{reader.page.url.path}/sheets.pdf"))["cases"]
    assert "p01" in first["title"] and "p10" in second["title"]
    assert "得意なこと" in first["wishes"][0] and "ひだまりサロン" in words(first["needs"])


def test_a_round_prints_those_whom_one_sees(at_work, put, printed):
    path = put("/rounds/{row_id}/sheets.pdf")
    mine = words(printed(at_work["coordinator"].client.get(path)))
    everybody = words(printed(at_work["admin"].client.get(path)))
    assert "p03" not in mine and "p03" in everybody
    kami = words(printed(at_work["admin"].client.get(f"{path}?area=kami")))
    assert "p01" in kami and "p03" not in kami


def test_the_run_sheet_of_a_tour_has_its_stops_and_blanks(at_work, put, printed):
    reader = at_work["admin"]
    path = re.search(r'href="([^"]+/run\.pdf)"', reader.open(put("/rides/{row_id}")))[1]
    text = words(printed(reader.client.get(path)))
    assert "運行表" in text and "酒気帯び" in text and "09:40" in text
    assert reader.client.get(path.replace("/1/", "/99/")).status_code == 404


@pytest.mark.parametrize("large", ["", "yes"])
def test_a_handout_names_no_person_and_carries_the_readings_that_somebody_wrote(at_work, put, printed, large):
    reader = at_work["coordinator"]
    path = "/people/p01/handout"
    reader.open(path)
    form = reader.forms(path)[0]
    sent = {**form, "opening_id": "salon-tue", "reading": "ひだまりさろん", "readings": "yes", "large": large}
    text = words(printed(reader.client.post(path, data=sent)))
    assert "ひだまりさろん" in text and "ばしょ" in text and "「いや」" in text and "p01" not in text
    plain = words(printed(reader.client.post(path, data={**sent, "readings": ""})))
    assert "ばしょ" not in plain and "場所" in plain
    assert reader.client.post(path, data={**sent, "opening_id": "farm-fri"}).status_code == 422


def test_no_handout_is_made_of_what_is_no_longer_there(worked, at_work):
    """An opening that a proposal still names, though the town has taken it away."""
    openings, reader = NOUNS["openings"].table, at_work["coordinator"]
    reader.open("/people/p01/handout")
    offered = reader.forms("/people/p01/handout")[0]["opening_id"]
    with worked.database.change(worked.scope()) as connection:
        connection.execute(delete(PLACEMENTS).where(PLACEMENTS.c.opening_id == offered))
        connection.execute(delete(openings).where(openings.c.opening_id == offered))
    assert f'value="{offered}"' not in reader.open("/people/p01/handout")
    assert reader.client.post("/people/p01/handout", data={**reader.forms("/people/p01/handout")[0],
                                                           "opening_id": offered}).status_code == 422  # fmt: skip
    assert "いまはありません" in reader.open("/people/p01")


def test_readings_stand_on_their_words_and_are_left_out_where_nobody_asked():
    text = "[場所|ばしょ]は[川辺|かわべ]"
    assert parts_of(text, readings=True) == [("場所", "ばしょ"), "は", ("川辺", "かわべ")]
    assert parts_of(text, readings=False) == ["場所は川辺"]


def test_a_word_is_read_as_it_is_meant_where_it_stands():
    glossary = catalogue("ja")["handout.glossary"]
    assert with_glossary("徒歩9分", glossary) == "[徒歩|とほ]9[分|ふん]"
    assert with_glossary("分かりません", glossary) == "[分か|わか]りません"  # not ふん


def test_a_reading_cannot_break_out_of_its_brackets():
    assert parts_of(with_reading("a|b]", "[x|y"), readings=True) == [("ab", "xy")]
    assert with_reading("駅前サロン", "") == "駅前サロン"


def test_words_of_the_glossary_carry_their_readings_but_not_within_a_name_that_has_one():
    glossary = "[火曜|かよう] [体操|たいそう] [火|ひ]"
    text = with_glossary("火曜 10:00 体操、[体操広場|たいそうひろば] 火", glossary)
    assert text == "[火曜|かよう] 10:00 [体操|たいそう]、[体操広場|たいそうひろば] [火|ひ]"
    assert with_glossary("Tuesday", "(none)") == "Tuesday"
