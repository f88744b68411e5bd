"""The words of the workshop's commands: scenario, signposts, forecast, decision, journey."""

from __future__ import annotations

import argparse
import getpass
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - argparse names it no other way
Add = Callable[[Commands, str, str, str], argparse.ArgumentParser]
PAIR = "F=s"


def add_scenario(kinds: Commands, add: Add) -> None:
    """What follows "scenario", besides solve."""
    add(kinds, "list", "scenarios:list_", "the scenarios of the ledger")
    show = of_scenario(kinds, add, "show", "scenarios:show", "one scenario: factors, priors, judgements, likelihoods")
    show.add_argument("--rev", type=int, help="an earlier revision (default: the newest)")
    new = add(kinds, "new", "scenarios:new", "a scenario from trends and factors of one's own")
    new.add_argument("--title", required=True)
    new.add_argument("--question", default="", help="the question it asks")
    new.add_argument("--horizon", default="", help="the year or date it looks to")
    new.add_argument(
        "--trend", action="append", default=[], metavar="ID", help="a factor from a trend; repeat for more"
    )
    new.add_argument(
        "--factor", action="append", default=[], metavar="'NAME: STATE, STATE'", help="a factor of one's own"
    )
    signing(new)
    judge = of_scenario(kinds, add, "judge", "scenarios:judge", "say how states act on states")
    judge.add_argument("cells", nargs="+", metavar="F=s>G=t:N", help="for example 'prices=high>trust=low:+2'")
    judge.add_argument("--confidence", type=float, default=1.0, metavar="0…1", help="how sure (default: 1)")
    judge.add_argument("--mine", action="store_true", help="on a sheet of one's own, for the panel")
    signing(judge)
    prior = of_scenario(kinds, add, "prior", "scenarios:prior", "how likely the states of factors are by themselves")
    prior.add_argument(
        "shares", nargs="*", metavar="F=s:P", help="for example 'prices=high:0.3'; all states of a factor"
    )
    prior.add_argument("--projection", action="store_true", help="from the trends' projections as they are now")
    prior.add_argument("--ratings", action="store_true", help="from the votes on states (panel vote)")
    signing(prior)
    imports = add(kinds, "import", "scenarios:import_", "keep a scenario of a .json, .csv or .scw file")
    imports.add_argument("file", type=Path)
    imports.add_argument("--title", default="", help="its title (default: the file's)")
    imports.add_argument("--any-scale", action="store_true", help="accept judgements beyond −3…+3")
    signing(imports)
    export = of_scenario(kinds, add, "export", "scenarios:export", "write a scenario as .json, .csv or .scw")
    export.add_argument("file", type=Path)
    why = of_scenario(kinds, add, "why", "scenarios:why", "why a consistent scenario holds, and what would flip it")
    why.add_argument("--number", type=int, default=1, metavar="N", help="which one of the solved (default: 1)")
    _add_methods(kinds, add)


def add_others(commands: Commands, add: Add) -> None:
    """signposts, forecast, decision, journey."""
    _add_signposts(commands, add)
    _add_forecasts(commands, add)
    _add_decisions(commands, add)
    _add_journeys(commands, add)


def _add_methods(kinds: Commands, add: Add) -> None:
    whatif = of_scenario(kinds, add, "whatif", "whatif:whatif", "what follows from supposing some states")
    whatif.add_argument("--force", action="append", default=[], metavar=PAIR, help="suppose a state; repeat for more")
    whatif.add_argument("--against", action="append", default=[], metavar=PAIR, help="another what-if beside it")
    futures = of_scenario(kinds, add, "futures", "whatif:futures", "the few scenarios gone on with, and how likely")
    futures.add_argument("--choose", type=int, metavar="N", help="keep the N most different consistent scenarios")
    futures.add_argument("--near", action="store_true", help="take near-consistent ones where there are none")
    futures.add_argument("--name", action="append", default=[], metavar="F=NAME", help="give a future a name")
    futures.add_argument("--prior", action="append", default=[], metavar="F=P", help="how likely one seems")
    futures.add_argument("--none", type=float, metavar="P", help="how likely none of these is")
    signing(futures)
    stress = of_scenario(kinds, add, "stress", "whatif:stress", "options in every future")
    stress.add_argument("--option", action="append", default=[], metavar="NAME", help="one more option")
    stress.add_argument(
        "--criterion", action="append", default=[], metavar="NAME=N", help="one more, with its threshold"
    )
    stress.add_argument(
        "--score", action="append", default=[], metavar="OPTION/FUTURE/CRITERION=N", help="a score from 1 to 5"
    )
    signing(stress)
    of_scenario(kinds, add, "panel", "whatif:panel", "several people's judgements, each solved alone")
    of_scenario(kinds, add, "influence", "whatif:influence", "who drives, who is driven")
    beliefs = of_scenario(kinds, add, "beliefs", "whatif:beliefs", "probabilities of events that touch each other")
    beliefs.add_argument("--event", action="append", default=[], metavar="NAME=P", help="an event, how likely it is")
    beliefs.add_argument(
        "--given", action="append", default=[], metavar="E|G=P", help="how likely E is once G has happened"
    )
    signing(beliefs)

    story = of_scenario(kinds, add, "story", "story:story", "a scenario told as a story, each sentence with its source")
    story.add_argument(
        "--scenario", default="", metavar="N|KEY", help="a future by id or name, or the N-th of the solved"
    )
    story.add_argument("--draft", action="store_true", help="also a draft by the language model that the settings name")


def _add_signposts(commands: Commands, add: Add) -> None:
    kinds = group(commands, "signposts", "what to watch, and what it says of the futures")
    listed = add(kinds, "list", "signposts:list_", "all signposts and how they stand")
    listed.add_argument("--scenario", default=None, metavar="ID", help="of one scenario")
    check = add(kinds, "check", "signposts:check", "look at them in the published run; also resolves forecasts")
    check.add_argument("--scenario", default=None, metavar="ID", help="of one scenario")
    adding = of_scenario(kinds, add, "add", "signposts:add", "propose a signpost of a scenario")
    adding.add_argument("--title", required=True)
    watching(adding, required=True)
    adding.add_argument(
        "--likely", action="append", default=[], metavar="FUTURE=P", required=True, help="how likely each would show it"
    )
    adding.add_argument("--owner", default="", help="who acts when it trips")
    adding.add_argument("--triggers", default="", help="what it sets off")
    adding.add_argument("--family", default="", help="signposts with one cause share a family")
    adding.add_argument("--closes", metavar="DATE", help="when it counts as missed")
    signing(adding)
    for name, text in (
        ("adopt", "watch it from now on"),
        ("drop", "watch it no longer"),
        ("power", "what it would tell"),
    ):
        one = add(kinds, name, f"signposts:{name}", text)
        one.add_argument("id")
        if name == "adopt":
            one.add_argument("--anyway", action="store_true", help="even if it tells nothing")
        if name != "power":
            signing(one)
    change = add(kinds, "change", "signposts:change", "put a signpost in other words or numbers")
    change.add_argument("id")
    for name, text in (
        ("title", "its title"),
        ("owner", "who acts"),
        ("triggers", "what it sets off"),
        ("family", "its cause"),
    ):
        change.add_argument(f"--{name}", help=f"{text} (default: as it is)")
    change.add_argument("--threshold", type=float, metavar="N")
    change.add_argument("--weeks", type=int, metavar="N")
    change.add_argument("--closes", metavar="DATE")
    change.add_argument("--likely", action="append", default=[], metavar="FUTURE=P")
    signing(change)
    undo = add(kinds, "undo", "signposts:undo", "take back what a signpost did to the likelihoods")
    undo.add_argument("id", help="of the update, as signposts list and check show it")
    undo.add_argument("--redo", action="store_true", help="let it count again")
    signing(undo)


def _add_forecasts(commands: Commands, add: Add) -> None:
    kinds = group(commands, "forecast", "questions about the future that will have an answer")
    add(kinds, "list", "forecasts:list_", "all questions with their answers")
    adding = add(kinds, "add", "forecasts:add", "ask a yes-or-no question with a deadline")
    adding.add_argument("text")
    adding.add_argument("--deadline", required=True, metavar="DATE")
    adding.add_argument("--scenario", default="", metavar="ID", help="the workshop it belongs to")
    watching(adding, required=False)
    signing(adding)
    answer = add(kinds, "answer", "forecasts:answer", "say how likely yes is")
    answer.add_argument("id")
    answer.add_argument("probability", type=float, help="0 to 1")
    signing(answer)
    resolve = add(kinds, "resolve", "forecasts:resolve", "say what happened")
    resolve.add_argument("id")
    resolve.add_argument("outcome", choices=("yes", "no"))
    signing(resolve)
    add(kinds, "score", "forecasts:score", "how good the forecasts were")


def _add_decisions(commands: Commands, add: Add) -> None:
    kinds = group(commands, "decision", "decisions as promises with an owner and a date")
    listed = add(kinds, "list", "promises:list_", "what was decided, and how it stands")
    listed.add_argument("--open", action="store_true", help="only what is open")
    adding = add(kinds, "add", "promises:add", "decide something")
    adding.add_argument("text")
    adding.add_argument("--owner", required=True, help="who keeps it")
    adding.add_argument("--due", metavar="DATE")
    adding.add_argument("--review", metavar="DATE", help="when it is looked at again")
    adding.add_argument("--stance", choices=("act", "prepare", "watch"), default="act")
    adding.add_argument("--assumption", default="", help="what has to be so for it to be right")
    adding.add_argument("--signpost", action="append", default=[], metavar="ID", help="what would tell that it breaks")
    adding.add_argument("--trend", action="append", default=[], metavar="ID", help="the trend it answers to")
    adding.add_argument("--scenario", default="", metavar="ID", help="the scenario it comes from")
    signing(adding)
    for name, text in (
        ("keep", "it was kept"),
        ("break", "it was not kept"),
        ("withdraw", "it no longer holds"),
        ("reopen", "take it up again"),
    ):
        one = add(kinds, name, "promises:close", text)
        one.add_argument("id")
        one.add_argument("--outcome", default="", help="how it went")
        one.set_defaults(state=name)
        signing(one)
    pulse = add(kinds, "pulse", "promises:pulse", "how far it has been taken in")
    pulse.add_argument("id")
    for name in ("asked", "heard", "understood", "believes", "feels"):
        pulse.add_argument(f"--{name}", type=int, required=True)
    pulse.add_argument("--times-given", type=int, default=0, help="how often the message has been given by now")
    signing(pulse)
    questions = add(kinds, "questions", "promises:questions", "the three questions that close a scenario or decision")
    questions.add_argument("id", help="of the scenario or decision")
    for name in ("matters", "act", "practice"):
        questions.add_argument(f"--{name}", default="")
    signing(questions)


def _add_journeys(commands: Commands, add: Add) -> None:
    kinds = group(commands, "journey", "the customer's path, and what scenarios do to it")
    listed = add(kinds, "list", "journeys:list_", "all journeys")
    listed.add_argument("--scenario", default=None, metavar="ID", help="of one scenario")
    adding = of_scenario(kinds, add, "add", "journeys:add", "a journey of a scenario")
    adding.add_argument("--title", required=True)
    adding.add_argument("--customer", default="", help="whose path it is")
    adding.add_argument("--employee", action="store_true", help="an employee walks it, not a customer")
    adding.add_argument(
        "--step", action="append", default=[], metavar="'NAME [| SOURCE]'", help="a step; with a source it is confirmed"
    )
    adding.add_argument(
        "--effect", action="append", default=[], metavar="STEP:F=s:N", help="what a state does to a step"
    )
    signing(adding)
    effect = add(kinds, "effect", "journeys:effect", "say what states do to the steps of a journey")
    effect.add_argument("id")
    effect.add_argument("effect", nargs="+", metavar="STEP:F=s:N", help="for example 'Order:prices=high:-2'")
    signing(effect)
    step = add(kinds, "step", "journeys:step", "change a step, add one, or take one away")
    step.add_argument("id")
    step.add_argument("step", help="its name or id; a new one is added at the end")
    step.add_argument("--name", help="its new name")
    step.add_argument("--source", help="how customers confirmed it; empty takes that back")
    step.add_argument("--voice", help="what is said or felt here")
    step.add_argument("--before", metavar="STEP", help="its place: before this one")
    step.add_argument("--remove", action="store_true", help="take it away")
    signing(step)
    show = add(kinds, "show", "journeys:show", "one journey, walked in every future")
    show.add_argument("id")


def group(commands: Commands, name: str, text: str) -> Commands:
    """A command with actions of its own."""
    group = commands.add_parser(name, help=text, description=text)
    return group.add_subparsers(required=True, metavar="ACTION")


def of_scenario(kinds: Commands, add: Add, name: str, target: str, text: str) -> argparse.ArgumentParser:
    """An action on one scenario."""
    command = add(kinds, name, target, text)
    command.add_argument("id", help="of the scenario, as scenario list shows it")
    return command


def watching(command: argparse.ArgumentParser, *, required: bool) -> None:
    """The words of a condition on a trend."""
    command.add_argument("--trend", required=required, default="", metavar="ID", help="the trend that is watched")
    command.add_argument("--measure", choices=("share", "count", "stories", "sources", "growth"), default="share")
    command.add_argument("--below", action="store_true", help="at most the threshold (default: at least)")
    command.add_argument(
        "--threshold", type=float, required=required, default=0.0, metavar="N", help="a share of 5 %% is 0.05"
    )
    command.add_argument("--weeks", type=int, default=1, metavar="N", help="weeks in a row (default: 1)")


def signing(command: argparse.ArgumentParser) -> None:
    """Who says so, and why."""
    command.add_argument(
        "--who", default=getpass.getuser(), metavar="NAME", help="who says so (default: the user's name)"
    )
    command.add_argument("--reason", default="", help="why, in your words")
