"""The closed vocabularies of a town: every word that a column may hold. Values are those of the town folder."""

from enum import StrEnum


class NeedKind(StrEnum):
    """支援ニーズの種類: what a need is about."""

    PARTICIPATION = "participation"
    MOBILITY = "mobility"
    WATCH_OVER = "watch_over"
    HOUSEWORK = "housework"
    MEAL = "meal"
    WORK_LIKE = "work_like"
    CONSULTATION = "consultation"
    SHOPPING = "shopping"
    OUTING = "outing"
    PROCEDURES = "procedures"
    RIGHTS = "rights"
    HOUSING = "housing"
    OUTREACH = "outreach"
    OTHER = "other"


class Field(StrEnum):
    """分野: the field of welfare that a need or a resource belongs to."""

    ELDERLY = "elderly"
    DISABILITY = "disability"
    CHILDREN = "children"
    POVERTY = "poverty"
    OTHER = "other"


class Sharing(StrEnum):
    """共有の根拠: on what basis a person's data may be used."""

    CONSENT = "consent"
    SUPPORT_CONFERENCE = "support_conference"
    NONE = "none"


class Mode(StrEnum):
    """移動手段: how a person gets about by themselves; WHEELCHAIR is walking, never over steps."""

    WALK = "walk"
    WHEELCHAIR = "wheelchair"
    BICYCLE = "bicycle"
    BUS = "bus"
    CAR = "car"


class RideWish(StrEnum):
    """送迎の希望: whether a need is met with a ride."""

    NO = "no"
    IF_NEEDED = "if_needed"
    ALWAYS = "always"


class RideMembership(StrEnum):
    """会員区分: class of a registered welfare ride's member."""

    CARE_LEVEL = "care_level"
    SUPPORT_LEVEL = "support_level"
    DISABILITY = "disability"
    OTHER = "other"


class ResourceKind(StrEnum):
    """地域資源の種類."""

    SALON = "salon"
    CAFE = "cafe"
    SHOP = "shop"
    VOLUNTEER = "volunteer"
    RMO = "rmo"
    NPO = "npo"
    FACILITY = "facility"
    WORKPLACE = "workplace"
    MEAL_SERVICE = "meal_service"
    MOBILE_SHOP = "mobile_shop"
    ONLINE = "online"
    PROFESSIONAL = "professional"
    OTHER = "other"


class Where(StrEnum):
    """場所: where help happens: there, at the person's home, online or on the phone."""

    THERE = "there"
    VISIT = "visit"
    ONLINE = "online"
    PHONE = "phone"


class Stage(StrEnum):
    """相談支援の段階."""

    FIRST_LINE = "first_line"
    SPECIALIST = "specialist"
    REMOTE_SUPPORT = "remote_support"


class Accepting(StrEnum):
    """受入状況."""

    OPEN = "open"
    ASK_FIRST = "ask_first"
    CLOSED = "closed"


class Relation(StrEnum):
    """一緒に／別々に: two people who want to go together, or must be kept apart."""

    TOGETHER = "together"
    APART = "apart"


class PlacementState(StrEnum):
    """つなぎ先の状態; FIXED is a worker's pin."""

    TRIAL = "trial"
    SETTLED = "settled"
    FIXED = "fixed"


class Sector(StrEnum):
    """団体の区分."""

    WELFARE = "welfare"
    MEDICAL = "medical"
    COMPANY = "company"
    SHOP = "shop"
    COOPERATIVE = "cooperative"
    NPO = "npo"
    RMO = "rmo"
    NEIGHBOURHOOD = "neighbourhood"
    SCHOOL = "school"
    RELIGIOUS = "religious"
    POST = "post"
    POLICE = "police"
    MUNICIPALITY = "municipality"
    VOLUNTEER_GROUP = "volunteer_group"
    OTHER = "other"


class TieKind(StrEnum):
    """つながりの種類."""

    WORKS_WITH = "works_with"
    REFERS_TO = "refers_to"
    KNOWS = "knows"
    MEMBER_OF = "member_of"
    LEADS = "leads"
    SUPPORTS = "supports"


class Scheme(StrEnum):
    """車の制度: free of permit, registered, or a tenant (貸渡し) vehicle."""

    FREE = "free"
    REGISTERED = "registered"
    TENANT = "tenant"


class Charge(StrEnum):
    """利用者の負担."""

    NONE = "none"
    ACTUAL_COST = "actual_cost"
    FARE = "fare"


class ReturnMode(StrEnum):
    """帰りの便."""

    SAME_CAR = "same_car"
    DRIVER_WAITS = "driver_waits"
    FREE = "free"


class IdeaOrigin(StrEnum):
    """やってみたいの出どころ."""

    RESIDENT = "resident"
    GROUP = "group"
    SHOP = "shop"
    COMPANY = "company"
    OTHER = "other"


class IdeaState(StrEnum):
    """やってみたいの今."""

    HEARD = "heard"
    TALKED = "talked"
    TRYING = "trying"
    RUNNING = "running"
    REVIEWED = "reviewed"
    STOPPED = "stopped"


FEATURES = (
    "step_free",
    "wheelchair",
    "wheelchair_rental",
    "accessible_toilet",
    "ostomate_toilet",
    "elevator",
    "slope",
    "tactile_paving",
    "braille",
    "parking",
    "priority_parking",
    "hearing_support",
    "written_talk",
    "subtitles",
    "guide_dog",
    "reserved_seat",
    "quiet",
    "men_welcome",
    "women_only",
    "sign_language",
    "nursing_room",
    "diaper_corner",
    "food_allowed",
    "bedrest",
)
"""The accessibility vocabulary; a feature outside it is kept and warned about, never dropped."""
