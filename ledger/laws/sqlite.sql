-- The laws of the ledger on SQLite. docs/ledger.md says law by law what holds it.
-- A refusal is RAISE(ABORT, 'ledger:code:detail'), which the door translates. Unlike a CHECK it also holds inside
-- INSERT OR IGNORE and OR FAIL, whose leniency SQLite hands down to the statements of a trigger.

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
CREATE TRIGGER ledger_draw_stays BEFORE UPDATE ON ledger_draw
BEGIN SELECT RAISE(ABORT, 'ledger:immutable:draw'); END;
CREATE TRIGGER ledger_draw_undeleted BEFORE DELETE ON ledger_draw
BEGIN SELECT RAISE(ABORT, 'ledger:immutable:draw'); END;
CREATE TRIGGER ledger_seal_stays BEFORE UPDATE ON ledger_seal
BEGIN SELECT RAISE(ABORT, 'ledger:immutable:seal'); END;
CREATE TRIGGER ledger_seal_undeleted BEFORE DELETE ON ledger_seal
BEGIN SELECT RAISE(ABORT, 'ledger:immutable:seal'); END;
CREATE TRIGGER ledger_closing_stays BEFORE UPDATE ON ledger_closing
BEGIN SELECT RAISE(ABORT, 'ledger:immutable:closing'); END;
CREATE TRIGGER ledger_closing_undeleted BEFORE DELETE ON ledger_closing
BEGIN SELECT RAISE(ABORT, 'ledger:immutable:closing'); END;
CREATE TRIGGER ledger_account_undeleted BEFORE DELETE ON ledger_account
BEGIN SELECT RAISE(ABORT, 'ledger:immutable:account'); END;
CREATE TRIGGER ledger_hold_undeleted BEFORE DELETE ON ledger_hold
BEGIN SELECT RAISE(ABORT, 'ledger:immutable:hold'); END;

-- REPLACE deletes the row it conflicts with and fires no DELETE trigger, so it is refused before it inserts.
CREATE TRIGGER ledger_currency_unreplaced BEFORE INSERT ON ledger_currency
WHEN EXISTS (SELECT 1 FROM ledger_currency WHERE code = NEW.code) OR typeof(NEW.decimals) <> 'integer'
BEGIN SELECT RAISE(ABORT, 'ledger:immutable:currency exists'); END;
CREATE TRIGGER ledger_seal_unreplaced BEFORE INSERT ON ledger_seal
WHEN EXISTS (SELECT 1 FROM ledger_seal WHERE id = NEW.id OR entry_id = NEW.entry_id)
BEGIN SELECT RAISE(ABORT, 'ledger:immutable:seal exists'); END;
CREATE TRIGGER ledger_account_opens BEFORE INSERT ON ledger_account
WHEN EXISTS (SELECT 1 FROM ledger_account WHERE id = NEW.id OR code = NEW.code)
    OR NEW.balance <> 0 OR NEW.debits <> 0 OR NEW.credits <> 0 OR NEW.number <> 0 OR NEW.floor > 0 OR NEW.ceiling < 0
    OR NEW.kind NOT IN ('asset', 'liability', 'equity', 'income', 'expense')
    OR NOT EXISTS (SELECT 1 FROM ledger_currency WHERE code = NEW.currency_id)
    OR typeof(NEW.floor) NOT IN ('integer', 'null') OR typeof(NEW.ceiling) NOT IN ('integer', 'null')
BEGIN SELECT RAISE(ABORT, 'ledger:immutable:an account opens empty'); END;

-- An entry is stamped with the database's clock, keeps out of closed periods and reverses only what may be reversed.
CREATE TRIGGER ledger_entry_lawful BEFORE INSERT ON ledger_entry
BEGIN
    SELECT RAISE(ABORT, 'ledger:immutable:entry exists')
        WHERE EXISTS (SELECT 1 FROM ledger_entry WHERE id = NEW.id OR key = NEW.key);
    SELECT RAISE(ABORT, 'ledger:immutable:the clock is the database''s')
        WHERE COALESCE(ABS(julianday(NEW.recorded_at) - julianday('now')), 1) > 0.0001
            OR NEW."transaction" <> 0 OR typeof(NEW.legs) <> 'integer' OR NEW.legs < 1;
    SELECT RAISE(ABORT, 'ledger:period_closed:')
        WHERE NEW.happened_at < (SELECT MAX(until) FROM ledger_closing);
    SELECT RAISE(ABORT, 'ledger:already_reversed:a reversal is not reversed')
        WHERE NEW.reverses_id IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM ledger_entry WHERE id = NEW.reverses_id AND reverses_id IS NULL);
    SELECT RAISE(ABORT, 'ledger:holds_money:')
        WHERE EXISTS (SELECT 1 FROM ledger_hold WHERE entry_id = NEW.reverses_id)
            OR EXISTS (SELECT 1 FROM ledger_draw WHERE entry_id = NEW.reverses_id);
END;

CREATE TRIGGER ledger_account_stays BEFORE UPDATE ON ledger_account
WHEN NEW.id IS NOT OLD.id OR NEW.code IS NOT OLD.code OR NEW.currency_id IS NOT OLD.currency_id
    OR NEW.kind IS NOT OLD.kind OR NEW.opened_at IS NOT OLD.opened_at
    OR (OLD.closed_at IS NOT NULL AND NEW.closed_at IS NOT OLD.closed_at)
    OR typeof(NEW.floor) NOT IN ('integer', 'null') OR typeof(NEW.ceiling) NOT IN ('integer', 'null')
BEGIN SELECT RAISE(ABORT, 'ledger:immutable:account'); END;

-- What an account counts changes only by what the newest posting moves, and only while that posting still waits for
-- its running numbers; and never past its limits.
CREATE TRIGGER ledger_account_moves BEFORE UPDATE ON ledger_account
BEGIN
    SELECT RAISE(ABORT, 'ledger:immutable:balance')
        WHERE (NEW.balance IS NOT OLD.balance OR NEW.debits IS NOT OLD.debits OR NEW.credits IS NOT OLD.credits
                OR NEW.number IS NOT OLD.number)
            AND NOT EXISTS (
                SELECT 1 FROM ledger_posting p
                WHERE p.id = (SELECT MAX(id) FROM ledger_posting) AND p.debit_number = 0
                    AND NEW.number = OLD.number + 1
                    AND ((p.debit_id = OLD.id AND NEW.balance = OLD.balance - p.amount_minor
                            AND NEW.debits = OLD.debits + p.amount_minor AND NEW.credits = OLD.credits)
                        OR (p.credit_id = OLD.id AND NEW.balance = OLD.balance + p.amount_minor
                            AND NEW.credits = OLD.credits + p.amount_minor AND NEW.debits = OLD.debits)));
    SELECT RAISE(ABORT, 'ledger:floor:') WHERE NEW.balance < NEW.floor;
    SELECT RAISE(ABORT, 'ledger:ceiling:') WHERE NEW.balance > NEW.ceiling;
    SELECT RAISE(ABORT, 'ledger:limits_outside_balance:') WHERE NEW.closed_at IS NOT NULL AND NEW.balance <> 0;
    SELECT RAISE(ABORT, 'ledger:too_large:') WHERE NEW.debits > 4000000000000000000
        OR NEW.credits > 4000000000000000000 OR ABS(NEW.balance) > 4000000000000000000;
END;

-- Postings are added only to the newest entry, each leg once, and are of the two accounts' currency.
CREATE TRIGGER ledger_posting_lawful BEFORE INSERT ON ledger_posting
BEGIN
    SELECT RAISE(ABORT, 'ledger:immutable:posting exists')
        WHERE EXISTS (SELECT 1 FROM ledger_posting
            WHERE id = NEW.id OR (entry_id = NEW.entry_id AND leg = NEW.leg));
    SELECT RAISE(ABORT, 'ledger:immutable:running numbers are the database''s')
        WHERE NEW.debit_number <> 0 OR NEW.credit_number <> 0 OR NEW.debit_balance <> 0 OR NEW.credit_balance <> 0;
    SELECT RAISE(ABORT, 'ledger:too_precise:amount')
        WHERE typeof(NEW.amount_minor) <> 'integer' OR typeof(NEW.leg) <> 'integer';
    SELECT RAISE(ABORT, 'ledger:not_positive:amount') WHERE NEW.amount_minor < 1;
    SELECT RAISE(ABORT, 'ledger:too_large:amount') WHERE NEW.amount_minor > 1000000000000000000;
    SELECT RAISE(ABORT, 'ledger:same_account:') WHERE NEW.debit_id = NEW.credit_id;
    SELECT RAISE(ABORT, 'ledger:immutable:the entry has no such leg')
        WHERE NEW.leg < 1 OR NEW.leg > COALESCE((SELECT legs FROM ledger_entry WHERE id = NEW.entry_id), 0);
    SELECT RAISE(ABORT, 'ledger:immutable:the entry was written before')
        WHERE NEW.entry_id <> (SELECT MAX(id) FROM ledger_entry);
    SELECT RAISE(ABORT, 'ledger:currency_mismatch:')
        WHERE NEW.currency_id IS NOT (SELECT currency_id FROM ledger_account WHERE id = NEW.debit_id)
            OR NEW.currency_id IS NOT (SELECT currency_id FROM ledger_account WHERE id = NEW.credit_id);
    SELECT RAISE(ABORT, 'ledger:closed:')
        WHERE EXISTS (SELECT 1 FROM ledger_account
            WHERE id IN (NEW.debit_id, NEW.credit_id) AND closed_at IS NOT NULL);
    SELECT RAISE(ABORT, 'ledger:already_reversed:more than is left of the entry')
        FROM ledger_entry e WHERE e.id = NEW.entry_id AND e.reverses_id IS NOT NULL
            AND NEW.amount_minor > (
                SELECT COALESCE(SUM(p.amount_minor), 0) FROM ledger_posting p WHERE p.entry_id = e.reverses_id
                    AND p.debit_id = NEW.credit_id AND p.credit_id = NEW.debit_id
            ) - (
                SELECT COALESCE(SUM(p.amount_minor), 0) FROM ledger_posting p
                    JOIN ledger_entry r ON r.id = p.entry_id WHERE r.reverses_id = e.reverses_id
                    AND p.debit_id = NEW.debit_id AND p.credit_id = NEW.credit_id);
END;

CREATE TRIGGER ledger_posting_moves AFTER INSERT ON ledger_posting
BEGIN
    UPDATE ledger_account SET balance = balance - NEW.amount_minor, debits = debits + NEW.amount_minor,
        number = number + 1 WHERE id = NEW.debit_id;
    UPDATE ledger_account SET balance = balance + NEW.amount_minor, credits = credits + NEW.amount_minor,
        number = number + 1 WHERE id = NEW.credit_id;
    UPDATE ledger_posting SET
        (debit_number, debit_balance) = (SELECT number, balance FROM ledger_account WHERE id = NEW.debit_id),
        (credit_number, credit_balance) = (SELECT number, balance FROM ledger_account WHERE id = NEW.credit_id)
        WHERE id = NEW.id;
END;

CREATE TRIGGER ledger_posting_stays BEFORE UPDATE ON ledger_posting
WHEN OLD.debit_number <> 0
    OR NEW.id IS NOT OLD.id OR NEW.entry_id IS NOT OLD.entry_id OR NEW.leg IS NOT OLD.leg
    OR NEW.currency_id IS NOT OLD.currency_id OR NEW.amount_minor IS NOT OLD.amount_minor
    OR NEW.debit_id IS NOT OLD.debit_id OR NEW.credit_id IS NOT OLD.credit_id
BEGIN SELECT RAISE(ABORT, 'ledger:immutable:posting'); END;

-- A hold is what the one posting of its entry put aside, written right after that entry.
CREATE TRIGGER ledger_hold_opens BEFORE INSERT ON ledger_hold
WHEN EXISTS (SELECT 1 FROM ledger_hold WHERE id = NEW.id OR entry_id = NEW.entry_id)
    OR typeof(NEW.amount) <> 'integer' OR NEW.captured <> 0 OR NEW.released <> 0
    OR NOT EXISTS (
        SELECT 1 FROM ledger_posting p JOIN ledger_entry e ON e.id = p.entry_id
        WHERE e.id = NEW.entry_id AND e.legs = 1 AND e.id = (SELECT MAX(id) FROM ledger_entry)
            AND p.debit_id = NEW.source_id AND p.credit_id = NEW.holding_id AND p.amount_minor = NEW.amount)
BEGIN SELECT RAISE(ABORT, 'ledger:immutable:the entry did not make this hold'); END;

-- What a hold gave out is what its draws say, and nothing else.
CREATE TRIGGER ledger_hold_moves BEFORE UPDATE ON ledger_hold
BEGIN
    SELECT RAISE(ABORT, 'ledger:immutable:hold')
        WHERE NEW.id IS NOT OLD.id OR NEW.entry_id IS NOT OLD.entry_id OR NEW.source_id IS NOT OLD.source_id
            OR NEW.holding_id IS NOT OLD.holding_id OR NEW.amount IS NOT OLD.amount
            OR NEW.expires_at IS NOT OLD.expires_at
            OR NEW.captured IS NOT (SELECT COALESCE(SUM(captured), 0) FROM ledger_draw WHERE hold_id = OLD.id)
            OR NEW.released IS NOT (SELECT COALESCE(SUM(released), 0) FROM ledger_draw WHERE hold_id = OLD.id);
    SELECT RAISE(ABORT, 'ledger:already_captured:') WHERE NEW.captured + NEW.released > NEW.amount;
END;

CREATE TRIGGER ledger_draw_lawful BEFORE INSERT ON ledger_draw
WHEN EXISTS (SELECT 1 FROM ledger_draw WHERE id = NEW.id OR entry_id = NEW.entry_id)
    OR typeof(NEW.captured) <> 'integer' OR typeof(NEW.released) <> 'integer'
    OR NEW.entry_id <> (SELECT MAX(id) FROM ledger_entry)
    OR NEW.captured + NEW.released IS NOT (SELECT SUM(amount_minor) FROM ledger_posting WHERE entry_id = NEW.entry_id)
    OR EXISTS (
        SELECT 1 FROM ledger_posting p, ledger_hold h WHERE p.entry_id = NEW.entry_id AND h.id = NEW.hold_id
            AND (p.debit_id <> h.holding_id OR (NEW.released > 0 AND p.credit_id <> h.source_id)))
    OR NOT EXISTS (SELECT 1 FROM ledger_hold WHERE id = NEW.hold_id)
BEGIN SELECT RAISE(ABORT, 'ledger:immutable:the entry does not draw on this hold'); END;

CREATE TRIGGER ledger_draw_moves AFTER INSERT ON ledger_draw
BEGIN
    UPDATE ledger_hold SET captured = captured + NEW.captured, released = released + NEW.released
        WHERE id = NEW.hold_id;
END;

-- A period closes when it is over. Writers stand in a queue here, so no entry is on its way.
CREATE TRIGGER ledger_closing_waits BEFORE INSERT ON ledger_closing
BEGIN
    SELECT RAISE(ABORT, 'ledger:immutable:closing exists')
        WHERE EXISTS (SELECT 1 FROM ledger_closing WHERE id = NEW.id OR until = NEW.until);
    SELECT RAISE(ABORT, 'ledger:immutable:the clock is the database''s')
        WHERE COALESCE(ABS(julianday(NEW.closed_at) - julianday('now')), 1) > 0.0001;
    SELECT RAISE(ABORT, 'ledger:period_not_over:') WHERE julianday(NEW.until) > julianday('now');
END;
