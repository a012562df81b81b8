"""The invented words of synthetic towns: what people like to do, and the parts that names are made of.

Names are put together from such parts; a likeness with a real place is chance.
"""

from collections.abc import Mapping

from matching.domain import NeedKind


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


ACTIVITIES: Mapping[NeedKind, tuple[tuple[str, int], ...]] = {
    NeedKind.PARTICIPATION: (
        ("体操", 20),
        ("茶話", 18),
        ("散歩", 10),
        ("歌", 8),
        ("手芸", 7),
        ("料理", 6),
        ("園芸", 6),
        ("将棋", 5),
        ("健康麻雀", 5),
        ("食事会", 4),
        ("囲碁", 3),
        ("書道", 3),
        ("スマホ", 3),
        ("踊り", 2),
        ("読書", 2),
        ("農作業", 2),
        ("昔遊び", 2),
    ),
    NeedKind.MOBILITY: (("通院", 50), ("買物", 30), ("サロンへの送迎", 20)),
    NeedKind.WATCH_OVER: (("見守り", 40), ("話し相手", 35), ("安否確認", 25)),
    NeedKind.HOUSEWORK: (("掃除", 35), ("ゴミ出し", 30), ("草取り", 20), ("電球交換", 15)),
    NeedKind.MEAL: (("配食", 75), ("食事会", 25)),
    NeedKind.WORK_LIKE: (("袋詰め", 25), ("清掃", 25), ("農作業", 20), ("下ごしらえ", 20), ("データ入力", 10)),
    NeedKind.CONSULTATION: (("介護", 35), ("健康", 25), ("家計", 20), ("こころ", 20)),
    NeedKind.SHOPPING: (("買物", 60), ("買物の付き添い", 40)),
    NeedKind.OUTING: (("外出の付き添い", 60), ("散歩", 40)),
    NeedKind.PROCEDURES: (("書類", 70), ("役所の手続き", 30)),
    NeedKind.RIGHTS: (("金銭管理", 60), ("成年後見", 40)),
    NeedKind.HOUSING: (("住まい探し", 60), ("住まいの修理", 40)),
    NeedKind.OUTREACH: (("訪問", 100),),
    NeedKind.OTHER: (),
}
"""What is wanted, with its weight, for every kind of need."""

STRENGTHS = ("料理", "園芸", "将棋", "手芸", "歌", "体操", "書道", "茶話", "農作業", "昔遊び", "スマホ", "話し相手")
"""What a resident could offer."""

AREA_PARTS = (
    "中央",
    "港町",
    "北",
    "南",
    "東",
    "西",
    "浜",
    "新町",
    "川口",
    "松原",
    "泉",
    "丘",
    "田原",
    "山手",
    "岬",
    "峠",
)
"""Name parts of the daily-life areas, from the middle of the city outwards."""

CITY_HEADS = _words(
    "しおさい なぎさ あおぞら ほしぞら そよかぜ こもれび すずかぜ はるかぜ あさやけ ゆうなぎ つきあかり くもい "
    "にじいろ もりかげ いわかげ まつかげ たけかげ うめのか さくらび かえで しらなみ わかなみ みどりば ひろなみ "
    "ながなみ あさつゆ おおなみ さざなみ こうばい ともしび ゆめみ のぞみ みちしお わかしお ふじなみ きりさめ "
    "ゆきどけ そらみ うみかぜ ときわぎ ひなた"
)
CITY_TAILS = _words(
    "はま さき うら しま がわ おか だい の はら みなと たに さわ いけ ぬま つか まち むら さと みね もと "
    "ざか ばし ぐち せ た いそ つ と づ のべ ばら ひら べ みや もり なみ つじ わ はた かみ しも"
)
"""Names of the further cities of a large town: 41 × 41."""

NICKNAMES = _words(
    "ひだまり なごみ こもれび あすなろ えがお ひまわり たんぽぽ こすもす さくらんぼ つどい よりみち いこい ふれあい "
    "ほのぼの にこにこ のんびり いっぷく おひさま そよかぜ しおさい なぎさ あじさい つばき どんぐり やまびこ せせらぎ "
    "ゆうやけ あさがお ほたる かもめ つばめ すずらん れんげ なのはな わかば あおぞら みちくさ ひとやすみ "
    "えんがわ いろり"
)
"""What a gathering place is called."""
