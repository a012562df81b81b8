"""その後: whom to ask how it goes, the person and the host, four weeks after a place was found and at three months.

Somebody who tries a place out is asked every four weeks. Who is settled is asked twice; what began long ago is not
brought up again. A host is asked once for all the people who come to them.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from api.notes import Fact
from api.service import Work
from api.store.standing import Held, seen_by, standing_of
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
    earliest = (day - timedelta(days=LATEST_DAYS)).isoformat()
    standing = standing_of(work.connection, work.scope)
    seen = seen_by(work.connection, work.scope) if seen is None else seen
    held = [one for one in standing.held
            if one.resident_id in seen and (one.state == "trial" or (one.since or "") >= earliest)]  # fmt: skip
    persons, hosts = _asked(work, places, held, earliest)
    by_host: dict[str, list[Held]] = {}
    for one in held:
        host = _host(places, one)
        if host and _is_due(one, hosts.get(host, ""), day):
            by_host.setdefault(host, []).append(one)
    return [one for one in held if _is_due(one, persons.get(one.resident_id, ""), day)], by_host


def _asked(
    work: Work, places: Places, held: Iterable[Held], earliest: str
) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """The day on which each person, and each host, was asked last; a host's tiredness is asked of the host."""
    persons, hosts, theirs = dict[str, str](), dict[str, str](), dict[str, dict[str, str]]()
    for due in held:
        host = _host(places, due)
        if host:
            told = places.resources[host].fatigue_on
            hosts[host] = told.isoformat() if told else ""
            theirs.setdefault(due.resident_id, {})[due.need_id] = host
    for one in ASKED.since(work, earliest):
        mine, (of, need_id) = theirs.get(one.resident_id, {}), one.fact
        if of == "person":
            persons[one.resident_id] = one.on_day
            continue
        for host in [mine[need_id]] if need_id in mine else mine.values():
            hosts[host] = max(hosts[host], one.on_day)
    return persons, hosts


def _is_due(one: Held, asked: str, day: date) -> bool:
    """Whether nobody has asked since it was time to; `asked` is empty where nobody ever has."""
    if one.state == "trial":
        time = (day - timedelta(days=TRIAL_DAYS)).isoformat()
        return (one.since is None or one.since <= time) and asked < time
    began = date.fromisoformat(one.since or "")
    past = [began + timedelta(days=days) for days in SETTLED_DAYS if began + timedelta(days=days) <= day]
    return bool(past) and asked < past[-1].isoformat()


def _host(places: Places, one: Held) -> str:
    """The resource of a placement; empty where the town no longer has it."""
    opening = places.openings.get(one.opening_id)
    return opening.resource_id if opening is not None and opening.resource_id in places.resources else ""
