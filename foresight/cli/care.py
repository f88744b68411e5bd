"""feeds check, app, doctor: looking after what foresight listens to and keeps."""

from __future__ import annotations

import os
import subprocess
import sys
from argparse import Namespace
from pathlib import Path

from foresight import wiring
from foresight.cli.printing import Printer

APP = Path(__file__).parent.parent.parent / "app.py"


def feeds_check(arguments: Namespace, printer: Printer) -> int:
    """Whether feeds.yaml is right, what stands in it, and how its feeds fare."""
    settings = wiring.settings_from_environment(arguments.feeds)
    langs = sorted({source.lang for source in settings.sources})
    voices = sorted({source.voice.value for source in settings.sources})
    document = {
        "file": str(arguments.feeds),
        "feeds": len(settings.sources),
        "by_language": {lang or "?": sum(s.lang == lang for s in settings.sources) for lang in langs},
        "by_voice": {voice: sum(s.voice.value == voice for s in settings.sources) for voice in voices},
        "groups": sorted({source.group for source in settings.sources}),
    }
    lines = [printer.texts("cli.feeds_right", file=arguments.feeds, feeds=len(settings.sources))]
    lines += [f"  {name}: {number}" for part in ("by_language", "by_voice") for name, number in _pairs(document[part])]
    printer.answer(document, lines)
    return 0


def app(arguments: Namespace, printer: Printer) -> int:
    """Open the app; it ends when it is interrupted."""
    printer.note("app_opens", port=arguments.port)
    words = ["streamlit", "run", str(APP), "--server.port", str(arguments.port), "--server.headless", "true"]
    environment = os.environ | {"FORESIGHT_DATA": str(arguments.data.resolve()), "FORESIGHT_LANG": printer.texts.lang}
    return subprocess.call([sys.executable, "-m", *words], env=environment)  # noqa: S603 - our own words only


def doctor(arguments: Namespace, printer: Printer) -> int:
    """Check archive, generations and ledger; 1 when something is not whole."""
    findings = wiring.check_data_folder(arguments.data)
    document = {"whole": not any(f.wrong for f in findings), "findings": [f.document() for f in findings]}
    lines = [
        f"{'!' if finding.wrong else ' '} {printer.texts(f'cli.doctor_{finding.key}', **dict(finding.facts))}"
        for finding in findings
    ]
    printer.answer(document, lines)
    return int(any(finding.wrong for finding in findings))


def _pairs(part: object) -> list[tuple[str, int]]:
    return list(part.items()) if isinstance(part, dict) else []
