"""Counts that a municipality publishes or asks for: population, attendance, survey answers."""

from dataclasses import dataclass

from matching.domain.resident import not_negative


@dataclass(frozen=True, slots=True)
class PopulationCount:
    """People of an area by year, sex and age band; `age_to` empty means and over. Ages are inclusive."""

    area_id: str
    year: int | None = None
    sex: str = ""
    age_from: int = 0
    age_to: int | None = None
    people: int = 0

    def __post_init__(self) -> None:
        not_negative(people=self.people, age_from=self.age_from)
        if self.age_to is not None and self.age_to < self.age_from:
            raise ValueError(f"age_to {self.age_to} is below age_from {self.age_from}")


@dataclass(frozen=True, slots=True)
class Attendance:
    """Who came to a resource in a month (`YYYY-MM`), by sex and age band."""

    resource_id: str
    month: str = ""
    sex: str = ""
    age_band: str = ""
    people: int = 0

    def __post_init__(self) -> None:
        not_negative(people=self.people)


@dataclass(frozen=True, slots=True)
class SurveyAnswer:
    """How many people of an area gave an answer to a question of the ニーズ調査."""

    area_id: str
    year: int | None = None
    question: str = ""
    sex: str = ""
    age_band: str = ""
    answer: str = ""
    people: int = 0

    def __post_init__(self) -> None:
        not_negative(people=self.people)
