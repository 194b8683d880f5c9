-- The laws of the ledger on SQLite. docs/ledger.md says law by law what holds it.
-- A refusal is RAISE(ABORT, 'ledger:code:detail'), which the door translates.

CREATE TRIGGER ledger_currency_stays BEFORE UPDATE ON ledger_currency
BEGIN SELECT RAISE(ABORT, 'ledger:immutable:currency'); END;
CREATE TRIGGER ledger_currency_undeleted BEFORE DELETE ON ledger_currency
BEGIN SELECT RAISE(ABORT, 'ledger:immutable:currency'); END;
CREATE TRIGGER ledger_entry_stays BEFORE UPDATE ON ledger_entry
BEGIN SELECT RAISE(ABORT, 'ledger:immutable:entry'); END;
CREATE TRIGGER ledger_entry_undeleted BEFORE DELETE ON ledger_entry
BEGIN SELECT RAISE(ABORT, 'ledger:immutable:entry'); END;
CREATE TRIGGER ledger_posting_undeleted BEFORE DELETE ON ledger_posting
BEGIN SELECT RAISE(ABORT, 'ledger:immutable:posting'); END;
CREATE TRIGGER ledger_seal_stays BEFORE UPDATE ON ledger_seal
BEGIN SELECT RAISE(ABORT, 'ledger:immutable:seal'); END;
CREATE TRIGGER ledger_seal_undeleted BEFORE DELETE ON ledger_seal
BEGIN SELECT RAISE(ABORT, 'ledger:immutable:seal'); END;
CREATE TRIGGER ledger_account_undeleted BEFORE DELETE ON ledger_account
BEGIN SELECT RAISE(ABORT, 'ledger:immutable:account'); END;
CREATE TRIGGER ledger_hold_undeleted BEFORE DELETE ON ledger_hold
BEGIN SELECT RAISE(ABORT, 'ledger:immutable:hold'); END;

-- REPLACE deletes the row it conflicts with and fires no DELETE trigger, so it is refused before it inserts.
CREATE TRIGGER ledger_entry_unreplaced BEFORE INSERT ON ledger_entry
WHEN EXISTS (SELECT 1 FROM ledger_entry WHERE id = NEW.id OR key = NEW.key OR reverses_id = NEW.reverses_id)
BEGIN SELECT RAISE(ABORT, 'ledger:immutable:entry exists'); END;
CREATE TRIGGER ledger_currency_unreplaced BEFORE INSERT ON ledger_currency
WHEN EXISTS (SELECT 1 FROM ledger_currency WHERE code = NEW.code)
BEGIN SELECT RAISE(ABORT, 'ledger:immutable:currency exists'); END;
CREATE TRIGGER ledger_seal_unreplaced BEFORE INSERT ON ledger_seal
WHEN EXISTS (SELECT 1 FROM ledger_seal WHERE id = NEW.id OR entry_id = NEW.entry_id)
BEGIN SELECT RAISE(ABORT, 'ledger:immutable:seal exists'); END;
CREATE TRIGGER ledger_hold_opens BEFORE INSERT ON ledger_hold
WHEN EXISTS (SELECT 1 FROM ledger_hold WHERE id = NEW.id OR entry_id = NEW.entry_id)
    OR typeof(NEW.amount) <> 'integer' OR typeof(NEW.captured) <> 'integer' OR typeof(NEW.released) <> 'integer'
BEGIN SELECT RAISE(ABORT, 'ledger:immutable:hold exists'); END;
CREATE TRIGGER ledger_account_opens BEFORE INSERT ON ledger_account
WHEN EXISTS (SELECT 1 FROM ledger_account WHERE id = NEW.id OR code = NEW.code)
    OR NEW.balance <> 0 OR NEW.debits <> 0 OR NEW.credits <> 0 OR NEW.number <> 0
    OR typeof(NEW.floor) NOT IN ('integer', 'null') OR typeof(NEW.ceiling) NOT IN ('integer', 'null')
BEGIN SELECT RAISE(ABORT, 'ledger:immutable:an account opens empty'); END;

CREATE TRIGGER ledger_hold_moves BEFORE UPDATE ON ledger_hold
WHEN NEW.id IS NOT OLD.id OR NEW.entry_id IS NOT OLD.entry_id OR NEW.source_id IS NOT OLD.source_id
    OR NEW.holding_id IS NOT OLD.holding_id OR NEW.amount IS NOT OLD.amount OR NEW.expires_at IS NOT OLD.expires_at
    OR NEW.captured < OLD.captured OR NEW.released < OLD.released
    OR typeof(NEW.captured) <> 'integer' OR typeof(NEW.released) <> 'integer'
BEGIN SELECT RAISE(ABORT, 'ledger:immutable:hold'); END;

CREATE TRIGGER ledger_account_stays BEFORE UPDATE ON ledger_account
WHEN NEW.id IS NOT OLD.id OR NEW.code IS NOT OLD.code OR NEW.currency_id IS NOT OLD.currency_id
    OR NEW.kind IS NOT OLD.kind OR NEW.opened_at IS NOT OLD.opened_at
    OR typeof(NEW.floor) NOT IN ('integer', 'null') OR typeof(NEW.ceiling) NOT IN ('integer', 'null')
BEGIN SELECT RAISE(ABORT, 'ledger:immutable:account'); END;

-- What an account counts changes only by what the newest posting moves, and only while that posting still waits for
-- its running numbers.
CREATE TRIGGER ledger_account_moves BEFORE UPDATE ON ledger_account
WHEN (NEW.balance IS NOT OLD.balance OR NEW.debits IS NOT OLD.debits OR NEW.credits IS NOT OLD.credits
        OR NEW.number IS NOT OLD.number)
    AND NOT EXISTS (
        SELECT 1 FROM ledger_posting p
        WHERE p.id = (SELECT MAX(id) FROM ledger_posting) AND p.debit_number = 0
            AND NEW.number = OLD.number + 1
            AND ((p.debit_id = OLD.id AND NEW.balance = OLD.balance - p.amount_minor
                    AND NEW.debits = OLD.debits + p.amount_minor AND NEW.credits = OLD.credits)
                OR (p.credit_id = OLD.id AND NEW.balance = OLD.balance + p.amount_minor
                    AND NEW.credits = OLD.credits + p.amount_minor AND NEW.debits = OLD.debits)))
BEGIN SELECT RAISE(ABORT, 'ledger:immutable:balance'); END;

CREATE TRIGGER ledger_posting_lawful BEFORE INSERT ON ledger_posting
BEGIN
    SELECT RAISE(ABORT, 'ledger:immutable:posting exists')
        WHERE EXISTS (SELECT 1 FROM ledger_posting
            WHERE id = NEW.id OR (entry_id = NEW.entry_id AND leg = NEW.leg));
    SELECT RAISE(ABORT, 'ledger:immutable:running numbers are the database''s')
        WHERE NEW.debit_number <> 0 OR NEW.credit_number <> 0 OR NEW.debit_balance <> 0 OR NEW.credit_balance <> 0;
    SELECT RAISE(ABORT, 'ledger:too_precise:amount') WHERE typeof(NEW.amount_minor) <> 'integer';
    SELECT RAISE(ABORT, 'ledger:immutable:the entry has no such leg')
        WHERE NEW.leg > COALESCE((SELECT legs FROM ledger_entry WHERE id = NEW.entry_id), 0);
    SELECT RAISE(ABORT, 'ledger:currency_mismatch:')
        WHERE NEW.currency_id IS NOT (SELECT currency_id FROM ledger_account WHERE id = NEW.debit_id)
            OR NEW.currency_id IS NOT (SELECT currency_id FROM ledger_account WHERE id = NEW.credit_id);
    SELECT RAISE(ABORT, 'ledger:closed:')
        WHERE EXISTS (SELECT 1 FROM ledger_account
            WHERE id IN (NEW.debit_id, NEW.credit_id) AND closed_at IS NOT NULL);
END;

CREATE TRIGGER ledger_posting_moves AFTER INSERT ON ledger_posting
BEGIN
    UPDATE ledger_account SET balance = balance - NEW.amount_minor, debits = debits + NEW.amount_minor,
        number = number + 1 WHERE id = NEW.debit_id;
    UPDATE ledger_account SET balance = balance + NEW.amount_minor, credits = credits + NEW.amount_minor,
        number = number + 1 WHERE id = NEW.credit_id;
    UPDATE ledger_posting SET
        debit_number = (SELECT number FROM ledger_account WHERE id = NEW.debit_id),
        debit_balance = (SELECT balance FROM ledger_account WHERE id = NEW.debit_id),
        credit_number = (SELECT number FROM ledger_account WHERE id = NEW.credit_id),
        credit_balance = (SELECT balance FROM ledger_account WHERE id = NEW.credit_id)
        WHERE id = NEW.id;
END;

CREATE TRIGGER ledger_posting_stays BEFORE UPDATE ON ledger_posting
WHEN OLD.debit_number <> 0
    OR NEW.id IS NOT OLD.id OR NEW.entry_id IS NOT OLD.entry_id OR NEW.leg IS NOT OLD.leg
    OR NEW.currency_id IS NOT OLD.currency_id OR NEW.amount_minor IS NOT OLD.amount_minor
    OR NEW.debit_id IS NOT OLD.debit_id OR NEW.credit_id IS NOT OLD.credit_id
BEGIN SELECT RAISE(ABORT, 'ledger:immutable:posting'); END;
