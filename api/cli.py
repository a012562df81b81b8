"""つなぐ on the command line: all the commands of `api/commands/`, in the order of `tsunagu --help`.

Exit codes: 0 done; 1 the input is wrong (every problem is listed); 2 usage; 3 no feasible answer within the limit.
"""

import gc

import typer

from api.commands import (
    develop,
    explain,
    gaps,
    graph,
    indicators,
    propose,
    replan,
    review,
    rides,
    service,
    solve_rides,
    study,
    towns,
)  # fmt: skip

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="つなぐ: 住民の困りごとと地域の資源をつなぐ案を作ります。決めるのは人です。\n\n"
    "Proposes who could go where, with reasons; people decide.",
)
for room in (
    propose, explain, rides, replan, solve_rides, towns, graph, gaps, indicators, develop, review, study, service,
):  # fmt: skip
    room.add_to(app)


def main() -> None:
    """The command `tsunagu`."""
    gc.set_threshold(200_000, 50, 50)  # a town is many small values and no cycles: looking for them takes a tenth
    app()


if __name__ == "__main__":
    main()
