"""Every text of the report and of the terminal, in one table: plain Japanese first, English beside it."""

from collections.abc import Mapping
from typing import Protocol

from matching.errors import Fact, Lang, Text


class Phrases(Protocol):
    """The table in one language: a key and its facts in, a sentence out."""

    def __call__(self, key: str, **facts: Fact) -> str:
        """The text of `key`, its facts filled in.

        Raises:
            KeyError: no such text, or a fact that it names is missing.
        """
        ...


class Count(int):
    """A whole number in a text: `{n}` writes 1,234, and `{n:person|people}` the word for one or for many."""

    def __format__(self, spec: str) -> str:
        if "|" not in spec:
            return format(int(self), spec or ",").replace("-", "−")
        one, many = spec.split("|")
        return one if self == 1 else many


def phrases(lang: Lang) -> Phrases:
    """The table, read in one language."""

    def say(key: str, **facts: Fact) -> str:
        counted = {name: Count(value) if type(value) is int else value for name, value in facts.items()}
        return TEXTS[key].render(lang, counted)

    return say


_HEAD = {
    "title": Text("{town} つなぎ先の案", "{town}: proposed placements"),
    "week": Text("{year}年{month}月{day}日からの週", "Week of {year}-{month:02}-{day:02}"),
    "room.consent": Text("本人が共有に同意した方の案", "People who agreed to sharing"),
    "room.support_conference": Text("支援会議限り", "For the support conference only"),
    "room.note": Text(
        "本人の同意をまだ得ていない方の情報を含みます。支援会議の外に持ち出さないでください。",
        "It holds information on people who have not agreed to sharing yet. It must not leave the support conference.",
    ),
    "people_decide": Text(
        "決めるのは人です。ここにあるのは話し合いのための案で、まだ誰にも連絡せず、何も予約していません。",
        "People decide. These are proposals to talk about: nobody has been contacted and nothing has been booked.",
    ),
    "optimal": Text("この案は最良と証明されています", "Proven best"),
    "optimal.note": Text(
        "受けられるすべての組み合わせの中で、これより良い案はありません（見る順番と合計は「読み方」に）。",
        "No plan over all possible pairs is better. The order of the aims and their sums are in “How to read this”.",
    ),
    "feasible": Text("この案が最良かどうかは、まだ証明されていません", "Not proven best yet"),
    "feasible.note": Text(
        "時間内に見つかったいちばん良い案です。どこまで良くなりうるかは下の表のとおりです。",
        "This is the best plan found in time; the table says how much better it could be.",
    ),
    "contents": Text("目次", "Contents"),
    "provenance": Text("データの出どころ", "Where the data come from"),
    "careful": Text(
        "お一人おひとりのニーズが載っています。取り扱いにご注意ください。",
        "This lists the needs of individual people. Handle with care.",
    ),
}

_TIERS = {
    "tiers": Text("見る順番と、その合計", "The aims in their order, and their sums"),
    "tiers.name": Text("大切にすること（上から順に）", "Aim (the upper comes first)"),
    "tiers.value": Text("この案", "This plan"),
    "tiers.bound": Text("上限", "Bound"),
    "tiers.proof": Text("証明", "Proof"),
    "tiers.proven": Text("最良", "best"),
    "tiers.open": Text("あと最大 {gap}", "at most {gap} more"),
    "tier.worst_off": Text("切実な方・長くお待ちの方から", "Urgent needs and long waits first"),
    "tier.placed": Text("つながる人数", "How many are placed"),
    "tier.spread": Text("地区の偏りを少なく", "Spread over the areas"),
    "tier.fit": Text("本人との合いぐあい", "Fit with the person"),
    "tier.few_changes": Text("今の暮らしを変えない", "Few changes"),
}

_FIGURES = {
    "figures": Text("数字で見る", "The figures"),
    "needs": Text("ニーズ", "Needs"),
    "needs.note": Text("支援ニーズの件数", "in the town’s records"),
    "placed": Text("つなぎ先の案あり", "With a proposal"),
    "placed.note": Text("うち今のつなぎ先を続ける {kept}件", "{kept} of them go on as now"),
    "unplaced": Text("まだ案がない", "Without one yet"),
    "unplaced.note": Text("主な理由は下の表に", "the table below tells why"),
    "refused": Text("同意がまだ", "No consent yet"),
    "refused.note": Text("件数だけを数え、内容は載せません", "counted only; nothing else is shown"),
    "ask_first": Text("先に確認が必要", "To be asked first"),
    "ask_first.note": Text("案 {placed}件のうち {asked}件", "{asked} of {placed} proposals"),
    "waiting": Text("お待ちの週数", "Weeks of waiting"),
    "waiting.who": Text("どなたが", "Who"),
    "waiting.known": Text("分かっている件数", "Known"),
    "waiting.median": Text("中央値", "Median"),
    "waiting.longest": Text("最も長い", "Longest"),
    "waiting.weeks": Text("{n}週", "{n} {n:week|weeks}"),
    "none": Text("—", "—"),
    "why": Text("案がない主な理由", "Main reasons for having none"),
    "why.reason": Text("主な理由", "Main reason"),
    "why.count": Text("件数", "Needs"),
    "why.note": Text(
        "いちばん近かった枠を妨げた理由で、1件を1つに数えています。",
        "Each need is counted once, by what stood between it and the nearest openings.",
    ),
    "percent": Text("{n}％", "{n} %"),
    "reason.coupled": Text("ほかの予定や方との兼ね合い", "does not go together with the rest"),
    "reason.no_such_opening": Text("この種類の枠がない", "no opening of this kind"),
    "reason.untold": Text("理由は調べていない", "not looked into"),
}

_MAP = {
    "map": Text("地図", "Map"),
    "map.caption": Text(
        "地区ごとのニーズと地域資源（住まいの場所は描いていません）",
        "Needs by area, and community resources (no home is shown)",
    ),
    "map.desc": Text(
        "円の大きさはその地区のニーズの数、輪の濃い部分は案がない割合。数は下の表にあります。",
        "Circles are areas, as large as their needs; the dark part of the ring has no proposal yet. "
        "The table below has the numbers.",
    ),
    "map.none": Text(
        "地区にも資源にも位置がないので、地図は描けません。", "Neither areas nor resources have a place: no map."
    ),
    "map.area": Text("地区のニーズ", "needs of an area"),
    "map.waiting": Text("うち案がない割合（濃い輪）", "without a proposal (dark part of the ring)"),
    "map.label": Text("{unplaced}／{needs}", "{unplaced} of {needs}"),
    "map.legend": Text("地図の記号", "Signs of the map"),
    "map.numbers": Text(
        "名前の下の数字は「案がない件数／ニーズ」です。", "Below a name: needs without a proposal, of all."
    ),
    "map.treasure": Text("お宝（場所はぼかしています）", "informal treasure (place blurred)"),
    "map.unshown": Text(
        "訪問・オンラインや、住民の方ご自身の活動、場所の分からない資源など{n}か所は、地図に載せていません。",
        "{n} {n:resource is|resources are} not drawn: visiting, online, a resident’s own doing, or of unknown place.",
    ),
    "map.dot": Text("地域資源", "community resource"),
    "map.km": Text("{n} km", "{n} km"),
    "map.north": Text("北", "N"),
    "areas": Text("地区ごとの数", "Numbers by area"),
    "areas.area": Text("地区", "Area"),
    "areas.resources": Text("資源", "Resources"),
    "areas.unknown": Text("地区が不明", "Area unknown"),
    "areas.more": Text("ほかに{n}地区（JSONにあります）", "{n} more {n:area|areas} (in the JSON)"),
}

_CHARTS = {
    "charts": Text("グラフ", "Charts"),
    "chart.kinds": Text("ニーズの種類ごとの件数", "Needs by kind"),
    "chart.kinds.desc": Text(
        "種類ごとに、案がある件数と、まだない件数。", "For each kind, needs with and without a proposal."
    ),
    "chart.blocked": Text(
        "案がない方にとって、枠が合わなかった理由", "Why openings did not fit those without a proposal"
    ),
    "chart.blocked.desc": Text(
        "枠ひとつごとに最初に合わなかった理由を数えた、のべ枠数。",
        "Each opening counted once a need, by the first thing that spoke against it.",
    ),
    "chart.blocked.note": Text(
        "種類の違う支援の枠 のべ{n} は除いています。", "Openings for other kinds of need ({n}) are left out."
    ),
    "chart.seats.kind": Text("資源の種類ごとの席", "Places by kind of resource"),
    "chart.untold": Text("未確認", "not known"),
    "chart.seats.weekday": Text("曜日ごとの席", "Places by weekday"),
    "chart.seats.desc": Text(
        "この案で埋まる席と、空いている席。今の参加者を含みます。",
        "Places that are taken under this plan, present visitors included, and places still free.",
    ),
    "chart.seats.unknown": Text(
        "定員の分からない枠{n}は含みません。", "Openings of unknown capacity ({n}) are left out."
    ),
    "chart.seats.closed": Text(
        "受け入れ休止中の枠{n}は含みません。", "Openings closed to new people ({n}) are left out."
    ),
    "chart.more": Text("ほかに{n}種類", "{n} more"),
    "chart.none": Text("数えるものがありません。", "Nothing to count."),
    "legend.placed": Text("案あり", "with a proposal"),
    "legend.unplaced": Text("まだない", "without one"),
    "legend.used": Text("埋まる席", "taken"),
    "legend.free": Text("空く席", "free"),
    "legend.blocked": Text("のべ枠数", "openings"),
}

_GAPS = {
    "gaps": Text("足りないところ", "Gaps"),
    "gaps.none": Text("案がないニーズはありません。", "Every need has a proposal."),
    "helps": Text("これがあれば、つながります", "What would help"),
    "helps.note": Text(
        "お一人ずつ確かめた数です。同じ席や送迎を何人かが待っている場合、一度に全員がつながるとは限りません。",
        "Proved for one person at a time: if several wait for the same place or ride, it may not serve all at once.",
    ),
    "helps.change": Text("あれば助かること", "Change"),
    "helps.where": Text("どこで", "Where"),
    "helps.who": Text("つながる方", "Would help"),
    "helps.needs": Text("ニーズ", "Needs"),
    "helps.people": Text("{n}人", "{n} {n:person|people}"),
    "helps.more": Text("ほかに{n}通り（JSONにあります）", "{n} more {n:change|changes} (in the JSON)"),
    "helps.rest": Text("続き {n}通り", "{n} more {n:change|changes}"),
    "rows": Text("地区と種類ごとの不足", "Gaps by area and kind"),
    "rows.area": Text("地区", "Area"),
    "rows.kind": Text("種類", "Kind"),
    "rows.unplaced": Text("案なし", "Without"),
    "rows.of": Text("{unplaced}／{needs}", "{unplaced} of {needs}"),
    "rows.why": Text("多い理由", "Commonest reasons"),
    "rows.help": Text("助けになること", "Changes that would help"),
    "rows.rest": Text("続き {n}組", "{n} more {n:row|rows}"),
    "rows.more": Text("ほかに{n}組（JSONにあります）", "{n} more (in the JSON)"),
    "counted": Text("{what} {n}", "{what} {n}"),
    "change_to": Text("{what} → {n}人", "{what} → {n} {n:person|people}"),
    "change.one_more_place": Text("あと1席", "one more place"),
    "change.one_more_seat": Text("送迎の席をあと少し", "more seats in a car"),
    "change.one_more_car": Text("車と担い手をあと一組", "one more car and driver"),
    "change.ride": Text("送迎", "a ride"),
    "change.ride_wheelchair": Text("車いすで乗れる送迎", "a ride that takes a wheelchair"),
    "change.longer_way": Text("遠い道のりの手助け", "help with a longer way"),
    "change.shorter_walk": Text("歩かずに済む乗り物", "a lift instead of the walk"),
    "change.helper_comes_further": Text("訪問の範囲を広げる", "a helper who comes further"),
    "change.other_hour": Text("本人の都合のつく時間", "another hour of the person"),
    "change.ask_feature": Text("設備があるかの確認", "asking about features"),
    "change.add_feature": Text("設備を加える", "adding features"),
    "change.reopen": Text("受け入れの再開", "taking new people again"),
    "change.rest_first": Text("受け入れ先への支え", "support for a tired host"),
    "change.lower_fee": Text("参加費の減免", "a reduced fee"),
    "change.other_activity": Text("新しい活動", "another activity"),
    "change.other_area": Text("対象の地区を広げる", "opening to other areas"),
    "change.interpreter": Text("通訳", "an interpreter"),
    "change.more_hours": Text("担い手の時間をもう少し", "some more hours of a helper"),
    "change.other": Text("そのほかの変更", "another change"),
}

_CARDS = {
    "proposals": Text("案", "Proposals"),
    "proposals.note": Text(
        "地区ごとに並べています。いちばん上が全体で選んだ案、その下はほかの行き先です。",
        "By area. The first place is the one chosen for the whole; the others could be chosen instead.",
    ),
    "proposals.area": Text("{area}（{n}件）", "{area} ({n})"),
    "proposals.none": Text("案はありません。", "There are no proposals."),
    "more_in_json": Text(
        "ほかの{n}件は JSON ファイルにあります。ここには切実な方・長くお待ちの方から載せました。",
        "{n} more are in the JSON file; listed here are the urgent and those who have waited longest.",
    ),
    "urgency": Text("切実さ {n}／3", "urgency {n} of 3"),
    "waited": Text("{n}週お待ち", "waiting {n} {n:week|weeks}"),
    "conference": Text("支援会議で扱う方", "support conference"),
    "chosen": Text("案", "Proposed"),
    "rank": Text("候補{n}", "Choice {n}"),
    "asks": Text("先に確認", "ask first"),
    "treasure": Text("お宝", "informal treasure"),
    "kept": Text("今のつなぎ先", "as now"),
    "others": Text("ほかの行き先 {n}か所", "{n} other {n:choice|choices}"),
    "when": Text("{weekday} {start}–{end}", "{weekday} {start}–{end}"),
    "when.weeks": Text("{weekday} {start}–{end}（第{weeks}週）", "{weekday} {start}–{end} (weeks {weeks})"),
    "when.unknown": Text("曜日・時間は未確認", "day and hours not known yet"),
    "way": Text("{mode} {minutes}分", "{mode}, {minutes} min"),
    "points": Text("合いぐあい {points}点", "fit {points}"),
    "reasons": Text("理由", "Reasons"),
    "reason.points": Text("（{points:+}）", " ({points:+})"),
    "cost.none": Text("ほかの方への影響なし", "No effect on others"),
    "cost.placed.one": Text("ほかの方お一人がつなげなくなります", "One other person would lose their place"),
    "cost.placed": Text("ほかの方{n}人がつなげなくなります", "{n} other people would lose their places"),
    "cost.worst_off": Text(
        "人数は減りませんが、より切実な方や長くお待ちの方の席が、ほかの方に移ります",
        "As many are placed, but somebody more urgent or waiting longer loses the place to another",
    ),
    "cost.spread": Text("人数は同じですが、地区の偏りが増えます", "As many are placed, but less evenly over the areas"),
    "cost.fit": Text("ほかの方の行き先が、少し合いにくくなります", "Others would fit a little less well"),
    "cost.few_changes": Text("ほかの方の今の案が変わります", "Plans of others would change"),
    "cost.better": Text("ほかの方への悪い影響なし", "No bad effect on others"),
    "cost.bound": Text("{cost}（多めの見積もり）", "{cost} (at most)"),
}

_UNPLACED = {
    "waiting_list": Text("まだ案がない方", "Without a proposal yet"),
    "waiting_list.note": Text(
        "切実な方・長くお待ちの方から並べています。", "The urgent and those waiting longest come first."
    ),
    "waiting_list.first": Text("はじめの{n}件", "The first {n}"),
    "waiting_list.rest": Text("続き {n}件", "{n} more"),
    "refused.section": Text(
        "このほか{n}件は、本人の同意がまだないため、中身を見ずに件数だけ数えました。",
        "{n} more {n:need is|needs are} only counted, not looked into: there is no consent yet.",
    ),
    "account": Text("{n}の枠を調べました:", "{n} openings were looked at:"),
    "account.full": Text("満員 {n}", "full {n}"),
    "account.others": Text("受けられるが今回は組めない {n}", "possible, but not together with the rest {n}"),
    "full": Text("満員の枠", "Full"),
    "full.one": Text("{place}（{when}、この案で{n}人）", "{place} ({when}; {n} in this plan)"),
    "held_back": Text("空きはあるものの、今回は組めませんでした", "There is room, but it does not go together"),
    "help": Text("これがあれば", "What would help"),
    "help.none": Text(
        "一つの変更でつながる枠は見つかりませんでした。新しい場や担い手づくりの話し合いへ。",
        "No single change would do: this asks for something new in the community.",
    ),
}

_END = {
    "warnings": Text("確かめていただきたいこと", "Please look at"),
    "warnings.none": Text("ありません。", "Nothing."),
    "warnings.more": Text("ほかに{n}件（JSONにあります）", "{n} more (in the JSON)"),
    "reading": Text("読み方", "How to read this"),
    "end": Text(
        "tsunagu（つなぐ）がまちのデータと決まりから作りました。同じ入力からは同じ報告ができます。",
        "Made by tsunagu from the town’s data and its rulebook; the same input gives the same report.",
    ),
    "digest": Text("入力の指紋 {digest}", "Fingerprint of the input {digest}"),
    "top": Text("先頭へ", "Back to the top"),
}

GLOSSARY: Mapping[str, tuple[Text, Text]] = {
    "proposal": (
        Text("案", "Proposal"),
        Text(
            "全員分を一緒に考えて選んだ行き先です。席の取り合いも含めて決めています。",
            "A place chosen together with everybody else’s, so that no place is promised twice.",
        ),
    ),
    "opening": (
        Text("枠", "Opening"),
        Text("曜日と時間の決まった受け入れの機会です。", "A weekday and hour at which a resource takes people."),
    ),
    "points": (
        Text("点", "Points"),
        Text(
            "決まり（ルールブック）が付ける点です。内訳は理由ごとの（＋・−）で、足すと合いぐあいになります。",
            "Given by the rules. The numbers behind the reasons add up to the fit.",
        ),
    ),
    "cost": (
        Text("ほかの方への影響", "Effect on others"),
        Text(
            "その候補に替えたとき、ほかの方の案がどう変わるかを計算したものです。「多めの見積もり」は、"
            "実際の影響がそれより小さいこともあります。",
            "What happens to everybody else if this choice is taken instead. “At most” means it may be less.",
        ),
    ),
    "ask_first": (
        Text("先に確認", "Ask first"),
        Text("受け入れ先の都合を先に伺う必要があります。", "The host is to be asked before anybody else is told."),
    ),
    "treasure": (
        Text("お宝", "Informal treasure"),
        Text(
            "地域の自然な支え合いです。席のように埋めることはせず、そっと伺います。",
            "Natural mutual help in the area; it is asked gently, never filled like a service.",
        ),
    ),
    "full": (
        Text("満員", "Full"),
        Text("条件は合いますが、席が残っていません。", "Everything fits, but no place is left."),
    ),
    "change": (
        Text("これがあれば", "What would help"),
        Text(
            "その一つだけ変われば本人につながる、と計算で確かめた変更です。本人に願いをあきらめてもらう案は出しません。",
            "One change that was proved to give this person a place. None asks the person to give up a wish.",
        ),
    ),
}
"""The words of the report that need explaining: each with what it means."""

_RESOURCES = {
    "salon": Text("通いの場・サロン", "salon"),
    "cafe": Text("喫茶・カフェ", "café"),
    "shop": Text("お店", "shop"),
    "volunteer": Text("ボランティア", "volunteer"),
    "rmo": Text("地域運営組織", "region management organisation"),
    "npo": Text("NPO", "NPO"),
    "facility": Text("施設", "facility"),
    "workplace": Text("働く場", "workplace"),
    "meal_service": Text("配食・食事", "meal service"),
    "mobile_shop": Text("移動販売", "mobile shop"),
    "online": Text("オンライン", "online"),
    "professional": Text("専門職", "professional"),
    "other": Text("その他", "other"),
}

_TERMINAL = {
    "show.urgent": Text("まだ案がない方（切実な順）", "Without a proposal yet, the most urgent first"),
    "show.need": Text("ニーズ", "Need"),
    "show.what": Text("内容", "About"),
    "show.place": Text("行き先", "Place"),
    "show.way": Text("行き方", "Way"),
    "show.more": Text("ほかに{n}件", "{n} more"),
    "show.count": Text("{n}件", "{n}"),
    "show.waiting": Text("お待ちの週数: {who}", "Weeks of waiting: {who}"),
    "show.wait": Text("中央値 {median}週・最も長い方 {longest}週", "median {median}, longest {longest}"),
    "show.problems": Text(
        "直していただきたい点 {errors}、確かめていただきたい点 {warnings}", "{errors} to mend, {warnings} to look at"
    ),
    "show.problems.none": Text("問題は見つかりませんでした。", "No problems found."),
    "show.row": Text("{row}行目", "row {row}"),
    "show.file": Text("全体", "whole file"),
    "show.column": Text("列 {column}", "column {column}"),
    "show.error": Text("要修正", "mend"),
    "show.warning": Text("確認", "look"),
    "show.findings": Text("つながりから分かること", "What the ties tell"),
    "show.findings.none": Text("つながりから特に伝えることはありません。", "The ties tell nothing in particular."),
}

TEXTS: Mapping[str, Text] = {
    **_HEAD,
    **_TIERS,
    **_FIGURES,
    **_MAP,
    **_CHARTS,
    **_GAPS,
    **_CARDS,
    **_UNPLACED,
    **_END,
    **_TERMINAL,
    **{f"resource.{kind}": text for kind, text in _RESOURCES.items()},
}
"""Each text by its key."""
