"""A day of each of the three roles in a real browser, start to finish, with scripts and without."""

import pytest

from api.store.register import NOUNS
from tests.api.conftest import AREA, PASSWORD
from tests.api.test_rounds import solved_here
from tests.api.test_tours import DAY, planned_here
from tests.web.play import Player
from tests.web.test_studies import solved_study

WITH_AND_WITHOUT_SCRIPTS = pytest.mark.parametrize("scripts", [True, False])


@WITH_AND_WITHOUT_SCRIPTS
def test_a_coordinator_finds_who_waits_talks_decides_and_plans_the_rides(tab, office, scripts):
    me = Player(tab(scripts=scripts), "coordinator@kawabe")
    page = me.page
    me.sees("きょう", "つなぎ先をお待ちの方")
    me.follow('main a[href^="/people/p01"]', "**/people/p01*")
    me.sees("まだ案がありません")
    me.go("/rounds")
    me.press("main form button.yes")
    assert page.locator("progress").count() == 1
    me.looks()
    me.wait_for(lambda: solved_here(office))
    me.sees("地区ごと")
    me.looks()
    me.follow('main a[href="/people/p01#n01"]', "**/people/p01*")
    me.sees("候補と、その理由", "ひだまりサロン", "本人の希望です")
    me.press("#n01 button:has-text('話し合った')")
    me.sees("話し合い中")
    me.press("#n01 button.yes")
    me.sees("今のつなぎ先: ひだまりサロン 火曜", "体験中")
    me.looks("coordinator-accepted")
    me.go("/people")
    me.follow('#found a[href="/people/p10"]', "**/people/p10")
    wish = page.locator(".option .chip:has-text('いや')").count()
    me.press(".option button.no")  # the person does not want that place: said once, kept for every round
    assert page.locator(".option .chip:has-text('いや')").count() > wish
    me.go("/rides")
    page.fill("#date", DAY)
    me.press("main form button.yes")
    me.wait_for(lambda: planned_here(office))
    me.sees("担い手 d", "乗る")
    me.looks()
    if scripts:
        page.wait_for_selector(".leaflet-container canvas")
    page.click("main section details summary")
    me.follow("main section details a.button >> nth=0", "**answer=*")
    page.fill("main section [name=answered_by] >> nth=0", "運輸支局 見本さん")
    me.press("main section details button >> nth=0")
    me.sees("運輸支局 見本さん")
    me.follow("main a[href$='#call']", "**call=*")
    page.select_option("#call select[name^='ride.'] >> nth=0", "ends")
    page.select_option("#call select[name^='ride.'] >> nth=-1", "stays")
    me.press("#call form > p > button")
    me.wait_for(lambda: planned_here(office))
    me.sees("組み直す前の計画", "電話をかける方")
    me.looks("coordinator-planned-again")


@WITH_AND_WITHOUT_SCRIPTS
def test_a_participation_worker_meets_their_own_cases_and_asks_how_it_goes(tab, worked, scripts):
    me = Player(tab(scripts=scripts), "participation_worker@kawabe")
    page = me.page
    me.go("/people")
    assert page.locator("#found tbody tr").count() == 2  # their own cases and nobody else
    me.follow('#found a[href="/people/p03"]', "**/people/p03")
    me.sees("本人の思い・得意なこと・役割", "ニーズとつなぎ先")
    page.select_option("#contact [name=how]", "visit")
    page.fill("#contact textarea", "最初の1時間は一緒に行く")
    me.press("#contact button")
    me.sees("最初の1時間は一緒に行く")
    for of, going in (("person", "well"), ("host", "so_so")):
        page.select_option("#follow-up [name=when]", "first_visit")
        page.select_option("#follow-up [name=of]", of)
        page.select_option("#follow-up [name=going]", going)
        me.press("#follow-up button")
    me.sees("うまくいっている", "まあまあ")
    page.select_option("#purpose", "visit")
    me.press("form[action$='/identity'] button")
    me.sees("名前はまだ預かっていません")
    page.click("summary:has-text('名前と連絡先を書く')")
    page.fill("#i-name", "見本 花子")
    me.press("form[action$='/identity/kept'] button")
    assert "見本 花子" not in page.content()  # a name is opened for a purpose, each time anew
    me.press("form[action$='/identity'] button")
    me.sees("見本 花子")
    me.looks("worker-person")
    me.follow("a[href$='/readers']", "**/readers")
    me.sees("だれが見たか")
    me.looks()


@WITH_AND_WITHOUT_SCRIPTS
def test_a_participation_worker_holds_a_meeting_and_writes_the_plan_that_came_of_it(tab, worked, scripts):
    me = Player(tab(scripts=scripts), "participation_worker@kawabe")
    page = me.page
    me.go("/meetings")
    page.select_option("#kind", "plan_meeting")
    page.fill("#place", "役場の相談室")
    page.check("input[name=members] >> nth=0")
    page.fill("#cases", "p01")
    page.fill("#agenda", "歌の会に通うこと")
    me.press("main form.card button.yes")
    me.sees("役場の相談室")
    page.click("details:has(#outcome) > summary")
    page.fill("#outcome", "ひだまりサロンから始める")
    me.press("main form.card button.yes")
    me.sees("ひだまりサロンから始める")
    me.looks("worker-meeting")
    me.follow('main a[href="/people/p01"]', "**/people/p01")
    page.click("#plan summary")
    page.fill("#p-goal", "また歌いたい")
    for row, (who, what) in enumerate((("o-shakyo", "歌の会に一緒に行く"), ("o-rmo", "送り迎え"))):
        page.select_option(f"#plan [name=organisation_id] >> nth={row}", who)
        page.fill(f"#plan [name=what] >> nth={row}", what)
    me.press("#plan button.yes")
    me.sees("また歌いたい", "送り迎え")
    me.looks("worker-plan")


@WITH_AND_WITHOUT_SCRIPTS
def test_a_planner_finds_what_is_missing_develops_it_and_tries_what_if(tab, office, scripts):
    me = Player(tab(scripts=scripts), "planner@kawabe")
    page = me.page
    for kind, told in (("gaps", "つながらないわけ"), ("develop", "協議体に声をかけたい団体")):
        me.go("/gaps")
        me.press(f"main form:has(input[value={kind}]) button")
        assert page.locator("progress").count() == 1
        me.wait_for(lambda: solved_study(office))
        me.sees(told)
    me.looks()
    assert me.takes('main a[href="/gaps/council.pdf"]').startswith(b"%PDF")  # what the council sits over
    me.follow('main a[href="/counts"]', "**/counts")
    me.sees("ニーズの集計", "少数")
    me.looks()
    me.go("/connections")
    me.press("main form button")
    me.wait_for(lambda: solved_study(office))
    me.sees("つながりの図", "行き先の候補がない方が")
    me.looks()
    me.go("/scenarios")
    me.press("#edits button:has-text('受け入れる人数を増やす')")
    page.select_option("#more_places-opening", index=1)
    page.fill("#more_places-places", "3")
    page.fill("#more_places-named", "ひだまりサロンを広げる")
    me.looks()
    me.press("form:has(#more_places-opening) button")
    me.sees("組み立てている想定", "ひだまりサロンを広げる")
    me.press("#edits button:has-text('運転の担い手がやめる')")
    page.fill("#lose_drivers-number", "1")
    me.press("form:has(#lose_drivers-number) button")
    me.looks()
    me.press("#draft button.yes")
    me.wait_for(lambda: solved_study(office))
    me.sees("今日つながる数", "ひだまりサロンを広げる", "運転の担い手が1人やめる")
    assert page.locator("figure.drawn svg .net").count() == 2
    assert "ひだまりサロンを広げる" in me.takes('main a[href$="/study.csv"]').decode("utf-8-sig")
    me.looks("planner-scenario")


def test_two_coordinators_at_once_see_each_others_decisions_and_never_oversell(tab, office):
    """The last place goes to who accepts first; the other is told so, loses nothing, and sees what was decided."""
    add_second_coordinator(office)
    first, second = Player(tab(), "coordinator@kawabe"), Player(tab(), "second@kawabe")
    first.go("/rounds")
    first.press("main form button.yes")
    solved_here(office)
    first.sees("地区ごと")
    leave_one_place(office, "salon-tue")
    held = places_held(office, "salon-tue")
    for me, person in ((first, "p01"), (second, "p10")):  # both are sent there, and there is one place
        me.page.goto(f"/people/{person}")
        me.sees("ひだまりサロン 火曜")
    first.press("#n01 button.yes")
    first.sees("体験中")
    second.press(".option:has-text('ひだまりサロン 火曜') button.yes")
    second.sees("空きがありません")
    second.looks()
    second.press("main a.button")
    assert second.page.url.endswith("/people/p10") and second.page.locator(".chip:has-text('体験中')").count() == 0
    taken = second.page.locator(".option:has-text('ひだまりサロン 火曜')").first
    assert "いまは満員" in taken.inner_text() and taken.locator("form[action*='decisions']").count() == 0
    second.page.goto("/people/p01")
    second.sees("体験中")  # what the other decided
    assert places_held(office, "salon-tue") == held + 1


def add_second_coordinator(office):
    from api.routes.users import add_user
    from api.security.passwords import hashed

    with office.database.change(office.scope()) as connection:
        add_user(connection, "kawabe", "second@kawabe", "coordinator", [AREA], hashed(PASSWORD))


def leave_one_place(office, opening):
    from sqlalchemy import update

    openings, places = NOUNS["openings"].table, places_held(office, opening) + 1
    with office.database.change(office.scope()) as connection:
        mine = (openings.c.municipality_id == "kawabe", openings.c.opening_id == opening)
        new = {"capacity": places, "comfortable_load": places, "attending": 0}
        connection.execute(update(openings).where(*mine).values(**new))


def places_held(office, opening):
    from sqlalchemy import func, select

    held = NOUNS["placements"].table
    with office.database.look(office.scope()) as connection:
        mine = (held.c.municipality_id == "kawabe", held.c.opening_id == opening)
        return connection.execute(select(func.count()).where(*mine)).scalar_one()
