-- Due work in a narrow table of its own: a look at a payout that changes nothing no longer writes the payout's wide row and its indexes.
-- Locks payout against everything until it commits: it copies one short row of each payout, a few seconds for a million, then drops
-- columns, which rewrites nothing. Every process is stopped before a migration (docs/operations.md), so nobody waits.

-- CreateTable
CREATE TABLE "payout_work" (
    "payout_id" UUID NOT NULL,
    "due_at" TIMESTAMPTZ(3),
    "priority" SMALLINT NOT NULL DEFAULT 0,
    "news_at" TIMESTAMPTZ(3),
    "lease_until" TIMESTAMPTZ(3),
    "leased_by" TEXT,
    "fence" BIGINT NOT NULL DEFAULT 0,
    "woken_at" TIMESTAMPTZ(3),
    "progress" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "payout_work_pkey" PRIMARY KEY ("payout_id")
);

-- A row is written twice per look. Half of each page stays free, so that a claim, which changes no indexed column, finds room beside the
-- old version and touches no index. Vacuum comes by the number of rows that change, not by the size of a table that only grows.
ALTER TABLE "payout_work" SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000,
  autovacuum_analyze_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0);

LOCK TABLE "payout" IN ACCESS EXCLUSIVE MODE;

-- A lease keeps its fence and its end. What nobody has looked at yet is new; everything else counts as a poll.
INSERT INTO payout_work (payout_id, due_at, priority, lease_until, leased_by, fence, woken_at, progress)
  SELECT id, due_at, CASE WHEN lease_fence = 0 THEN 0 ELSE 1 END, lease_until, leased_by, lease_fence, woken_at, progress FROM payout;

-- The only index beside the key. Claims read it in two ranges, news first.
CREATE INDEX payout_work_due ON "payout_work" (priority, due_at) WHERE due_at IS NOT NULL;

-- AddForeignKey
ALTER TABLE "payout_work" ADD CONSTRAINT "payout_work_payout_id_fkey" FOREIGN KEY ("payout_id") REFERENCES "payout"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- 0: news; 1: a poll that nothing asked for.
ALTER TABLE "payout_work" ADD CONSTRAINT payout_work_priority CHECK (priority IN (0, 1));

DROP TRIGGER payout_due_on_insert ON "payout";
DROP TRIGGER payout_due_on_update ON "payout";

-- Every payout has its row from the start, however it is inserted.
CREATE FUNCTION payout_work_begins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO payout_work (payout_id, due_at)
    VALUES (NEW.id, CASE WHEN NEW.final_at IS NULL THEN date_trunc('milliseconds', now()) END);
  IF NEW.final_at IS NULL THEN PERFORM pg_notify('payout_due', ''); END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER payout_work_begins AFTER INSERT ON "payout" FOR EACH ROW EXECUTE FUNCTION payout_work_begins();

-- Only what became due now wakes workers: not what a worker gives back, and not what a worker has.
CREATE TRIGGER payout_work_notify AFTER UPDATE OF due_at ON "payout_work" FOR EACH ROW
  WHEN (NEW.due_at <= now() AND (OLD.due_at IS NULL OR OLD.due_at > now()) AND (OLD.lease_until IS NULL OR OLD.lease_until <= now()))
  EXECUTE FUNCTION payout_due_notify();

-- The end of a payout is never taken back (payout_guard), so looking once, when the time is taken away, is enough.
CREATE FUNCTION payout_work_stays_due() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM payout WHERE id = NEW.payout_id AND final_at IS NOT NULL) THEN
    RAISE EXCEPTION 'payout % has not ended, so it must be due at some time', NEW.payout_id USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER payout_work_stays_due BEFORE INSERT OR UPDATE OF due_at ON "payout_work" FOR EACH ROW
  WHEN (NEW.due_at IS NULL) EXECUTE FUNCTION payout_work_stays_due();

CREATE FUNCTION payout_work_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.payout_id <> OLD.payout_id THEN
    RAISE EXCEPTION 'the work of payout % stays with it', OLD.payout_id USING ERRCODE = 'restrict_violation';
  END IF;
  -- A worker that has taken over a lease must stay ahead.
  RAISE EXCEPTION 'the fence of payout % only grows', OLD.payout_id USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER payout_work_stays BEFORE UPDATE ON "payout_work" FOR EACH ROW
  WHEN (NEW.payout_id <> OLD.payout_id OR NEW.fence < OLD.fence) EXECUTE FUNCTION payout_work_stays();

CREATE TRIGGER payout_work_never_deleted BEFORE DELETE ON "payout_work" FOR EACH ROW EXECUTE FUNCTION never_deleted();
CREATE TRIGGER payout_work_no_truncate BEFORE TRUNCATE ON "payout_work" FOR EACH STATEMENT EXECUTE FUNCTION append_only();

-- The fence has moved. Nothing else in the function changes.
DO $$
DECLARE
  body text := pg_get_functiondef('payout_asked_for_stays'::regproc);
  fence text := $fence$
  -- A worker that has taken over a lease must stay ahead.
  IF NEW.lease_fence < OLD.lease_fence THEN
    RAISE EXCEPTION 'the fence of payout % only grows', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;$fence$;
BEGIN
  IF strpos(body, fence) = 0 THEN RAISE EXCEPTION 'payout_asked_for_stays does not guard the fence'; END IF;
  EXECUTE replace(body, fence, '');
END $$;

-- AlterTable
ALTER TABLE "payout" DROP CONSTRAINT payout_due,
  DROP COLUMN "due_at",
  DROP COLUMN "lease_until",
  DROP COLUMN "leased_by",
  DROP COLUMN "lease_fence",
  DROP COLUMN "woken_at",
  DROP COLUMN "progress";
