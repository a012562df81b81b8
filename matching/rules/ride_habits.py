"""送迎のならわし: the numbers of a place for planning rides where the request or the driver does not say."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RideHabits:
    """Minutes, unless the name says otherwise.

    `ready_slack`: a ride home is fetched from «ready from» up to so much later. `promised_slack`: a promised time is
    kept within so much. `early`: arriving at most so early. `boarding`, `boarding_wheelchair`: to get on or off.
    `max_ride` and `detour_percent`: on board at most so long, or this share of the direct way if that is longer.
    `per_car`: what it counts that one more car goes out, in minutes of driving. `days_a_week`: on how many days a week
    a volunteer is given tours of others when weeks are evened out.
    """

    ready_slack: int = 30
    promised_slack: int = 10
    early: int = 30
    boarding: int = 2
    boarding_wheelchair: int = 5
    max_ride: int = 45
    detour_percent: int = 150
    per_car: int = 15
    days_a_week: int = 3
