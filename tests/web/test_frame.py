"""What holds on every page: sign-in, the language, forms that are ours, headers, and texts in both languages."""

import re
import string
from pathlib import Path

import pytest

from api.web.bits import Bits, bits
from api.web.desk import Page, local, routes
from api.web.pages import PAGES
from api.web.render import environment
from api.web.texts import LANGS, catalogue
from matching.errors import InputError
from tests.api.conftest import PASSWORD
from tests.web.conftest import Reader

WEB = Path(__file__).parents[2] / "api/web"
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
JAPANESE = re.compile(r"[ぁ-んァ-ン一-龥]")


def test_who_has_not_signed_in_is_led_to_the_sign_in_and_then_to_where_they_wanted(office):
    reader = Reader(office.desk())
    reader.open("/?x=1")
    assert reader.page.url.path == "/sign-in"
    reader.send("/sign-in", name="coordinator@kawabe", password=PASSWORD)
    assert reader.page.url.path == "/" and "きょう" in reader.page.text


def test_a_wrong_password_says_so_and_keeps_the_name_alone(office):
    reader = Reader(office.desk())
    reader.open("/sign-in")
    text = reader.send("/sign-in", 401, name="coordinator@kawabe", password="wrong-and-secret")
    assert "coordinator@kawabe" in text and "wrong-and-secret" not in text and 'role="alert"' in text


@pytest.mark.parametrize(
    "path",
    ["//evil.example", "/\\evil.example", "https://evil.example", "http:/x", "javascript:alert(1)", "/a\nb", "x", ""],
)
def test_nobody_is_led_to_a_foreign_page(path):
    assert local(path) == ""


def test_after_sign_out_the_session_is_gone_and_the_browser_forgets(readers):
    reader = readers["coordinator"]
    reader.open("/")
    reader.client.follow_redirects = False
    reader.page = reader.client.post("/sign-out", data=reader.forms("/sign-out")[0])
    assert reader.page.status_code == 303 and "cache" in reader.page.headers["clear-site-data"]
    assert reader.client.get("/").headers["location"].startswith("/sign-in")


@pytest.mark.parametrize("broken", ["no token", "another token", "another origin", "the origin null"])
def test_a_form_that_is_not_ours_changes_nothing(readers, broken):
    reader = readers["coordinator"]
    reader.open("/")
    form = reader.forms("/sign-out")[0]
    if "token" in broken:
        form["csrf"] = "" if broken == "no token" else "x" * len(form["csrf"])
    headers = {"origin": "https://evil.example" if broken == "another origin" else "null"} if "origin" in broken else {}
    answer = reader.client.post("/sign-out", data=form, headers=headers)
    assert answer.status_code == 403
    reader.open("/")


def test_every_page_has_the_strict_policy_and_is_not_kept(readers):
    for reader in readers.values():
        reader.open("/")
        headers = reader.page.headers
        assert headers["content-security-policy"] == CSP
        assert headers["cache-control"] == "no-store" and headers["x-content-type-options"] == "nosniff"
        assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=", reader.page.text)


def test_the_language_is_switched_by_a_form_and_stays(readers):
    reader = readers["planner"]
    assert '<html lang="ja">' in reader.open("/")
    assert '<html lang="en">' in reader.send("/language")
    text = reader.open("/")
    assert "Today" in text and not JAPANESE.search(re.sub(r"日本語|<main.*</main>", "", text, flags=re.DOTALL))


def test_files_are_kept_for_ever_under_their_digest_and_packed(readers):
    reader = readers["auditor"]
    for path in set(re.findall(r'"(/static/[^"]+)"', reader.open("/"))):
        answer = reader.client.get(path)
        assert answer.status_code == 200 and "immutable" in answer.headers["cache-control"]
        assert answer.headers["content-encoding"] == "gzip"
        plain = reader.client.get(path, headers={"accept-encoding": "identity"})
        assert plain.content == answer.content and "content-encoding" not in plain.headers
        assert reader.client.get(re.sub(r"/static/\w", "/static/x", path)).status_code == 404


def test_both_catalogues_hold_the_same_texts_and_name_the_same_facts():
    ja, en = catalogue("ja"), catalogue("en")
    assert ja.keys() == en.keys()
    for key, text in ja.items():
        assert text and en[key], key
        assert named(text) == named(en[key]), key


def test_no_english_text_holds_japanese_but_the_name_of_the_language():
    assert [key for key, text in catalogue("en").items() if JAPANESE.search(text)] == ["other_language"]


def test_every_text_that_a_page_names_is_there_and_every_text_is_named():
    written = "".join(path.read_text(encoding="utf-8") for path in [*WEB.glob("*.py"), *WEB.glob("templates/*.j2")])
    whole = set(re.findall(r'\b(?:t|say)\(\s*"([\w.]+)"\s*[,)]', written))
    begun = set(re.findall(r'\b(?:t|say)\(f?"([\w.]+\.)(?:"\s*~|\{)', written))
    assert whole <= catalogue("ja").keys()
    quoted = set(re.findall(r'"([\w.]+)"', written))
    unused = [key for key in catalogue("ja") if key not in quoted and not key.startswith(tuple(begun))]
    assert unused == []


@pytest.mark.parametrize("lang", LANGS)
def test_texts_without_facts_are_written_into_the_templates_of_a_language_and_escaped(lang):
    made, told = environment(lang), catalogue(lang)
    shown = made.from_string('{{ t("today.talk") }}{% set x = t("role.admin") %}{{ x | length }}').render()
    assert shown == f"{told['today.talk']}{len(told['role.admin'])}"
    for name in made.list_templates():
        assert made.get_template(name)
    with pytest.raises(KeyError):
        made.from_string('{{ t("no.such.text") }}')


def test_the_smallest_parts_are_escaped():
    odd = '"><script>'
    for shown in (Bits.person(odd), bits("ja", era=False).on_day(odd)):
        assert "<script>" not in shown and "&lt;script&gt;" in shown


def test_no_text_stands_in_a_template_or_in_code():
    for path in [*WEB.glob("*.py"), *WEB.glob("templates/*.j2")]:
        text = re.sub(r'""".*?"""', "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        lines = [line for line in text.splitlines() if JAPANESE.search(line) and "Problem(" not in line]
        assert not [line for line in lines if not line.strip().startswith(("#", 'f"頁 '))], path


def test_a_page_whose_operation_no_rule_knows_stops_the_start():
    from api.security.policy import read_policy

    routes(PAGES, read_policy())
    with pytest.raises(InputError, match="no rule knows"):
        routes([Page("GET", "/secret", "secrets.list", print)], read_policy())


def named(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
