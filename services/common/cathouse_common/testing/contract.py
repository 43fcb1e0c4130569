"""Whether a service does what its OpenAPI document says: schemathesis asks the real process."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import SearchStrategy
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi import checks

from cathouse_common.testing.process import running_service

CHECKS: Final = [
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]

# The same requests in each run: a change is what makes it fail, and not chance.
_BOUNDED: Final = settings(
    max_examples=12,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def assert_conforms(
    prefix: str, headers: Mapping[str, str], path_parameters: Mapping[str, str] | None = None
) -> None:
    """Sends the service of the working directory requests that fit its document, on what
    `path_parameters` name, and requests that do not fit. Raises with the request whose answer the
    document does not have, or is 5xx: except where a gateway's 504 is documented.
    """
    with running_service(prefix) as service, requests.Session() as session:
        document = schemathesis.openapi.from_url(f"{service.url}{prefix}/openapi.json")
        for found in document.get_all_operations():
            assert isinstance(found, Ok), found
            operation = found.ok()
            assert_reads_well(operation.definition.raw)
            may_fail = "504" in operation.definition.raw["responses"]
            expected = CHECKS if may_fail else [not_a_server_error, *CHECKS]
            named = dict(path_parameters or {}) if "{" in operation.path else None
            fitting = operation.as_strategy(GenerationMode.POSITIVE, path_parameters=named)
            _ask(fitting, session, headers, expected)
            with suppress(Unsatisfiable):  # nothing can be wrong where nothing is sent
                wrong = operation.as_strategy(GenerationMode.NEGATIVE)
                _ask(wrong, session, headers, expected)


def assert_reads_well(operation: Mapping[str, Any]) -> None:
    """Raises where an operation has the title that FastAPI makes of a function's name."""
    assert operation["description"], operation["operationId"]
    made = operation["operationId"].partition("_api_v1_")[0].replace("_", " ").title()
    assert " " not in made or operation["summary"] != made, f"{made} is no title for people"


def _ask(
    cases: SearchStrategy[schemathesis.Case[Any]],
    session: requests.Session,
    headers: Mapping[str, str],
    expected: list[schemathesis.CheckFunction],
) -> None:
    @_BOUNDED
    @given(cases)
    def ask(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate(session=session, headers=dict(headers), checks=expected)

    ask()  # pylint: disable=no-value-for-parameter  # Hypothesis gives it
