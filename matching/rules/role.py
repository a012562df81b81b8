"""役割・出番: who receives can also give: a place where a person's strength is welcome creates a role."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from matching.errors import Facts, Text
from matching.rules.rule import Case, Pairs, Saying, Verdict, any_bit


@dataclass(frozen=True, slots=True)
class RoleCreated:
    """The resource welcomes a helping hand in something that the person is good at."""

    role_points: int = 50

    texts: ClassVar[Mapping[str, Text]] = {
        "role": Text(ja="本人の得意な「{role}」で出番があります", en="a role for the person's own strength: {role}"),
    }

    def judge(self, pairs: Pairs) -> Verdict:
        """Points where strength and role meet."""
        return (
            Saying.of(self, pairs)
            .tell("role", any_bit(pairs.need.strengths, pairs.opening.roles), self.role_points)
            .verdict
        )

    def facts(self, case: Case) -> Facts:
        """The roles that suit."""
        return {"role": ";".join(s for s in case.resident.strengths if s in case.resource.roles)}
