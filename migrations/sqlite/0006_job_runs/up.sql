-- What each daily job last did, for the one instance that does it and for operators.
CREATE TABLE job_runs (
    name TEXT PRIMARY KEY,
    done_for TEXT,
    finished_at TEXT,
    outcome TEXT,
    failed_at TEXT,
    error TEXT
) STRICT;
