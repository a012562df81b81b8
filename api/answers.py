"""Proposals as the JSON document `tsunagu.proposals/1`: stable keys, one proposal a line, texts in one language."""

import json
from collections.abc import Iterator

from matching.domain import Option, Proposal, Proposals, Reason
from matching.errors import Lang
from matching.explain.say import say_change, say_reason, say_warning


def proposals_json(answer: Proposals, lang: Lang, seconds: float) -> str:
    """The whole document; the same answer gives the same text but for `seconds`."""
    return "".join(_lines(answer, lang, seconds))


def _lines(answer: Proposals, lang: Lang, seconds: float) -> Iterator[str]:
    placed = sum(p.placed for p in answer.proposals)
    head = {
        "format": "tsunagu.proposals/1",
        "town": answer.town,
        "inputs_digest": answer.inputs_digest,
        "room": answer.room,
        "summary": {
            "needs": len(answer.proposals),
            "placed": placed,
            "unplaced": len(answer.proposals) - placed,
            "status": answer.status,
            "seconds": round(seconds, 3),
            "tiers": [
                {"name": t.name, "value": t.value, "bound": t.bound, "plan_points": t.plan_points} for t in answer.tiers
            ],
        },
        "warnings": [{"code": w.code, "facts": dict(w.facts), "text": say_warning(w, lang)} for w in answer.warnings],
    }
    yield _dump(head)[:-1] + ', "proposals": [\n'
    reasons = _Reasons(lang)
    for at, proposal in enumerate(answer.proposals):
        yield _proposal(proposal, lang, reasons) + (",\n" if at + 1 < len(answer.proposals) else "\n")
    yield "]}\n"


class _Reasons:
    """Reasons as JSON, each kind written once: thousands of people are told the same."""

    def __init__(self, lang: Lang) -> None:
        self._lang: Lang = lang
        self._written: dict[object, str] = {}

    def __getitem__(self, reason: Reason) -> str:
        key = (reason.code, reason.tier, reason.points, *reason.facts.items())
        if key not in self._written:
            facts, text = dict(reason.facts), say_reason(reason, self._lang)
            self._written[key] = _dump(
                {"code": reason.code, "tier": reason.tier, "points": reason.points, "facts": facts, "text": text}
            )
        return self._written[key]


_dump = json.JSONEncoder(ensure_ascii=False).encode


def _proposal(proposal: Proposal, lang: Lang, reasons: _Reasons) -> str:
    account, unplaced = proposal.account, proposal.unplaced
    head = {
        "need": proposal.need_id,
        "resident": proposal.resident_id,
        "state": "placed" if proposal.placed else "unplaced",
        "account": account
        and {
            "considered": account.considered,
            "excluded": [{"code": code, "count": count} for code, count in account.excluded],
            "full": account.full,
            "shown": account.shown,
            "others": account.others,
        },
    }
    options = ", ".join(_option(option, rank, reasons) for rank, option in enumerate(proposal.options, 1))
    tail = {
        "unplaced": unplaced
        and {
            "full": [{"opening": opening, "holders": holders} for opening, holders in unplaced.full],
            "held_back": [
                {"code": r.code, "facts": dict(r.facts), "text": say_reason(r, lang)} for r in unplaced.held_back
            ],
            "smallest_changes": [
                {"change": c.code, "facts": dict(c.facts), "verified": c.verified, "text": say_change(c, lang)}
                for c in unplaced.smallest_changes
            ],
        },
    }
    return f'{_dump(head)[:-1]}, "options": [{options}], {_dump(tail)[1:]}'


def _option(option: Option, rank: int, reasons: _Reasons) -> str:
    head = {
        "rank": rank,
        "chosen": option.chosen,
        "resource": option.resource_id,
        "opening": option.opening_id,
        "minutes": option.minutes,
        "mode": option.mode,
        "points": list(option.points),
        "opportunity_cost": list(option.opportunity_cost),
        "exact": option.exact,
        "ask_first": option.ask_first,
        "holders": option.holders,
    }
    return f'{_dump(head)[:-1]}, "reasons": [{", ".join(reasons[r] for r in option.reasons)}]}}'
