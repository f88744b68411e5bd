"""themes export: the map of themes as a BERTopic model."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict

from foresight import wiring
from foresight.cli.printing import Printer


def export(arguments: Namespace, printer: Printer) -> int:
    """Write the model and its documents into a folder."""
    written = asdict(wiring.export_themes(arguments.data, arguments.folder, lang=printer.texts.lang))
    facts = written | {"folder": str(arguments.folder)}
    printer.answer(facts, [printer.texts("cli.themes_exported", **facts)])
    return 0
