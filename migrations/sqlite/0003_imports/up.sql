-- Files brought in from Excel or CSV: checked, then committed whole or not at all.

CREATE TABLE imports (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('projects', 'plan_entries', 'schedules', 'disbursements', 'treasury_statement')),
    amount_unit TEXT NOT NULL CHECK (amount_unit IN ('dong', 'million', 'billion')),
    file_name TEXT NOT NULL,
    file_hash TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('checking', 'checked', 'failed', 'committed')),
    row_count INTEGER NOT NULL,
    invalid_count INTEGER NOT NULL,
    skipped_count INTEGER NOT NULL,
    report TEXT NOT NULL,
    created_at TEXT NOT NULL,
    created_by INTEGER REFERENCES users (id),
    committed_at TEXT,
    committed_by INTEGER REFERENCES users (id)
) STRICT;
CREATE INDEX imports_by_created_by ON imports (created_by, id);

-- The rows of a checked file, some hundred in each chunk, until they are committed.
CREATE TABLE import_chunks (
    id INTEGER PRIMARY KEY,
    import_id INTEGER NOT NULL REFERENCES imports (id),
    position INTEGER NOT NULL,
    content TEXT NOT NULL,
    UNIQUE (import_id, position)
) STRICT;

-- A committed Treasury statement held against the payments recorded here.
CREATE TABLE statement_matches (
    id INTEGER PRIMARY KEY,
    import_id INTEGER NOT NULL REFERENCES imports (id),
    state TEXT NOT NULL CHECK (state IN ('agreed', 'differs', 'treasury_only', 'ledger_only')),
    resolution TEXT NOT NULL CHECK (resolution IN ('open', 'accepted', 'created', 'disputed')),
    sheet TEXT,
    row_number INTEGER,
    project_id INTEGER NOT NULL REFERENCES projects (id),
    funding_source_id INTEGER NOT NULL REFERENCES funding_sources (id),
    budget_year INTEGER NOT NULL,
    posted_on TEXT,
    voucher_number TEXT,
    net_amount INTEGER,
    description TEXT,
    disbursement_id INTEGER REFERENCES disbursements (id),
    resolved_at TEXT,
    resolved_by INTEGER REFERENCES users (id),
    reason TEXT
) STRICT;
CREATE INDEX statement_matches_by_import_id_state ON statement_matches (import_id, state, id);
CREATE INDEX statement_matches_by_disbursement_id ON statement_matches (disbursement_id);

CREATE INDEX disbursements_by_status_posted_on ON disbursements (status, posted_on);
