"""The journal: one line in the log for each command and button, and its place in the metrics."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.ops.metrics import Metrics

_log = logging.getLogger(__name__)

_PLAIN = re.compile(r"[\w.-]+")


@dataclass(frozen=True, slots=True)
class ReplyRecord:
    """What came of one command or button.

    `status` is that of an answer, a digest or a verification; "done" for all else that went well,
    "refused" where the person was told what to do instead, "failed" where the fault is ours.
    `guild_id` is None in direct messages. `asked` is what the person wrote, by option.
    """

    command: str
    status: str
    seconds: float
    private: bool
    guild_id: int | None
    shard: int
    interaction_id: int
    inputs: Mapping[str, str]


class Journal:
    """Keeps nothing of what people wrote, unless `with_questions`."""

    def __init__(self, metrics: Metrics, *, with_questions: bool = False) -> None:
        self.metrics = metrics
        self.with_questions = with_questions

    def record(self, served: ReplyRecord) -> None:
        self.metrics.record_reply(served.command, served.status, served.seconds)
        # Ids are text: programs that read the numbers of JSON as floats would round them.
        facts: dict[str, object] = {
            "command": served.command,
            "server": "direct" if served.guild_id is None else str(served.guild_id),
            "private": served.private,
            "status": served.status,
            "ms": round(served.seconds * 1000, 1),
            "shard": served.shard,
            "interaction": str(served.interaction_id),
        }
        if self.with_questions:
            facts["asked"] = dict(served.inputs)
        _log.info(" ".join(f"{name}={_shown(fact)}" for name, fact in facts.items()), extra=facts)


def _shown(fact: object) -> str:
    """A fact as a line of text holds it: on that line whatever a person wrote into it."""
    if isinstance(fact, str) and _PLAIN.fullmatch(fact):
        return fact
    text = json.dumps(fact, ensure_ascii=False)
    return text if text.isprintable() else json.dumps(fact)
