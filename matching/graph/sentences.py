"""Every sentence that the resource graph can say, and the words in them: Japanese first, English beside it."""

from collections.abc import Mapping

from matching.domain import Sector
from matching.errors import Text

TEXTS: Mapping[str, Text] = {
    "nowhere": Text(
        "{area}：{needs}件のニーズのうち{without}件は、今は行き先の候補がありません",
        "{area}: {without} of {needs} needs have no place to go to at present",
    ),
    "one_place": Text(
        "{area}：{needs}件のニーズのうち{one}件は、行き先の候補が一か所だけです",
        "{area}: {one} of {needs} needs have one possible place only",
    ),
    "unreached": Text(
        "{place}：{openings}つの枠に、今は行ける方がいません",
        "{place}: nobody could go to {openings} of its openings at present",
    ),
    "helper_stops": Text(
        "{place}の担い手の方がお休みになると、{people}人の方がただ一つの行き先を失います（今つながっているニーズ{placed}件）",
        "If the helper of {place} stops, {people} people lose their only place ({placed} needs are placed there now)",
    ),
    "resource_stops": Text(
        "{place}がなくなると、{people}人の方がただ一つの行き先を失います（今つながっているニーズ{placed}件）",
        "If {place} stops, {people} people lose their only place ({placed} needs are placed there now)",
    ),
    "opening_stops": Text(
        "{place}の{weekday}{start}からの枠がなくなると、{people}人の方がただ一つの行き先を失います"
        "（今つながっているニーズ{placed}件）",
        "If {place} on {weekday} at {start} stops, {people} people lose their only place "
        "({placed} needs are placed there now)",
    ),
    "organisation_stops": Text(
        "{place}が手を引くと、{people}人の方がただ一つの行き先を失います（今つながっているニーズ{placed}件）",
        "If {place} withdraws, {people} people lose their only place ({placed} needs are placed there now)",
    ),
    "broker": Text(
        "{name}は圏域と圏域をつないでいます（圏域どうしの最短のつながりの{percent}％が通り、直接には{areas}圏域）",
        "{name} brokers between areas: {percent} % of their shortest ways run through it; it touches {areas} itself",
    ),
    "only_broker": Text(
        "{name}がなくなると、圏域の組{split}組のつながりが切れます",
        "Without {name}, {split} pairs of areas would not be connected any more",
    ),
    "brokers_sampled": Text(
        "圏域をつなぐ団体の割合は、{areas}圏域を抜き出した推計です",
        "The shares of the brokers are estimated from {areas} areas",
    ),
    "council_lacks": Text(
        "{council}には、地域で活動する{sector}の参加がありません（団体{organisations}、団体に属さない資源{resources}）",
        "{council} has nobody from {sector}, who are at work there ({organisations} organisations, "
        "{resources} resources of no organisation)",
    ),
    "invite": Text(
        "{council}に{name}（{sector}）を招くと、つながりのなかった団体の組が{gain}組つながります",
        "Inviting {name} ({sector}) to {council} connects {gain} pairs of organisations that had no way so far",
    ),
    "no_council": Text("{area}には協議体がありません", "{area} has no council"),
    "cut_body": Text(
        "{name}が抜けると、団体の組{pairs}組のつながりが切れます",
        "Without {name}, {pairs} pairs of organisations would not be connected any more",
    ),
    "islands": Text(
        "団体のつながりは{parts}つに分かれ、{alone}団体はほかのどこともつながっていません",
        "The organisations fall into {parts} parts without ties between them; {alone} stand alone",
    ),
    "case_alone": Text(
        "いくつかの課題がある{people}人の方を、{name}だけで受け止めています（協力先{partners}）",
        "{name} alone carries {people} people with several needs or fields (partners: {partners})",
    ),
    "ties_gather": Text(
        "つながりの半分は、{bodies}のうち{half}の団体・協議体に集まっています",
        "Half of all ties are those of {half} of {bodies} bodies and councils",
    ),
    "circulation": Text(
        "つなぎ先のある{receive}人のうち、支える側にもなっている方は{both}人（循環率 {percent}％＝{both}÷{receive}）",
        "Of {receive} people with a place, {both} also help others (circulation {percent} % = {both} ÷ {receive})",
    ),
    "roles": Text(
        "{people}人の方に、得意なことを生かせる出番が{roles}件あります"
        "（つなぎ先のある方がみな引き受けると循環率 {percent}％）",
        "{roles} roles wait for what {people} people could offer (if those with a place took theirs: {percent} %)",
    ),
    "unasked": Text(
        "得意なことがあるのに、出番の見つかっていない方が{people}人います",
        "{people} people have strengths for which no role waits",
    ),
    "circles": Text(
        "{length}人で支え合いが一巡している輪が{count}あります",
        "{count} circles of support go round between {length} people",
    ),
    "circles_more": Text(
        "輪は{count}まで数えて止めました（ほかにもあります）", "Counting stopped at {count} circles; there are more"
    ),
    "closing": Text(
        "あと一つつながると{length}人の支え合いの輪になる組み合わせが{count}あります",
        "{count} placements would each close a circle of support between {length} people",
    ),
    "chain": Text(
        "支える人がまた支えられる、いちばん長いつながりは{steps}段です（受けながら支える方{people}人）",
        "The longest chain of help has {steps} steps ({people} people are helped by one and help another)",
    ),
    "more": Text("同じことが、ほかに{count}件あります", "There are {count} more of this"),
}
"""A sentence for every code; residents appear in them as numbers only, a helper by the role of the place."""

SECTORS: Mapping[str, Text] = {
    Sector.WELFARE: Text("福祉", "welfare"),
    Sector.MEDICAL: Text("医療", "medical"),
    Sector.COMPANY: Text("企業", "companies"),
    Sector.SHOP: Text("商店", "shops"),
    Sector.COOPERATIVE: Text("協同組合", "cooperatives"),
    Sector.NPO: Text("NPO", "NPOs"),
    Sector.RMO: Text("地域運営組織", "region management organisations"),
    Sector.NEIGHBOURHOOD: Text("自治会・町内会", "neighbourhood associations"),
    Sector.SCHOOL: Text("学校", "schools"),
    Sector.RELIGIOUS: Text("寺社・教会", "temples, shrines and churches"),
    Sector.POST: Text("郵便局", "post offices"),
    Sector.POLICE: Text("警察", "police"),
    Sector.MUNICIPALITY: Text("市町村", "the municipality"),
    Sector.VOLUNTEER_GROUP: Text("ボランティア団体", "volunteer groups"),
    Sector.OTHER: Text("その他", "others"),
}
