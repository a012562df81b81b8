"""Which pairs are worth judging, and the judging of them all, in blocks."""

from matching.candidates.judged import Judged, judge_block, judge_town, worth_a_look

__all__ = ["Judged", "judge_block", "judge_town", "worth_a_look"]
