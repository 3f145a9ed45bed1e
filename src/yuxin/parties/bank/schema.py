"""The tables of the bank."""

SCHEMA = """
CREATE TABLE account (
    acct TEXT PRIMARY KEY,
    purpose TEXT NOT NULL CHECK (purpose IN ('CUSTODY', 'SETTLEMENT', 'OUTSIDE')),
    owner TEXT NOT NULL,
    title TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'OPEN' CHECK (state IN ('OPEN', 'CLOSED')),
    frozen_fen INTEGER NOT NULL DEFAULT 0 CHECK (frozen_fen >= 0),
    balance_fen INTEGER NOT NULL DEFAULT 0,
    CHECK (purpose = 'OUTSIDE' OR balance_fen >= 0)
) STRICT;
CREATE TABLE sub_account (
    sub_account TEXT PRIMARY KEY,
    acct TEXT NOT NULL REFERENCES account
) STRICT;
CREATE TABLE serial (seq INTEGER PRIMARY KEY AUTOINCREMENT) STRICT;
CREATE TABLE movement (
    bank_serial TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    reference TEXT NOT NULL,
    acct_date TEXT NOT NULL,
    posted_at TEXT NOT NULL,
    from_acct TEXT NOT NULL REFERENCES account,
    to_acct TEXT NOT NULL REFERENCES account,
    amount_fen INTEGER NOT NULL CHECK (amount_fen > 0),
    CHECK (from_acct <> to_acct),
    UNIQUE (kind, reference)
) STRICT;
CREATE INDEX movement_from ON movement (from_acct, acct_date);
CREATE INDEX movement_to ON movement (to_acct, acct_date);
CREATE TRIGGER movement_stays BEFORE UPDATE ON movement
    BEGIN SELECT RAISE(ABORT, 'a movement never changes'); END;
CREATE TRIGGER movement_remains BEFORE DELETE ON movement
    BEGIN SELECT RAISE(ABORT, 'a movement is never removed'); END;
CREATE TABLE payment (
    channel_serial TEXT PRIMARY KEY,
    custody_acct TEXT NOT NULL REFERENCES account,
    amount_fen INTEGER NOT NULL,
    refunded_fen INTEGER NOT NULL DEFAULT 0,
    card_open INTEGER NOT NULL DEFAULT 1 CHECK (card_open IN (0, 1)),
    CHECK (refunded_fen BETWEEN 0 AND amount_fen)
) STRICT;
CREATE TABLE customer_order (
    order_id TEXT PRIMARY KEY,
    sha256 TEXT NOT NULL,
    notice TEXT NOT NULL
) STRICT;
CREATE TABLE notice (
    order_id TEXT PRIMARY KEY REFERENCES customer_order,
    attempts INTEGER NOT NULL DEFAULT 0,
    due_at INTEGER NOT NULL,
    answered INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX notice_due ON notice (due_at) WHERE answered = 0;
CREATE TABLE instruction (
    instruction_id TEXT PRIMARY KEY,
    body TEXT NOT NULL,
    effective_on TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'WAITING'
        CHECK (state IN ('WAITING', 'SUCCESS', 'FAILED', 'RETURNED')),
    return_on TEXT,
    answer INTEGER
) STRICT;
CREATE INDEX instruction_waiting ON instruction (effective_on) WHERE state = 'WAITING';
CREATE INDEX instruction_returning ON instruction (return_on) WHERE return_on IS NOT NULL;
CREATE TABLE report (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    acct_date TEXT NOT NULL,
    reference TEXT NOT NULL,
    line TEXT NOT NULL,
    lost INTEGER NOT NULL DEFAULT 0,
    file TEXT
) STRICT;
CREATE INDEX report_unsent ON report (acct_date, kind) WHERE file IS NULL AND lost = 0;
CREATE INDEX report_lost ON report (reference) WHERE lost = 1;
CREATE TABLE file (name TEXT PRIMARY KEY, kind TEXT NOT NULL, acct_date TEXT NOT NULL) STRICT;
CREATE INDEX file_of_day ON file (kind, acct_date);
CREATE TABLE delivery (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL REFERENCES file,
    data BLOB NOT NULL,
    signature BLOB NOT NULL,
    due_at INTEGER NOT NULL,
    delivered INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX delivery_due ON delivery (due_at, id) WHERE delivered = 0;
CREATE TABLE taken_file (
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('TAKEN', 'REFUSED')),
    answer TEXT NOT NULL,
    PRIMARY KEY (name, sha256)
) STRICT;
CREATE UNIQUE INDEX taken_once ON taken_file (name) WHERE outcome = 'TAKEN';
CREATE TABLE closed_day (acct_date TEXT PRIMARY KEY) STRICT;
CREATE TABLE day_balance (
    acct TEXT NOT NULL REFERENCES account,
    acct_date TEXT NOT NULL,
    closing_fen INTEGER NOT NULL,
    PRIMARY KEY (acct, acct_date)
) STRICT;
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
"""
