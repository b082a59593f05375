-- Keys of other systems: a grant, narrowed to some permissions.
CREATE TABLE api_keys (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    prefix TEXT NOT NULL UNIQUE,
    secret_hash TEXT NOT NULL UNIQUE,
    user_id INTEGER NOT NULL REFERENCES users (id),
    role TEXT NOT NULL CHECK (role IN ('admin', 'coordinator', 'officer', 'viewer', 'auditor')),
    unit_id INTEGER REFERENCES administrative_units (id),
    agency_id INTEGER REFERENCES agencies (id),
    permissions TEXT NOT NULL,
    rate_limit INTEGER,
    expires_at TEXT,
    revoked_at TEXT,
    last_used_at TEXT,
    created_at TEXT NOT NULL,
    CHECK ((unit_id IS NULL) <> (agency_id IS NULL))
) STRICT;

-- The feed of changes: events wait here, in the transaction that wrote them, until they are numbered.
CREATE TABLE pending_changes (
    event_id INTEGER PRIMARY KEY REFERENCES audit_events (id)
) STRICT;

CREATE TABLE changes (
    seq INTEGER PRIMARY KEY,
    event_id INTEGER NOT NULL UNIQUE REFERENCES audit_events (id)
) STRICT;
INSERT INTO changes (seq, event_id) SELECT ROW_NUMBER() OVER (ORDER BY id), id FROM audit_events;

CREATE TABLE webhooks (
    id INTEGER PRIMARY KEY,
    url TEXT NOT NULL,
    description TEXT,
    events TEXT NOT NULL,
    user_id INTEGER NOT NULL REFERENCES users (id),
    unit_id INTEGER REFERENCES administrative_units (id),
    agency_id INTEGER REFERENCES agencies (id),
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    disabled_reason TEXT,
    salt TEXT NOT NULL,
    previous_salt TEXT,
    previous_until TEXT,
    not_before TEXT,
    created_at TEXT NOT NULL,
    CHECK (unit_id IS NULL OR agency_id IS NULL)
) STRICT;

CREATE TABLE webhook_deliveries (
    id INTEGER PRIMARY KEY,
    webhook_id INTEGER NOT NULL REFERENCES webhooks (id),
    message_id TEXT NOT NULL,
    event TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'delivered', 'failed', 'dead')),
    attempts INTEGER NOT NULL,
    next_attempt_at TEXT NOT NULL,
    lease_until TEXT,
    lease_owner TEXT,
    created_at TEXT NOT NULL,
    last_attempt_at TEXT,
    delivered_at TEXT,
    last_status INTEGER,
    last_error TEXT,
    UNIQUE (webhook_id, message_id)
) STRICT;
CREATE INDEX webhook_deliveries_by_webhook_id_state_next_attempt_at ON webhook_deliveries (webhook_id, state, next_attempt_at);

-- The address of a person's calendar; the token is in no table.
CREATE TABLE calendar_feeds (
    user_id INTEGER PRIMARY KEY REFERENCES users (id),
    token_hash TEXT NOT NULL UNIQUE,
    created_at TEXT NOT NULL
) STRICT;
