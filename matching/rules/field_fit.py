"""分野: a resource for children is not offered for an older person's need, unless either names no field."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from matching.errors import Facts, Text
from matching.rules.rule import Case, Pairs, Saying, Verdict


@dataclass(frozen=True, slots=True)
class FieldFit:
    """Need and resource share a field of welfare; empty on either side fits all."""

    texts: ClassVar[Mapping[str, Text]] = {
        "field": Text(ja="{place}は分野（{fields}）が異なります", en="{place} is for another field ({fields})"),
    }

    def judge(self, pairs: Pairs) -> Verdict:
        """Block where both name fields and none is shared."""
        need, opening = pairs.need.fields, pairs.opening.fields
        return Saying.of(self, pairs).block("field", (need != 0) & (opening != 0) & (need & opening == 0)).verdict

    def facts(self, case: Case) -> Facts:
        """The place and its fields."""
        return {"place": case.resource.name, "fields": ";".join(case.resource.fields)}
