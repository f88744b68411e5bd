"""The command line: words in, pipeline or services called, answer out.

Answers go to stdout (one JSON document or JSON lines with ``--json``), progress and messages to stderr.
Exit codes: 0 done, 1 failed, 2 wrong usage or settings, 3 another run has the lock, 4 done with problems,
130 interrupted.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from itertools import pairwise

from foresight.cli.printing import Printer
from foresight.config import interface_language
from foresight.i18n import LANGUAGES, Texts
from foresight.model.errors import ForesightError


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the program's exit code."""
    from typer.exceptions import TyperException

    from foresight.cli.program import make_program, usage_error

    words = list(sys.argv[1:] if argv is None else argv)
    texts = Texts(_language(words))
    try:
        program = make_program(texts, words)
        return int(program.main(args=words, prog_name="foresight", standalone_mode=False) or 0)
    except (ForesightError, TyperException) as error:
        problem = error if isinstance(error, ForesightError) else usage_error(error, words)
        if problem is None:
            return 2
        Printer(texts, as_json="--json" in words).error(problem)
        return problem.exit_code


def _language(words: Sequence[str]) -> str:
    """The language that the words ask for, known before they are understood: help and errors are in it too."""
    said = [word.partition("=")[2] for word in words if word.startswith("--lang=")]
    said += [word for before, word in pairwise(words) if before == "--lang"]
    return next((lang for lang in said if lang in LANGUAGES), interface_language(os.environ))
