"""What is wrong with a value, in words for the person who gave it: to be shown beside the field."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from pydantic import ValidationError, ValidatorFunctionWrapHandler, WrapValidator
from pydantic_core import PydanticCustomError

_WORDS: Final[dict[str, str]] = {
    "missing": "This is missing",
    "string_too_long": "At most {max_length} characters",
    "string_pattern_mismatch": "This has characters that cannot be here",
    "string_type": "This must be text",
    "string_unicode": "This has characters that are none",
    "bool_parsing": "This must be true or false",
    "int_parsing": "This must be a whole number",
    "int_type": "This must be a whole number",
    "int_from_float": "This must be a whole number",
    "greater_than_equal": "At least {ge}",
    "less_than_equal": "At most {le}",
    "too_long": "At most {max_length} of them",
    "list_type": "This must be a list",
    "dict_type": "This must be an object with members",
    "model_type": "This must be an object with members",
    "model_attributes_type": "This must be an object with members",
    "json_invalid": "This is no valid JSON",
    "uuid_parsing": "This is no ID: one looks like 5f0c2a3e-6f1b-4f0a-9d5e-0b8f3c1d2e4a",
    "uuid_type": "This is no ID: one looks like 5f0c2a3e-6f1b-4f0a-9d5e-0b8f3c1d2e4a",
    **dict.fromkeys(
        ("url_parsing", "url_scheme", "url_syntax_violation", "url_too_long", "url_type"),
        "A web address, such as https://api.example.com/v1",
    ),
}

# Starlette's and FastAPI's own.
_ANSWERS: Final[dict[str, str]] = {
    "Not Found": "There is nothing at this address",
    "Method Not Allowed": "Nothing at this address takes this method",
    "Not authenticated": "This needs a log-in: send its access token",
    "There was an error parsing the body": "The body cannot be read",
}


def said_of_value(problem: Mapping[str, Any]) -> str:
    """A sentence for one of pydantic's errors; its own, where there is no better one."""
    kind, context = problem["type"], problem.get("ctx", {})
    if kind == "string_too_short":
        least = context["min_length"]
        return "This must not be empty" if least == 1 else f"At least {least} characters"
    words = _WORDS.get(kind)
    if words is None:
        own: str = problem["msg"].removeprefix("Value error, ")
        return own
    return words.format_map(context)


def said_of_answer(detail: str) -> str:
    """A sentence for an answer of the framework's; ours stay as they are."""
    return _ANSWERS.get(detail, detail)


def said(words: str) -> WrapValidator:
    """Says what text of a pattern is for, where it does not match."""

    def validate(value: object, handler: ValidatorFunctionWrapHandler) -> object:
        try:
            return handler(value)
        except ValidationError as error:
            kinds = {problem["type"] for problem in error.errors(include_url=False)}
            if "string_pattern_mismatch" in kinds:
                raise PydanticCustomError("pattern", "{words}", {"words": words}) from None
            raise

    checked: Callable[[Any, ValidatorFunctionWrapHandler], Any] = validate
    return WrapValidator(checked)
