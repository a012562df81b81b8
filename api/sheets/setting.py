"""One template and what stands on it, set by typst: all text comes as data, and nothing of it is read as markup."""

import json
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).parent


def pdf(template: Path, told: Mapping[str, object]) -> bytes:
    """The sheet as PDF/UA; the same content gives the same bytes."""
    import typst

    out = typst.compile(
        template, root=template.parent, format="pdf", pdf_standards=["ua-1"], timestamp=0, font_paths=[fonts()],
        ignore_system_fonts=True, sys_inputs={"sheet": json.dumps(told, ensure_ascii=False)},
    )  # fmt: skip
    return out[0] if isinstance(out, list) else bytes(out)


def fonts() -> Path:
    """Where the package of the font lies; it is not imported, since only its file is wanted."""
    spec = find_spec("matplotlib_fontja")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("matplotlib_fontja, which carries the Japanese font, is not installed")
    return Path(spec.origin).with_name("fonts")
