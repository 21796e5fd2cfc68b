-- AlterTable
ALTER TABLE "callback" ADD COLUMN     "raised_at" TIMESTAMPTZ(3);

-- Asked for on every change of a payout: is there a callback that nobody has compared yet?
CREATE INDEX callback_waits ON "callback" (payout_id) WHERE compared_at IS NULL;

-- Callbacks that were dropped because Cardzo did not know the order: their payouts are looked at once more.
UPDATE payout SET due_at = now() WHERE final_at IS NOT NULL AND due_at IS NULL AND EXISTS (
  SELECT FROM callback WHERE callback.payout_id = payout.id AND callback.compared_at IS NULL);
