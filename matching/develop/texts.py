"""What a step says of itself, in both languages; no text names a person."""

from collections.abc import Mapping

from matching.errors import Facts, Lang, Text
from matching.texts import word

STEPS: Mapping[str, Text] = {
    "idea": Text(
        ja="{area}で{who}から出ている「{activities}」をやってみたいという声を、{when}に形にする（{places}人ほど）",
        en="{area}: begin what {who} would like to start, {activities}, {when} (about {places} people)",
    ),
    "strength": Text(
        ja="{activities}の得意な方が{area}に（本人に確認中）。{when}に小さな集まりを開く（{places}人ほど）",
        en="{area}: somebody there is good at {activities} (being asked); a small round {when} (about {places} people)",
    ),
    "hidden_place": Text(
        ja="{area}の{place}を借りて、{when}に{activities}の場を開く（{places}人ほど）",
        en="{area}: open {place} {when} for {activities} (about {places} people)",
    ),
    "host": Text(
        ja="{area}の{place}に、{when}の{activities}の場をお願いしてみる（{places}人ほど）",
        en="{area}: ask {place} to be a place for {activities} {when} (about {places} people)",
    ),
    "more_places": Text(
        ja="{area}の{place}（{when}）で、もう{places}人迎えられるようにする",
        en="{area}: make room for {places} more people at {place} ({when})",
    ),
    "more_hours": Text(
        ja="{area}の{place}を、{when}にも開く（{places}人ほど）",
        en="{area}: open {place} also {when} (about {places} people)",
    ),
    "mobile_shop": Text(
        ja="{area}に移動販売に来てもらう（{when}）",
        en="{area}: have a mobile shop stop {when}",
    ),
    "visitors": Text(
        ja="{area}で、{kind}のために{when}に訪ねてくださる方を募る（{places}軒ほど）",
        en="{area}: find neighbours who visit for {kind} {when} (about {places} homes)",
    ),
    "driver": Text(
        ja="{place}の運転を手伝う方を、{weekday}にもう1人募る",
        en="find one more driver for {place} on {weekday}",
    ),
    "car": Text(
        ja="{place}に、{weekday}の車と運転する方をもう1組",
        en="one more car with a driver for {place} on {weekday}",
    ),
    "pool": Text(
        ja="{area}の{other}と{place}を一緒に開き、担い手の手を空ける",
        en="{area}: hold {other} and {place} together, which frees hands",
    ),
}
"""One text for each kind of step."""

SHORT: Mapping[str, tuple[str, str]] = {
    "idea": ("住民の「やってみたい」", "residents' own idea"),
    "strength": ("得意を生かす", "a resident's strength"),
    "hidden_place": ("まだ資源になっていない場所", "a place that is not used yet"),
    "host": ("今ある場所の新しい役割", "a new role for a place that is there"),
    "more_places": ("受け入れを増やす", "more places"),
    "more_hours": ("開く日を増やす", "more hours"),
    "mobile_shop": ("移動販売", "a mobile shop"),
    "visitors": ("訪ねる担い手", "neighbours who visit"),
    "driver": ("運転の担い手", "a driver"),
    "car": ("車と運転の担い手", "a car and a driver"),
    "pool": ("小さな場を一緒に", "two small salons together"),
}
"""What a kind of step is called."""

_WHO = {
    "resident": ("住民", "a resident"),
    "group": ("グループ", "a group"),
    "shop": ("お店", "a shop"),
    "company": ("企業", "a company"),
    "other": ("地域の方", "somebody"),
}


def say_step(kind: str, facts: Facts, lang: Lang) -> str:
    """The sentence of a step; a place or activity that nobody named is told as open."""
    at = 0 if lang == "ja" else 1
    between = ("・", ", ")[at]

    def listed(vocabulary: str, name: str, otherwise: tuple[str, str]) -> str:
        values = [one for one in str(facts.get(name, "")).split(";") if one]
        return between.join(word(vocabulary, one, lang) for one in values) or otherwise[at]

    weekday = listed("weekday", "weekday", ("曜日は相談", "on a day to be agreed"))
    hours = str(facts.get("hours", ""))
    said = {
        "area": str(facts.get("area", "")) or ("町", "the town")[at],
        "place": str(facts.get("place", "")) or ("場所（これから相談）", "a place to be found")[at],
        "other": str(facts.get("other", "")),
        "activities": listed("activities", "activities", ("お茶やおしゃべりなど", "meeting and talking")),
        "places": facts.get("places", 0),
        "kind": word("kind", str(facts.get("kind", "other")), lang),
        "weekday": weekday,
        "when": f"{weekday} {hours}".strip() if lang == "ja" else f"on {weekday} {hours}".strip(),
        "who": _WHO.get(str(facts.get("offered_by", "other")), _WHO["other"])[at],
    }
    return STEPS[kind].render(lang, said)
