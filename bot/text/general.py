"""The names that every desk knows: countries, the largest organisations, common abbreviations."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from importlib.resources import files

from bot.text.names import Name


def with_general(names: Iterable[Name]) -> tuple[Name, ...]:
    """A desk's `names` with what the general ones add to them, then the other general ones.

    A general name adds its forms to the desk's name of the same kind that is shown alike or else
    shares a form with it. A form that the desk gives to something is never taken from that.
    """
    merged = {name.thing: name for name in names}
    owners = {form.casefold(): name for name in reversed(merged.values()) for form in name.forms}
    for general in _general_names():
        owning = [owners[form.casefold()] for form in general.forms if form.casefold() in owners]
        own = next((name for name in owning if name.kind == general.kind), general)
        forms = (form for form in general.forms if owners.get(form.casefold(), own) == own)
        held = merged.get(own.thing, replace(own, forms=()))
        if held.kind == general.kind:
            merged[own.thing] = replace(held, forms=tuple(dict.fromkeys((*held.forms, *forms))))
    return tuple(merged.values())


def _general_names() -> Iterator[Name]:
    tables = tomllib.loads(files("bot.text").joinpath("general.toml").read_text("utf-8"))
    for kind, table in tables.items():
        for thing, forms in table.items():
            yield Name(thing, kind, (thing, *forms))
