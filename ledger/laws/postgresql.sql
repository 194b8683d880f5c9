-- The laws of the ledger on PostgreSQL. docs/ledger.md says law by law what holds it.
-- Refusals carry SQLSTATE LE001 and the code the door translates. Functions that change or trust another table name
-- their search_path, so that nobody can put a temporary table in its place; those that move figures run with their
-- owner's rights, so that the application's role needs none to change a balance.

CREATE FUNCTION ledger_refuse(code text, detail text DEFAULT '') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'LE001', MESSAGE = 'ledger:' || code || ':' || detail;
END $$;

CREATE FUNCTION ledger_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'LE001', MESSAGE = 'ledger:immutable:' || TG_TABLE_NAME || ' ' || TG_OP;
END $$;

CREATE TRIGGER ledger_currency_stays BEFORE UPDATE OR DELETE ON ledger_currency
    FOR EACH ROW EXECUTE FUNCTION ledger_immutable();
CREATE TRIGGER ledger_entry_stays BEFORE UPDATE OR DELETE ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_immutable();
CREATE TRIGGER ledger_posting_stays BEFORE UPDATE OR DELETE ON ledger_posting
    FOR EACH ROW EXECUTE FUNCTION ledger_immutable();
CREATE TRIGGER ledger_draw_stays BEFORE UPDATE OR DELETE ON ledger_draw
    FOR EACH ROW EXECUTE FUNCTION ledger_immutable();
CREATE TRIGGER ledger_seal_stays BEFORE UPDATE OR DELETE ON ledger_seal
    FOR EACH ROW EXECUTE FUNCTION ledger_immutable();
CREATE TRIGGER ledger_closing_stays BEFORE UPDATE OR DELETE ON ledger_closing
    FOR EACH ROW EXECUTE FUNCTION ledger_immutable();
CREATE TRIGGER ledger_account_undeleted BEFORE DELETE ON ledger_account
    FOR EACH ROW EXECUTE FUNCTION ledger_immutable();
CREATE TRIGGER ledger_hold_undeleted BEFORE DELETE ON ledger_hold
    FOR EACH ROW EXECUTE FUNCTION ledger_immutable();
CREATE TRIGGER ledger_currency_untruncated BEFORE TRUNCATE ON ledger_currency EXECUTE FUNCTION ledger_immutable();
CREATE TRIGGER ledger_account_untruncated BEFORE TRUNCATE ON ledger_account EXECUTE FUNCTION ledger_immutable();
CREATE TRIGGER ledger_entry_untruncated BEFORE TRUNCATE ON ledger_entry EXECUTE FUNCTION ledger_immutable();
CREATE TRIGGER ledger_posting_untruncated BEFORE TRUNCATE ON ledger_posting EXECUTE FUNCTION ledger_immutable();
CREATE TRIGGER ledger_hold_untruncated BEFORE TRUNCATE ON ledger_hold EXECUTE FUNCTION ledger_immutable();
CREATE TRIGGER ledger_draw_untruncated BEFORE TRUNCATE ON ledger_draw EXECUTE FUNCTION ledger_immutable();
CREATE TRIGGER ledger_seal_untruncated BEFORE TRUNCATE ON ledger_seal EXECUTE FUNCTION ledger_immutable();
CREATE TRIGGER ledger_closing_untruncated BEFORE TRUNCATE ON ledger_closing EXECUTE FUNCTION ledger_immutable();

-- An account opens empty; after that only the posting trigger (one level above this one) moves what it counts.
CREATE FUNCTION ledger_account_opens() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.balance <> 0 OR NEW.debits <> 0 OR NEW.credits <> 0 OR NEW.number <> 0 THEN
        PERFORM ledger_refuse('immutable', 'an account opens empty');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_account_opens BEFORE INSERT ON ledger_account
    FOR EACH ROW EXECUTE FUNCTION ledger_account_opens();

CREATE FUNCTION ledger_account_moves() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF (NEW.id, NEW.code, NEW.currency_id, NEW.kind, NEW.opened_at)
        IS DISTINCT FROM (OLD.id, OLD.code, OLD.currency_id, OLD.kind, OLD.opened_at)
        OR (OLD.closed_at IS NOT NULL AND NEW.closed_at IS DISTINCT FROM OLD.closed_at) THEN
        PERFORM ledger_refuse('immutable', 'account ' || OLD.code);
    END IF;
    IF pg_trigger_depth() < 2 AND (NEW.balance, NEW.debits, NEW.credits, NEW.number)
        IS DISTINCT FROM (OLD.balance, OLD.debits, OLD.credits, OLD.number) THEN
        PERFORM ledger_refuse('immutable', 'balance of ' || OLD.code);
    END IF;
    -- The CHECKs say the same without naming the account.
    IF OLD.closed_at IS NOT NULL AND NEW.number <> OLD.number THEN PERFORM ledger_refuse('closed', OLD.code); END IF;
    IF NEW.balance < NEW.floor THEN PERFORM ledger_refuse('floor', OLD.code); END IF;
    IF NEW.balance > NEW.ceiling THEN PERFORM ledger_refuse('ceiling', OLD.code); END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_account_moves BEFORE UPDATE ON ledger_account
    FOR EACH ROW EXECUTE FUNCTION ledger_account_moves();

-- An entry is stamped by the database, keeps out of closed periods and reverses only what may be reversed.
CREATE FUNCTION ledger_entry_stamps() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    NEW.recorded_at := clock_timestamp();
    NEW.transaction := pg_current_xact_id()::text::bigint;
    IF NEW.happened_at < (SELECT MAX(until) FROM ledger_closing) THEN
        PERFORM ledger_refuse('period_closed', NEW.key);
    END IF;
    IF NEW.reverses_id IS NOT NULL THEN
        IF EXISTS (SELECT 1 FROM ledger_entry WHERE id = NEW.reverses_id AND reverses_id IS NOT NULL) THEN
            PERFORM ledger_refuse('already_reversed', 'a reversal is not reversed');
        END IF;
        IF EXISTS (SELECT 1 FROM ledger_hold WHERE entry_id = NEW.reverses_id)
            OR EXISTS (SELECT 1 FROM ledger_draw WHERE entry_id = NEW.reverses_id) THEN
            PERFORM ledger_refuse('holds_money', NEW.key);
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_entry_stamps BEFORE INSERT ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_entry_stamps();

-- Inserting a posting moves both balances, in the order of account ids so that two postings never wait in a ring.
-- What this trigger did stays done even if the row is then left out (ON CONFLICT DO NOTHING), so whatever could
-- conflict is refused first: only the transaction that writes an entry adds postings, each leg once, under a new id.
CREATE FUNCTION ledger_posting_moves() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    debit ledger_account; credit ledger_account; most integer; writer bigint; original bigint; undone numeric;
BEGIN
    IF NEW.debit_number <> 0 OR NEW.credit_number <> 0 OR NEW.debit_balance <> 0 OR NEW.credit_balance <> 0
        OR NEW.id IS DISTINCT FROM currval('ledger_posting_id_seq') THEN
        PERFORM ledger_refuse('immutable', 'running numbers are the database''s');
    END IF;
    SELECT e.legs, e.transaction, e.reverses_id INTO most, writer, original
        FROM ledger_entry e WHERE e.id = NEW.entry_id;
    IF most IS NULL OR NEW.leg > most THEN
        PERFORM ledger_refuse('immutable', 'the entry has no such leg');
    END IF;
    IF writer <> pg_current_xact_id()::text::bigint THEN
        PERFORM ledger_refuse('immutable', 'the entry was written before');
    END IF;
    IF EXISTS (SELECT 1 FROM ledger_posting p WHERE p.entry_id = NEW.entry_id AND p.leg = NEW.leg)
        OR EXISTS (SELECT 1 FROM ledger_posting p WHERE p.id = NEW.id) THEN
        PERFORM ledger_refuse('immutable', 'the posting exists');
    END IF;
    IF original IS NOT NULL THEN
        PERFORM 1 FROM ledger_entry e WHERE e.id = original FOR NO KEY UPDATE;
        SELECT COALESCE(SUM(p.amount_minor), 0) INTO undone FROM ledger_posting p
            JOIN ledger_entry e ON e.id = p.entry_id
            WHERE e.reverses_id = original AND p.debit_id = NEW.debit_id AND p.credit_id = NEW.credit_id;
        IF undone + NEW.amount_minor > (SELECT COALESCE(SUM(p.amount_minor), 0) FROM ledger_posting p
            WHERE p.entry_id = original AND p.debit_id = NEW.credit_id AND p.credit_id = NEW.debit_id) THEN
            PERFORM ledger_refuse('already_reversed', 'more than is left of the entry');
        END IF;
    END IF;
    IF NEW.debit_id < NEW.credit_id THEN
        UPDATE ledger_account SET balance = balance - NEW.amount_minor, debits = debits + NEW.amount_minor,
            number = number + 1 WHERE id = NEW.debit_id RETURNING * INTO debit;
        UPDATE ledger_account SET balance = balance + NEW.amount_minor, credits = credits + NEW.amount_minor,
            number = number + 1 WHERE id = NEW.credit_id RETURNING * INTO credit;
    ELSE
        UPDATE ledger_account SET balance = balance + NEW.amount_minor, credits = credits + NEW.amount_minor,
            number = number + 1 WHERE id = NEW.credit_id RETURNING * INTO credit;
        UPDATE ledger_account SET balance = balance - NEW.amount_minor, debits = debits + NEW.amount_minor,
            number = number + 1 WHERE id = NEW.debit_id RETURNING * INTO debit;
    END IF;
    IF debit.currency_id IS DISTINCT FROM NEW.currency_id OR credit.currency_id IS DISTINCT FROM NEW.currency_id THEN
        PERFORM ledger_refuse('currency_mismatch', concat(debit.code, ' and ', credit.code));
    END IF;
    NEW.debit_number := debit.number;
    NEW.debit_balance := debit.balance;
    NEW.credit_number := credit.number;
    NEW.credit_balance := credit.balance;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_posting_moves BEFORE INSERT ON ledger_posting
    FOR EACH ROW EXECUTE FUNCTION ledger_posting_moves();

-- A hold is what the one posting of its entry put aside, written with that entry.
CREATE FUNCTION ledger_hold_opens() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.captured <> 0 OR NEW.released <> 0 OR NOT EXISTS (
        SELECT 1 FROM ledger_posting p JOIN ledger_entry e ON e.id = p.entry_id
        WHERE e.id = NEW.entry_id AND e.legs = 1 AND e.transaction = pg_current_xact_id()::text::bigint
            AND p.debit_id = NEW.source_id AND p.credit_id = NEW.holding_id AND p.amount_minor = NEW.amount) THEN
        PERFORM ledger_refuse('immutable', 'the entry did not make this hold');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_hold_opens BEFORE INSERT ON ledger_hold
    FOR EACH ROW EXECUTE FUNCTION ledger_hold_opens();

-- What a hold gave out is what its draws say, and nothing else.
CREATE FUNCTION ledger_hold_moves() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF (NEW.id, NEW.entry_id, NEW.source_id, NEW.holding_id, NEW.amount, NEW.expires_at)
        IS DISTINCT FROM (OLD.id, OLD.entry_id, OLD.source_id, OLD.holding_id, OLD.amount, OLD.expires_at)
        OR NEW.captured <> (SELECT COALESCE(SUM(d.captured), 0) FROM ledger_draw d WHERE d.hold_id = OLD.id)
        OR NEW.released <> (SELECT COALESCE(SUM(d.released), 0) FROM ledger_draw d WHERE d.hold_id = OLD.id) THEN
        PERFORM ledger_refuse('immutable', 'hold');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_hold_moves BEFORE UPDATE ON ledger_hold
    FOR EACH ROW EXECUTE FUNCTION ledger_hold_moves();

CREATE FUNCTION ledger_draw_moves() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    held ledger_hold; moved numeric; astray bigint;
BEGIN
    SELECT * INTO held FROM ledger_hold h WHERE h.id = NEW.hold_id FOR NO KEY UPDATE;
    SELECT SUM(p.amount_minor),
            COUNT(*) FILTER (WHERE p.debit_id <> held.holding_id
                OR (NEW.released > 0 AND p.credit_id <> held.source_id))
        INTO moved, astray
        FROM ledger_posting p JOIN ledger_entry e ON e.id = p.entry_id
        WHERE e.id = NEW.entry_id AND e.transaction = pg_current_xact_id()::text::bigint;
    IF moved IS DISTINCT FROM NEW.captured + NEW.released OR astray > 0 THEN
        PERFORM ledger_refuse('immutable', 'the entry does not draw on this hold');
    END IF;
    UPDATE ledger_hold SET captured = captured + NEW.captured, released = released + NEW.released
        WHERE id = NEW.hold_id;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_draw_moves AFTER INSERT ON ledger_draw
    FOR EACH ROW EXECUTE FUNCTION ledger_draw_moves();

-- A period closes when it is over, and after every entry now being written: later ones see that it is closed.
CREATE FUNCTION ledger_closing_waits() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    LOCK TABLE ledger_entry IN SHARE MODE;
    NEW.closed_at := clock_timestamp();
    IF NEW.until > NEW.closed_at THEN PERFORM ledger_refuse('period_not_over', NEW.until::text); END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_closing_waits BEFORE INSERT ON ledger_closing
    FOR EACH ROW EXECUTE FUNCTION ledger_closing_waits();

-- The door's one round trip. Each element of `entries`:
-- {key, fingerprint, kind, happened_at, memo, actor, reverses, legs: [[debit code, credit code, amount], ...]}
CREATE FUNCTION ledger_post(entries jsonb)
RETURNS TABLE (id bigint, key text, kind text, happened_at timestamptz, recorded_at timestamptz, replayed boolean)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    wanted jsonb; leg jsonb; row ledger_entry; debit ledger_account; credit ledger_account; place integer; again boolean;
BEGIN
    -- Every account of every entry, once, in order of id: nobody waits for us while we wait for them.
    PERFORM 1 FROM ledger_account a
        WHERE a.code IN (
            SELECT c.value #>> '{}'
            FROM jsonb_array_elements(entries) e, jsonb_array_elements(e.value -> 'legs') l,
                LATERAL (VALUES (l.value -> 0), (l.value -> 1)) c(value))
        ORDER BY a.id FOR NO KEY UPDATE;
    FOR wanted IN SELECT value FROM jsonb_array_elements(entries) LOOP
        -- A retry is the entry it repeats, also when its period has been closed since.
        SELECT * INTO row FROM ledger_entry e WHERE e.key = wanted ->> 'key';
        again := FOUND;
        IF NOT again THEN
            INSERT INTO ledger_entry (key, fingerprint, kind, happened_at, memo, actor, reverses_id, legs, transaction)
                VALUES (wanted ->> 'key', wanted ->> 'fingerprint', wanted ->> 'kind',
                    (wanted ->> 'happened_at')::timestamptz, wanted ->> 'memo', wanted ->> 'actor',
                    (wanted ->> 'reverses')::bigint, jsonb_array_length(wanted -> 'legs'), 0)
                ON CONFLICT (key) DO NOTHING RETURNING * INTO row;
            IF NOT FOUND THEN
                SELECT * INTO row FROM ledger_entry e WHERE e.key = wanted ->> 'key';
                again := true;
            END IF;
        END IF;
        IF again THEN
            IF row.fingerprint <> wanted ->> 'fingerprint' THEN
                PERFORM ledger_refuse('key_reused', wanted ->> 'key');
            END IF;
        ELSE
            place := 0;
            FOR leg IN SELECT value FROM jsonb_array_elements(wanted -> 'legs') LOOP
                place := place + 1;
                SELECT * INTO debit FROM ledger_account a WHERE a.code = leg ->> 0;
                IF NOT FOUND THEN PERFORM ledger_refuse('unknown_account', leg ->> 0); END IF;
                SELECT * INTO credit FROM ledger_account a WHERE a.code = leg ->> 1;
                IF NOT FOUND THEN PERFORM ledger_refuse('unknown_account', leg ->> 1); END IF;
                INSERT INTO ledger_posting (entry_id, leg, currency_id, amount_minor, debit_id, credit_id,
                    debit_number, credit_number, debit_balance, credit_balance)
                    VALUES (row.id, place, debit.currency_id, (leg ->> 2)::bigint, debit.id, credit.id, 0, 0, 0, 0);
            END LOOP;
        END IF;
        RETURN QUERY SELECT row.id, row.key::text, row.kind::text, row.happened_at, row.recorded_at, again;
    END LOOP;
END $$;
