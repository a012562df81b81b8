"""The law check of a run: 適・要確認・不適, each with its article and date. It is no legal advice, and says so."""

from collections.abc import Iterable
from dataclasses import dataclass

from matching.errors import Facts, Lang, Text
from matching.lawful.law import RULES, Law, read_law
from matching.lawful.rule import Basis, Run, Standing, Told

STANDING = {
    Standing.FITS: Text(ja="適", en="fits"),
    Standing.ASK: Text(ja="要確認（運輸支局・市町村に確認）", en="to be asked (transport branch office, municipality)"),
    Standing.UNFIT: Text(ja="不適", en="does not fit"),
}
"""The three answers, for people."""

NO_ADVICE = Text(
    ja="この確認は法律上の助言ではありません。分かっている事実と、書かれた日付の時点の決まりを照らしただけです。",
    en="This check is no legal advice. It compares the facts known with the rules as of the dates told.",
)


@dataclass(frozen=True, slots=True)
class LawFinding:
    """Something that speaks against a run, or is to be asked before it: where it stands, and its sentence."""

    code: str
    facts: Facts
    told: Told
    basis: Basis

    @property
    def standing(self) -> Standing:
        """要確認 or 不適."""
        return self.told.standing

    def text(self, lang: Lang) -> str:
        """The sentence, with article and date."""
        sentence = self.told.text.render(lang, self.facts)
        if lang == "en" and self.told.text.en[0] != "{":
            sentence = sentence[0].upper() + sentence[1:]
        since = f"{self.basis.since.isoformat()}{'から' if lang == 'ja' else ' on'}"
        return f"{sentence} [{self.basis.article(lang == 'ja')}, {since}]"


def check_law(run: Run, law: Law) -> tuple[LawFinding, ...]:
    """Everything that the rules in force on that day say of a run; nothing = 適."""
    return tuple(
        LawFinding(code, facts, rule.told[code], basis)
        for rule, basis in law.rules
        if basis.since <= run.date
        for code, facts in rule.judge(run)
    )


def worst(findings: Iterable[LawFinding]) -> Standing:
    """不適 before 要確認 before 適."""
    return max((one.standing for one in findings), key=tuple(Standing).index, default=Standing.FITS)


__all__ = ["NO_ADVICE", "RULES", "STANDING", "Law", "LawFinding", "Run", "Standing", "check_law", "read_law", "worst"]
