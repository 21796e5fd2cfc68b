-- AlterTable
ALTER TABLE "callback" ADD COLUMN     "about" TEXT NOT NULL DEFAULT 'status',
ADD COLUMN     "signed" TEXT;

-- AlterTable
ALTER TABLE "payout" ADD COLUMN     "woken_at" TIMESTAMPTZ(3);

-- What `control` covers, as it was signed: without separators.
UPDATE "callback" SET signed = encode(sha256(convert_to(status || order_id || client_order_id, 'UTF8')), 'hex');
ALTER TABLE "callback" ALTER COLUMN "signed" SET NOT NULL;

ALTER TABLE "callback" ADD CONSTRAINT callback_about CHECK (about IN ('status', 'operation', 'other_order'));
-- Reversals and the like were compared as if they spoke of the payout itself. Those that were not compared yet no longer are.
UPDATE "callback" SET about = 'operation'
WHERE regexp_replace(lower(btrim(coalesce(type, ''))), '[\s_-]+', '_', 'g') NOT IN ('', 'payout', 'payout_pay');

-- CreateIndex
CREATE INDEX "callback_order_id_idx" ON "callback"("order_id");

-- CreateIndex
CREATE INDEX "callback_signed_idx" ON "callback"("signed");

-- Only what speaks of the payout's status waits for it.
DROP INDEX callback_waits;
CREATE INDEX callback_waits ON "callback" (payout_id) WHERE compared_at IS NULL AND about = 'status';
-- How many came within the last hour that match nothing?
CREATE INDEX callback_unmatched ON "callback" (received_at) WHERE payout_id IS NULL;

-- One item for all unmatched messages instead of one for each order.
INSERT INTO open_item (id, kind, severity, what, why, data, open_key, opened_at, last_seen_at, seen)
SELECT gen_random_uuid(), 'callback_unmatched', 'high', 'Cardzo calls back about orders that are not here',
       'They are signed with this merchant''s key. The latest are kept in the table callback.', '{}'::jsonb, 'callback_unmatched:',
       min(opened_at), max(last_seen_at), sum(seen)::int
FROM open_item WHERE kind = 'callback_unmatched' AND closed_at IS NULL HAVING count(*) > 0;
UPDATE open_item SET closed_at = now(), close_reason = 'One item stands for all of them now.', open_key = NULL
WHERE kind = 'callback_unmatched' AND closed_at IS NULL AND open_key <> 'callback_unmatched:';
