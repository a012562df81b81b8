"""Every label of the run sheet, the table and the calendar: plain Japanese first, English beside it."""

from collections.abc import Mapping

from matching.errors import Fact, Lang, Text

LABELS: Mapping[str, Text] = {
    "title": Text("運行表 {day}", "Run sheet  {day}"),
    "day": Text("{year}年{month}月{day}日（{weekday}）", "{weekday}, {year}-{month:02}-{day:02}"),
    "holiday": Text(" 祝日: {name}", "  public holiday: {name}"),
    "subtitle": Text(
        "運転者 {driver}  車 {vehicle}（{scheme}・{charge}）", "Driver {driver}    Car {vehicle} ({scheme}, {charge})"
    ),
    "driver_name": Text("運転者の氏名", "Driver's name"),
    "plate": Text("登録番号", "Plate number"),
    "companion": Text("同乗する人", "Companion"),
    "before": Text("運行前の確認（運転者ごとに、出発の前に）", "Before the run (each driver, before leaving)"),
    "checked": Text("確認", "Check"),
    "result": Text("結果", "Result"),
    "alcohol": Text("酒気帯び", "Alcohol"),
    "none": Text("なし", "none"),
    "found": Text("あり", "found"),
    "detector": Text("検知器を使用", "detector used"),
    "illness": Text("疾病", "Illness"),
    "fatigue": Text("疲労", "Fatigue"),
    "other": Text("その他の理由", "Other reason"),
    "instructions": Text("指示の内容", "Instructions"),
    "checked_by": Text("確認した人", "Checked by"),
    "checked_at": Text("日時", "Date, time"),
    "run": Text("運行", "Run"),
    "planned": Text("予定", "Planned"),
    "actual": Text("実際", "Actual"),
    "odometer": Text("メーター", "Odometer"),
    "distance": Text("走った距離", "Distance"),
    "leave": Text("出発", "Leave"),
    "back": Text("帰着", "Back"),
    "waypoints": Text("主な経過地点", "Main points"),
    "stops": Text("乗り降り", "Getting on and off"),
    "number": Text("順", "No."),
    "what": Text("乗降", "On/off"),
    "who": Text("だれ（番号）", "Who (id)"),
    "on_board": Text("車内", "Aboard"),
    "place": Text("場所", "Place"),
    "yen": Text("負担", "Charge"),
    "remarks": Text("備考", "Remarks"),
    "help": Text("介助", "Help"),
    "door": Text("ドアからドア", "door to door"),
    "bed": Text("ベッドからベッド", "bed to bed"),
    "aids": Text("用具・連絡先:", "Aids, phone:"),
    "accident": Text("事故・異常があったとき（概要と原因）", "Accident or anything unusual (what and why)"),
    "law": Text("決まりの確認: {standing}", "Law check: {standing}"),
    "law.fits": Text(
        "分かっている事実では、確かめることはありません。", "On the facts known there is nothing to be asked."
    ),
    "confirmed": Text("確かめた人・日付", "Confirmed by, date"),
    "foot": Text(
        "道路運送法施行規則 第51条の22 の記録。1年間保存。乗る方は番号で書きます。入力 {digest}",
        "Record of art. 51-22 of the enforcement rules; keep for one year; riders by their ids. Input {digest}",
    ),
    "board": Text("乗る", "on"),
    "alight": Text("降りる", "off"),
    "pause": Text("休憩", "break"),
    "until": Text("{until}まで", "until {until}"),
    "wheelchair": Text("車いす{n}台", "wheelchair ×{n}"),
    "escort": Text("付き添い", "escort"),
    "people": Text("{n}人", "{n} people"),
    "aboard": Text("{n}席", "{n}"),
    "aboard.chairs": Text("{n}席＋車いす{chairs}", "{n} + wheelchair {chairs}"),
    "home": Text("自宅（{area}）", "home ({area})"),
    "middle": Text("{area}の中心", "middle of {area}"),
    "nameless": Text("名前のない場所", "a place without a name"),
    "nameless.near": Text("名前のない場所（{area}のあたり）", "a place without a name (around {area})"),
    "base": Text("出発地（{resource}）", "base ({resource})"),
    "charge.none": Text("負担なし", "no charge"),
    "charge.actual_cost": Text("実費", "actual cost"),
    "charge.fare": Text("対価", "fare"),
    "scheme.free": Text("許可・登録のいらない運送", "free of permit"),
    "scheme.registered": Text("登録の車", "registered"),
    "scheme.tenant": Text("借りた車", "lent car"),
    "yen.each": Text("{yen}円", "{yen} yen"),
    "ride": Text("送迎 {ride}: {start}から{end}へ", "Ride {ride}: {start} to {end}"),
    "event": Text(
        "運転者 {driver}、車 {vehicle}。時刻は計画です。", "Driver {driver}, car {vehicle}. Times are planned."
    ),
    "event.holidays": Text(
        "祝日に当たる日: {days}。行くかどうかは人が決めます。",
        "Public holidays among them: {days}. People decide whether it runs.",
    ),
    "head": Text("{town} {day} の送迎", "{town}: rides on {day}"),
    "optimal": Text("この計画は最良と証明されています", "Proven best"),
    "feasible": Text("この計画が最良かどうかは、まだ証明されていません", "Not proven best yet"),
    "replanned": Text(
        "電話のあとに組み直した計画です。済んだことと、伝えた時刻は、できるだけそのままです",
        "Re-planned after a call: what has happened and what was told stay where they can",
    ),
    "by_hand": Text(
        "手で組んだ順です。時刻は計算し直しました。守れない決まりは下のお知らせにあります",
        "An order made by hand: its times are worked out, and the rules that it breaks are told below",
    ),
    "nothing": Text("この日の送迎の希望はありません", "No rides are asked for on that day"),
    "people_decide": Text(
        "決めるのは人です。まだ誰にも連絡していません。", "People decide. Nobody has been contacted yet."
    ),
    "counts": Text(
        "運ぶ {served}件、運べない {unserved}件、共有に同意のない {refused}件（中身は見ていません）",
        "{served} driven, {unserved} not driven, {refused} without consent (not looked at)",
    ),
    "tier.promised": Text("約束した送迎（優先 {priority}）", "promised rides (priority {priority})"),
    "tier.served": Text("運ぶ送迎（優先 {priority}）", "rides (priority {priority})"),
    "tier.effort": Text(
        "運転の分（出る車一台ごとに{priority}分を加える）",
        "minutes driven ({priority} more for each car that goes out)",
    ),
    "tier.bound": Text("これより良くはならない: {bound}", "no plan betters {bound}"),
    "tour": Text("{driver}・{vehicle}", "{driver}, {vehicle}"),
    "unserved": Text("運べない送迎", "Not driven"),
    "warnings": Text("お知らせ", "To look at"),
    "minutes": Text("運転 {n}分", "{n} minutes driven"),
    "sheets.held": Text(
        "{driver}・{vehicle} の運行表は書いていません（{why}）。確かめたら --confirmed-by を付けてください",
        "no run sheet for {driver}, {vehicle} ({why}); once it is confirmed, use --confirmed-by",
    ),
    "when": Text("時刻", "Time"),
    "reason": Text("理由", "Why"),
    "shares": Text("担い手ごとの分担（申し出た時間に対して）", "What each volunteer gives of what they offered"),
    "driver": Text("運転者", "Driver"),
    "offered": Text("申し出た時間", "Offered"),
    "given": Text("運行の時間（ならす前）", "Driving (before evening out)"),
    "share": Text("割合", "Share"),
    "hours": Text("{hours}時間", "{hours} h"),
    "fairest": Text("これより公平な分け方はありません", "No sharing is fairer"),
    "progress": Text("今の最良 {best} これより良くはならない {bound}", "best {best}  nothing betters {bound}"),
    "ride_id": Text("送迎", "Ride"),
    "week.title": Text("{town} 一週間の送迎", "{town}: a week of rides"),
    "map": Text("地図（自宅は圏域の点で示しています）", "Map (homes are shown at the point of their area)"),
    "timetable": Text("時刻表", "Timetable"),
}


def label(key: str, lang: Lang, **facts: Fact) -> str:
    """One label in one language.

    Raises:
        KeyError: no such label, or a fact that it names is missing.
    """
    return LABELS[key].render(lang, facts)
