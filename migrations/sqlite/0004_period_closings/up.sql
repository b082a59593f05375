-- Closed months of unit subtrees (domain.md section 9), and what was reported when they were closed.
CREATE TABLE period_closings (
    id INTEGER PRIMARY KEY,
    unit_id INTEGER NOT NULL REFERENCES administrative_units (id),
    month TEXT NOT NULL,
    closed_at TEXT NOT NULL,
    closed_by INTEGER REFERENCES users (id),
    reopened_at TEXT,
    reopened_by INTEGER REFERENCES users (id),
    reopening_reason TEXT
) STRICT;
CREATE UNIQUE INDEX period_closings_live ON period_closings (unit_id, month) WHERE reopened_at IS NULL;

CREATE TABLE period_closing_files (
    id INTEGER PRIMARY KEY,
    closing_id INTEGER NOT NULL REFERENCES period_closings (id),
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    content BLOB NOT NULL,
    UNIQUE (closing_id, name)
) STRICT;

-- Kept byte for byte: the store itself refuses to change what was reported.
CREATE TRIGGER period_closing_files_no_update BEFORE UPDATE ON period_closing_files
BEGIN
    SELECT RAISE(ABORT, 'period_closing_files is append-only');
END;
CREATE TRIGGER period_closing_files_no_delete BEFORE DELETE ON period_closing_files
BEGIN
    SELECT RAISE(ABORT, 'period_closing_files is append-only');
END;
CREATE TRIGGER period_closings_no_update BEFORE UPDATE OF unit_id, month, closed_at, closed_by ON period_closings
BEGIN
    SELECT RAISE(ABORT, 'period_closings is append-only');
END;
CREATE TRIGGER period_closings_no_delete BEFORE DELETE ON period_closings
BEGIN
    SELECT RAISE(ABORT, 'period_closings is append-only');
END;
