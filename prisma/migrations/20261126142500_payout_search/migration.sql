-- What people look payouts up by, in a table beside them: it is written once per payout, by a worker and in batches, so that neither a
-- request nor a move of a payout pays for these indexes. Rows of payouts that exist already are written by the worker's first minutes.
--
-- Locks: the three indexes on "payout" keep its writers out while they are built, about a second on a million payouts, because each holds
-- few rows. "approval" is locked while every row gets its payout's number: about ten seconds on half a million approvals. Every process is
-- stopped before a migration (docs/operations.md), so nobody waits.

-- CreateTable
CREATE TABLE "payout_search" (
    "seq" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "source" "payout_source" NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "amount_minor" BIGINT NOT NULL,
    "client_order_id" TEXT COLLATE "C" NOT NULL,
    "bank_print" TEXT,
    "account_print" TEXT,
    "text" TEXT NOT NULL DEFAULT '',

    CONSTRAINT "payout_search_pkey" PRIMARY KEY ("seq")
);

-- CreateTable
CREATE TABLE "payout_search_mark" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "last_seq" BIGINT NOT NULL DEFAULT 0,
    "seen_seq" BIGINT NOT NULL DEFAULT 0,
    "seen_xid" BIGINT NOT NULL DEFAULT 0,
    "seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "print_key" TEXT NOT NULL DEFAULT '',
    "printed_seq" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "payout_search_mark_pkey" PRIMARY KEY ("id"),
    CONSTRAINT payout_search_mark_one CHECK (id = 1)
);
INSERT INTO payout_search_mark DEFAULT VALUES;

-- CreateIndex
CREATE INDEX "payout_search_created_at_seq_idx" ON "payout_search"("created_at", "seq");

-- CreateIndex
CREATE INDEX "payout_search_source_seq_idx" ON "payout_search"("source", "seq");

-- CreateIndex
CREATE INDEX "payout_search_currency_amount_minor_seq_idx" ON "payout_search"("currency", "amount_minor", "seq");

-- Its order is that of the bytes, so that beginnings are next to each other.
-- CreateIndex
CREATE INDEX "payout_search_client_order_id_idx" ON "payout_search"("client_order_id");

CREATE INDEX payout_search_bank ON "payout_search" (bank_print, seq) WHERE bank_print IS NOT NULL;
CREATE INDEX payout_search_account ON "payout_search" (account_print, seq) WHERE account_print IS NOT NULL;
CREATE INDEX payout_search_text ON "payout_search" USING gin (text gin_trgm_ops) WHERE text <> '';

-- What changes later has indexes of its own, each over the few payouts that it concerns.
CREATE INDEX payout_risk ON "payout" ((risk ->> 'level'), seq) WHERE risk ->> 'level' IN ('medium', 'high');
CREATE INDEX payout_code ON "payout" (gateway_code, seq) WHERE gateway_code IS NOT NULL;

-- What a person approved, in the order of the list.
-- AlterTable
ALTER TABLE "approval" ADD COLUMN     "payout_seq" BIGINT;
ALTER TABLE "approval" DISABLE TRIGGER USER;
UPDATE approval SET payout_seq = payout.seq FROM payout WHERE payout.id = approval.payout_id;
ALTER TABLE "approval" ENABLE TRIGGER USER;
ALTER TABLE "approval" ALTER COLUMN "payout_seq" SET NOT NULL;
CREATE INDEX approval_that_counts ON "approval" (approver_id, payout_seq) WHERE open_key IS NOT NULL;

CREATE FUNCTION approval_numbered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.payout_seq := (SELECT seq FROM payout WHERE id = NEW.payout_id);
  RETURN NEW;
END $$;
CREATE TRIGGER approval_numbered BEFORE INSERT OR UPDATE OF payout_id, payout_seq ON "approval" FOR EACH ROW
  EXECUTE FUNCTION approval_numbered();
