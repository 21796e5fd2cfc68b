-- Months of the history may move to files: which months did, and where each payout's chain goes on after what was moved. An event is
-- deleted only when a verified archive has it and its payout's end is kept; nothing is deleted by this migration.
-- Locks: payout_event, history_anchor and payout for a moment, for triggers, columns and a foreign key. Nothing is read or written again.

-- AlterTable
ALTER TABLE "history_anchor" ADD COLUMN "archived_event_id" BIGINT,
ADD COLUMN "archived_root" TEXT;

-- CreateTable
CREATE TABLE "history_archive" (
    "month" DATE NOT NULL,
    "from_event_id" BIGINT NOT NULL,
    "last_event_id" BIGINT NOT NULL,
    "events" BIGINT NOT NULL,
    "first_hash" TEXT NOT NULL,
    "last_hash" TEXT NOT NULL,
    "previous_root" TEXT NOT NULL,
    "root" TEXT NOT NULL,
    "manifest_sha256" TEXT NOT NULL,
    "archived_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "dropping_at" TIMESTAMPTZ(3),
    "dropped_at" TIMESTAMPTZ(3),

    CONSTRAINT "history_archive_pkey" PRIMARY KEY ("month")
);

-- CreateTable
CREATE TABLE "payout_archived" (
    "payout_id" UUID NOT NULL,
    "first_event_id" BIGINT NOT NULL,
    "last_event_id" BIGINT NOT NULL,
    "last_hash" TEXT NOT NULL,
    "events" INTEGER NOT NULL,
    "status" "payout_status",
    "asked" INTEGER NOT NULL,
    "asked_minor" BIGINT,
    "asked_currency" TEXT,
    "reserves" BOOLEAN NOT NULL,
    "claims" INTEGER NOT NULL,
    "unsent" INTEGER NOT NULL,

    CONSTRAINT "payout_archived_pkey" PRIMARY KEY ("payout_id")
);

-- AddForeignKey
ALTER TABLE "payout_archived" ADD CONSTRAINT "payout_archived_payout_id_fkey" FOREIGN KEY ("payout_id") REFERENCES "payout"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Each month continues the one before, is dropped after it, and has dropped everything when it says so.
CREATE FUNCTION history_archive_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE before history_archive;
BEGIN
  SELECT * INTO before FROM history_archive WHERE month < NEW.month ORDER BY month DESC LIMIT 1;
  IF TG_OP = 'INSERT' THEN
    IF NEW.from_event_id <> coalesce(before.last_event_id, 0) OR NEW.previous_root <> coalesce(before.root, '')
       OR NEW.last_event_id <= NEW.from_event_id OR NEW.events <= 0 OR NEW.dropping_at IS NOT NULL OR NEW.dropped_at IS NOT NULL
       OR EXISTS (SELECT FROM history_archive WHERE month >= NEW.month) THEN
      RAISE EXCEPTION 'an archived month continues the one before' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF (to_jsonb(NEW) - 'dropping_at' - 'dropped_at') <> (to_jsonb(OLD) - 'dropping_at' - 'dropped_at')
     OR (OLD.dropping_at IS NOT NULL AND NEW.dropping_at IS DISTINCT FROM OLD.dropping_at) OR OLD.dropped_at IS NOT NULL THEN
    RAISE EXCEPTION 'what was archived stays as it was' USING ERRCODE = 'restrict_violation';
  END IF;
  IF before.month IS NOT NULL AND before.dropped_at IS NULL THEN
    RAISE EXCEPTION 'the month before is dropped first' USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.dropped_at IS NOT NULL AND (NEW.dropping_at IS NULL OR EXISTS (SELECT FROM payout_event WHERE id <= NEW.last_event_id)) THEN
    RAISE EXCEPTION 'events of this month are still there' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER history_archive_guard BEFORE INSERT OR UPDATE ON history_archive
  FOR EACH ROW EXECUTE FUNCTION history_archive_guard();
CREATE TRIGGER history_archive_never_deleted BEFORE DELETE ON history_archive
  FOR EACH ROW EXECUTE FUNCTION never_deleted();
CREATE TRIGGER history_archive_no_truncate BEFORE TRUNCATE ON history_archive
  FOR EACH STATEMENT EXECUTE FUNCTION append_only();

-- The end that is kept of a payout is an event that is there at that moment, and only moves on.
CREATE FUNCTION payout_archived_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM payout_event WHERE id = NEW.last_event_id AND payout_id = NEW.payout_id AND hash = NEW.last_hash) THEN
    RAISE EXCEPTION 'this is no event of the payout' USING ERRCODE = 'restrict_violation';
  END IF;
  IF TG_OP = 'UPDATE' AND ((NEW.payout_id, NEW.first_event_id) <> (OLD.payout_id, OLD.first_event_id)
       OR NEW.last_event_id <= OLD.last_event_id OR NEW.events <= OLD.events) THEN
    RAISE EXCEPTION 'what was archived of a payout only grows' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER payout_archived_guard BEFORE INSERT OR UPDATE ON payout_archived
  FOR EACH ROW EXECUTE FUNCTION payout_archived_guard();
CREATE TRIGGER payout_archived_never_deleted BEFORE DELETE ON payout_archived
  FOR EACH ROW EXECUTE FUNCTION never_deleted();
CREATE TRIGGER payout_archived_no_truncate BEFORE TRUNCATE ON payout_archived
  FOR EACH STATEMENT EXECUTE FUNCTION append_only();

-- Events are never changed. One goes only while its archived month is being dropped, after the end of its payout's chain was kept, and
-- only of a payout that has ended, when sums, books and webhooks have counted it.
DROP TRIGGER payout_event_append_only ON payout_event;
CREATE TRIGGER payout_event_append_only BEFORE UPDATE ON payout_event
  FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE FUNCTION payout_event_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
       SELECT FROM history_archive a WHERE OLD.id > a.from_event_id AND OLD.id <= a.last_event_id
         AND a.dropping_at IS NOT NULL AND a.dropped_at IS NULL)
     OR NOT EXISTS (SELECT FROM payout_archived h WHERE h.payout_id = OLD.payout_id AND h.last_event_id >= OLD.id)
     OR NOT EXISTS (SELECT FROM payout p WHERE p.id = OLD.payout_id AND p.final_at IS NOT NULL)
     OR OLD.id > (SELECT least(last_event_id, compared_event_id) FROM books_mark)
     OR OLD.id > (SELECT last_event_id FROM webhook_mark) THEN
    RAISE EXCEPTION 'payout_event is only ever added to' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN OLD;
END $$;
CREATE TRIGGER payout_event_stays BEFORE DELETE ON payout_event
  FOR EACH ROW EXECUTE FUNCTION payout_event_stays();

-- A payout whose events are all archived goes on from the end that was kept. Any other finds its last event, as before.
CREATE OR REPLACE FUNCTION payout_event_chain() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
  -- One writer at a time per payout: two events must not follow the same one. The same lock as every change of the row, and no
  -- stronger: FOR UPDATE would wait for a writer that has the row by a foreign key (a callback, an item) and waits for us.
  PERFORM 1 FROM payout WHERE id = NEW.payout_id FOR NO KEY UPDATE;
  NEW.prev_hash := coalesce(
    (SELECT hash FROM payout_event WHERE payout_id = NEW.payout_id ORDER BY id DESC LIMIT 1),
    (SELECT last_hash FROM payout_archived WHERE payout_id = NEW.payout_id), '');
  -- Numbers are given before the lock is held; this one is given under it, so that a chain's order is the order of its numbers.
  NEW.id := nextval('payout_event_id_seq');
  NEW.hash := encode(sha256(convert_to(payout_event_material(NEW), 'UTF8')), 'hex');
  RETURN NEW;
END $$;
