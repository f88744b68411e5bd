"""The words of scenario box, axes, drift, coach, and of panel."""

from __future__ import annotations

from foresight.cli.workshop_arguments import Add, Commands, group, of_scenario, signing


def add_methods(kinds: Commands, add: Add) -> None:
    """What follows "scenario" and looks at the judgements as a whole."""
    box = of_scenario(kinds, add, "box", "methods:box", "the morphological box: what stands without contradictions")
    box.add_argument("--exclude", action="append", default=[], metavar="F=s|G=t", help="two states that cannot stand")
    box.add_argument("--allow", action="append", default=[], metavar="F=s|G=t", help="take an exclusion back")
    box.add_argument(
        "--kind", choices=("logical", "empirical", "normative"), default="logical", help="why (default: logical)"
    )
    box.add_argument("--fix", action="append", default=[], metavar="F=s", help="look only at what has this state")
    signing(box)
    axes = of_scenario(kinds, add, "axes", "methods:axes", "axes for a 2×2, ranked, each corner checked")
    axes.add_argument("--poles", action="append", default=[], metavar="F=s/t", help="a factor's two poles")
    axes.add_argument("--most", type=int, default=10, metavar="N", help="how many pairs are checked (default: 10)")
    drift = of_scenario(kinds, add, "drift", "methods:drift", "where the system goes from every start")
    drift.add_argument(
        "--rule", choices=("global", "local", "incremental"), default="global", help="who gives way (default: global)"
    )
    coach = of_scenario(kinds, add, "coach", "methods:coach", "which beliefs cannot stand, and where they could")
    coach.add_argument("--event", action="append", default=[], metavar="NAME=P", help="an event, how likely it is")
    coach.add_argument("--given", action="append", default=[], metavar="E|G=P", help="how likely E is given G")
    coach.set_defaults(reason="")


def add_panel(commands: Commands, add: Add) -> None:
    """panel: votes in rounds."""
    kinds = group(commands, "panel", "votes in rounds, each person for themselves")
    vote = of_scenario(kinds, add, "vote", "rounds:vote", "vote from 1 to 5")
    vote.add_argument(
        "votes", nargs="+", metavar="ITEM:N", help="'F=s:4' how likely a state is, 'F/impact:5', 'F/uncertainty:2'"
    )
    vote.add_argument("--round", type=int, default=0, metavar="N", help="which round (default: the latest)")
    signing(vote)
    of_scenario(kinds, add, "rounds", "rounds:rounds", "medians, spreads, who stands apart, whether to go on")
