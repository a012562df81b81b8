"""How good a day's tours are known to be: proven best, so near to it, or only what no plan can better."""

from collections.abc import Mapping
from math import ceil
from typing import Any

from api.web.texts import Say

NEAR = 1e-6


def how_good(say: Say, summary: Mapping[str, Any]) -> tuple[str, str]:
    """What is proven of one day, for a sign and in a sentence; of a plan made anew after a call only how it was made.

    How near the driving is to the best is known only where no plan could carry more.
    """
    status = str(summary["status"])
    told = say(f"rides.status.{status}")
    if status == "optimal":
        return say("rides.best.proven"), told
    if status != "feasible":
        return "", told
    counted = [one for one in summary["tiers"] if not one["name"].startswith("effort")]
    carried, most = (round(sum(one[key] for one in counted)) for key in ("value", "bound"))
    if most > carried:
        return say("rides.best.open"), say("rides.best.most", most=most, carried=carried)
    effort = next((one for one in summary["tiers"] if one["name"].startswith("effort")), None)
    if effort is None or effort["bound"] <= NEAR:
        return say("rides.best.open"), say("rides.best.carried")
    percent = ceil(1000 * (effort["value"] / effort["bound"] - 1) - NEAR) / 10
    return say("rides.best.within", percent=f"{percent:g}"), say("rides.best.near", percent=f"{percent:g}")
