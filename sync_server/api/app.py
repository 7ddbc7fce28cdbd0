"""The HTTP application: routes over services, one error format, one envelope."""

from fastapi import FastAPI

from sync_server.api import app_files, errors, openapi
from sync_server.api.admission import Admission
from sync_server.api.deps import Context
from sync_server.api.live import LiveHub
from sync_server.api.metrics import Metrics
from sync_server.api.middleware import Envelope
from sync_server.api.routes import auth, blobs, devices, events, health, sync
from sync_server.config import Config
from sync_server.services import epochs
from sync_server.services.auth import Sessions
from sync_server.services.blobs import BlobService, open_store
from sync_server.services.readiness import Readiness


def create_app(context: Context, sessions: Sessions, config: Config) -> FastAPI:
    """Build the app of one organisation, whose epoch has begun."""
    app = FastAPI(title="Tournée sync server", version="1", docs_url=None, redoc_url=None, openapi_url="/openapi.json")
    app.state.context = context
    app.state.sessions = sessions
    app.state.body_cap = config.body_cap
    app.state.blobs = BlobService(context.database, open_store(config.blob_store, config.blob_folder), context.clock, config.blobs)
    app.state.live = LiveHub(context.database, context.clock, config.streams)
    app.state.metrics = Metrics(context.database, context.clock, app.state.live)
    app.state.metrics_token = config.metrics_token
    app.state.readiness = Readiness(context.database, config.data, context.clock)
    # Routes are tried in this order, and each costs a poll something: what phones ask all day comes first.
    for router in (sync.lean, sync.router, events.router, blobs.router, auth.router, devices.router, health.router):
        app.include_router(router)
    if config.app is not None:
        app_files.install(app, config.app)
    errors.install(app)
    openapi.install(app)
    with context.database.read() as connection:
        epoch = epochs.standing(connection).epoch.id
    app.add_middleware(Admission, clock=context.clock, at_once=config.at_once, per_minute=config.per_minute)
    app.add_middleware(Envelope, clock=context.clock, epoch=epoch, metrics=app.state.metrics)
    return app
