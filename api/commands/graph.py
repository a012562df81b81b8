"""`tsunagu graph`: what the ties between people and places show."""

import typer

from api.commands.common import JsonFile, LangOf, Language, Town, errors


def add_to(app: typer.Typer) -> None:
    """Join the command to the others."""
    app.command()(graph)


def graph(town: Town, json: JsonFile = None, lang: LangOf = Language.JA) -> None:
    """つながりを調べる。Who brokers, whom the council lacks, what depends on one person, how support circulates."""
    import json as js

    from rich.console import Console

    with errors(lang):
        from api.commands.show import show_findings
        from api.files import write_whole
        from api.towns import town_of
        from matching.could_go import could_go
        from matching.graph import findings

        community, rulebook, travel = town_of(town)
        found = findings(could_go(community, rulebook, travel))
        if json is not None:
            rows = [{"code": f.code, "facts": dict(f.facts), "text": f.text(lang.value)} for f in found]
            write_whole({json: js.dumps({"format": "tsunagu.graph/1", "findings": rows}, ensure_ascii=False) + "\n"})
        show_findings(found, lang.value, Console())
