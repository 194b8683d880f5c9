-- What the ledger is measured against: the leanest transfer somebody would write by hand as one function, a header with
-- two rows, and two balances moved. Its tables refer to each other and its rows can be found by entry and by account;
-- nothing else is guarded: no floors, no immutability, no running balance, no answer to a retry.
CREATE SCHEMA plain;
CREATE TABLE plain.account (id bigint PRIMARY KEY, balance bigint NOT NULL DEFAULT 0);
CREATE TABLE plain.entry (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, key text NOT NULL UNIQUE, kind text NOT NULL,
    happened_at timestamptz NOT NULL, memo text NOT NULL
);
CREATE TABLE plain.row (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, entry_id bigint NOT NULL REFERENCES plain.entry,
    account_id bigint NOT NULL REFERENCES plain.account, amount bigint NOT NULL
);
CREATE INDEX ON plain.row (account_id, id);
CREATE INDEX ON plain.row (entry_id);
CREATE FUNCTION plain.transfer(key text, payer bigint, payee bigint, amount bigint, kind text, happened_at timestamptz,
    memo text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    made bigint;
BEGIN
    INSERT INTO plain.entry (key, kind, happened_at, memo) VALUES (key, kind, happened_at, memo) RETURNING id INTO made;
    INSERT INTO plain.row (entry_id, account_id, amount) VALUES (made, payer, -amount), (made, payee, amount);
    IF payer < payee THEN
        UPDATE plain.account SET balance = balance - amount WHERE id = payer;
        UPDATE plain.account SET balance = balance + amount WHERE id = payee;
    ELSE
        UPDATE plain.account SET balance = balance + amount WHERE id = payee;
        UPDATE plain.account SET balance = balance - amount WHERE id = payer;
    END IF;
    RETURN made;
END $$;
INSERT INTO plain.account SELECT n FROM generate_series(1, 1000) n;
