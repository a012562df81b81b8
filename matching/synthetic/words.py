"""The invented words of synthetic towns: what people like to do, and the parts that names are made of.

Names are put together from such parts; a likeness with a real place is chance.
"""

from collections.abc import Mapping

from matching.domain import NeedKind


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


ACTIVITIES: Mapping[NeedKind, tuple[tuple[str, int], ...]] = {
    NeedKind.PARTICIPATION: (
        ("gymnastics", 20),
        ("tea", 18),
        ("walking", 10),
        ("singing", 8),
        ("handicraft", 7),
        ("cooking", 6),
        ("gardening", 6),
        ("shogi", 5),
        ("mahjong", 5),
        ("meal", 4),
        ("go", 3),
        ("calligraphy", 3),
        ("smartphone", 3),
        ("dance", 2),
        ("reading", 2),
        ("farming", 2),
        ("games", 2),
    ),
    NeedKind.MOBILITY: (("clinic", 50), ("shopping", 30), ("gathering", 20)),
    NeedKind.WATCH_OVER: (("watch_over", 40), ("talk", 35), ("safety_check", 25)),
    NeedKind.HOUSEWORK: (("cleaning", 35), ("rubbish", 30), ("weeding", 20), ("small_jobs", 15)),
    NeedKind.MEAL: (("meal_delivery", 75), ("meal", 25)),
    NeedKind.WORK_LIKE: (("packing", 25), ("cleaning", 25), ("farming", 20), ("kitchen", 20), ("computer", 10)),
    NeedKind.CONSULTATION: (("care", 35), ("health", 25), ("money", 20), ("mind", 20)),
    NeedKind.SHOPPING: (("shopping", 60), ("escort", 40)),
    NeedKind.OUTING: (("escort", 60), ("walking", 40)),
    NeedKind.PROCEDURES: (("papers", 70), ("town_hall", 30)),
    NeedKind.RIGHTS: (("money_keeping", 60), ("guardianship", 40)),
    NeedKind.HOUSING: (("house_search", 60), ("repair", 40)),
    NeedKind.OUTREACH: (("home_visit", 100),),
    NeedKind.OTHER: (),
}
"""What is wanted, with its weight, for every kind of need."""

STRENGTHS = _words(
    "cooking gardening shogi handicraft singing gymnastics calligraphy tea farming games smartphone talk"
)
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
