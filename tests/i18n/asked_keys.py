"""Which texts the code can ask for, read from its syntax: constants, choices, and names put together from parts.

A part whose values the syntax does not show (a member of an enumeration, say) is a hole, written "{}"; what may fill
it stands in `test_text_keys.py`.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path

PACKAGE = Path(__file__).parent.parent.parent / "foresight"
HOLE = "{}"
AREAS = {path.stem for path in (PACKAGE / "i18n" / "en").glob("*.json")}
CALLED = {"viewer", "say", "texts", "messages"}
METHODS = {"viewer", "_say", "texts", "_texts", "note", "note_text", "has", "template"}
DEEPEST = 6
Function = ast.FunctionDef | ast.AsyncFunctionDef
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
FORWARDING = {"__call__", "note", "note_text", "counted", "has", "error", "template"}
"""Methods that hand on a key; their callers are looked at instead."""


class Module:
    """One file: its tree, what stands in what, and the calls of its functions."""

    def __init__(self, path: Path) -> None:
        self.name = str(path.relative_to(PACKAGE))
        self.tree = ast.parse(path.read_text(encoding="utf-8"))
        self.parents = {child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)}
        self.calls: dict[str, list[ast.Call]] = defaultdict(list)
        self.others: list[Module] = [self]
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call) and not ast.unparse(node.func).startswith("st."):
                self.calls[_last_name(node.func)].append(node)

    def area(self) -> str:
        """The area of keys that are asked for without one."""
        folder = self.name.split("/", 1)[0]
        return {"app": "ui", "reports": "briefs", "scenarios": "story", "cli": "cli"}.get(folder, "")

    def scopes(self, node: ast.AST) -> Iterator[ast.AST]:
        """The functions around a node, the innermost first, then the module."""
        while node in self.parents:
            node = self.parents[node]
            if isinstance(node, Function | Comprehension):
                yield node
        yield self.tree


def asked_keys() -> dict[str, set[str]]:
    """Every key, as "area.key" with holes, and where it is asked for."""
    modules = [Module(path) for path in sorted(PACKAGE.rglob("*.py"))]
    for module in modules:
        module.others = modules
    found: dict[str, set[str]] = defaultdict(set)
    for module in modules:
        for call, suffixes in _asking_calls(module):
            for key in _values(call.args[0], module, 0) - {""}:
                for suffix in suffixes:
                    found[_with_area(key + suffix, module)].add(f"{module.name}:{call.lineno}")
    return found


def _asking_calls(module: Module) -> Iterator[tuple[ast.Call, tuple[str, ...]]]:
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        function, name = node.func, _last_name(node.func)
        around = next((one for one in module.scopes(node) if isinstance(one, Function)), None)
        if around is not None and around.name in FORWARDING:
            continue
        if isinstance(function, ast.Attribute) and name == "counted":
            yield node, ("_one", "_many")
        elif isinstance(function, ast.Attribute) and name == "note" and "trends" in ast.unparse(function.value):
            continue  # a note on a trend
        elif (
            (isinstance(function, ast.Name) and name in CALLED)
            or (isinstance(function, ast.Attribute) and name in METHODS)
            or (isinstance(function, ast.Call) and _last_name(function.func) == "Texts")
            or (isinstance(function, ast.Name) and name == "self" and not _is_parameter(node.args[0], module))
        ):
            yield node, ("",)


def _with_area(key: str, module: Module) -> str:
    if "." in key and key.split(".", 1)[0] in AREAS:
        return key
    return f"{module.area()}.{key}"


def _values(  # noqa: C901, PLR0911 - one case per kind of expression
    node: ast.expr, module: Module, depth: int
) -> set[str]:
    """What an expression may be, as texts; a hole for what cannot be seen."""
    if depth > DEEPEST:
        return {HOLE}
    if isinstance(node, ast.Constant):
        return {str(node.value)}
    if isinstance(node, ast.IfExp):
        return _values(node.body, module, depth) | _values(node.orelse, module, depth)
    if isinstance(node, ast.BoolOp):
        return set().union(*(_values(one, module, depth) for one in node.values))
    if isinstance(node, ast.JoinedStr):
        parts = [_values(part, module, depth) for part in node.values]
        return {"".join(chosen) for chosen in product(*parts)}
    if isinstance(node, ast.FormattedValue):
        return _values(node.value, module, depth)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        pairs = product(_values(node.left, module, depth), _values(node.right, module, depth))
        return {left + right for left, right in pairs}
    if isinstance(node, ast.Subscript):
        return _members(node.value, module, depth, of_mapping="values")
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get":
        return _members(node.func.value, module, depth, of_mapping="values")
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "next":
        inner = node.args[0]
        given = _values(inner.elt, module, depth + 1) if isinstance(inner, ast.GeneratorExp) else {HOLE}
        return given.union(*(_values(one, module, depth) for one in node.args[1:]))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return _returned(node.func.id, module, depth)
    if isinstance(node, ast.Name):
        return _named(node, module, depth)
    return {HOLE}


def _returned(name: str, module: Module, depth: int) -> set[str]:
    """What a function of the same file returns."""
    for function in ast.walk(module.tree):
        if isinstance(function, Function) and function.name == name:
            returns = [n.value for n in ast.walk(function) if isinstance(n, ast.Return) and n.value is not None]
            return set().union(*(_values(one, module, depth + 1) for one in returns)) or {HOLE}
    return {HOLE}


def _named(node: ast.Name, module: Module, depth: int) -> set[str]:
    """What a name may stand for: what is bound to it in the nearest scope that binds it."""
    for scope in module.scopes(node):
        found: set[str] = set()
        for target, value, kind in _bindings(scope, module):
            if isinstance(target, ast.Name) and target.id == node.id:
                found |= _values(value, module, depth + 1) if kind == "is" else _members(value, module, depth + 1)
            elif isinstance(target, ast.Tuple) and any(
                isinstance(t, ast.Name) and t.id == node.id for t in target.elts
            ):
                place = next(i for i, t in enumerate(target.elts) if isinstance(t, ast.Name) and t.id == node.id)
                found |= _at_place(value, place, module, depth + 1, kind)
        if isinstance(scope, Function) and (place := _parameter_place(scope, node.id)) is not None:
            found |= _given(scope, node.id, place, module, depth + 1)
        if found:
            return found
    return {HOLE}


def _bindings(scope: ast.AST, module: Module) -> Iterator[tuple[ast.expr, ast.expr, str]]:
    """(target, value, "is" or "in") of what a scope binds itself, not the functions inside it."""
    for node in ast.walk(scope):
        if next(module.scopes(node), module.tree) is not scope and node is not scope:
            continue
        if isinstance(node, ast.Assign):
            yield from ((target, node.value, "is") for target in node.targets)
        elif (isinstance(node, ast.AnnAssign) and node.value is not None) or isinstance(node, ast.NamedExpr):
            yield node.target, node.value, "is"  # type: ignore[misc]
        elif isinstance(node, ast.For | ast.comprehension):
            yield node.target, node.iter, "in"


def _members(  # noqa: PLR0911 - one case per kind of expression
    node: ast.expr, module: Module, depth: int, of_mapping: str = "keys"
) -> set[str]:
    """What the members of a collection may be."""
    if depth > DEEPEST:
        return {HOLE}
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return set().union(*(_values(one, module, depth) for one in node.elts)) or {HOLE}
    if isinstance(node, ast.Dict):
        shown = node.values if of_mapping == "values" else [key for key in node.keys if key is not None]
        return set().union(*(_values(one, module, depth) for one in shown))
    if isinstance(node, ast.ListComp | ast.GeneratorExp):
        return _values(node.elt, module, depth + 1)
    if isinstance(node, ast.IfExp):
        return _members(node.body, module, depth) | _members(node.orelse, module, depth)
    if isinstance(node, ast.Name):
        for scope in module.scopes(node):
            bound = [v for t, v, kind in _bindings(scope, module) if _last_name(t) == node.id and kind == "is"]
            if bound:
                return set().union(*(_members(value, module, depth + 1, of_mapping) for value in bound))
    return {HOLE}


def _at_place(  # noqa: C901, PLR0911 - one case per kind of expression
    node: ast.expr, place: int, module: Module, depth: int, kind: str
) -> set[str]:
    """The member at a place of a tuple, or of each tuple of a collection."""
    if depth > DEEPEST:
        return {HOLE}
    if kind == "is":
        if isinstance(node, ast.IfExp):
            return _at_place(node.body, place, module, depth, kind) | _at_place(node.orelse, place, module, depth, kind)
        if isinstance(node, ast.Tuple) and place < len(node.elts):
            return _values(node.elts[place], module, depth)
        return {HOLE}
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "zip":
        return _members(node.args[place], module, depth)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "enumerate" and place == 1:
        return _members(node.args[0], module, depth)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "items":
        return _members(node.func.value, module, depth, of_mapping="values" if place else "keys")
    if isinstance(node, ast.Tuple | ast.List):
        return set().union(*(_at_place(one, place, module, depth, "is") for one in node.elts)) or {HOLE}
    if isinstance(node, ast.Name):
        for scope in module.scopes(node):
            for target, value, bound in _bindings(scope, module):
                if isinstance(target, ast.Name) and target.id == node.id and bound == "is":
                    return _at_place(value, place, module, depth + 1, kind)
    return {HOLE}


def _parameter_place(function: Function, name: str) -> int | None:
    """Where a parameter stands, -1 for one that is given by name alone; None for no parameter."""
    names = [one.arg for one in (*function.args.posonlyargs, *function.args.args) if one.arg not in ("self", "cls")]
    if name in names:
        return names.index(name)
    return -1 if name in [one.arg for one in function.args.kwonlyargs] else None


def _given(function: Function, name: str, place: int, module: Module, depth: int) -> set[str]:
    """What the calls of a function in its file give for a parameter."""
    found: set[str] = set()
    arguments = function.args
    positional = [one for one in (*arguments.posonlyargs, *arguments.args) if one.arg not in ("self", "cls")]
    required = len(positional) - len(arguments.defaults)
    callers = [module] if function.name.startswith("_") or module.area() == "ui" else module.others
    for calling, call in ((one, call) for one in callers for call in one.calls[function.name]):
        named = next((keyword.value for keyword in call.keywords if keyword.arg == name), None)
        if len(call.args) + len(call.keywords) < required:
            continue  # another function of that name
        if named is not None:
            found |= _values(named, calling, depth)
        elif 0 <= place < len(call.args):
            found |= _values(call.args[place], calling, depth)
    pairs: Iterable[tuple[ast.arg, ast.expr | None]] = [
        *zip(positional[len(positional) - len(arguments.defaults) :], arguments.defaults, strict=True),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]
    for argument, default in pairs:
        if argument.arg == name and default is not None:
            found |= _values(default, module, depth)
    return found or {HOLE}


def _is_parameter(node: ast.expr, module: Module) -> bool:
    if not isinstance(node, ast.Name):
        return False
    scope = next(module.scopes(node))
    return isinstance(scope, Function) and _parameter_place(scope, node.id) is not None


def _last_name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")
