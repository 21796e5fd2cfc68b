-- AlterTable
ALTER TABLE "audit_event" ADD COLUMN     "hash" TEXT NOT NULL DEFAULT '';

-- AlterTable
ALTER TABLE "history_anchor" ADD COLUMN     "audit_event_id" BIGINT,
ADD COLUMN     "audit_hash" TEXT;

-- CreateTable
CREATE TABLE "audit_seal" (
    "seq" BIGINT NOT NULL,
    "last_event_id" BIGINT NOT NULL,
    "events" BIGINT NOT NULL,
    "hash" TEXT NOT NULL,
    "made_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "audit_seal_pkey" PRIMARY KEY ("seq")
);

-- CreateIndex
CREATE UNIQUE INDEX "audit_seal_last_event_id_key" ON "audit_seal"("last_event_id");

-- CreateIndex
CREATE INDEX "audit_event_kind_id_idx" ON "audit_event"("kind", "id");

-- CreateIndex
CREATE INDEX "audit_event_actor_id_id_idx" ON "audit_event"("actor_id", "id");

-- CreateIndex
CREATE INDEX "audit_event_actor_name_id_idx" ON "audit_event"("actor_name", "id");

-- CreateIndex
CREATE INDEX "audit_event_subject_id_idx" ON "audit_event"("subject", "id");

-- What is hashed: every column but the hash itself, as one JSON array whose text PostgreSQL writes the same way every time.
CREATE FUNCTION audit_event_material(e audit_event) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_array(
    e.id, extract(epoch FROM e.at), e.kind, e.actor_kind, e.actor_id, e.actor_name, e.subject, e.data
  )::text
$$;

-- Each row is hashed as it is written, and rows are chained in batches by a worker. Chained one by one, every writer would wait for the one
-- before: whoever fails to sign in would hold up everybody. A number is given when the transaction has its own, so that a worker can tell
-- below which number nothing can come any more.
CREATE FUNCTION audit_event_hash() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_current_xact_id();
  NEW.id := nextval(pg_get_serial_sequence('audit_event', 'id'));
  NEW.hash := encode(sha256(convert_to(audit_event_material(NEW), 'UTF8')), 'hex');
  RETURN NEW;
END $$;

-- What was written before is hashed now, once.
DROP TRIGGER audit_event_append_only ON "audit_event";
UPDATE audit_event e SET hash = encode(sha256(convert_to(audit_event_material(e), 'UTF8')), 'hex');
CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE ON "audit_event" FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER audit_event_hash BEFORE INSERT ON "audit_event" FOR EACH ROW EXECUTE FUNCTION audit_event_hash();
CREATE TRIGGER audit_seal_append_only BEFORE UPDATE OR DELETE ON "audit_seal" FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER audit_seal_no_truncate BEFORE TRUNCATE ON "audit_seal" FOR EACH STATEMENT EXECUTE FUNCTION append_only();
