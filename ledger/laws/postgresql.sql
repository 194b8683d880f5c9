-- The laws of the ledger on PostgreSQL. docs/ledger.md says law by law what holds it.
-- Refusals carry SQLSTATE LE001 and the code the door translates.

CREATE FUNCTION ledger_refuse(code text, detail text DEFAULT '') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'LE001', MESSAGE = 'ledger:' || code || ':' || detail;
END $$;

CREATE FUNCTION ledger_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM ledger_refuse('immutable', TG_TABLE_NAME || ' ' || TG_OP);
    RETURN NULL;
END $$;

CREATE TRIGGER ledger_currency_stays BEFORE UPDATE OR DELETE ON ledger_currency
    FOR EACH ROW EXECUTE FUNCTION ledger_immutable();
CREATE TRIGGER ledger_entry_stays BEFORE UPDATE OR DELETE ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_immutable();
CREATE TRIGGER ledger_posting_stays BEFORE UPDATE OR DELETE ON ledger_posting
    FOR EACH ROW EXECUTE FUNCTION ledger_immutable();
CREATE TRIGGER ledger_seal_stays BEFORE UPDATE OR DELETE ON ledger_seal
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
CREATE TRIGGER ledger_seal_untruncated BEFORE TRUNCATE ON ledger_seal EXECUTE FUNCTION ledger_immutable();

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

CREATE FUNCTION ledger_account_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.code, NEW.currency_id, NEW.kind, NEW.opened_at)
        IS DISTINCT FROM (OLD.id, OLD.code, OLD.currency_id, OLD.kind, OLD.opened_at) THEN
        PERFORM ledger_refuse('immutable', 'account ' || OLD.code);
    END IF;
    IF pg_trigger_depth() < 2 AND (NEW.balance, NEW.debits, NEW.credits, NEW.number)
        IS DISTINCT FROM (OLD.balance, OLD.debits, OLD.credits, OLD.number) THEN
        PERFORM ledger_refuse('immutable', 'balance of ' || OLD.code);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_account_moves BEFORE UPDATE ON ledger_account
    FOR EACH ROW EXECUTE FUNCTION ledger_account_moves();

CREATE FUNCTION ledger_hold_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.entry_id, NEW.source_id, NEW.holding_id, NEW.amount, NEW.expires_at)
        IS DISTINCT FROM (OLD.id, OLD.entry_id, OLD.source_id, OLD.holding_id, OLD.amount, OLD.expires_at)
        OR NEW.captured < OLD.captured OR NEW.released < OLD.released THEN
        PERFORM ledger_refuse('immutable', 'hold');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_hold_moves BEFORE UPDATE ON ledger_hold
    FOR EACH ROW EXECUTE FUNCTION ledger_hold_moves();

CREATE FUNCTION ledger_entry_stamps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.recorded_at := clock_timestamp();
    NEW.transaction := pg_current_xact_id()::text::bigint;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_entry_stamps BEFORE INSERT ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_entry_stamps();

-- Inserting a posting moves both balances, in the order of account ids so that two postings never wait in a ring.
CREATE FUNCTION ledger_posting_moves() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    debit ledger_account; credit ledger_account; most integer;
BEGIN
    IF NEW.debit_number <> 0 OR NEW.credit_number <> 0 OR NEW.debit_balance <> 0 OR NEW.credit_balance <> 0 THEN
        PERFORM ledger_refuse('immutable', 'running numbers are the database''s');
    END IF;
    SELECT legs INTO most FROM ledger_entry WHERE id = NEW.entry_id;
    IF most IS NULL OR NEW.leg > most THEN
        PERFORM ledger_refuse('immutable', 'the entry has no such leg');
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
    IF debit.currency_id <> NEW.currency_id OR credit.currency_id <> NEW.currency_id THEN
        PERFORM ledger_refuse('currency_mismatch', debit.code || ' and ' || credit.code);
    END IF;
    IF debit.closed_at IS NOT NULL OR credit.closed_at IS NOT NULL THEN
        PERFORM ledger_refuse('closed', CASE WHEN debit.closed_at IS NOT NULL THEN debit.code ELSE credit.code END);
    END IF;
    NEW.debit_number := debit.number;
    NEW.debit_balance := debit.balance;
    NEW.credit_number := credit.number;
    NEW.credit_balance := credit.balance;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_posting_moves BEFORE INSERT ON ledger_posting
    FOR EACH ROW EXECUTE FUNCTION ledger_posting_moves();

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
        INSERT INTO ledger_entry (key, fingerprint, kind, happened_at, memo, actor, reverses_id, legs, transaction)
            VALUES (wanted ->> 'key', wanted ->> 'fingerprint', wanted ->> 'kind',
                (wanted ->> 'happened_at')::timestamptz, wanted ->> 'memo', wanted ->> 'actor',
                (wanted ->> 'reverses')::bigint, jsonb_array_length(wanted -> 'legs'), 0)
            ON CONFLICT (key) DO NOTHING RETURNING * INTO row;
        again := row.id IS NULL;
        IF again THEN
            SELECT * INTO row FROM ledger_entry e WHERE e.key = wanted ->> 'key';
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
        row := NULL;
    END LOOP;
END $$;
