"""Administration: users, one's own account, the audit, retention, consent, and erasing a person with typed consent."""

import re
import time

from sqlalchemy import select, update

from api.security.passwords import totp
from api.store.register import NOUNS
from api.store.scope import table_of
from api.store.tables import Entry
from tests.api.conftest import PASSWORD
from tests.web.conftest import Reader


def test_a_new_user_gets_a_password_once_and_signs_in_with_it(office, readers):
    reader = readers["admin"]
    reader.open("/admin/users")
    text = reader.send("/admin/users", name="abe@kawabe", role="coordinator")
    password = re.search(r'合言葉（この一度だけ表示します） <b class="id">([^<]+)</b>', text)[1]
    assert password not in reader.open("/admin/users")
    abe = Reader(office.desk())
    abe.open("/sign-in")
    assert "きょう" in abe.send("/sign-in", name="abe@kawabe", password=password)


def test_colleagues_are_shown_by_name_and_by_that_to_sign_in_with_where_none_is_told(office, readers):
    admin, worker = readers["admin"], readers["participation_worker"]
    assert "coordinator@kawabe" in worker.open("/meetings")
    admin.open(f"/admin/users/{readers['coordinator'].user_id}")
    admin.send(f"/admin/users/{readers['coordinator'].user_id}", shown_name="佐藤（見本）")
    text = worker.open("/meetings")
    assert "佐藤（見本）" in text and "coordinator@kawabe" not in text
    assert "佐藤（見本）" in Reader(office.desk("coordinator@kawabe")).open("/me")
    admin.open(f"/admin/users/{readers['coordinator'].user_id}")
    admin.send(f"/admin/users/{readers['coordinator'].user_id}", shown_name="")
    assert "coordinator@kawabe" in worker.open("/meetings")


def test_a_changed_role_ends_the_sessions_and_an_old_page_changes_nothing(readers):
    admin, planner = readers["admin"], readers["planner"]
    planner.open("/resources")
    admin.open(f"/admin/users/{planner.user_id}")
    old = admin.forms(f"/admin/users/{planner.user_id}")[0]
    assert "監査" in admin.send(f"/admin/users/{planner.user_id}", role="auditor")
    planner.client.follow_redirects = False
    assert planner.client.get("/resources").headers["location"].startswith("/sign-in")
    assert admin.client.post(f"/admin/users/{planner.user_id}", data=old).status_code == 412


def test_ones_own_password_second_factor_and_keys(office, readers):
    reader = readers["coordinator"]
    reader.open("/me")
    reader.send("/me/password", 401, present="wrong", new="a new and long password")
    reader.open("/me")
    reader.send("/me/password", 422, present=PASSWORD, new="short")
    reader.open("/me")
    assert "合言葉を変えました" in reader.send("/me/password", present=PASSWORD, new="a new and long password")
    text = reader.send("/me/totp")
    secret = re.search(r'name="secret" value="([A-Z2-7]{32})"', text)[1]
    assert re.search(r'<div class="qr[^>]*role="img"[^>]*><svg [^>]*>', text) and "style=" not in text
    reader.send("/me/totp/proofs", totp=totp(secret, int(time.time()) // 30))
    assert "使っています" in reader.open("/me")
    text = reader.send("/me/tokens", label="夜の集計", nouns="resources", days="3")
    value = re.search(r'<p><b class="id">([\w-]{30,})</b></p>', text)[1]
    asked = office.desk().client.get("/v1/resources", headers={"Authorization": f"Bearer {value}"})
    assert asked.status_code == 200 and value not in reader.open("/me")
    end = re.search(r'action="(/me/tokens/[\w-]+/end)"', reader.page.text)[1]
    assert "鍵はありません" in reader.send(end)


def done(text):
    """What was done, in words and by its name, of each row of the audit."""
    return re.findall(r'<th scope="row">(.*?) <span class="id">(.*?)</span>', text)


def test_the_audit_is_searched_by_who_what_whom_and_when(office, readers):
    coordinator, reader = readers["coordinator"], readers["auditor"]
    coordinator.open("/people/p01")
    reader.open("/admin/audit")
    assert ("住民: 読む", "residents.read") in done(
        reader.send("/admin/audit", by=coordinator.user_id, did="residents")
    )
    reader.open("/admin/audit")
    assert "あてはまる記録はありません" in reader.send("/admin/audit", did="rounds")
    reader.open("/admin/audit")
    assert "あてはまる記録はありません" in reader.send("/admin/audit", until="2020-01-01")
    admin = readers["admin"]
    admin.open("/admin/audit")
    about = {operation for _, operation in done(admin.send("/admin/audit", about="p01"))}
    assert "residents.read" in about and "users.create" not in about
    admin.open("/admin/audit")
    admin.send("/admin/audit", 422, since="yesterday")


def test_a_tampered_audit_is_told_with_its_place(office, readers):
    reader = readers["auditor"]
    readers["admin"].open("/people/p01")
    reader.open("/admin/audit")
    assert "書き換えられていません" in reader.send("/admin/audit/verifications")
    entries = table_of(Entry)
    with office.database.change(office.scope()) as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_no_update")
        one = (entries.c.municipality_id == "kawabe", entries.c.seq == 1)
        connection.execute(update(entries).where(*one).values(operation="nothing.happened"))
    reader.open("/admin/audit")
    text = reader.send("/admin/audit/verifications")
    assert 'role="alert"' in text and "<li>1 " in text


def test_what_is_past_its_time_goes_when_it_is_asked_to_and_the_page_says_when(readers):
    reader = readers["admin"]
    assert "まだありません" in reader.open("/admin/retention")
    assert "片づけました" in reader.send("/admin/retention")
    assert "まだありません" not in reader.open("/admin/retention")


def test_the_register_of_consents_tells_since_when_and_who_noted_it(readers):
    reader = readers["admin"]
    before = reader.open("/consents")
    assert "admin@kawabe" not in before
    reader.open("/people/p01")
    reader.send("/people/p01/withdrawals")
    row = re.search(r'href="/people/p01">.*?</tr>', reader.open("/consents"), re.DOTALL)[0]
    assert "admin@kawabe" in row and "<time" in row
    assert 'href="/people/p03"' not in readers["coordinator"].open("/consents")  # of another area


def test_a_person_is_erased_only_where_their_identifier_is_typed(office, readers):
    reader = readers["admin"]
    reader.open("/people/p01/erasure")
    reader.send("/people/p01/erasure", 422, again="p02")
    reader.open("/people/p01/erasure")
    assert "消しました" in reader.send("/people/p01/erasure", again="p01")
    reader.open("/people/p01", 404)
    people = NOUNS["residents"].table
    with office.database.look(office.scope()) as connection:
        mine = (people.c.municipality_id == "kawabe", people.c.resident_id == "p01")
        assert connection.execute(select(people.c.version).where(*mine)).first() is None
    readers["coordinator"].open("/people/p02/erasure", 403)


def test_only_the_municipality_administers(readers):
    for path in ("/admin/users", "/admin/retention", "/admin/town"):
        readers["coordinator"].open(path, 404 if path != "/admin/users" else 403)


def test_the_audit_is_printed_with_all_its_rows(readers, monkeypatch):
    from api.web import admin

    monkeypatch.setattr(admin, "AT_ONCE", 3)
    reader = readers["admin"]
    for _ in range(8):
        reader.open("/people/p01")
    assert reader.open("/admin/audit").count('<tr><td class="number">') == 3
    which = next(at for at, form in enumerate(reader.forms("/admin/audit")) if form.get("all") == "1")
    text = reader.send("/admin/audit", which=which)
    assert text.count('<tr><td class="number">') > 6 and "すべての行を出す" not in text


def test_what_is_read_about_persons_is_noted_or_it_is_not_shown(office, readers):
    """The note is written when all is read; where it cannot be, the page is not shown."""
    reader = readers["coordinator"]
    assert "p01" in reader.open("/people")
    with office.database.change(office.scope()) as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER no_note BEFORE INSERT ON audit BEGIN SELECT RAISE(FAIL, 'full'); END"
        )
    answer = reader.client.get("/people")
    assert answer.status_code >= 400 and "p01" not in answer.text
