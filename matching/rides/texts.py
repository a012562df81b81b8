"""Why somebody is not driven, in words: codes that the day tells before and after it is planned."""

from collections.abc import Mapping

from matching.errors import Text

UNSERVED: Mapping[str, Text] = {
    "nobody": Text(ja="乗る人数が0人です", en="nobody is to ride"),
    "no_place": Text(
        ja="乗る所か降りる所の座標がありません（{missing}）", en="no coordinates of where to get on or off ({missing})"
    ),
    "no_way": Text(ja="車で行ける道がありません", en="there is no way by car"),
    "window": Text(
        ja="{earliest}に迎えて{latest}に着くことはできません。直行でも{minutes}分かかります",
        en="fetched at {earliest}, nobody arrives by {latest}: the direct way takes {minutes} minutes",
    ),
    "ride_too_long": Text(
        ja="直行でも{minutes}分かかり、車に乗っていられる上限{limit}分を超えます",
        en="even the direct way takes {minutes} minutes, more than {limit}",
    ),
    "no_driver": Text(ja="この日に運転できる担い手がいません", en="nobody drives on that day"),
    "law": Text(
        ja="この日に走れる車は、決まりに合わないものだけです", en="the only cars of that day do not fit the law"
    ),
    "fixed_missing": Text(
        ja="約束した担い手か車（{driver} {vehicle}）が、この日にありません",
        en="the driver or car agreed on ({driver} {vehicle}) is not there on that day",
    ),
    "not_area": Text(ja="この圏域を対象とする車が、この日にありません", en="no car of that day serves the area"),
    "no_car": Text(
        ja="席{seats}・車いす{wheelchairs}台が一度に乗れる車が、この日にありません",
        en="no car of that day takes {seats} seated and {wheelchairs} wheelchairs at once",
    ),
    "quota": Text(
        ja="運転できる担い手は、この週・月に引き受けた回数をもう終えています",
        en="those who could drive have done all the trips they offered for the week or month",
    ),
    "hours": Text(
        ja="この時間に運転できる担い手がいません（時間・休憩・一日の上限）",
        en="nobody drives at that time (hours, breaks, the day's limit)",
    ),
    "other_half": Text(
        ja="対になる便（{other}）が運べないため、片道だけにはしません",
        en="its other half ({other}) cannot be driven, and nobody is driven one way only",
    ),
    "pair_alone": Text(
        ja="行きと帰りを一組にすると（{other}）、ほかに客がいなくても運べません",
        en="out and home together ({other}) cannot be driven even with all cars free",
    ),
    "cars_taken": Text(
        ja="一人だけなら運べますが、この日の車と担い手では全員は運べません",
        en="could be driven alone, but that day's cars and drivers cannot carry everybody",
    ),
    "no_room_left": Text(
        ja="約束した時刻を守ると、残りの時間の車で運べる組み方が見つかりませんでした。動かしてよい人数を増やすと変わることがあります",
        en="no way was found in what is left of the day that keeps the times told; moving more people may help",
    ),
    "not_in_order": Text(ja="手で組んだ順に入っていません", en="it is not in the order made by hand"),
    "not_found": Text(
        ja="時間内に運び方が見つかりませんでした。無いと証明されたわけではありません",
        en="no way was found in time; that there is none is not proven",
    ),
}
"""Each code with its sentence; the facts it names stand in the `Unserved`."""

HELPS: Mapping[str, Text] = {
    "board_at": Text(
        ja="{ride}は、{asked}ではなく{fits}に乗るなら運べます（ほかの方はそのまま）",
        en="{ride} could be fetched at {fits} instead of {asked}, and nobody else loses their ride",
    ),
    "arrive_at": Text(
        ja="{ride}は、{asked}ではなく{fits}に着くなら運べます（ほかの方はそのまま）",
        en="{ride} could arrive at {fits} instead of {asked}, and nobody else loses their ride",
    ),
    "longer_ride": Text(
        ja="{ride}が車に乗っている時間は、{limit}分ではなく{minutes}分まででよければ、運べます",
        en="{minutes} minutes on board instead of {limit} would do for {ride}",
    ),
    "area_too": Text(
        ja="{resource}の車がこの圏域も対象にすれば、運べます",
        en="it could be driven if {resource} served this area, too",
    ),
    "one_more_driver": Text(
        ja="{start}から{end}まで、車{vehicle}の運転者があと一人いれば、運べます",
        en="one more driver for car {vehicle} from {start} to {end} would do",
    ),
    "one_more_car": Text(
        ja="{start}から{end}まで、あと一人の担い手と車（席{seats}・車いす{wheelchairs}）があれば、運べます",
        en="one more driver and car (seats: {seats}, wheelchair places: {wheelchairs}) from {start} to {end} would do",
    ),
    "one_more_seat": Text(ja="車{vehicle}の席があと一つあれば、運べます", en="one more seat in car {vehicle} would do"),
    "one_more_wheelchair": Text(
        ja="車{vehicle}に車いすの場所があと一つあれば、運べます",
        en="one more wheelchair place in car {vehicle} would do",
    ),
    "one_more_trip": Text(
        ja="担い手があと{trips}回引き受ければ、運べます", en="{trips} more trips by the drivers there are would do"
    ),
    "excludes": Text(
        ja="{other}とどちらか一方だけなら運べます（二つ一緒には運べません）",
        en="either this or {other} can be driven, but never both",
    ),
}
"""What would help, each proved; `excludes` names a ride with which it cannot be driven, however the rest is planned."""

WARNED: Mapping[str, Text] = {
    "promise_broken": Text(
        ja="約束した送迎{ride}が、この計画では運べません。本人に連絡する前に見直してください",
        en="the promised ride {ride} is not carried by this plan; look at it before anybody is told",
    ),
    "cancelled": Text(ja="{ride}は取りやめました", en="{ride} is cancelled"),
    "moved": Text(
        ja="{ride}の迎えは{told}から{time}に変わります。本人に連絡してください",
        en="{ride} is fetched at {time} instead of {told}; please call them",
    ),
    "other_car": Text(
        ja="{ride}は、{driver}さん・車{vehicle}が{time}に迎えます（{told}と伝えてありました）。本人に連絡してください",
        en="{ride} is fetched at {time} (told: {told}) by {driver} with car {vehicle}; please call them",
    ),
    "dropped": Text(
        ja="{ride}（{told}と伝えてありました）が運べなくなりました。本人に連絡する前に見直してください",
        en="{ride}, told {told}, cannot be driven any more; look at it before anybody is called",
    ),
    "stability": Text(
        ja="伝えた時刻を守るために余計にかかる運転は{minutes}分です（動かしてよいのは{most}人まで）",
        en="keeping the times told costs {minutes} more minutes of driving ({most} may be moved)",
    ),
    "stability_serves": Text(
        ja="みなさんの時刻を動かしてよければ、ほかの方も運べます（動かしてよいのは今{most}人まで）",
        en="if everybody might be moved, others could be driven (now {most} may be)",
    ),
    "given_costs": Text(
        ja="頼まれた入れ替えで、運転は{minutes}分増えます",
        en="what was given to others costs {minutes} more minutes of driving",
    ),
    "given_saves": Text(
        ja="頼まれた入れ替えで、運転は{minutes}分減ります",
        en="what was given to others saves {minutes} minutes of driving",
    ),
    "given_refused": Text(
        ja="{ride}は、{driver}さん・車{vehicle}に替えていません。替えると運べなくなる方が出ます",
        en="{ride} was not given to {driver} with car {vehicle}: somebody could not be driven any more",
    ),
    "given_not_there": Text(
        ja="{driver}さんと車{vehicle}は、この日にありません", en="{driver} with car {vehicle} is not there on that day"
    ),
    "given_too_late": Text(
        ja="{ride}はもう乗っているか、終わったため、替えていません",
        en="{ride} was not given away: it has begun, or is over",
    ),
    "unhelped": Text(
        ja="運べない方が多く、{rides}件については「これがあれば」を調べる時間がありませんでした",
        en="so many stay behind that there was no time to look for what would help {rides} rides",
    ),
    "window_assumed": Text(
        ja="{rides}件は時刻が書かれていません。運転できる時間のどこかで計画しました",
        en="{rides} rides name no time; they are planned at any time of the drivers",
    ),
    "ends_uncertain": Text(
        ja="{rides}件の帰りは終わる時刻が確かでないため、支度ができてから{minutes}分以内に迎える計画です",
        en="{rides} rides home have no sure time; they are fetched within {minutes} minutes after «ready from»",
    ),
    "one_span": Text(
        ja="{driver}さんは一日の上限があるため、離れた時間帯のうち一つだけで計画しました",
        en="{driver} has a limit for the day, and is planned for one of several stretches of it",
    ),
    "hand_late_board": Text(
        ja="{ride}に乗るのは{time}になり、{latest}までの迎えに間に合いません",
        en="{ride} is fetched at {time}, later than {latest}",
    ),
    "hand_late_alight": Text(
        ja="{ride}は{time}に着き、{latest}に間に合いません", en="{ride} arrives at {time}, later than {latest}"
    ),
    "hand_long": Text(
        ja="{ride}は車に{minutes}分乗ることになり、上限の{limit}分を超えます",
        en="{ride} is on board for {minutes} minutes, more than {limit}",
    ),
    "hand_backwards": Text(ja="{ride}は、乗る前に降りる順になっています", en="{ride} gets off before getting on"),
    "hand_no_way": Text(
        ja="{ride}の所へ車で行ける道がありません", en="there is no way by car to where {ride} gets on or off"
    ),
    "hand_full": Text(
        ja="{ride}が乗ると、車{vehicle}は席{seats}・車いす{wheelchairs}になり、乗りきれません",
        en="with {ride}, car {vehicle} would carry {seats} seated and {wheelchairs} wheelchairs, more than it takes",
    ),
    "hand_not_theirs": Text(
        ja="{ride}は、{driver}さん・車{vehicle}では運べません（圏域か、決めた担い手・車が違います）",
        en="{ride} is not for {driver} with car {vehicle} (its area, or the driver or car agreed on)",
    ),
    "hand_hours": Text(
        ja="{driver}さんは{start}から{end}まで運転することになり、申し出の時間（{from}〜{until}）を出ます",
        en="{driver} would drive from {start} to {end}, outside the hours offered ({from}–{until})",
    ),
    "hand_day": Text(
        ja="{driver}さんの運行は{minutes}分で、一日の上限{limit}分を超えます",
        en="{driver} would be out for {minutes} minutes, more than {limit}",
    ),
    "hand_break": Text(
        ja="{driver}さんの休憩（{from}〜{until}）が取れません", en="{driver} has no break ({from}–{until})"
    ),
    "hand_trips": Text(
        ja="{driver}さんは{trips}回運ぶことになり、引き受けた残り{most}回を超えます",
        en="{driver} would drive {trips} trips, more than the {most} that are left of the offer",
    ),
    "hand_at_once": Text(
        ja="{one}と{other}は、同じ人か同じ車なので、一緒には出せません",
        en="{one} and {other} are the same person or car and cannot both go out",
    ),
    "hand_one_way": Text(
        ja="{ride}は、対になる{other}が入っていないため、片道だけになります",
        en="{ride} is one way only, without its other half {other}",
    ),
    "hand_other_car": Text(
        ja="{ride}と{other}は同じ車の約束ですが、別の車になっています",
        en="{ride} and {other} are promised in the same car, and are not",
    ),
    "hand_waits": Text(
        ja="{ride}のあと運転者が待って{other}に乗る約束ですが、間に別の所へ行きます",
        en="the driver is to wait between {ride} and {other}, and drives elsewhere",
    ),
    "unfit": Text(
        ja="決まりに合わないため、{driver}さんと車{vehicle}の組み合わせは使いません: {why_ja}",
        en="{driver} with car {vehicle} is not used, it does not fit the law: {why_en}",
    ),
}
"""What a person should look at although the plan is sound."""
