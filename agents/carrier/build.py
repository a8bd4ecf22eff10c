"""The building of Faust's app. Settings that differ from Faust's defaults are given here."""

from agents.carrier.app import CarrierApp
from agents.carrier.chunks import ChunkTransport
from agents.carrier.names import member_name
from agents.carrier.options import CarrierOptions
from agents.carrier.security import credentials


def build_app(options: CarrierOptions) -> CarrierApp:
    """Return the app, without a ledger yet. A comment gives the reason of a setting that needs one."""
    app = CarrierApp(
        options.app_id,
        env={"": ""},  # Faust reads its settings only from here, never from the environment
        broker=[f"kafka://{address.strip()}" for address in options.brokers.split(",")],
        broker_credentials=credentials(options),
        broker_client_id=member_name(options),
        store="memory://",
        datadir=str(options.data_dir / options.transactional_id),
        web_enabled=False,  # Faust's web server shows the contents of tables to anyone
        topic_partitions=options.partitions,
        topic_replication_factor=options.replication,
        topic_allow_declare=False,  # `sojourn topics create` creates the topics
        topic_disable_leader=True,
        table_standby_replicas=0,
        consumer_auto_offset_reset="earliest",
        broker_session_timeout=options.session_timeout,
        broker_heartbeat_interval=options.heartbeat_interval,
        broker_rebalance_timeout=options.rebalance_timeout,
        broker_max_poll_interval=max(300.0, 10 * options.rebalance_timeout),
        stream_buffer_maxsize=16,  # chunks
    )
    app.options = options
    app.transport = ChunkTransport(app.conf.broker_consumer, app)
    return app
