"""The plain service as a process, as `python -m tests.served`."""

from cathouse_common.application import application
from cathouse_common.server import serve
from tests.conftest import Settings

serve(Settings, application)
