-- The desk's callback inbox: every message in the order of arrival, those that people should look at, and the last ones that were refused.
-- Locks: keeps writers of callback out while two indexes are built, some seconds for a million messages.
ALTER TABLE "callback" ADD COLUMN "disagreed" BOOLEAN NOT NULL DEFAULT false;
UPDATE callback SET disagreed = true FROM open_item
  WHERE open_item.open_key = 'callback_disagrees:' || callback.payout_id || ':' || callback.id;

CREATE INDEX "callback_received_at_id_idx" ON "callback"("received_at", "id");
CREATE INDEX callback_to_look_at ON "callback" (received_at, id)
  WHERE disagreed OR raised_at IS NOT NULL OR about <> 'status' OR payout_id IS NULL;

-- A ring: the slots are used again, so it holds the last 500 and never grows.
CREATE TABLE "refused_callback" (
    "slot" INTEGER NOT NULL,
    "number" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "reason" TEXT NOT NULL,
    "why" TEXT NOT NULL,
    "network" TEXT NOT NULL,
    "status" TEXT,
    "order_id" TEXT,
    "client_order_id" TEXT,

    CONSTRAINT "refused_callback_pkey" PRIMARY KEY ("slot"),
    CONSTRAINT "refused_callback_slot" CHECK ("slot" = "number" % 500)
);
CREATE UNIQUE INDEX "refused_callback_number_key" ON "refused_callback"("number");
CREATE SEQUENCE refused_callback_number;
