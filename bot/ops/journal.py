"""The journal: a log line and metrics for each command and button that was answered."""

import json
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.ops.metrics import Metrics

log = logging.getLogger(__name__)

_PLAIN_TEXT = re.compile(r"[\w.-]+")


@dataclass(frozen=True, slots=True)
class ReplyRecord:
    """The outcome of one command or button.

    `status` is that of an answer, a digest or a verification; "done" for other successes, "refused"
    where the person was told what to do instead, "busy" where they asked for more at a time than is
    computed at a time, "failed" for errors of the bot. `guild_id` is None
    in direct messages. `inputs` is what the person wrote, by option.
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
    """Records replies, without what people wrote unless `with_questions`."""

    def __init__(self, metrics: Metrics, *, with_questions: bool = False) -> None:
        self.metrics = metrics
        self.with_questions = with_questions

    def record(self, reply: ReplyRecord) -> None:
        """Log a reply and count it."""
        self.metrics.record_reply(reply.command, reply.status, reply.seconds)
        # Ids are text: programs that read the numbers of JSON as floats would round them.
        fields: dict[str, object] = {
            "command": reply.command,
            "server": "direct" if reply.guild_id is None else str(reply.guild_id),
            "private": reply.private,
            "status": reply.status,
            "ms": round(reply.seconds * 1000, 1),
            "shard": reply.shard,
            "interaction": str(reply.interaction_id),
        }
        if self.with_questions:
            fields["asked"] = dict(reply.inputs)
        log.info(
            " ".join(f"{name}={_format_value(value)}" for name, value in fields.items()),
            extra=fields,
        )


def _format_value(value: object) -> str:
    """Format a value on one line, whatever a person wrote into it."""
    if isinstance(value, str) and _PLAIN_TEXT.fullmatch(value):
        return value
    text = json.dumps(value, ensure_ascii=False)
    return text if text.isprintable() else json.dumps(value)
