"""The AsyncAPI 3 document of the bus: docs/asyncapi.json.

Made of the words themselves (``shared/shared/language``) and of the questions that the services
answer, so no fact, command or question can be forgotten. ``python -m console.asyncapi`` prints it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from appraisal.answers import ANSWERS as OF_APPRAISAL
from planning.answers import ANSWERS as OF_PLANNING
from shared.asking import COMMON
from shared.asking import Answer as Asked
from shared.language import COMMANDS, FACTS, LOG, PARKING, RIGHTS, recorder_of
from shared.messages import BUCKETS, Command, Fact, Word
from shared.services import SERVICES
from visits.answers import ANSWERS as OF_VISITS

Json = dict[str, Any]

_QUESTIONS: dict[str, dict[str, Asked]] = {
    "planning": OF_PLANNING,
    "visits": OF_VISITS,
    "appraisal": OF_APPRAISAL,
}
_EVERYWHERE: dict[str, type[Command]] = {**PARKING, **LOG, **RIGHTS}
_SERVICE: Json = {"description": "Each service.", "enum": list(SERVICES)}
_BUCKET: Json = {
    "description": "The stable bucket of the partition key, mostly the cadre.",
    "enum": [f"{number:02}" for number in range(BUCKETS)],
}
_DESCRIPTION = """\
What dicoso's services say on NATS, and what can be said to them.

**Facts** travel on the JetStream stream `FACTS_<service>` as CloudEvents 1.0 (structured JSON). The
stream's sequence number is the ledger position, without gaps; a consumer that keeps it misses
nothing. Facts of one partition key are in order. Texts about persons are sealed.

**Commands** (`do.…`) and **questions** (`ask.…`) are NATS requests in JSON. A command is obeyed
once for each `Dicoso-Command-Id`. A refusal has a stable code and a sentence in both languages.
"""
_CLOUDEVENT: Json = {
    "type": "object",
    "required": ["specversion", "id", "source", "type", "subject", "time", "partitionkey",
                 "sequence", "streamversion", "actor", "commandid", "cause", "data"],
    "properties": {
        "specversion": {"const": "1.0"},
        "id": {"type": "string", "description": "`<service>:<position>`."},
        "source": {"type": "string", "description": "`/dicoso/<service>`."},
        "type": {"type": "string"},
        "subject": {"type": "string", "description": "The stream of the ledger."},
        "time": {"type": "string", "format": "date-time", "description": "When recorded."},
        "datacontenttype": {"const": "application/json"},
        "partitionkey": {"type": "string"},
        "sequence": {"type": "string", "description": "The ledger position."},
        "streamversion": {"type": "integer"},
        "actor": {"type": "string", "description": "Who."},
        "commandid": {"type": "string", "description": "By which command."},
        "cause": {"type": "string", "description": "Why."},
        "data": {"type": "object"},
    },
}  # fmt: skip
_REFUSED: Json = {
    "type": "object",
    "required": ["refused"],
    "properties": {
        "refused": {
            "type": "object",
            "required": ["code", "detail", "reason"],
            "properties": {
                "code": {"type": "string"},
                "detail": {"type": "object"},
                "reason": {
                    "type": "object",
                    "required": ["vi", "en"],
                    "properties": {"vi": {"type": "string"}, "en": {"type": "string"}},
                },
            },
        }
    },
}
_DONE: Json = {
    "type": "object",
    "required": ["done"],
    "properties": {
        "done": {
            "type": "object",
            "required": ["service", "version", "position"],
            "properties": {
                "service": {"enum": list(SERVICES)},
                "version": {"type": "integer"},
                "position": {"type": "integer", "description": "Where it stands in the ledger."},
            },
        }
    },
}
_ANSWER: Json = {
    "type": "object",
    "required": ["answer"],
    "properties": {"answer": {"type": "object"}},
}
_REQUEST_HEADERS: Json = {
    "Dicoso-Actor": {"type": "string", "description": "Who says it, as recorded."},
    "Dicoso-After": {
        "type": "string",
        "description": 'What must have been heard before, as JSON: `{"planning": 812}`.',
    },
    "Dicoso-Asker": {
        "type": "string",
        "description": "Who asks, signed by the portal; without it, whoever holds the password.",
    },
}
_COMMAND_HEADERS: Json = {
    "type": "object",
    "required": ["Dicoso-Command-Id"],
    "properties": {
        "Dicoso-Command-Id": {"type": "string", "description": "Made by the asker; idempotent."},
        "Dicoso-Cause": {"type": "string"},
        **_REQUEST_HEADERS,
    },
}
_FACT_HEADERS: Json = {
    "type": "object",
    "properties": {
        "Nats-Msg-Id": {"type": "string", "description": "`<service>:<position>`."},
        "Dicoso-Previous": {
            "type": "string",
            "description": "The position of the fact before in the same bucket, 0 for the first.",
        },
    },
}


class _Document:
    """The parts, as they come together."""

    def __init__(self) -> None:
        self.schemas: Json = {
            "cloudevent": _CLOUDEVENT,
            "done": _DONE,
            "refused": _REFUSED,
            "answer": _ANSWER,
            "headers.command": _COMMAND_HEADERS,
            "headers.question": {"type": "object", "properties": _REQUEST_HEADERS},
            "headers.fact": _FACT_HEADERS,
        }
        self.messages: Json = {
            name: {"contentType": "application/json", "payload": _schema(name)}
            for name in ("done", "refused", "answer")
        }
        self.channels: Json = {
            "replies": {
                "address": None,
                "description": "The inbox that a NATS request names for its reply.",
                "messages": {name: _message(name) for name in self.messages},
            }
        }
        self.operations: Json = {}

    def word(self, name: str, word: type[Word]) -> Json:
        """The reference to a word's schema, whose parts are put beside it."""
        made = word.model_json_schema(ref_template="#/components/schemas/{model}")
        for part, schema in made.pop("$defs", {}).items():
            if self.schemas.setdefault(part, schema) != schema:
                raise ValueError(f"two parts are called {part}")
        self.schemas[name] = made
        return _schema(name)

    def fact(self, service: str | None, type: str, word: type[Fact]) -> None:
        """What a service says, or every service."""
        kind = type.removeprefix(f"{service}.").replace(".", "-")
        place = service or "{service}"
        payload = {"allOf": [_schema("cloudevent"), {"properties": {
            "type": {"const": type}, "data": self.word(type, word)}}]}  # fmt: skip
        self._says(
            f"fact.{place}.{{bucket}}.{kind}",
            f"fact.{service or 'every'}.{kind}",
            word,
            {
                "contentType": "application/cloudevents+json",
                "headers": _schema("headers.fact"),
                "payload": payload,
            },
            {"bucket": _BUCKET, **({} if service else {"service": _SERVICE})},
            {"action": "send"},
        )

    def request(
        self, address: str, key: str, word: type[Word], headers: str, reply: str, every: bool
    ) -> None:
        """What can be said to a service, and what it replies."""
        self._says(
            address,
            key,
            word,
            {
                "contentType": "application/json",
                "headers": _schema(headers),
                "payload": self.word(key, word),
            },
            {"service": _SERVICE} if every else {},
            {
                "action": "receive",
                "reply": {
                    "channel": {"$ref": "#/channels/replies"},
                    "messages": [
                        {"$ref": f"#/channels/replies/messages/{name}"}
                        for name in (reply, "refused")
                    ],
                },
            },
        )

    def _says(
        self,
        address: str,
        key: str,
        word: type[Word],
        message: Json,
        parameters: Json,
        operation: Json,
    ) -> None:
        told = " ".join((word.__doc__ or "").split())
        self.messages[key] = {"name": key, "summary": told, **message}
        channel = {"address": address, "messages": {key: _message(key)}}
        self.channels[key] = {**channel, **({"parameters": parameters} if parameters else {})}
        self.operations[key] = {
            "channel": {"$ref": f"#/channels/{key}"},
            "messages": [{"$ref": f"#/channels/{key}/messages/{key}"}],
            **operation,
        }


def _schema(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _message(name: str) -> Json:
    return {"$ref": f"#/components/messages/{name}"}


def _questions() -> Iterator[tuple[str | None, str, type[Word]]]:
    for name, (word, _) in COMMON.items():
        yield None, name, word
    for service, answers in _QUESTIONS.items():
        for name, (word, _) in answers.items():
            yield service, name, word


def document() -> Json:
    """The whole document."""
    made = _Document()
    for type, fact in FACTS.items():
        made.fact(recorder_of(type), type, fact)
    for name, command in {**COMMANDS, **_EVERYWHERE}.items():
        every = name in _EVERYWHERE
        place = "{service}" if every else command.service
        key = f"do.{'every' if every else place}.{name}"
        made.request(f"do.{place}.{name}", key, command, "headers.command", "done", every)
    for service, name, question in _questions():
        place, key = service or "{service}", f"ask.{service or 'every'}.{name}"
        address = f"ask.{place}.{name}"
        made.request(address, key, question, "headers.question", "answer", service is None)
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "dicoso on NATS", "version": "1.0.0", "description": _DESCRIPTION},
        "defaultContentType": "application/json",
        "channels": made.channels,
        "operations": made.operations,
        "components": {"messages": made.messages, "schemas": made.schemas},
    }


def main() -> None:
    """Print the document."""
    print(json.dumps(document(), indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
