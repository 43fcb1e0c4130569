"""`python -m app` serves installation."""

from cathouse_common.server import serve

from app.main import create_app
from app.settings import Settings

serve(Settings, create_app)
