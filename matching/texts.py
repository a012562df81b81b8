"""Words for people: vocabularies in both languages, texts that belong to no rule, and how facts are filled in."""

from collections.abc import Mapping

from matching.errors import Fact, Facts, Lang, Text

WORDS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "weekday": {
        "mon": ("月曜", "Monday"),
        "tue": ("火曜", "Tuesday"),
        "wed": ("水曜", "Wednesday"),
        "thu": ("木曜", "Thursday"),
        "fri": ("金曜", "Friday"),
        "sat": ("土曜", "Saturday"),
        "sun": ("日曜", "Sunday"),
    },
    "mode": {
        "walk": ("徒歩", "on foot"),
        "bicycle": ("自転車", "by bicycle"),
        "bus": ("バス", "by bus"),
        "car": ("車", "by car"),
        "ride": ("送迎", "by a ride"),
        "visit": ("訪問", "as a visit"),
        "online": ("オンライン", "online"),
        "phone": ("電話", "on the phone"),
    },
    "kind": {
        "participation": ("参加・居場所", "participation"),
        "mobility": ("移動", "mobility"),
        "watch_over": ("見守り", "watching over"),
        "housework": ("家事の手伝い", "housework"),
        "meal": ("食事", "meals"),
        "work_like": ("就労的な活動", "work-like activity"),
        "consultation": ("相談", "consultation"),
        "shopping": ("買い物", "shopping"),
        "outing": ("外出", "outings"),
        "procedures": ("手続き", "procedures"),
        "rights": ("権利擁護", "rights"),
        "housing": ("住まい", "housing"),
        "outreach": ("訪ねての関わり", "outreach"),
        "other": ("その他", "other needs"),
    },
    "fields": {
        "elderly": ("高齢", "older people"),
        "disability": ("障害", "disability"),
        "children": ("子ども・子育て", "children"),
        "poverty": ("生活困窮", "poverty"),
        "other": ("その他", "other"),
    },
    "features": {
        "step_free": ("段差のない入口", "a step-free entrance"),
        "wheelchair": ("車いすで入れる設備", "room for a wheelchair"),
        "wheelchair_rental": ("車いすの貸出", "wheelchairs to borrow"),
        "accessible_toilet": ("バリアフリートイレ", "an accessible toilet"),
        "ostomate_toilet": ("オストメイト対応トイレ", "an ostomate toilet"),
        "elevator": ("エレベーター", "an elevator"),
        "slope": ("スロープ", "a slope"),
        "tactile_paving": ("点字ブロック", "tactile paving"),
        "braille": ("点字・読み上げ", "braille or reading aloud"),
        "parking": ("駐車場", "parking"),
        "priority_parking": ("優先駐車場", "priority parking"),
        "hearing_support": ("聞こえの支援", "hearing support"),
        "written_talk": ("筆談", "written talk"),
        "subtitles": ("字幕", "subtitles"),
        "guide_dog": ("盲導犬等の同伴", "guide dogs"),
        "reserved_seat": ("優先席", "a reserved seat"),
        "quiet": ("静かな環境", "a quiet room"),
        "men_welcome": ("男性も入りやすい雰囲気", "a place where men are at ease"),
        "women_only": ("女性だけの場", "a place for women only"),
        "sign_language": ("手話", "sign language"),
        "nursing_room": ("授乳室", "a nursing room"),
        "diaper_corner": ("おむつ替えコーナー", "a diaper corner"),
        "food_allowed": ("飲食できる場所", "food allowed"),
        "bedrest": ("横になれる場所", "a place to lie down"),
    },
    "activities": {
        "tea": ("お茶とおしゃべり", "tea and talk"),
        "talk": ("おしゃべり", "talk"),
        "gymnastics": ("体操", "gymnastics"),
        "walking": ("散歩・ウォーキング", "walking"),
        "cooking": ("料理", "cooking"),
        "shogi": ("将棋", "shogi"),
        "go": ("囲碁", "go"),
        "gardening": ("園芸", "gardening"),
        "farming": ("畑仕事", "farming"),
        "handicraft": ("手芸", "handicraft"),
        "music": ("音楽", "music"),
        "singing": ("歌", "singing"),
        "karaoke": ("カラオケ", "karaoke"),
        "calligraphy": ("書道", "calligraphy"),
        "reading": ("読書", "reading"),
        "games": ("ゲーム", "games"),
        "children": ("子どもとの交流", "time with children"),
        "computer": ("パソコン", "computers"),
        "smartphone": ("スマートフォン", "smartphones"),
        "repair": ("修理", "repairs"),
        "cleaning": ("掃除", "cleaning"),
        "laundry": ("洗濯", "laundry"),
        "shopping": ("買い物", "shopping"),
        "driving": ("運転", "driving"),
        "escort": ("付き添い", "escort"),
        "meal": ("食事", "a meal"),
        "packing": ("袋詰め・軽作業", "packing"),
        "sewing": ("裁縫", "sewing"),
        "study": ("学習", "study"),
        "bath": ("入浴", "bathing"),
        "snow": ("雪かき", "clearing snow"),
        "weeding": ("草取り", "weeding"),
        "mahjong": ("健康麻雀", "mahjong"),
        "dance": ("踊り", "dance"),
        "clinic": ("通院", "a way to the clinic"),
        "gathering": ("集いの場への行き来", "a way to gatherings"),
        "watch_over": ("見守り", "watching over"),
        "safety_check": ("安否確認", "a call to see that all is well"),
        "rubbish": ("ゴミ出し", "taking out rubbish"),
        "small_jobs": ("電球交換などのちょっとした作業", "small jobs such as light bulbs"),
        "meal_delivery": ("配食", "meals brought home"),
        "kitchen": ("調理の下ごしらえ", "kitchen work"),
        "care": ("介護の相談", "advice on care"),
        "health": ("健康の相談", "advice on health"),
        "money": ("家計の相談", "advice on money"),
        "mind": ("こころの相談", "advice on worries"),
        "papers": ("書類の手伝い", "help with papers"),
        "town_hall": ("役所の手続き", "errands at the town hall"),
        "money_keeping": ("金銭管理", "help with keeping money"),
        "guardianship": ("成年後見", "guardianship"),
        "house_search": ("住まい探し", "looking for a home"),
        "home_visit": ("訪問", "a visit at home"),
    },
    "tier": {
        "worst_off": ("切実さと待ち", "urgency and waiting"),
        "placed": ("つながる人数", "people placed"),
        "spread": ("地区の広がり", "spread over areas"),
        "fit": ("適合", "fit"),
        "few_changes": ("変更の少なさ", "few changes"),
    },
    "languages": {
        "ja": ("日本語", "Japanese"),
        "en": ("英語", "English"),
        "zh": ("中国語", "Chinese"),
        "ko": ("韓国語", "Korean"),
        "vi": ("ベトナム語", "Vietnamese"),
        "pt": ("ポルトガル語", "Portuguese"),
        "tl": ("タガログ語", "Tagalog"),
        "es": ("スペイン語", "Spanish"),
        "ne": ("ネパール語", "Nepali"),
        "id": ("インドネシア語", "Indonesian"),
    },
}
"""Each vocabulary: its words as (Japanese, English). A word that is not here is shown as the town writes it."""

_VOCABULARY_OF = {
    "weekday": "weekday",
    "mode": "mode",
    "kind": "kind",
    "fields": "fields",
    "missing": "features",
    "required": "features",
    "feature": "features",
    "wanted": "activities",
    "offered": "activities",
    "common": "activities",
    "role": "activities",
    "spoken": "languages",
}
"""Which vocabulary the value of a fact belongs to; `offered` falls back to languages."""

PLAN: Mapping[str, Text] = {
    "urgency": Text(
        ja="切実さ{urgency}・お待ちの期間{weeks}週から優先しています",
        en="urgency {urgency} and {weeks} weeks of waiting",
    ),
    "placed": Text(ja="つなぎ先が見つかります", en="a place is found"),
    "unchanged": Text(ja="前の案から変わりません", en="unchanged from the plan before"),
    "ride_planned": Text(
        ja="行きは{driver}さん（車{vehicle}）が{weekday}{pickup}に迎え、{arrive}に着きます。"
        "帰りは{home_driver}さん（車{home_vehicle}）が{leave}に迎え、{back}に着きます",
        en="out: {driver} (car {vehicle}) fetches them on {weekday} at {pickup}, there at {arrive}; "
        "home: {home_driver} (car {home_vehicle}) at {leave}, there at {back}",
    ),
    "fixed": Text(ja="担当者が固定したつなぎ先です", en="pinned by the person in charge"),
}
"""Reasons that belong to the plan and not to a rule."""

CHANGES: Mapping[str, Text] = {
    "one_more_place": Text(
        ja="{place}（{weekday} {start}）にあと1人分の席があれば、つながります",
        en="one more place at {place} ({weekday} {start}) would do",
    ),
    "one_more_seat": Text(
        ja="{driver}の車に、{weekday}{hour}時台にあと{more}席あれば、つながります",
        en="{more} more seat(s) in the car of {driver} on {weekday} at {hour} would do",
    ),
    "ride": Text(
        ja="{weekday}{start}に{place}への送迎が1台あれば、つながります",
        en="a ride to {place} on {weekday} at {start} would do",
    ),
    "ride_wheelchair": Text(
        ja="{weekday}{start}に{place}への、車いすで乗れる送迎が1台あれば、つながります",
        en="a ride to {place} on {weekday} at {start} in a car that takes a wheelchair would do",
    ),
    "one_more_car": Text(
        ja="{weekday}{start}〜{end}に、あと1台の車（席{seats}・車いす{wheelchairs}）と担い手があれば、つながります"
        "（その便に乗れる、お待ちの方は{people}人）",
        en="one more car (seats: {seats}, wheelchair places: {wheelchairs}) and driver on {weekday} {start}–{end} "
        "would do (of those who wait, {people} could ride in it)",
    ),
    "longer_way": Text(
        ja="{place}まで{mode}で{minutes}分（上限{limit}分）。行ければ、つながります",
        en="{place} is {minutes} minutes {mode} (the limit is {limit}); if that is possible, it would do",
    ),
    "shorter_walk": Text(
        ja="{place}まで歩くのは{walking}分（上限{walk_limit}分）。乗り物があれば、つながります",
        en="{place} means {walking} minutes on foot (the limit is {walk_limit}); a lift would do",
    ),
    "helper_comes_further": Text(
        ja="{place}が{minutes}分かけて訪問できれば（今は{limit}分まで）、つながります",
        en="if {place} could travel {minutes} minutes (now {limit}), it would do",
    ),
    "other_hour": Text(
        ja="本人が{weekday} {start}–{end}に都合がつけば、{place}につながります",
        en="if {weekday} {start}–{end} suited the person, {place} would do",
    ),
    "ask_feature": Text(
        ja="{place}に{missing}があるか確認できれば、つながる可能性があります",
        en="if {place} confirms that it has {missing}, it would do",
    ),
    "add_feature": Text(ja="{place}に{missing}があれば、つながります", en="with {missing}, {place} would do"),
    "reopen": Text(
        ja="{place}が受け入れを再開すれば、つながります", en="if {place} took new people again, it would do"
    ),
    "rest_first": Text(
        ja="{place}の疲れが和らいだら、つながります（まず受け入れ先の支えを）",
        en="once {place} is less tired (support the host first), it would do",
    ),
    "lower_fee": Text(
        ja="{place}の参加費（{fee_yen}円）の減免があれば、つながります",
        en="with a reduced fee ({fee_yen} yen), {place} would do",
    ),
    "other_activity": Text(
        ja="{place}で「{wanted}」も始まれば、つながります", en="if {place} also began {wanted}, it would do"
    ),
    "other_area": Text(
        ja="{place}が本人の地区からも受け入れれば、つながります",
        en="if {place} also took people of this area, it would do",
    ),
    "interpreter": Text(
        ja="{place}に{spoken}の通訳があれば、つながります", en="with an interpreter for {spoken}, {place} would do"
    ),
    "more_hours": Text(
        ja="{place}の時間があと少しあれば、つながります（今の残り{hours_left}時間）",
        en="with some more hours of {place} (now {hours_left} left), it would do",
    ),
}
"""The smallest changes that may help; none ever asks the person to give up a wish."""

WARNINGS: Mapping[str, Text] = {
    "fixed_against_rule": Text(
        ja="{need}は{place}に固定されていますが、決まりに合いません: {why}",
        en="{need} is pinned to {place} although a rule speaks against it: {why}",
    ),
    "released": Text(
        ja="{need}の今のつなぎ先（{place}）は決まりに合わなくなりました: {why}",
        en="the placement of {need} at {place} no longer fits: {why}",
    ),
    "promise_not_carried": Text(
        ja="約束した送迎{ride}を、毎週の車と担い手では運べません。本人に連絡する前に見直してください",
        en="the promised ride {ride} cannot be carried week by week; look at it before anybody is told",
    ),
    "held_not_carried": Text(
        ja="{need}は{place}（{weekday}）に通っていますが、毎週の車と担い手では送迎を組めません",
        en="{need} goes to {place} ({weekday}), and the cars and drivers of the week cannot carry them",
    ),
    "over_places": Text(
        ja="{place}（{weekday} {start}）は今のつなぎ先だけで定員を超えています（{people}人／{places}人）",
        en="{place} ({weekday} {start}) is beyond its places with present placements alone ({people} of {places})",
    ),
    "capacity_assumed": Text(
        ja="定員が分からない枠が{openings}件あります。仮の人数で計算しました",
        en="{openings} openings state no capacity; it was assumed",
    ),
}
"""What a person should look at although nothing is wrong with the plan."""


def render(text: Text, lang: Lang, facts: Facts) -> str:
    """A sentence with its facts filled in, words of closed vocabularies in the reader's language."""
    sentence = text.render(lang, {name: _said(name, value, lang) for name, value in facts.items()})
    if lang == "en" and text.en[0] != "{":
        return sentence[0].upper() + sentence[1:]
    return sentence


def word(vocabulary: str, value: str, lang: Lang) -> str:
    """One word of a closed vocabulary; as it is, where it is not known."""
    known = WORDS[vocabulary].get(value)
    return value if known is None else known[0 if lang == "ja" else 1]


def _said(name: str, value: Fact, lang: Lang) -> Fact:
    vocabulary = _VOCABULARY_OF.get(name)
    if vocabulary is None or not isinstance(value, str):
        return value
    other = "languages" if name == "offered" else vocabulary
    words = [word(vocabulary, word(other, one, lang), lang) for one in value.split(";")]
    return ("・" if lang == "ja" else ", ").join(words)
