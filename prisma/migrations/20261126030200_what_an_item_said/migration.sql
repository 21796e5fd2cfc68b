-- What an item was opened for: the same being said again does not open what a person has closed.
ALTER TABLE "open_item" ADD COLUMN     "said" TEXT;

-- CreateIndex
CREATE INDEX IF NOT EXISTS "open_item_payout_id_idx" ON "open_item"("payout_id");
CREATE INDEX open_item_said ON "open_item" (said) WHERE said IS NOT NULL AND closed_by_id IS NOT NULL;
