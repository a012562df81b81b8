"""決まりの確認の答え: what those who were asked said, kept for one car, its driver and one day, and told with the plan.

A question is the same where its code and facts are, so that an answer also holds for the day planned again.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert

from api.conventions import next_position
from api.service import Work
from api.store.database import new_id, now
from api.store.scope import of, table_of
from api.store.tables import LawAnswer

LAW_ANSWERS = table_of(LawAnswer)
SEALED = ("answered_by", "answered_on", "note")
Key = tuple[str, str, str, str]
"""Day, driver, vehicle, question."""


def question_of(finding: Mapping[str, Any]) -> str:
    """What a finding of the law check asks, as a short text that is the same for the same code and facts."""
    told = json.dumps([finding["code"], finding["facts"]], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()[:24]


def keep_answer(work: Work, key: Key, fits: bool, content: Mapping[str, str]) -> None:
    """Keep an answer; earlier ones stay, and the latest holds."""
    on_day, driver, vehicle, question = key
    row = {
        "municipality_id": work.scope.municipality_id, "answer_id": new_id(), "position": next_position(work),
        "on_day": on_day, "driver_id": driver, "vehicle_id": vehicle, "question": question, "fits": fits,
        "sealed": work.vault.seal({name: content[name] for name in SEALED}), "user_id": work.scope.user_id,
        "at": now(),
    }  # fmt: skip
    work.connection.execute(insert(LAW_ANSWERS).values(**row))


def answered(work: Work, document: Mapping[str, Any]) -> dict[str, Any]:
    """A plan of tours whose findings name their `question` and the `answers` to it, the latest last."""
    found = _answers(work, [day["date"] for day in document["days"]])
    return {**document, "days": [_day(day, found) for day in document["days"]]}


def _answers(work: Work, days: Sequence[str]) -> Mapping[Key, list[dict[str, Any]]]:
    wanted = of(LAW_ANSWERS, work.scope).where(LAW_ANSWERS.c.on_day.in_(days)).order_by(LAW_ANSWERS.c.position)
    found: dict[Key, list[dict[str, Any]]] = {}
    for row in work.connection.execute(wanted).mappings():
        key = (row["on_day"], row["driver_id"], row["vehicle_id"], row["question"])
        told = {"fits": row["fits"], **work.vault.opened(row["sealed"]), "user_id": row["user_id"], "at": row["at"]}
        found.setdefault(key, []).append(told)
    return found


def _day(day: Mapping[str, Any], found: Mapping[Key, list[dict[str, Any]]]) -> dict[str, Any]:
    return {**day, "tours": [_tour(day["date"], tour, found) for tour in day["tours"]]}


def _tour(on: str, tour: Mapping[str, Any], found: Mapping[Key, list[dict[str, Any]]]) -> dict[str, Any]:
    findings = []
    for one in tour["law"]["findings"]:
        question = question_of(one)
        answers = found.get((on, tour["driver"], tour["vehicle"], question), [])
        findings.append({**one, "question": question, "answers": answers})
    return {**tour, "law": {**tour["law"], "findings": findings}}
