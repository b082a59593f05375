-- The province and its people

CREATE TABLE administrative_units (
    id INTEGER PRIMARY KEY,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    search_key TEXT NOT NULL,
    sort_key TEXT NOT NULL,
    level TEXT NOT NULL CHECK (level IN ('province', 'district', 'commune')),
    valid_from TEXT,
    valid_to TEXT
) STRICT;
CREATE INDEX administrative_units_by_code ON administrative_units (code);

CREATE TABLE unit_parents (
    id INTEGER PRIMARY KEY,
    unit_id INTEGER NOT NULL REFERENCES administrative_units (id),
    parent_id INTEGER NOT NULL REFERENCES administrative_units (id),
    valid_from TEXT NOT NULL,
    valid_to TEXT NOT NULL
) STRICT;
CREATE INDEX unit_parents_by_unit_id ON unit_parents (unit_id);

CREATE TABLE agencies (
    id INTEGER PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    search_key TEXT NOT NULL,
    sort_key TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('department', 'pmu', 'commune_committee', 'enterprise', 'other')),
    unit_id INTEGER NOT NULL REFERENCES administrative_units (id)
) STRICT;
CREATE INDEX agencies_by_unit_id ON agencies (unit_id);

CREATE TABLE people (
    id INTEGER PRIMARY KEY,
    full_name TEXT NOT NULL,
    search_key TEXT NOT NULL,
    sort_key TEXT NOT NULL,
    position TEXT NOT NULL,
    agency_id INTEGER NOT NULL REFERENCES agencies (id),
    email TEXT NOT NULL,
    phone TEXT
) STRICT;
CREATE INDEX people_by_agency_id ON people (agency_id);

CREATE TABLE funding_sources (
    id INTEGER PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    search_key TEXT NOT NULL,
    sort_key TEXT NOT NULL,
    parent_id INTEGER REFERENCES funding_sources (id),
    budget_level TEXT NOT NULL CHECK (budget_level IN ('central', 'province', 'district', 'commune')),
    origin TEXT NOT NULL CHECK (origin IN ('domestic', 'foreign')),
    valid_from TEXT,
    valid_to TEXT
) STRICT;

CREATE TABLE task_forces (
    id INTEGER PRIMARY KEY,
    unit_id INTEGER NOT NULL REFERENCES administrative_units (id),
    standing_agency_id INTEGER REFERENCES agencies (id),
    decision_number TEXT NOT NULL,
    decision_issuer TEXT NOT NULL,
    decision_date TEXT NOT NULL,
    valid_from TEXT,
    valid_to TEXT
) STRICT;
CREATE INDEX task_forces_by_unit_id ON task_forces (unit_id);

CREATE TABLE task_force_members (
    id INTEGER PRIMARY KEY,
    task_force_id INTEGER NOT NULL REFERENCES task_forces (id),
    person_id INTEGER NOT NULL REFERENCES people (id),
    role TEXT NOT NULL CHECK (role IN ('head', 'deputy', 'member')),
    UNIQUE (task_force_id, person_id)
) STRICT;
CREATE INDEX task_force_members_by_person_id ON task_force_members (person_id);

CREATE TABLE holidays (
    id INTEGER PRIMARY KEY,
    date TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL
) STRICT;

CREATE TABLE targets (
    id INTEGER PRIMARY KEY,
    budget_year INTEGER NOT NULL,
    date TEXT NOT NULL,
    percent_hundredths INTEGER NOT NULL CHECK (percent_hundredths BETWEEN 0 AND 100000),
    basis TEXT NOT NULL CHECK (basis IN ('initial', 'adjusted', 'extended', 'total', 'assigned')),
    unit_id INTEGER REFERENCES administrative_units (id),
    agency_id INTEGER REFERENCES agencies (id),
    funding_source_id INTEGER REFERENCES funding_sources (id)
) STRICT;
CREATE INDEX targets_by_budget_year ON targets (budget_year);

-- Users, sessions

CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    username TEXT NOT NULL UNIQUE,
    person_id INTEGER REFERENCES people (id),
    password_hash TEXT,
    locale TEXT NOT NULL CHECK (locale IN ('vi', 'en')),
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    created_at TEXT NOT NULL
) STRICT;

CREATE TABLE grants (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id),
    role TEXT NOT NULL CHECK (role IN ('admin', 'coordinator', 'officer', 'leader', 'viewer', 'auditor')),
    unit_id INTEGER REFERENCES administrative_units (id),
    agency_id INTEGER REFERENCES agencies (id),
    valid_from TEXT NOT NULL,
    valid_to TEXT NOT NULL
) STRICT;
CREATE INDEX grants_by_user_id ON grants (user_id);

CREATE TABLE sessions (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id),
    kind TEXT NOT NULL CHECK (kind IN ('api', 'web')),
    secret_hash TEXT UNIQUE,
    created_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    revoked_at TEXT,
    address TEXT
) STRICT;
CREATE INDEX sessions_by_user_id ON sessions (user_id);

CREATE TABLE refresh_tokens (
    id INTEGER PRIMARY KEY,
    session_id INTEGER NOT NULL REFERENCES sessions (id),
    token_hash TEXT NOT NULL UNIQUE,
    expires_at TEXT NOT NULL,
    used_at TEXT
) STRICT;
CREATE INDEX refresh_tokens_by_session_id ON refresh_tokens (session_id);

CREATE TABLE login_throttles (
    name TEXT PRIMARY KEY,
    failures INTEGER NOT NULL,
    blocked_until TEXT,
    updated_at TEXT NOT NULL
) STRICT;

-- Projects

CREATE TABLE projects (
    id INTEGER PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    budget_code TEXT UNIQUE,
    name TEXT NOT NULL,
    short_name TEXT,
    search_key TEXT NOT NULL,
    sort_key TEXT NOT NULL,
    project_group TEXT NOT NULL CHECK (project_group IN ('national', 'A', 'B', 'C')),
    sector TEXT NOT NULL,
    disbursed_before INTEGER NOT NULL CHECK (disbursed_before >= 0),
    advance_before INTEGER NOT NULL CHECK (advance_before >= 0),
    total_investment INTEGER NOT NULL CHECK (total_investment >= 0),
    investment_decision_number TEXT NOT NULL,
    investment_decision_issuer TEXT NOT NULL,
    investment_decision_date TEXT NOT NULL,
    start_year INTEGER NOT NULL,
    end_year INTEGER NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('preparation', 'new', 'ongoing', 'completed', 'settled', 'suspended')),
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX projects_by_sort_key_id ON projects (sort_key, id);

CREATE TABLE project_links (
    id INTEGER PRIMARY KEY,
    project_id INTEGER NOT NULL REFERENCES projects (id),
    managing_unit_id INTEGER NOT NULL REFERENCES administrative_units (id),
    investor_id INTEGER NOT NULL REFERENCES agencies (id),
    pmu_id INTEGER REFERENCES agencies (id),
    valid_from TEXT NOT NULL,
    valid_to TEXT NOT NULL
) STRICT;
CREATE INDEX project_links_by_project_id_valid_to ON project_links (project_id, valid_to);
CREATE INDEX project_links_by_managing_unit_id_valid_to ON project_links (managing_unit_id, valid_to);
CREATE INDEX project_links_by_investor_id_valid_to ON project_links (investor_id, valid_to);
CREATE INDEX project_links_by_pmu_id_valid_to ON project_links (pmu_id, valid_to);

-- A unit that is followed by others, and what each of them takes over.
CREATE TABLE unit_successions (
    id INTEGER PRIMARY KEY,
    unit_id INTEGER NOT NULL REFERENCES administrative_units (id),
    rest_to_unit_id INTEGER NOT NULL REFERENCES administrative_units (id),
    effective_date TEXT NOT NULL,
    decision_number TEXT NOT NULL,
    decision_issuer TEXT NOT NULL,
    decision_date TEXT NOT NULL,
    handed_over_on TEXT,
    recorded_at TEXT NOT NULL,
    recorded_by INTEGER REFERENCES users (id)
) STRICT;
CREATE INDEX unit_successions_by_unit_id ON unit_successions (unit_id);

CREATE TABLE unit_succession_parts (
    id INTEGER PRIMARY KEY,
    succession_id INTEGER NOT NULL REFERENCES unit_successions (id),
    unit_id INTEGER NOT NULL REFERENCES administrative_units (id),
    project_id INTEGER REFERENCES projects (id)
) STRICT;
CREATE INDEX unit_succession_parts_by_succession_id ON unit_succession_parts (succession_id);

CREATE TABLE project_locations (
    id INTEGER PRIMARY KEY,
    project_id INTEGER NOT NULL REFERENCES projects (id),
    unit_id INTEGER NOT NULL REFERENCES administrative_units (id),
    UNIQUE (project_id, unit_id)
) STRICT;

CREATE TABLE project_people (
    id INTEGER PRIMARY KEY,
    project_id INTEGER NOT NULL REFERENCES projects (id),
    role TEXT NOT NULL CHECK (role IN ('leader', 'officer')),
    person_id INTEGER NOT NULL REFERENCES people (id),
    valid_from TEXT NOT NULL,
    valid_to TEXT NOT NULL,
    decision_number TEXT NOT NULL,
    decision_issuer TEXT NOT NULL,
    decision_date TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    recorded_by INTEGER REFERENCES users (id)
) STRICT;
CREATE INDEX project_people_by_project_id_role_valid_to ON project_people (project_id, role, valid_to);
CREATE INDEX project_people_by_person_id_valid_to ON project_people (person_id, valid_to);

-- Capital

CREATE TABLE plan_lines (
    id INTEGER PRIMARY KEY,
    project_id INTEGER NOT NULL REFERENCES projects (id),
    funding_source_id INTEGER NOT NULL REFERENCES funding_sources (id),
    budget_year INTEGER NOT NULL,
    origin TEXT NOT NULL CHECK (origin IN ('in_year', 'extended')),
    deadline TEXT NOT NULL,
    UNIQUE (project_id, funding_source_id, budget_year, origin)
) STRICT;
CREATE INDEX plan_lines_by_budget_year_project_id ON plan_lines (budget_year, project_id);

CREATE TABLE plan_operations (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('transfer', 'extension')),
    from_line_id INTEGER NOT NULL REFERENCES plan_lines (id),
    to_line_id INTEGER NOT NULL REFERENCES plan_lines (id),
    amount INTEGER NOT NULL CHECK (amount > 0),
    effective_date TEXT NOT NULL,
    decision_number TEXT NOT NULL,
    decision_issuer TEXT NOT NULL,
    decision_date TEXT NOT NULL,
    note TEXT,
    recorded_at TEXT NOT NULL,
    recorded_by INTEGER REFERENCES users (id)
) STRICT;

CREATE TABLE plan_entries (
    id INTEGER PRIMARY KEY,
    line_id INTEGER NOT NULL REFERENCES plan_lines (id),
    kind TEXT NOT NULL CHECK (kind IN ('initial', 'supplement', 'cut', 'transfer_in', 'transfer_out', 'extension_in', 'extension_out')),
    amount INTEGER NOT NULL CHECK (amount <> 0),
    effective_date TEXT NOT NULL,
    deadline TEXT NOT NULL,
    decision_number TEXT NOT NULL,
    decision_issuer TEXT NOT NULL,
    decision_date TEXT NOT NULL,
    note TEXT,
    operation_id INTEGER REFERENCES plan_operations (id),
    reverses_id INTEGER REFERENCES plan_entries (id) UNIQUE,
    reason TEXT,
    recorded_at TEXT NOT NULL,
    recorded_by INTEGER REFERENCES users (id)
) STRICT;
CREATE INDEX plan_entries_by_line_id_effective_date ON plan_entries (line_id, effective_date);
CREATE INDEX plan_entries_by_operation_id ON plan_entries (operation_id);

CREATE TABLE capital_assignments (
    id INTEGER PRIMARY KEY,
    unit_id INTEGER REFERENCES administrative_units (id),
    agency_id INTEGER REFERENCES agencies (id),
    from_unit_id INTEGER REFERENCES administrative_units (id),
    funding_source_id INTEGER NOT NULL REFERENCES funding_sources (id),
    budget_year INTEGER NOT NULL,
    authority TEXT NOT NULL CHECK (authority IN ('prime_minister', 'peoples_council', 'peoples_committee')),
    kind TEXT NOT NULL CHECK (kind IN ('initial', 'supplement', 'cut')),
    amount INTEGER NOT NULL CHECK (amount <> 0),
    effective_date TEXT NOT NULL,
    decision_number TEXT NOT NULL,
    decision_issuer TEXT NOT NULL,
    decision_date TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    recorded_by INTEGER REFERENCES users (id)
) STRICT;
CREATE INDEX capital_assignments_by_budget_year ON capital_assignments (budget_year);

CREATE TABLE schedules (
    id INTEGER PRIMARY KEY,
    line_id INTEGER NOT NULL REFERENCES plan_lines (id),
    version INTEGER NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('draft', 'submitted', 'approved', 'returned')),
    effective_date TEXT NOT NULL,
    note TEXT,
    total INTEGER NOT NULL,
    created_by INTEGER REFERENCES users (id),
    created_at TEXT NOT NULL,
    submitted_by INTEGER REFERENCES users (id),
    submitted_at TEXT,
    approved_by INTEGER REFERENCES users (id),
    approved_at TEXT,
    return_reason TEXT,
    UNIQUE (line_id, version)
) STRICT;

CREATE TABLE schedule_items (
    id INTEGER PRIMARY KEY,
    schedule_id INTEGER NOT NULL REFERENCES schedules (id),
    position INTEGER NOT NULL,
    due_date TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    label TEXT,
    UNIQUE (schedule_id, position)
) STRICT;

-- Payments

CREATE TABLE disbursements (
    id INTEGER PRIMARY KEY,
    line_id INTEGER NOT NULL REFERENCES plan_lines (id),
    project_id INTEGER NOT NULL REFERENCES projects (id),
    kind TEXT NOT NULL CHECK (kind IN ('advance', 'completed_volume', 'refund', 'reversal')),
    gross_amount INTEGER NOT NULL CHECK (gross_amount > 0),
    advance_recovered INTEGER NOT NULL CHECK (advance_recovered >= 0),
    net_amount INTEGER NOT NULL,
    advance_change INTEGER NOT NULL,
    posted_on TEXT NOT NULL,
    voucher_number TEXT NOT NULL,
    contract_number TEXT,
    dossier_sent_on TEXT,
    dossier_returned_on TEXT,
    corrects_id INTEGER REFERENCES disbursements (id),
    reverses_id INTEGER REFERENCES disbursements (id) UNIQUE,
    note TEXT,
    reason TEXT,
    status TEXT NOT NULL CHECK (status IN ('recorded', 'reconciled', 'disputed')),
    recorded_at TEXT NOT NULL,
    recorded_by INTEGER REFERENCES users (id)
) STRICT;
CREATE INDEX disbursements_by_line_id_posted_on ON disbursements (line_id, posted_on);
CREATE INDEX disbursements_by_project_id_posted_on ON disbursements (project_id, posted_on);
CREATE INDEX disbursements_by_posted_on_id ON disbursements (posted_on, id);

CREATE TABLE voucher_claims (
    id INTEGER PRIMARY KEY,
    line_id INTEGER NOT NULL REFERENCES plan_lines (id),
    kind TEXT NOT NULL,
    voucher_number TEXT NOT NULL,
    disbursement_id INTEGER NOT NULL REFERENCES disbursements (id),
    UNIQUE (line_id, kind, voucher_number),
    UNIQUE (disbursement_id)
) STRICT;

CREATE TABLE line_months (
    id INTEGER PRIMARY KEY,
    line_id INTEGER NOT NULL REFERENCES plan_lines (id),
    month TEXT NOT NULL,
    net INTEGER NOT NULL,
    advance INTEGER NOT NULL,
    UNIQUE (line_id, month)
) STRICT;

-- Follow-up

CREATE TABLE obstacles (
    id INTEGER PRIMARY KEY,
    project_id INTEGER NOT NULL REFERENCES projects (id),
    category TEXT NOT NULL,
    description TEXT NOT NULL,
    owner_agency_id INTEGER REFERENCES agencies (id),
    owner_person_id INTEGER REFERENCES people (id),
    due_date TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('open', 'in_progress', 'waiting_higher', 'resolved', 'unresolvable')),
    resolution TEXT,
    recorded_at TEXT NOT NULL,
    recorded_by INTEGER REFERENCES users (id)
) STRICT;
CREATE INDEX obstacles_by_project_id ON obstacles (project_id);

CREATE TABLE directives (
    id INTEGER PRIMARY KEY,
    task_force_id INTEGER NOT NULL REFERENCES task_forces (id),
    project_id INTEGER REFERENCES projects (id),
    text TEXT NOT NULL,
    assignee_person_id INTEGER NOT NULL REFERENCES people (id),
    due_date TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('open', 'in_progress', 'waiting_higher', 'resolved', 'unresolvable')),
    source_document TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    recorded_by INTEGER REFERENCES users (id)
) STRICT;
CREATE INDEX directives_by_task_force_id ON directives (task_force_id);

CREATE TABLE confirmations (
    id INTEGER PRIMARY KEY,
    project_id INTEGER NOT NULL REFERENCES projects (id),
    as_of TEXT NOT NULL,
    note TEXT,
    recorded_at TEXT NOT NULL,
    recorded_by INTEGER REFERENCES users (id)
) STRICT;
CREATE INDEX confirmations_by_project_id_as_of ON confirmations (project_id, as_of);

-- Alerts and mail

CREATE TABLE alerts (
    id INTEGER PRIMARY KEY,
    rule TEXT NOT NULL,
    severity TEXT NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
    state TEXT NOT NULL CHECK (state IN ('open', 'acknowledged', 'resolved')),
    subject_type TEXT NOT NULL,
    subject_id INTEGER NOT NULL,
    subject_label TEXT NOT NULL,
    context TEXT NOT NULL,
    project_id INTEGER REFERENCES projects (id),
    line_id INTEGER REFERENCES plan_lines (id),
    unit_id INTEGER REFERENCES administrative_units (id),
    responsible_id INTEGER REFERENCES people (id),
    level TEXT NOT NULL CHECK (level IN ('leader', 'commune', 'district', 'province')),
    raised_on TEXT NOT NULL,
    counts_from TEXT NOT NULL,
    step INTEGER NOT NULL,
    escalates_on TEXT,
    facts TEXT NOT NULL,
    measure INTEGER NOT NULL,
    waived_measure INTEGER,
    resolved_on TEXT,
    resolution TEXT
) STRICT;
CREATE INDEX alerts_by_state_rule ON alerts (state, rule);
CREATE INDEX alerts_by_project_id ON alerts (project_id);
CREATE INDEX alerts_by_responsible_id ON alerts (responsible_id);
-- domain.md section 8: at most one live alert per identity.
CREATE UNIQUE INDEX alerts_live ON alerts (rule, subject_type, subject_id, context) WHERE state <> 'resolved';

CREATE TABLE alert_commitments (
    id INTEGER PRIMARY KEY,
    alert_id INTEGER NOT NULL REFERENCES alerts (id),
    kind TEXT NOT NULL CHECK (kind IN ('commitment', 'snooze')),
    made_on TEXT NOT NULL,
    made_by INTEGER REFERENCES users (id),
    due_on TEXT NOT NULL,
    amount INTEGER,
    baseline INTEGER NOT NULL,
    note TEXT,
    obstacle_id INTEGER REFERENCES obstacles (id),
    outcome TEXT NOT NULL CHECK (outcome IN ('running', 'kept', 'missed', 'moved', 'ended')),
    judged_on TEXT
) STRICT;
CREATE INDEX alert_commitments_by_alert_id ON alert_commitments (alert_id);

CREATE TABLE alert_events (
    id INTEGER PRIMARY KEY,
    alert_id INTEGER NOT NULL REFERENCES alerts (id),
    on_date TEXT NOT NULL,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    level TEXT NOT NULL,
    responsible_id INTEGER REFERENCES people (id),
    actor_id INTEGER REFERENCES users (id),
    detail TEXT NOT NULL
) STRICT;
CREATE INDEX alert_events_by_alert_id ON alert_events (alert_id);

CREATE TABLE alert_recipients (
    id INTEGER PRIMARY KEY,
    alert_id INTEGER NOT NULL REFERENCES alerts (id),
    person_id INTEGER NOT NULL REFERENCES people (id),
    level TEXT NOT NULL,
    told_on TEXT NOT NULL,
    UNIQUE (alert_id, person_id)
) STRICT;

CREATE TABLE alert_policies (
    id INTEGER PRIMARY KEY,
    rule TEXT NOT NULL,
    unit_id INTEGER REFERENCES administrative_units (id),
    settings TEXT NOT NULL
) STRICT;
CREATE INDEX alert_policies_by_rule ON alert_policies (rule);

CREATE TABLE scans (
    id INTEGER PRIMARY KEY,
    as_of TEXT NOT NULL,
    finished_at TEXT NOT NULL,
    outcome TEXT NOT NULL
) STRICT;

CREATE TABLE mails (
    id INTEGER PRIMARY KEY,
    message_id TEXT NOT NULL UNIQUE,
    person_id INTEGER REFERENCES people (id),
    recipient_name TEXT NOT NULL,
    recipient_email TEXT NOT NULL,
    reason TEXT NOT NULL,
    locale TEXT NOT NULL CHECK (locale IN ('vi', 'en')),
    subject TEXT NOT NULL,
    text_body TEXT NOT NULL,
    html_body TEXT NOT NULL,
    attachment_name TEXT,
    attachment TEXT,
    state TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'failed', 'dead')),
    attempts INTEGER NOT NULL,
    next_attempt_at TEXT NOT NULL,
    lease_until TEXT,
    lease_owner TEXT,
    created_on TEXT NOT NULL,
    deliver_on TEXT NOT NULL,
    created_at TEXT NOT NULL,
    sent_at TEXT,
    last_error TEXT
) STRICT;
CREATE INDEX mails_by_state_next_attempt_at ON mails (state, next_attempt_at);
CREATE INDEX mails_by_person_id ON mails (person_id);

CREATE TABLE mail_alerts (
    id INTEGER PRIMARY KEY,
    mail_id INTEGER NOT NULL REFERENCES mails (id),
    alert_id INTEGER NOT NULL REFERENCES alerts (id),
    reason TEXT NOT NULL,
    item TEXT NOT NULL,
    UNIQUE (mail_id, alert_id, reason)
) STRICT;
CREATE INDEX mail_alerts_by_alert_id ON mail_alerts (alert_id);

-- House-keeping

CREATE TABLE audit_events (
    id INTEGER PRIMARY KEY,
    chain TEXT NOT NULL,
    seq INTEGER NOT NULL,
    at TEXT NOT NULL,
    actor_user_id INTEGER REFERENCES users (id),
    actor TEXT NOT NULL,
    address TEXT,
    request_id TEXT,
    action TEXT NOT NULL,
    entity TEXT NOT NULL,
    entity_id INTEGER NOT NULL,
    project_id INTEGER REFERENCES projects (id),
    before TEXT,
    after TEXT,
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    UNIQUE (chain, seq)
) STRICT;
CREATE INDEX audit_events_by_project_id ON audit_events (project_id);
CREATE INDEX audit_events_by_entity_entity_id ON audit_events (entity, entity_id);

CREATE TABLE audit_heads (
    chain TEXT PRIMARY KEY,
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL
) STRICT;

CREATE TABLE audit_anchors (
    id INTEGER PRIMARY KEY,
    day TEXT NOT NULL UNIQUE,
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;

CREATE TABLE audit_anchor_heads (
    id INTEGER PRIMARY KEY,
    anchor_id INTEGER NOT NULL REFERENCES audit_anchors (id),
    chain TEXT NOT NULL,
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL,
    UNIQUE (anchor_id, chain)
) STRICT;

CREATE TABLE idempotency_keys (
    id INTEGER PRIMARY KEY,
    caller TEXT NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    body_hash TEXT NOT NULL,
    status INTEGER,
    location TEXT,
    etag TEXT,
    content TEXT,
    project_id INTEGER REFERENCES projects (id),
    created_at TEXT NOT NULL,
    UNIQUE (caller, method, path, idempotency_key)
) STRICT;
CREATE INDEX idempotency_keys_by_created_at ON idempotency_keys (created_at);

CREATE TABLE leases (
    name TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    until_at TEXT NOT NULL
) STRICT;

CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

-- Facts are append-only (domain.md sections 4, 5, 11): the store itself refuses to change them.
CREATE TRIGGER plan_entries_no_update BEFORE UPDATE ON plan_entries
BEGIN
    SELECT RAISE(ABORT, 'plan_entries is append-only');
END;
CREATE TRIGGER plan_entries_no_delete BEFORE DELETE ON plan_entries
BEGIN
    SELECT RAISE(ABORT, 'plan_entries is append-only');
END;
CREATE TRIGGER audit_events_no_update BEFORE UPDATE ON audit_events
BEGIN
    SELECT RAISE(ABORT, 'audit_events is append-only');
END;
CREATE TRIGGER audit_events_no_delete BEFORE DELETE ON audit_events
BEGIN
    SELECT RAISE(ABORT, 'audit_events is append-only');
END;
-- Only the status against the Treasury may change.
CREATE TRIGGER disbursements_no_update BEFORE UPDATE OF line_id, project_id, kind, gross_amount, advance_recovered, net_amount, advance_change, posted_on, voucher_number, corrects_id, reverses_id, recorded_at, recorded_by ON disbursements
BEGIN
    SELECT RAISE(ABORT, 'disbursements is append-only');
END;
CREATE TRIGGER disbursements_no_delete BEFORE DELETE ON disbursements
BEGIN
    SELECT RAISE(ABORT, 'disbursements is append-only');
END;
