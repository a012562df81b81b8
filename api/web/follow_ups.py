"""その後: whom to ask how it goes, the person and the host, four weeks after a place was found and at three months.

Somebody who tries a place out is asked every four weeks. Who is settled is asked twice; what began long ago is not
brought up again. A host is asked once for all the people who come to them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from api.notes import Fact
from api.service import Work
from api.store.offers import Offers
from api.store.standing import Held, Standing, seen_by, standing_of
from api.web.rows import Places

TRIAL_DAYS = 28
SETTLED_DAYS = (28, 91)
"""Days after which somebody is asked who stays."""
LATEST_DAYS = 182
"""After so many nobody is asked any more."""
ASKED = Fact("follow_ups", lambda said: (str(said["of"]), str(said["need_id"] or "")))


def due(
    work: Work, places: Places, day: date, seen: frozenset[str] | None = None
) -> tuple[list[Held], Mapping[str, list[Held]]]:
    """The placements whose persons are to be asked, the longest ago first; and by resource those whose host is.

    `seen` are the persons whom one sees, where that has been asked already.
    """
    seen = seen_by(work.connection, work.scope) if seen is None else seen
    time = _in_time(standing_of(work.connection, work.scope), places.offers, day)
    persons, hosts = _asked(work, time, _earliest(day))
    mine = [one for one in time.due if one.held.resident_id in seen]
    by_host: dict[str, list[Held]] = {}
    for one in mine:
        if one.host and hosts.get(one.host, "") < one.before:
            by_host.setdefault(one.host, []).append(one.held)
    return [one.held for one in mine if persons.get(one.held.resident_id, "") < one.before], by_host


class Due(NamedTuple):
    """A placement of which it is time to ask, if nobody has asked since the day `before`; `host` is its resource."""

    held: Held
    host: str
    before: str


@dataclass(frozen=True, slots=True)
class _Time:
    """What is due on a day; who comes to whom, by person and need; and when each host was asked, as the resource says.

    Of everybody in a town: whom one does not see, nobody's notes tell of.
    """

    due: Sequence[Due]
    theirs: Mapping[str, Mapping[str, str]]
    hosts: Mapping[str, str]


@lru_cache(64)
def _in_time(standing: Standing, offers: Offers, day: date) -> _Time:
    """The placements that are not too long ago, as long as they and the town's places stay as they are."""
    earliest = _earliest(day)
    due, hosts, theirs = list[Due](), dict[str, str](), dict[str, dict[str, str]]()
    for one in standing.held:
        if one.state != "trial" and (one.since or "") < earliest:
            continue
        host, before = _host(offers, one), _asked_before(one, day)
        if host:
            told = offers.resources[host].fatigue_on
            hosts[host] = told.isoformat() if told else ""
            theirs.setdefault(one.resident_id, {})[one.need_id] = host
        if before:
            due.append(Due(one, host, before))
    return _Time(due, theirs, hosts)


def _earliest(day: date) -> str:
    return (day - timedelta(days=LATEST_DAYS)).isoformat()


def _asked(work: Work, time: _Time, earliest: str) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """The day on which each person, and each host, was asked last; a host's tiredness is asked of the host."""
    persons, hosts = dict[str, str](), dict(time.hosts)
    for one in ASKED.since(work, earliest):
        mine, (of, need_id) = time.theirs.get(one.resident_id, {}), one.fact
        if of == "person":
            persons[one.resident_id] = one.on_day
            continue
        for host in [mine[need_id]] if need_id in mine else mine.values():
            hosts[host] = max(hosts[host], one.on_day)
    return persons, hosts


def _asked_before(one: Held, day: date) -> str:
    """It is time to ask where nobody has since this day; empty where it is not time."""
    if one.state == "trial":
        time = (day - timedelta(days=TRIAL_DAYS)).isoformat()
        return time if one.since is None or one.since <= time else ""
    began = date.fromisoformat(one.since or "")
    past = [began + timedelta(days=days) for days in SETTLED_DAYS if began + timedelta(days=days) <= day]
    return past[-1].isoformat() if past else ""


def _host(offers: Offers, one: Held) -> str:
    """The resource of a placement; empty where the town no longer has it."""
    opening = offers.openings.get(one.opening_id)
    return opening.resource_id if opening is not None and opening.resource_id in offers.resources else ""
