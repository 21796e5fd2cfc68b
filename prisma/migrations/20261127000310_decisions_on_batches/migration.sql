-- What one person decides on a whole batch with one code: exactly these payouts as they were seen. Workers carry it out some at a time.
-- Locks: none but the new tables', and a foreign key's short one on batch and payout.

-- CreateTable
CREATE TABLE "batch_decision" (
    "id" UUID NOT NULL,
    "seq" BIGSERIAL NOT NULL,
    "batch_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "reason" TEXT,
    "by_id" UUID NOT NULL,
    "by_name" TEXT NOT NULL,
    "set_hash" TEXT NOT NULL,
    "count" INTEGER NOT NULL,
    "sums" JSONB NOT NULL,
    "made_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "decided_at" TIMESTAMPTZ(3),
    "proof" TEXT,
    "lease_until" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "stumbles" INTEGER NOT NULL DEFAULT 0,
    "stopped_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "batch_decision_pkey" PRIMARY KEY ("id"),
    CONSTRAINT batch_decision_kind CHECK (kind = 'approve' AND reason IS NULL OR kind = 'reject' AND reason IS NOT NULL),
    CONSTRAINT batch_decision_proven CHECK (num_nonnulls(decided_at, proof) IN (0, 2) AND (ended_at IS NULL OR decided_at IS NOT NULL))
);

-- CreateTable
CREATE TABLE "batch_decision_row" (
    "decision_id" UUID NOT NULL,
    "line" INTEGER NOT NULL,
    "payout_id" UUID NOT NULL,
    "content_hash" TEXT NOT NULL,
    "risk_seen" TEXT,
    "risk_level" TEXT,
    "outcome" TEXT,
    "why" JSONB,

    CONSTRAINT "batch_decision_row_pkey" PRIMARY KEY ("decision_id","line"),
    CONSTRAINT batch_decision_row_outcome CHECK (outcome IN ('done', 'skipped', 'left_out', 'excluded'))
);

-- CreateIndex
CREATE UNIQUE INDEX "batch_decision_seq_key" ON "batch_decision"("seq");
CREATE INDEX "batch_decision_batch_id_seq_idx" ON "batch_decision"("batch_id", "seq");
CREATE INDEX "batch_decision_row_payout_id_idx" ON "batch_decision_row"("payout_id");
CREATE INDEX batch_decision_due ON batch_decision (decided_at) WHERE decided_at IS NOT NULL AND ended_at IS NULL;
CREATE INDEX batch_decision_draft ON batch_decision (made_at) WHERE decided_at IS NULL;
CREATE INDEX batch_decision_row_waiting ON batch_decision_row (decision_id, line) WHERE outcome IS NULL;

-- AddForeignKey
ALTER TABLE "batch_decision" ADD CONSTRAINT "batch_decision_batch_id_fkey" FOREIGN KEY ("batch_id") REFERENCES "batch"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "batch_decision_row" ADD CONSTRAINT "batch_decision_row_decision_id_fkey" FOREIGN KEY ("decision_id") REFERENCES "batch_decision"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "batch_decision_row" ADD CONSTRAINT "batch_decision_row_payout_id_fkey" FOREIGN KEY ("payout_id") REFERENCES "payout"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE FUNCTION batch_decision_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.decided_at IS NULL THEN RETURN OLD; END IF;
  ELSIF (NEW.id, NEW.seq, NEW.batch_id, NEW.kind, NEW.reason, NEW.by_id, NEW.by_name, NEW.set_hash, NEW.count, NEW.sums, NEW.made_at)
     IS NOT DISTINCT FROM (OLD.id, OLD.seq, OLD.batch_id, OLD.kind, OLD.reason, OLD.by_id, OLD.by_name, OLD.set_hash, OLD.count, OLD.sums, OLD.made_at)
     AND (OLD.decided_at IS NULL OR (NEW.decided_at, NEW.proof) IS NOT DISTINCT FROM (OLD.decided_at, OLD.proof))
     AND (OLD.ended_at IS NULL OR (NEW.ended_at, NEW.stopped_at) IS NOT DISTINCT FROM (OLD.ended_at, OLD.stopped_at)) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'decision % stays what it is', OLD.id USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER batch_decision_stays BEFORE UPDATE OR DELETE ON batch_decision FOR EACH ROW EXECUTE FUNCTION batch_decision_stays();

-- Once it is decided, nothing is added to what was seen, nothing taken away, and what became of a row stays.
CREATE FUNCTION batch_decision_row_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.outcome IS NULL AND (NEW.decision_id, NEW.line, NEW.payout_id, NEW.content_hash, NEW.risk_seen, NEW.risk_level)
       IS NOT DISTINCT FROM (OLD.decision_id, OLD.line, OLD.payout_id, OLD.content_hash, OLD.risk_seen, OLD.risk_level) THEN
      RETURN NEW;
    END IF;
  ELSIF EXISTS (SELECT FROM batch_decision
      WHERE id = CASE TG_OP WHEN 'INSERT' THEN NEW.decision_id ELSE OLD.decision_id END AND decided_at IS NULL) THEN
    RETURN CASE TG_OP WHEN 'INSERT' THEN NEW ELSE OLD END;
  END IF;
  RAISE EXCEPTION 'what was decided on stays what it is' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER batch_decision_row_stays BEFORE INSERT OR UPDATE OR DELETE ON batch_decision_row FOR EACH ROW EXECUTE FUNCTION batch_decision_row_stays();
