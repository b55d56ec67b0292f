"""Discord's rules for what a bot may send: its OpenAPI description, and what that does not say.

`discord/openapi.json` beside this file is Discord's own file. The rules below it are from the
developer documentation: application command naming and option order, message and component limits.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, validators
from jsonschema.protocols import Validator

OPENAPI = Path(__file__).parent / "discord" / "openapi.json"

COMPONENTS_V2 = 1 << 15
_V2_TYPES = {9, 10, 11, 12, 13, 14, 17}
_TEXT_DISPLAY, _BUTTON = 10, 2
_SUBCOMMANDS = {1, 2}
_LISTS_OF_IDS = {"roles", "users", "applied_tags"}
_MENUS = {2, 3}
_NAME = re.compile(r"[-_\w]{1,32}")


def broken_rules(method: str, path: str, body: Any) -> list[str]:
    """Every rule that the request breaks, in words; none for a request without a body."""
    return [] if body is None else list(_broken_rules(method, _template(path), json.dumps(body)))


@lru_cache(maxsize=256)
def _broken_rules(method: str, template: str, sent: str) -> Sequence[str]:
    """Remembers the last ones: most tests begin with the same commands, which take long."""
    body = json.loads(sent)
    broken = list(_against_openapi(method, template, body))
    if template.endswith("/commands"):
        for command in body:
            broken += _command(command)
    elif template.endswith("/callback"):
        data = body.get("data") or {}
        broken += (
            _suggestions(data) if body["type"] == 8 else _message(data, sent=body["type"] == 4)
        )
    elif re.search(r"/messages(/|$)|^/webhooks/", template):
        broken += _message(body, sent=True)
    elif template.endswith("/threads") and "message" in body:
        broken += _message(body["message"], sent=True)
    return broken


def undescribed(method: str, path: str, query: Iterable[str]) -> list[str]:
    """What of a request Discord's description does not know: its method there, or a parameter."""
    template = _template(path)
    operation = _openapi()["paths"][template].get(method.lower())
    if operation is None:
        return [f"{method} {template}"]
    # discord.py asks for a forum's post in the shape that is described, which Discord takes unsaid.
    known = {"use_nested_fields", *(each.get("name") for each in operation.get("parameters", ()))}
    return [f"{method} {template} with {name}" for name in query if name not in known]


def text_size(components: Any) -> int:
    """UTF-16 code units of text over all components."""
    return sum(
        len(component["content"].encode("utf-16-le")) // 2
        for component in walk(components)
        if component["type"] == _TEXT_DISPLAY
    )


def walk(components: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Every component, the nested ones too."""
    for component in components:
        yield component
        yield from walk(component.get("components", ()))
        if accessory := component.get("accessory"):
            yield accessory


def _against_openapi(method: str, template: str, body: Any) -> Iterator[str]:
    validator = _validator(method.lower(), template)
    for error in validator.iter_errors(_with_ids_as_text(body)):
        yield f"openapi: {error.json_path}: {error.message[:300]}"


def _with_ids_as_text(body: Any) -> Any:
    """Discord also takes ids as numbers, as discord.py writes them; its description does not."""
    if isinstance(body, list):
        return [_with_ids_as_text(each) for each in body]
    if not isinstance(body, dict):
        return body
    body = {
        key: _ids_as_text(value) if key in _LISTS_OF_IDS else value for key, value in body.items()
    }
    # An attachment and a chosen channel have an id in text, a component one that counts.
    is_thing = "filename" in body or body.keys() == {"id", "type"}
    return {
        key: str(value)
        if isinstance(value, int) and (key.endswith("_id") or (is_thing and key == "id"))
        else _with_ids_as_text(value)
        for key, value in body.items()
    }


def _ids_as_text(ids: Any) -> Any:
    return [str(number) for number in ids] if isinstance(ids, list) else ids


def _message(message: Mapping[str, Any], *, sent: bool) -> Iterator[str]:
    components = list(walk(message.get("components") or ()))
    is_v2 = bool((message.get("flags") or 0) & COMPONENTS_V2)
    if any(component["type"] in _V2_TYPES for component in components) and not is_v2:
        yield "a layout without the Components V2 flag"
    if is_v2 and (message.get("content") or message.get("embeds")):
        yield "content or embeds beside Components V2"
    if len(components) > 40:
        yield f"{len(components)} components"
    if text_size(message.get("components") or ()) > 4000:
        yield f"{text_size(message['components'])} characters of component text"
    if len(message.get("content") or "") > 2000:
        yield "content over 2,000 characters"
    if sent and (message.get("allowed_mentions") or {}).get("parse") != []:
        yield f"may ping: allowed_mentions is {message.get('allowed_mentions')}"
    yield from _mentions_by_id(message)
    ids = Counter(c["custom_id"] for c in components if "custom_id" in c)
    yield from (f"custom_id twice: {custom_id}" for custom_id, n in ids.items() if n > 1)
    yield from (f"custom_id too long: {i}" for i in ids if not 1 <= len(i) <= 100)
    for button in components:
        if button["type"] == _BUTTON and not 1 <= len(button.get("label") or "") <= 80:
            yield f"button label of {len(button.get('label') or '')} characters"


def _mentions_by_id(message: Mapping[str, Any]) -> Iterator[str]:
    """Of all by their ids, a message may ping the one role with whose mention it begins."""
    by_id = message.get("allowed_mentions") or {}
    roles = by_id.get("roles") or []
    texts = [c["content"] for c in walk(message.get("components") or ()) if c["type"] == 10]
    if by_id.get("users") or len(roles) > 1:
        yield f"may ping by id: allowed_mentions is {by_id}"
    elif roles and not (texts and texts[0].startswith(f"<@&{roles[0]}>\n")):
        yield f"may ping the role {roles[0]}, with whose mention it does not begin"


def _suggestions(data: Mapping[str, Any]) -> Iterator[str]:
    choices = data.get("choices") or []
    if len(choices) > 25:
        yield f"{len(choices)} suggestions"
    for choice in choices:
        if not 1 <= len(choice["name"]) <= 100 or not 1 <= len(str(choice["value"])) <= 100:
            yield f"suggestion out of bounds: {choice}"


def _command(command: Mapping[str, Any]) -> Iterator[str]:
    for context in ("contexts", "integration_types"):
        if not command.get(context):
            yield f"/{command['name']} does not state its {context}"
    if command.get("type") in _MENUS:
        if not all(1 <= len(text) <= 32 for text in _all_languages(command, "name")):
            yield f"name {command['name']!r}"
        return
    if (size := _characters(command)) > 4000:
        yield f"/{command['name']} has {size} characters in all"
    yield from _named(command)


def _named(node: Mapping[str, Any]) -> Iterator[str]:
    """Rules for a command, a subcommand or an option, and all below it."""
    name, options = node["name"], node.get("options") or []
    for text in _all_languages(node, "name"):
        if not _NAME.fullmatch(text) or text != text.lower():
            yield f"name {text!r}"
    for text in _all_languages(node, "description"):
        if not 1 <= len(text) <= 100:
            yield f"description of {name!r}: {text!r}"
    if len(options) > 25 or len(node.get("choices") or ()) > 25:
        yield f"more than 25 options or choices: {name!r}"
    if node.get("choices") and node.get("autocomplete"):
        yield f"choices and autocomplete: {name!r}"
    for choice in node.get("choices") or ():
        texts = (*_all_languages(choice, "name"), str(choice["value"]))
        if not all(1 <= len(text) <= 100 for text in texts):
            yield f"choice out of bounds: {choice}"
    required = [
        bool(option.get("required")) for option in options if option["type"] not in _SUBCOMMANDS
    ]
    if required != sorted(required, reverse=True):
        yield f"a required option after an optional one: {name!r}"
    for locale in {"", *(locale for option in options for locale in _localized(option, "name"))}:
        names = [_localized(option, "name").get(locale, option["name"]) for option in options]
        if len(set(names)) < len(names):
            yield f"two options of one name: {name!r}"
    for option in options:
        yield from _named(option)


def _all_languages(node: Mapping[str, Any], key: str) -> list[str]:
    """A text in English, and in every language that Discord is told it in."""
    return [node[key], *_localized(node, key).values()]


def _localized(node: Mapping[str, Any], key: str) -> Mapping[str, str]:
    return node.get(f"{key}_localizations") or {}


def _characters(node: Mapping[str, Any]) -> int:
    # Of a text in several languages the longest counts.
    own = sum(max(map(len, _all_languages(node, key))) for key in ("name", "description"))
    choices = sum(len(c["name"]) + len(str(c["value"])) for c in node.get("choices") or ())
    return own + choices + sum(_characters(option) for option in node.get("options") or ())


@cache
def _openapi() -> Any:
    return json.loads(OPENAPI.read_text(encoding="utf-8"))


@cache
def _template(path: str) -> str:
    """The path in Discord's description that `path` is an instance of; literal parts win."""
    matching: list[str] = [
        template
        for template in _openapi()["paths"]
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path)
    ]
    assert matching, f"Discord describes no path {path}"
    return min(matching, key=lambda template: template.count("{"))


@cache
def _validator(method: str, template: str) -> Validator:
    request = _openapi()["paths"][template][method]["requestBody"]
    schema = request["content"]["application/json"]["schema"]
    return _LazyValidator({**schema, "components": _openapi()["components"]})


def _pass_quickly(keyword: str, is_enough: Callable[[int], bool]) -> Any:
    """Return the keyword's check, which looks for all that is wrong with each of the choices only
    where the number of those that fit is not enough: a component has a dozen choices."""
    check_in_full = Draft202012Validator.VALIDATORS[keyword]

    def check(validator: Any, choices: Any, body: Any, schema: Any) -> Iterator[Any]:
        fitting = sum(validator.evolve(schema=choice).is_valid(body) for choice in choices)
        if not is_enough(fitting):
            yield from check_in_full(validator, choices, body, schema)

    return check


_LazyValidator = validators.extend(
    Draft202012Validator,
    {
        "anyOf": _pass_quickly("anyOf", lambda fitting: fitting > 0),
        "oneOf": _pass_quickly("oneOf", lambda fitting: fitting == 1),
    },
)
