-- Payouts that are asked for many at once. A batch is checked when it comes in; it is made into payouts when its maker submits it. What a row
-- asks for is sealed, and goes once its payout is there. The key of a row is the idempotency key of its payout, which is unique for good.
-- Locks: none but the new tables', and a foreign key's short one on payout.

-- CreateTable
CREATE TABLE "batch" (
    "id" UUID NOT NULL,
    "seq" BIGSERIAL NOT NULL,
    "name" TEXT NOT NULL,
    "format" TEXT NOT NULL,
    "file_hash" TEXT NOT NULL,
    "made_by_id" UUID,
    "api_key_id" UUID,
    "made_by_name" TEXT NOT NULL,
    "made_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "rows" INTEGER NOT NULL,
    "wrong" INTEGER NOT NULL,
    "known" INTEGER NOT NULL,
    "repeats" INTEGER NOT NULL,
    "new_receivers" INTEGER NOT NULL,
    "sums" JSONB NOT NULL,
    "submitted_at" TIMESTAMPTZ(3),
    "done" INTEGER NOT NULL DEFAULT 0,
    "lease_until" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "batch_pkey" PRIMARY KEY ("id"),
    CONSTRAINT batch_format CHECK (format IN ('csv', 'xlsx', 'api')),
    CONSTRAINT batch_maker CHECK ((made_by_id IS NULL) <> (api_key_id IS NULL))
);

-- CreateTable
CREATE TABLE "batch_row" (
    "batch_id" UUID NOT NULL,
    "line" INTEGER NOT NULL,
    "key" TEXT NOT NULL,
    "sealed" TEXT,
    "receiver" TEXT NOT NULL,
    "amount_minor" BIGINT,
    "currency" TEXT,
    "problems" JSONB,
    "repeats" JSONB,
    "is_new" BOOLEAN NOT NULL,
    "payout_id" UUID,
    "refused" JSONB,

    CONSTRAINT "batch_row_pkey" PRIMARY KEY ("batch_id","line"),
    CONSTRAINT batch_row_end CHECK (num_nonnulls(problems, payout_id, refused) <= 1),
    CONSTRAINT batch_row_sealed CHECK (sealed IS NULL OR starts_with(sealed, 'v1.'))
);

-- CreateIndex
CREATE UNIQUE INDEX "batch_seq_key" ON "batch"("seq");
CREATE INDEX "batch_api_key_id_seq_idx" ON "batch"("api_key_id", "seq");
CREATE INDEX "batch_file_hash_idx" ON "batch"("file_hash");
CREATE INDEX batch_open ON batch (made_at) WHERE ended_at IS NULL;
-- One file is submitted once.
CREATE UNIQUE INDEX batch_file_once ON batch (file_hash) WHERE submitted_at IS NOT NULL;
CREATE INDEX "batch_row_payout_id_idx" ON "batch_row"("payout_id");
CREATE INDEX batch_row_waiting ON batch_row (batch_id, line) WHERE problems IS NULL AND payout_id IS NULL AND refused IS NULL;
CREATE INDEX batch_row_sealed_at ON batch_row (batch_id, line) WHERE sealed IS NOT NULL;

-- AddForeignKey
ALTER TABLE "batch_row" ADD CONSTRAINT "batch_row_batch_id_fkey" FOREIGN KEY ("batch_id") REFERENCES "batch"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "batch_row" ADD CONSTRAINT "batch_row_payout_id_fkey" FOREIGN KEY ("payout_id") REFERENCES "payout"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE FUNCTION batch_row_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.batch_id, NEW.line, NEW.key, NEW.receiver, NEW.amount_minor, NEW.currency, NEW.problems)
     IS DISTINCT FROM (OLD.batch_id, OLD.line, OLD.key, OLD.receiver, OLD.amount_minor, OLD.currency, OLD.problems)
     OR (OLD.payout_id IS NOT NULL AND NEW.payout_id IS DISTINCT FROM OLD.payout_id) OR (OLD.sealed IS NULL AND NEW.sealed IS NOT NULL) THEN
    RAISE EXCEPTION 'row % of batch % stays what it is', OLD.line, OLD.batch_id USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER batch_row_stays BEFORE UPDATE ON batch_row FOR EACH ROW EXECUTE FUNCTION batch_row_stays();

CREATE FUNCTION batch_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.id, NEW.seq, NEW.file_hash, NEW.made_by_id, NEW.api_key_id, NEW.made_at, NEW.rows, NEW.wrong, NEW.sums)
     IS DISTINCT FROM (OLD.id, OLD.seq, OLD.file_hash, OLD.made_by_id, OLD.api_key_id, OLD.made_at, OLD.rows, OLD.wrong, OLD.sums)
     OR (OLD.submitted_at IS NOT NULL AND NEW.submitted_at IS DISTINCT FROM OLD.submitted_at)
     OR (OLD.ended_at IS NOT NULL AND (NEW.ended_at IS DISTINCT FROM OLD.ended_at OR NEW.submitted_at IS DISTINCT FROM OLD.submitted_at)) THEN
    RAISE EXCEPTION 'batch % stays what it is', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER batch_stays BEFORE UPDATE ON batch FOR EACH ROW EXECUTE FUNCTION batch_stays();
CREATE TRIGGER batch_never_deleted BEFORE DELETE ON batch FOR EACH ROW EXECUTE FUNCTION never_deleted();
CREATE TRIGGER batch_row_never_deleted BEFORE DELETE ON batch_row FOR EACH ROW EXECUTE FUNCTION never_deleted();
