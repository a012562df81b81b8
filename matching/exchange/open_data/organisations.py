"""Organisations that a list of places names (the community council of each venue), tied to their centres."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from matching.domain import Organisation, Resource, Tie
from matching.exchange.open_data.addresses import key
from matching.exchange.open_data.import_table import OrganisationSpec
from matching.exchange.open_data.sheets import Row


@dataclass(slots=True)
class Named:
    """An organisation as the rows name it: its first row, and the venues and areas of all its rows."""

    row: Row
    venues: list[str] = field(default_factory=list)
    areas: list[str] = field(default_factory=list)


def gather(rows: Iterable[tuple[Row, str]]) -> dict[str, Named]:
    """(row, area of its place) -> organisations by name, in order of first mention; rows without one are told."""
    found: dict[str, Named] = {}
    for row, area_id in rows:
        name = row.name("organisation")
        if not name:
            row.tell("organisation_missing", "organisation", row.raw("name"))
            continue
        one = found.setdefault(name, Named(row))
        one.venues.append(row.raw("name"))
        one.areas.append(area_id)
    return found


def organisations_of(
    found: Mapping[str, Named], spec: OrganisationSpec, centres: Sequence[Resource], prefixes: Sequence[str]
) -> tuple[list[Organisation], list[Tie]]:
    """The organisations and their ties to centres; a tie by likeness of names only, and a missing one, are told."""
    by_name = {_bare(centre.name, prefixes): centre for centre in centres}
    by_stem = {_stem(name, spec): centre for name, centre in by_name.items()}
    organisations, ties = [], []
    for name, named in found.items():
        organisation_id = f"{spec.slug}-{named.row.number:04d}"
        among = [_bare(part, prefixes) for venue in named.venues for part in (venue, *re.split(r"[・/／]", venue))]
        own = {by_name[venue].resource_id: by_name[venue] for venue in among if venue in by_name}
        like = by_stem.get(_stem(_bare(name, prefixes), spec))
        if not own and like is not None:
            own = {like.resource_id: like}
            named.row.tell("tie_by_name", "organisation", name, like.name)
        if not own and centres:
            named.row.tell("tie_missing", "organisation", name)
        areas = [centre.area_id for centre in own.values()] or named.areas
        area_id = Counter(areas).most_common(1)[0][0]
        organisations.append(Organisation(organisation_id, name, spec.sector, area_id))
        ties += [Tie(organisation_id, centre_id, spec.tie) for centre_id in own]
    return organisations, ties


def _bare(name: str, prefixes: Sequence[str]) -> str:
    name = key(name)
    for prefix in prefixes:
        name = name.removeprefix(key(prefix))
    return name


def _stem(name: str, spec: OrganisationSpec) -> str:
    return re.sub(spec.strip, "", name) if spec.strip else name
