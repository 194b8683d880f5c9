"""What the stripe package says the interface takes: a form is read as Stripe reads it and held against those types."""

import typing
from collections.abc import Mapping
from typing import Any, Literal, Union, get_args, get_origin


def nested(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """Read form fields like line_items[0][quantity] into dicts in dicts."""
    result: dict[str, Any] = {}
    for name, value in pairs:
        first, *rest = name.replace("]", "").split("[")
        place = result
        path = [first, *rest]
        for step in path[:-1]:
            place = place.setdefault(step, {})
        place[path[-1] or str(len(place))] = value
    return result


def contract_errors(wanted: Any, value: Any, path: str = "") -> list[str]:
    """Compare a decoded form with a parameter type of the library; give what does not fit."""
    origin = get_origin(wanted)
    if origin in (typing.Required, typing.NotRequired):
        return contract_errors(get_args(wanted)[0], value, path)
    if hasattr(wanted, "__required_keys__"):
        return _object_errors(wanted, value, path)
    if origin is Union or type(wanted).__name__ == "UnionType":
        return min((contract_errors(part, value, path) for part in get_args(wanted)), key=len)
    if origin is Literal:
        return [] if value in get_args(wanted) else [f"{path}: {value} is not among its values"]
    if origin is list:
        items = [value[key] for key in sorted(value, key=int)] if isinstance(value, dict) else [value]
        inner = get_args(wanted)[0]
        return [
            error for number, item in enumerate(items) for error in contract_errors(inner, item, f"{path}{number}.")
        ]
    if wanted is int:
        return [] if str(value).lstrip("-").isdigit() else [f"{path}: a whole number is wanted"]
    if wanted is str:
        return [] if isinstance(value, str) else [f"{path}: a text is wanted"]
    return []


def _object_errors(wanted: Any, value: Any, path: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{path}: an object is wanted"]
    names = {"StripeContext": str, "Mapping": Mapping}
    hints = typing.get_type_hints(wanted, localns=names)
    errors = [f"Missing required param: {path}{key}" for key in wanted.__required_keys__ if key not in value]
    for key, inner in value.items():
        if key in hints:
            errors += contract_errors(hints[key], inner, f"{path}{key}.")
        else:
            errors.append(f"Received unknown parameter: {path}{key}")
    return errors
