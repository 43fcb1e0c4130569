"""What keeps secrets out of logs, whoever logs them: they are known by name, by form or by value.

Where a secret ends is anybody's guess, so that what follows a secret's name goes with it.
"""

import re
import traceback
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from psycopg import Error as PostgresError

REDACTED: Final = "[redacted]"

_NAME: Final = (
    r"(?:pass(?:word|wd|phrase)|pwd|secret|token|authorization|cookie|credential|dsn"
    r"|(?:api|access|encryption|private)[-_]?key|database[-_]?url)"
)
_NAMED: Final = re.compile(_NAME, re.IGNORECASE)

# Each repetition is bounded or ends at a character that it cannot contain: a text that somebody
# made long on purpose must not take long.
_RULES: Final = (
    # password=…, "token": "…", and (b'authorization', b'…') as ASGI has headers
    (rf"({_NAME}[\w-]{{0,40}}['\"]?\s{{0,5}}(?:[:=]|,(?=\s{{0,5}}b?['\"]))).+", rf"\1{REDACTED}"),
    # What a validation error says of the value
    (r"(['\"](?:input|body)['\"]:|input_value=).+", rf"\1{REDACTED}"),
    # The rows and parameters that Postgres quotes
    (r"((?:DETAIL|CONTEXT):).+", rf"\1{REDACTED}"),
    (r"\b((?:bearer|basic)\s{1,5})\S+", rf"\1{REDACTED}"),
    (r"(postgres(?:ql)?[\w+]{0,20}://)\S+", rf"\1{REDACTED}"),
    (r"(://)[^\s@]{0,2000}@", rf"\1{REDACTED}@"),
    (r"(?<![\w-])eyJ[\w-]+\.[\w-]+\.[\w-]*", REDACTED),  # JSON Web Tokens
    (r"(?<![\w-])(?:[\w-]{43}=|gAAAA[\w-]{50,}={0,2})", REDACTED),  # Fernet keys and tokens
    (r"\$argon2\w{1,2}\$\S+", REDACTED),
)
_PATTERNS: Final = [(re.compile(rule, re.IGNORECASE | re.DOTALL), to) for rule, to in _RULES]


class Redaction:
    """`secrets` are values that the process knows as secret, such as its own settings'."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        # A shorter one would be found in words that are none.
        self._secrets = sorted({secret for secret in secrets if len(secret) >= 6}, key=len)[::-1]
        self._remembered = lru_cache(maxsize=1024)(self._redacted)

    def text(self, text: str) -> str:
        """The text without secrets."""
        # Most of what a log says, it says again, as `GET /entries 200`; what is long, seldom.
        return self._remembered(text) if len(text) <= 100 else self._redacted(text)

    def _redacted(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, REDACTED)
        for pattern, replacement in _PATTERNS:
            text = pattern.sub(replacement, text)
        return text

    def fields(self, fields: Mapping[Any, object]) -> dict[str, object]:
        """The same for what is logged beside a message, where names tell what is secret."""
        return {
            self.text(str(name)): REDACTED if _NAMED.search(str(name)) else self._value(value)
            for name, value in fields.items()
        }

    def _value(self, value: object) -> object:
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, Mapping):
            return self.fields(value)
        if isinstance(value, list | tuple):
            if len(value) == 2 and _NAMED.search(str(value[0])):  # a header
                return [self.text(str(value[0])), REDACTED]
            return [self._value(item) for item in value]
        return self.text(str(value))

    def exception(self, error: BaseException) -> str:
        """The traceback. What each exception says is redacted as a whole, and then each line."""
        text = "".join(traceback.format_exception(error))
        chain = list(_chain(error))
        for said in filter(None, map(_said, chain)):
            text = text.replace(said, self.text(_without_values(said, chain)))
        return "\n".join(self.text(line) for line in text.split("\n"))


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The exception, and those that a traceback shows with it."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        found = waiting.pop()
        if found is None or id(found) in seen:
            continue
        seen.add(id(found))
        yield found
        waiting += [found.__cause__, found.__context__]
        if isinstance(found, BaseExceptionGroup):
            waiting += found.exceptions


def _said(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # pylint: disable=broad-exception-caught  # anybody's __str__
        return ""


def _without_values(said: str, chain: Iterable[BaseException]) -> str:
    """Postgres quotes a value that it cannot read: `invalid input syntax for type uuid: "…"`."""
    for error in chain:
        if isinstance(error, PostgresError):
            message, quoted, _ = str(error).partition(': "')
            said = said.replace(str(error), message + (f": {REDACTED}" if quoted else ""))
    return said
