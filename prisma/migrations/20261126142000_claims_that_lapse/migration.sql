-- What a person takes on is theirs for a time: nobody's holiday keeps an item or a payout from the others.
-- Locks: open_item is locked while its new column is filled, one row for each item that somebody has taken.

-- AlterTable
ALTER TABLE "open_item" ADD COLUMN     "owned_until" TIMESTAMPTZ(3);
UPDATE open_item SET owned_until = coalesce(owned_at, now()) + interval '8 hours' WHERE owner_id IS NOT NULL;
ALTER TABLE "open_item" ADD CONSTRAINT open_item_owned_until CHECK ((owner_id IS NULL) = (owned_until IS NULL));

-- CreateTable
CREATE TABLE "payout_taken" (
    "payout_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "user_name" TEXT NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "payout_taken_pkey" PRIMARY KEY ("payout_id")
);

-- AddForeignKey
ALTER TABLE "payout_taken" ADD CONSTRAINT "payout_taken_payout_id_fkey" FOREIGN KEY ("payout_id") REFERENCES "payout"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
