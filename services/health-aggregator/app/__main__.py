"""`python -m app` serves health-aggregator."""

from cathouse_common.server import serve

from app.main import create_app
from app.settings import Settings

serve(Settings, create_app)
