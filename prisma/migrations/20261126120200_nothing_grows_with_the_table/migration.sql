-- Nothing that runs often may read more as the tables grow: indexes for it, and sums that are kept instead of computed.
--
-- Locks: each CREATE INDEX keeps writers of its table out while it is built, all of them until the migration commits; reading goes on.
-- On a million payouts of 200,000 receivers that is about half a minute on two busy cores: payout 13 s in five indexes, receiver 6 s,
-- approval, mail and the rest 3 s, and 1 s for the sums, during which events wait too. Every process is stopped before a migration
-- (docs/operations.md), so nobody waits.

-- Finding receivers by a part of their name, address or id. pg_trgm is part of PostgreSQL's own extensions (on Debian in the server's
-- package, on Fedora in postgresql-contrib); the owner of the database may install it without being superuser.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX receiver_search ON "receiver" USING gin ((
  external_id || E'\n' || coalesce(email, '') || E'\n' || coalesce(first_name, '') || E'\n' || coalesce(last_name, '')) gin_trgm_ops);

-- CreateIndex
CREATE INDEX "receiver_created_at_id_idx" ON "receiver"("created_at", "id");

-- CreateIndex
CREATE INDEX "grant_row_created_at_id_idx" ON "grant_row"("created_at", "id");

-- The last four digits, the newest payout first.
-- DropIndex
DROP INDEX "payout_account_last4_idx";
-- CreateIndex
CREATE INDEX "payout_account_last4_seq_idx" ON "payout"("account_last4", "seq");

-- Who else is paid to an account, without reading every payout to it.
-- DropIndex
DROP INDEX "payout_destination_print_idx";
-- CreateIndex
CREATE INDEX "payout_destination_print_receiver_id_seq_idx" ON "payout"("destination_print", "receiver_id", "seq");

CREATE FUNCTION paid_there(print text, most int) RETURNS SETOF uuid LANGUAGE sql STABLE AS $$
  -- Jumps from one receiver to the next in the index.
  WITH RECURSIVE each AS (
    (SELECT receiver_id FROM payout WHERE destination_print = print ORDER BY receiver_id LIMIT 1)
    UNION ALL
    SELECT (SELECT p.receiver_id FROM payout p WHERE p.destination_print = print AND p.receiver_id > each.receiver_id
            ORDER BY p.receiver_id LIMIT 1)
    FROM each WHERE each.receiver_id IS NOT NULL
  ) SELECT receiver_id FROM each WHERE receiver_id IS NOT NULL LIMIT most
$$;

-- What one person approved today.
-- CreateIndex
CREATE INDEX "approval_person_id_at_idx" ON "approval"("person_id", "at");

-- What the policy approved today, from the index alone.
-- DropIndex
DROP INDEX "auto_approval_currency_at_idx";
-- CreateIndex
CREATE INDEX "auto_approval_currency_at_api_key_id_amount_minor_idx" ON "auto_approval"("currency", "at", "api_key_id", "amount_minor");

-- The daily comparison walks along this: what ended with an order at Cardzo, in the order of its end.
CREATE INDEX payout_ended ON "payout" (final_at, seq) WHERE order_id IS NOT NULL AND final_at IS NOT NULL;

-- Mails that wait, beside many more that were sent.
CREATE INDEX mail_unsent ON "mail" (created_at) WHERE sent_at IS NULL;

-- A starting worker asks which data keys are in use, instead of reading every row. A payout's other seals and hashes are under the key of
-- its destination: they are written together.
CREATE INDEX payout_data_key ON "payout" (split_part(destination_sealed, '.', 2));
CREATE INDEX payout_not_sealed ON "payout" (id) WHERE destination IS NOT NULL OR NOT starts_with(coalesce(destination_sealed, ''), 'v1.')
  OR NOT starts_with(request_hash, 'v1.') OR NOT starts_with(content_hash, 'f1.') OR NOT starts_with(coalesce(destination_print, ''), '2.');
CREATE INDEX destination_data_key ON "destination" (split_part(sealed, '.', 2));
CREATE INDEX destination_old_print ON "destination" (id) WHERE NOT starts_with(print, '2.');
CREATE INDEX app_user_with_secret ON "app_user" (id) WHERE totp_secret IS NOT NULL;

-- How many payouts are in each status, and what they come to. The history says what changed since, so that no payout waits for a row of these.
-- CreateTable
CREATE TABLE "payout_sum" (
    "currency" CHAR(3) NOT NULL,
    "status" "payout_status" NOT NULL,
    "payouts" BIGINT NOT NULL,
    "amount_minor" BIGINT NOT NULL,

    CONSTRAINT "payout_sum_pkey" PRIMARY KEY ("currency","status")
);

-- Up to which rows the sums count and the books were compared.
-- CreateTable
CREATE TABLE "books_mark" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "last_event_id" BIGINT NOT NULL DEFAULT 0,
    "seen_event_id" BIGINT NOT NULL DEFAULT 0,
    "seen_xid" BIGINT NOT NULL DEFAULT 0,
    "compared_event_id" BIGINT NOT NULL DEFAULT 0,
    "compared_transfer_id" BIGINT NOT NULL DEFAULT 0,
    "compared_grants_until" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "comparing_until" TIMESTAMPTZ(3),

    CONSTRAINT "books_mark_pkey" PRIMARY KEY ("id")
);
ALTER TABLE books_mark ADD CONSTRAINT books_mark_one CHECK (id = 1);

-- AlterTable
ALTER TABLE "money_check" ADD COLUMN "whole_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "comparison" ADD COLUMN "done_at" TIMESTAMPTZ(3);

-- What the events after one number, up to another, do to the sums.
CREATE FUNCTION payout_sums_between(after bigint, upto bigint)
RETURNS TABLE (currency char(3), status payout_status, payouts bigint, amount_minor bigint) LANGUAGE sql STABLE AS $$
  SELECT p.currency, part.status, sum(part.n)::bigint, sum(part.n * p.amount_minor)::bigint
  FROM payout_event e
  CROSS JOIN LATERAL (VALUES
    (CASE WHEN e.kind = 'requested' THEN 'requested' ELSE e.to_status END, 1),
    (CASE WHEN e.kind <> 'requested' AND e.to_status IS NOT NULL THEN e.from_status END, -1)) AS part (status, n)
  -- OFFSET keeps the planner from reading every payout to join them.
  CROSS JOIN LATERAL (SELECT own.currency, own.amount_minor FROM payout own WHERE own.id = e.payout_id OFFSET 0) AS p
  WHERE e.id > after AND e.id <= upto AND part.status IS NOT NULL
  GROUP BY p.currency, part.status
$$;

-- Sums and number are of one moment: a change of a payout writes its event in the same transaction, and waits here.
LOCK TABLE payout_event IN SHARE MODE;
INSERT INTO payout_sum (currency, status, payouts, amount_minor)
  SELECT currency, status, count(*), sum(amount_minor) FROM payout GROUP BY 1, 2;
INSERT INTO books_mark (last_event_id, seen_event_id) SELECT coalesce(max(id), 0), coalesce(max(id), 0) FROM payout_event;
