"""その後: whom to ask how it goes, the person and the host, four weeks after a place was found and at three months.

Somebody who tries a place out is asked every four weeks. Who is settled is asked twice; what began long ago is not
brought up again. A host is asked once for all the people who come to them.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, select

from api.notes import Fact
from api.service import Work
from api.store.register import NOUNS
from api.store.scope import Scope, for_scope, visible
from api.web.rows import Places, same_need, same_person

PEOPLE, NEEDS, PLACEMENTS = (NOUNS[name].table for name in ("residents", "needs", "placements"))
TRIAL_DAYS = 28
SETTLED_DAYS = (28, 91)
"""Days after which somebody is asked who stays."""
LATEST_DAYS = 182
"""After so many nobody is asked any more."""
ASKED = Fact("follow_ups", lambda said: (str(said["of"]), str(said["need_id"] or "")))


class Due(NamedTuple):
    """A placement about which the person, or its host, is to be asked."""

    resident_id: str
    need_id: str
    opening_id: str
    since: str | None
    state: str | None


def due(work: Work, places: Places, day: date) -> tuple[list[Due], Mapping[str, list[Due]]]:
    """The placements whose persons are to be asked, the longest ago first; and by resource those whose host is."""
    earliest = (day - timedelta(days=LATEST_DAYS)).isoformat()
    held = [Due(*row) for row in work.connection.execute(_held(work.scope), {"earliest": earliest})]
    persons, hosts = _asked(work, places, held, earliest)
    by_host: dict[str, list[Due]] = {}
    for one in held:
        host = _host(places, one)
        if host and _is_due(one, hosts.get(host, ""), day):
            by_host.setdefault(host, []).append(one)
    return [one for one in held if _is_due(one, persons.get(one.resident_id, ""), day)], by_host


def _asked(
    work: Work, places: Places, held: Iterable[Due], earliest: str
) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """The day on which each person, and each host, was asked last; a host's tiredness is asked of the host."""
    persons, hosts, theirs = dict[str, str](), dict[str, str](), dict[str, dict[str, str]]()
    for one in held:
        host = _host(places, one)
        if host:
            told = places.resources[host].fatigue_on
            hosts[host] = told.isoformat() if told else ""
            theirs.setdefault(one.resident_id, {})[one.need_id] = host
    for resident_id, on_day, (of, need_id) in ASKED.since(work, earliest):
        mine = theirs.get(resident_id, {})
        if of == "person":
            persons[resident_id] = on_day
            continue
        for host in [mine[need_id]] if need_id in mine else mine.values():
            hosts[host] = max(hosts[host], on_day)
    return persons, hosts


def _is_due(one: Due, asked: str, day: date) -> bool:
    """Whether nobody has asked since it was time to; `asked` is empty where nobody ever has."""
    if one.state == "trial":
        time = (day - timedelta(days=TRIAL_DAYS)).isoformat()
        return (one.since is None or one.since <= time) and asked < time
    began = date.fromisoformat(one.since or "")
    past = [began + timedelta(days=days) for days in SETTLED_DAYS if began + timedelta(days=days) <= day]
    return bool(past) and asked < past[-1].isoformat()


def _host(places: Places, one: Due) -> str:
    """The resource of a placement; empty where the town no longer has it."""
    opening = places.openings.get(one.opening_id)
    return opening.resource_id if opening is not None and opening.resource_id in places.resources else ""


@for_scope
def _held(scope: Scope) -> Select[Any]:
    """Trials, and who settled from a day on, of persons whom one sees; the longest ago first."""
    told = (NEEDS.c.resident_id, PLACEMENTS.c.need_id, PLACEMENTS.c.opening_id, PLACEMENTS.c.since, PLACEMENTS.c.state)
    joined = select(*told).select_from(PLACEMENTS).join(NEEDS, same_need(PLACEMENTS)).join(PEOPLE, same_person(NEEDS))
    return joined.where(
        PLACEMENTS.c.municipality_id == scope.municipality_id, visible(PEOPLE, scope),
        (PLACEMENTS.c.state == "trial") | (PLACEMENTS.c.since >= bindparam("earliest")),
    ).order_by(PLACEMENTS.c.since, PLACEMENTS.c.position)  # fmt: skip
