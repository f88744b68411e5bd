"""The command line: words in, pipeline or services called, answer out.

Answers go to stdout (one JSON document or JSON lines with ``--json``), progress and log to stderr.
Exit codes: 0 done, 1 failed, 2 wrong usage or settings, 3 another run holds the lock, 4 done with problems.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from foresight.cli.arguments import parse
from foresight.cli.printing import Printer
from foresight.i18n import Texts
from foresight.model.errors import ForesightError

INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the program's exit code."""
    arguments = parse(sys.argv[1:] if argv is None else argv)
    texts = Texts(arguments.lang or os.environ.get("FORESIGHT_LANG") or os.environ.get("LANG", "en")[:2])
    printer = Printer(texts, as_json=arguments.json)
    try:
        return int(arguments.command(arguments, printer))
    except ForesightError as error:
        printer.error(error)
        return error.exit_code
    except KeyboardInterrupt:
        printer.note("interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        # whoever read us has seen enough; keep Python from complaining at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
