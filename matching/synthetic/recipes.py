"""What a city of minato's size has: one recipe for every sort of resource, numbers apart from the code that cooks.

The mixture follows the ministry's cases and the survey of 通いの場 (体操 54 %, hobbies 21 %, tea 13 %; men 20 %); the
numbers themselves are assumptions.
"""

from dataclasses import dataclass

from matching.domain import Field, NeedKind, ResourceKind, Sector, Stage, Where

Bundle = tuple[str, ...]
Range = tuple[int, int]

_WEEKLY: tuple[int, ...] = ()
_TWICE = ((1, 3), (2, 4))
_MORNING = ("10:00-11:30", "10:00-12:00", "09:30-11:00")
_AFTERNOON = ("13:30-15:00", "13:30-15:30", "14:00-15:30")


@dataclass(frozen=True, slots=True)
class Recipe:
    """One sort of resource: how many a city has, and from what each is drawn. Shares are per cent.

    `openings`, `capacity`, `load` are drawn from lowest … highest; `load` is the comfortable load. `filled` is the
    share of the capacity that already comes. `bundles`: one of these sets of activities. `features`: each with its
    share; `unknown` is the share of resources of which no feature is known.
    """

    count: int
    kind: ResourceKind
    title: str
    sectors: tuple[Sector, ...]
    serves: tuple[NeedKind, ...]
    bundles: tuple[Bundle, ...]
    hours: tuple[str, ...]
    openings: Range
    capacity: Range | None
    filled: Range = (0, 0)
    load: Range | None = None
    weeks: tuple[tuple[int, ...], ...] = (_WEEKLY,)
    days: str = "mon tue wed thu fri"
    where: Where = Where.THERE
    roles: Bundle = ()
    features: tuple[tuple[str, int], ...] = ()
    unknown: int = 10
    fields: tuple[Field, ...] = ()
    fees: tuple[int, ...] = (0,)
    informal: bool = False
    nickname: bool = False
    ask_first: int = 30
    by_resident: int = 0
    min_age: int | None = None
    min_attendance: Range | None = None
    stay_minutes: int | None = None
    rewards: tuple[int, ...] = ()
    host_fees: tuple[int, ...] = ()
    travel: tuple[int, ...] = ()
    monthly_hours: tuple[int, ...] = ()
    near_areas: int = 0
    stage: Stage | None = None
    tires: bool = False


_ENTRANCE = (
    ("step_free", 66),
    ("wheelchair", 30),
    ("accessible_toilet", 45),
    ("parking", 45),
    ("hearing_support", 30),
    ("quiet", 30),
)
_HALL = (*_ENTRANCE, ("men_welcome", 12))
_MEN = (*_ENTRANCE, ("men_welcome", 85))
_OFFICE = (("step_free", 95), ("wheelchair", 75), ("accessible_toilet", 85), ("parking", 85), ("hearing_support", 60))
_K = NeedKind


def _sets(*texts: str) -> tuple[Bundle, ...]:
    return tuple(tuple(text.split()) for text in texts)


_VISITS = (Sector.VOLUNTEER_GROUP, Sector.NEIGHBOURHOOD, Sector.WELFARE)

RECIPES: tuple[Recipe, ...] = (
    Recipe(
        16, ResourceKind.SALON, "サロン", (Sector.NEIGHBOURHOOD, Sector.VOLUNTEER_GROUP), (_K.PARTICIPATION,),
        _sets("tea singing", "tea handicraft", "tea gymnastics", "tea games meal", "tea cooking singing"),
        (*_MORNING, *_MORNING, _AFTERNOON[0]), (1, 2), (10, 20), (65, 100),
        weeks=(_WEEKLY, *_TWICE), roles=("tea", "cooking", "singing"), features=_HALL, fees=(0, 100, 100, 200),
        nickname=True, min_attendance=(3, 5),
    ),
    Recipe(
        18, ResourceKind.SALON, "体操の会", (Sector.NEIGHBOURHOOD, Sector.VOLUNTEER_GROUP), (_K.PARTICIPATION,),
        _sets("gymnastics", "gymnastics tea", "gymnastics singing",
              "walking gardening", "walking gymnastics"),
        _MORNING, (1, 2), (12, 20), (70, 100), roles=("gymnastics",), features=_HALL, fees=(0, 0, 100),
        nickname=True, min_attendance=(4, 6),
    ),
    Recipe(
        10, ResourceKind.OTHER, "趣味の会", (Sector.VOLUNTEER_GROUP, Sector.NEIGHBOURHOOD), (_K.PARTICIPATION,),
        _sets("handicraft tea", "singing tea", "calligraphy handicraft",
              "mahjong go", "dance singing", "reading calligraphy"),
        _AFTERNOON, (1, 2), (6, 12), (55, 95), weeks=(_WEEKLY, *_TWICE), roles=("handicraft", "calligraphy", "singing"),
        features=_HALL, fees=(0, 200, 300), nickname=True,
    ),
    Recipe(
        5, ResourceKind.OTHER, "将棋の会", (Sector.VOLUNTEER_GROUP,), (_K.PARTICIPATION,),
        _sets("shogi go", "shogi", "go mahjong"), _AFTERNOON, (1, 2), (6, 10), (40, 75),
        roles=("shogi",), features=_MEN, nickname=True, by_resident=40,
    ),
    Recipe(
        5, ResourceKind.OTHER, "園芸の会", (Sector.VOLUNTEER_GROUP, Sector.COOPERATIVE), (_K.PARTICIPATION,),
        _sets("gardening", "gardening farming", "farming meal"),
        ("09:00-11:00", "09:30-11:30"), (1, 2), (6, 12), (40, 75),
        roles=("gardening", "farming"), features=(("parking", 60), ("step_free", 40), ("men_welcome", 50)),
        nickname=True,
    ),
    Recipe(
        3, ResourceKind.OTHER, "料理教室", (Sector.VOLUNTEER_GROUP,), (_K.PARTICIPATION,),
        _sets("cooking meal"), ("10:00-12:00", "09:30-12:00"), (1, 1), (6, 8), (40, 70), weeks=_TWICE,
        roles=("cooking",), features=_HALL, fees=(300, 500), nickname=True, by_resident=100,
    ),
    Recipe(
        9, ResourceKind.CAFE, "喫茶", (Sector.SHOP,), (_K.WATCH_OVER, _K.PARTICIPATION),
        _sets("watch_over tea", "watch_over talk tea", "tea safety_check"),
        ("10:00-12:00", "14:00-16:00"), (1, 2), (4, 8), (0, 40), load=(2, 4), features=_HALL, unknown=25,
        fees=(300, 400), nickname=True, ask_first=100, stay_minutes=45, tires=True,
    ),
    Recipe(
        12, ResourceKind.SHOP, "商店 お茶コーナー", (Sector.SHOP,), (_K.PARTICIPATION, _K.WATCH_OVER),
        _sets("tea", "tea watch_over", "tea shogi"), ("10:00-16:00", "13:00-16:00"), (0, 1), None,
        load=(1, 2), features=(("step_free", 50), ("parking", 30), ("quiet", 20)), unknown=50,
        informal=True, nickname=True, ask_first=100, stay_minutes=30, tires=True,
    ),
    Recipe(
        7, ResourceKind.FACILITY, "地区会館", (Sector.MUNICIPALITY, Sector.WELFARE), (_K.PARTICIPATION,),
        _sets("smartphone reading tea", "mahjong shogi", "gymnastics dance", "calligraphy go handicraft"),
        (*_MORNING, *_AFTERNOON), (2, 3), (12, 24), (60, 95), features=_OFFICE, roles=("smartphone",), ask_first=20,
    ),
    Recipe(
        16, ResourceKind.VOLUNTEER, "家事ボランティア", _VISITS, (_K.HOUSEWORK,),
        _sets("cleaning rubbish", "rubbish small_jobs", "weeding rubbish", "cleaning weeding"),
        ("09:00-10:00", "10:00-11:00", "13:00-14:00", "14:00-15:00"), (1, 3), (1, 2), (0, 50), where=Where.VISIT,
        by_resident=25, travel=(10, 15, 15, 20), monthly_hours=(8, 12, 16, 20), tires=True,
    ),
    Recipe(
        14, ResourceKind.VOLUNTEER, "付き添いボランティア", _VISITS, (_K.SHOPPING, _K.OUTING, _K.PROCEDURES),
        _sets("shopping escort", "shopping papers town_hall", "escort walking"),
        ("09:30-11:00", "13:30-15:00", "10:00-11:30"), (1, 2), (1, 2), (0, 50), where=Where.VISIT,
        by_resident=25, travel=(10, 15, 20, 25), monthly_hours=(8, 12, 16), tires=True,
    ),
    Recipe(
        10, ResourceKind.VOLUNTEER, "話し相手ボランティア", _VISITS, (_K.WATCH_OVER,),
        _sets("talk watch_over", "watch_over safety_check", "talk"), ("10:00-11:00", "14:00-15:00"), (1, 2), (1, 2),
        (0, 50), where=Where.VISIT, by_resident=40, travel=(10, 15, 15), monthly_hours=(6, 8, 12), tires=True,
    ),
    Recipe(
        4, ResourceKind.RMO, "地域運営組織 おでかけの車", (Sector.RMO,), (_K.MOBILITY,),
        _sets("clinic shopping gathering"), ("09:00-12:00", "13:00-16:00"), (5, 7), (2, 4), (0, 40),
        features=(("step_free", 100), ("wheelchair", 60)), unknown=0, fees=(0, 0, 100), where=Where.VISIT,
        travel=(30, 40), near_areas=6, stay_minutes=60, tires=True,
    ),
    Recipe(
        5, ResourceKind.NPO, "居場所", (Sector.NPO,), (_K.PARTICIPATION, _K.WORK_LIKE, _K.OUTREACH, _K.OTHER),
        _sets("tea computer home_visit", "farming meal home_visit",
              "reading smartphone", "cooking meal kitchen"),
        ("13:00-16:00", "10:00-15:00"), (1, 3), (4, 8), (30, 70), features=(*_ENTRANCE, ("men_welcome", 70)),
        nickname=True, stay_minutes=60,
    ),
    Recipe(
        10, ResourceKind.WORKPLACE, "作業場", (Sector.COMPANY, Sector.COOPERATIVE, Sector.SHOP), (_K.WORK_LIKE,),
        _sets("packing", "cleaning", "farming packing", "kitchen", "computer packing"),
        ("09:00-12:00", "13:00-16:00"), (1, 3), (1, 3), (0, 40), load=(1, 2),
        features=(("step_free", 55), ("parking", 60), ("quiet", 55), ("accessible_toilet", 40), ("men_welcome", 40)),
        ask_first=80, min_age=15, stay_minutes=60, rewards=(300, 500, 800), host_fees=(500, 1000), tires=True,
    ),
    Recipe(
        5, ResourceKind.MEAL_SERVICE, "配食", (Sector.NPO, Sector.WELFARE, Sector.COOPERATIVE), (_K.MEAL,),
        _sets("meal_delivery", "meal_delivery", "meal_delivery meal"),
        ("11:00-12:00", "15:00-16:00"), (3, 5), (6, 12), (20, 80), where=Where.VISIT,
        fees=(300, 400, 500), travel=(25, 30, 40),
    ),
    Recipe(
        4, ResourceKind.MOBILE_SHOP, "移動販売車", (Sector.COOPERATIVE, Sector.SHOP), (_K.SHOPPING,),
        _sets("shopping"), ("10:00-10:30", "11:00-11:30", "14:00-14:30"), (3, 5), (8, 15), (40, 80),
        features=(("step_free", 100), ("wheelchair", 70)), unknown=0,
    ),
    Recipe(
        3, ResourceKind.ONLINE, "オンラインの会", (Sector.NPO, Sector.COMPANY), (_K.PARTICIPATION,),
        _sets("tea singing", "gymnastics", "shogi reading"), ("10:00-11:00", "19:00-20:00"), (1, 2), (4, 8), (30, 70),
        where=Where.ONLINE, nickname=True,
    ),
    Recipe(
        3, ResourceKind.OTHER, "電話の見守り", (Sector.WELFARE, Sector.POST), (_K.WATCH_OVER,),
        _sets("safety_check talk", "safety_check"), ("10:00-11:00", "15:00-16:00"), (2, 4), (2, 4), (20, 80),
        where=Where.PHONE,
    ),
    Recipe(
        5, ResourceKind.PROFESSIONAL, "まちかど相談", (Sector.WELFARE, Sector.MUNICIPALITY),
        (_K.CONSULTATION, _K.PROCEDURES), _sets("care health papers", "money mind town_hall"),
        ("09:00-12:00", "13:00-17:00"), (2, 4), (3, 6), (20, 70), features=_OFFICE, ask_first=10,
        stay_minutes=30, stage=Stage.FIRST_LINE,
    ),
    Recipe(
        2, ResourceKind.PROFESSIONAL, "専門相談", (Sector.MEDICAL, Sector.WELFARE, Sector.NPO),
        (_K.CONSULTATION, _K.RIGHTS, _K.HOUSING, _K.OUTREACH),
        _sets("mind money money_keeping house_search home_visit",
              "care health guardianship repair home_visit"),
        ("10:00-12:00", "13:00-16:00"), (2, 4), (2, 3), (0, 50), where=Where.VISIT, ask_first=100,
        travel=(60,), stay_minutes=45, stage=Stage.SPECIALIST,
    ),
)  # fmt: skip
"""Every sort of resource, in the order in which a city lists them."""

ORGANISATIONS: tuple[tuple[Sector, str, int], ...] = (
    (Sector.MUNICIPALITY, "市役所 地域福祉課", 1),
    (Sector.WELFARE, "社会福祉協議会", 1),
    (Sector.WELFARE, "地域包括支援センター", 2),
    (Sector.RMO, "地域づくり協議会", 4),
    (Sector.NEIGHBOURHOOD, "自治会連合", 4),
    (Sector.VOLUNTEER_GROUP, "ボランティアの会", 3),
    (Sector.NPO, "NPO", 3),
    (Sector.MEDICAL, "診療所", 1),
    (Sector.COMPANY, "製作所", 2),
    (Sector.SHOP, "商店会", 3),
    (Sector.COOPERATIVE, "協同組合", 2),
    (Sector.SCHOOL, "小学校", 1),
    (Sector.RELIGIOUS, "寺", 1),
    (Sector.POST, "郵便局", 1),
    (Sector.POLICE, "交番", 1),
)
"""(sector, title, how many): about thirty."""

COUNCIL_WEIGHT = {Sector.COMPANY: 1, Sector.SHOP: 1, Sector.COOPERATIVE: 1, Sector.RELIGIOUS: 2, Sector.MEDICAL: 6}
"""How readily a sector sits in a council (others 10): companies, shops and cooperatives rarely do."""
