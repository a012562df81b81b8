"""What several commands let people choose from."""

from enum import StrEnum


class Language(StrEnum):
    """言語."""

    JA = "ja"
    EN = "en"


class Room(StrEnum):
    """どの場のための案か."""

    CONSENT = "consent"
    SUPPORT_CONFERENCE = "support_conference"
