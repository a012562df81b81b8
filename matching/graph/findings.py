"""What the graph tells, one finding after the other: a code with facts, which `sentences` turns into ja or en."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from matching.domain import Community
from matching.errors import Facts, Lang, Text
from matching.graph.bodies import named
from matching.graph.build import Key
from matching.graph.circulation import Circulation, circulation
from matching.graph.could_go import CouldGo
from matching.graph.councils import councils
from matching.graph.reach import reach
from matching.graph.sentences import SECTORS, TEXTS
from matching.graph.single_points import SinglePoint, single_points
from matching.graph.structure import brokers, cases_alone, cut_bodies, islands, tie_share
from matching.texts import word


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the graph tells: its code in `TEXTS`, and the facts that its sentence names.

    The facts `sector` and `weekday` are words of the domain, several separated by `;`. `people` are as many as stand
    behind its numbers, and behind what is left over where one number is a part of another (`told.py`).
    """

    code: str
    facts: Facts
    people: tuple[int, ...] = ()

    def text(self, lang: Lang) -> str:
        """The sentence; the words of a sector or a weekday are those of the language."""
        return self.said(TEXTS[self.code], lang)

    def said(self, text: Text, lang: Lang) -> str:
        """A text with the facts in it."""
        told = dict(self.facts)
        if "sector" in told:
            said = [SECTORS[sector].render(lang, {}) for sector in str(told["sector"]).split(";")]
            told["sector"] = ("、" if lang == "ja" else ", ").join(said)
        if "weekday" in told:
            told["weekday"] = word("weekday", str(told["weekday"]), lang)
        return text.render(lang, told)


def findings(could: CouldGo, most: int = 10) -> tuple[Finding, ...]:
    """All that the graph tells, in the order of `TEXTS`; of each code the `most` telling, then how many `more`.

    Where no rules have been asked (`could.judged` is False), nothing is said about who could go where.
    """
    community = could.community
    names = named(community)
    told = [
        *(_reach(could, names) if could.judged else ()),
        *(_single_points(could) if could.judged else ()),
        *_brokers(community),
        *_councils(community, names),
        *_together(community),
        *_circulation(circulation(could), could.judged),
    ]
    order = {code: i for i, code in enumerate(TEXTS)}
    kept: list[Finding] = []
    count: Counter[str] = Counter(finding.code for finding in told)
    seen: Counter[str] = Counter()
    for finding in sorted(told, key=lambda finding: order[finding.code]):
        seen[finding.code] += 1
        if seen[finding.code] <= most:
            kept.append(finding)
        elif seen[finding.code] == most + 1:
            kept.append(Finding("more", {"of": finding.code, "count": count[finding.code] - most}))
    return tuple(kept)


def _reach(could: CouldGo, names: dict[Key, str]) -> Iterator[Finding]:
    found = reach(could)
    for area in sorted(found.areas, key=lambda row: (-row.nowhere, row.area_id)):
        if area.nowhere:
            facts: Facts = {
                "area": names.get(("area", area.area_id), "—"),
                "needs": area.needs,
                "without": area.nowhere,
            }
            behind = (area.people, area.people_nowhere, area.people - area.people_nowhere)
            yield Finding("nowhere", facts, behind)
    for area in sorted(found.areas, key=lambda row: (-row.one_resource, row.area_id)):
        if area.one_resource:
            yield Finding(
                "one_place",
                {"area": names.get(("area", area.area_id), "—"), "needs": area.needs, "one": area.one_resource},
                (area.people, area.people_one, area.people - area.people_one),
            )
    resource = {row.opening_id: row.resource_id for row in could.community.openings}
    place = {row.resource_id: row.name or row.resource_id for row in could.community.resources}
    empty = Counter(resource[opening] for opening in found.unreached)
    for one, count in sorted(empty.items(), key=lambda item: (-item[1], item[0])):
        yield Finding("unreached", {"place": place[one], "openings": count})


def _single_points(could: CouldGo) -> Iterator[Finding]:
    """What is said of a helper is not said again of the resource, nor of its one opening, nor of who runs it."""
    opening = {row.opening_id: row for row in could.community.openings}
    said: set[tuple[str, ...]] = set()
    for point in _most_telling_first(single_points(could)):
        if not point.needs or point.needs in said:
            continue
        said.add(point.needs)
        facts: dict[str, str | int] = {"place": point.name, "people": point.people, "placed": point.placed}
        if point.kind == "opening":
            facts |= opening[point.id].when()
        yield Finding(f"{point.kind}_stops", facts, (point.people,))


def _most_telling_first(points: tuple[SinglePoint, ...]) -> list[SinglePoint]:
    """By kind in the order of `GROUPS`, within it as they come: most people first."""
    order = ("helper", "resource", "opening", "organisation")
    return sorted(points, key=lambda point: order.index(point.kind))


def _brokers(community: Community) -> Iterator[Finding]:
    found = brokers(community)
    for one in found.brokers:
        yield Finding("broker", {"name": one.name, "areas": len(one.areas), "percent": round(100 * one.share)})
    for one in sorted(found.brokers, key=lambda row: (-row.split, row.kind, row.id)):
        if one.split:
            yield Finding("only_broker", {"name": one.name, "split": one.split})
    if not found.exact:
        yield Finding("brokers_sampled", {"areas": found.sampled_areas})


def _councils(community: Community, names: dict[Key, str]) -> Iterator[Finding]:
    found = councils(community)
    for council in sorted(found.councils, key=lambda row: (-len(row.absent), row.council_id)):
        if council.absent:
            yield Finding(
                "council_lacks",
                {
                    "council": names["council", council.council_id],
                    "sector": ";".join(absent.sector.value for absent in council.absent),
                    "organisations": sum(len(absent.organisations) for absent in council.absent),
                    "resources": sum(len(absent.resources) for absent in council.absent),
                },
            )
    best = [(council, council.invitations[0]) for council in found.councils if council.invitations]
    for council, one in sorted(best, key=lambda pair: (-pair[1].gain, pair[0].council_id)):
        if one.gain:
            facts: Facts = {
                "council": names["council", council.council_id],
                "name": one.name,
                "sector": one.sector.value,
                "gain": one.gain,
            }
            yield Finding("invite", facts)
    for area in found.areas_without:
        yield Finding("no_council", {"area": names["area", area]})


def _together(community: Community) -> Iterator[Finding]:
    for cut in cut_bodies(community):
        yield Finding("cut_body", {"name": cut.name, "pairs": cut.pairs})
    parts = [island for island in islands(community) if island.organisations]
    if len(parts) > 1:
        alone = sum(1 for part in parts if len(part.organisations) + len(part.resources) + len(part.councils) == 1)
        yield Finding("islands", {"parts": len(parts), "alone": alone})
    for case in cases_alone(community):
        facts: Facts = {"name": case.name, "people": case.people, "partners": case.partners}
        yield Finding("case_alone", facts, (case.people,))
    ties = tie_share(community)
    if ties.ends:
        yield Finding("ties_gather", {"half": ties.half, "bodies": ties.bodies})


def _circulation(found: Circulation, judged: bool) -> Iterator[Finding]:
    if found.rate is not None and found.possible_rate is not None:
        rate: Facts = {"receive": found.receive, "both": found.both, "percent": round(100 * found.rate)}
        yield Finding("circulation", rate, (found.receive, found.both, found.receive - found.both))
        people = len({role.resident_id for role in found.roles})
        facts: Facts = {"people": people, "roles": len(found.roles), "percent": round(100 * found.possible_rate)}
        if people:
            more = found.both_possible - found.both
            yield Finding("roles", facts, (people, more, found.receive - found.both_possible))
    if found.unasked:
        yield Finding("unasked", {"people": found.unasked}, (found.unasked,))
    for length, count in sorted(Counter(len(circle) for circle in found.circles).items()):
        around = len({who for circle in found.circles if len(circle) == length for who in circle})
        yield Finding("circles", {"length": length, "count": count}, (around,))
    if not found.complete:
        yield Finding("circles_more", {"count": len(found.circles)})
    if judged:
        for length, count in sorted(Counter(one.length for one in found.closing).items()):
            yield Finding("closing", {"length": length, "count": count}, (length * count,))
    if found.longest_chain > 1:
        yield Finding("chain", {"steps": found.longest_chain, "people": found.chains}, (found.chains,))
