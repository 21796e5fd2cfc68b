-- AlterTable
ALTER TABLE "payout" ADD COLUMN     "replaces_id" UUID,
ADD COLUMN     "settled_by" JSONB;

-- AlterTable
ALTER TABLE "payout_event" ADD COLUMN     "hash" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "prev_hash" TEXT NOT NULL DEFAULT '';

-- AlterTable
ALTER TABLE "open_item" ADD COLUMN     "owned_at" TIMESTAMPTZ(3),
ADD COLUMN     "owner_id" UUID,
ADD COLUMN     "owner_name" TEXT;

-- CreateTable
CREATE TABLE "settlement" (
    "id" UUID NOT NULL,
    "payout_id" UUID NOT NULL,
    "outcome" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "evidence" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "proposed_by_id" UUID NOT NULL,
    "proposed_by_name" TEXT NOT NULL,
    "proposed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "decided_by_id" UUID,
    "decided_by_name" TEXT,
    "decided_at" TIMESTAMPTZ(3),
    "decision" TEXT,
    "open_key" TEXT,

    CONSTRAINT "settlement_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "gateway_change" (
    "id" UUID NOT NULL,
    "payout_id" UUID NOT NULL,
    "seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "status" "payout_status" NOT NULL,
    "gateway_status" TEXT NOT NULL,
    "gateway_stage" TEXT,
    "amount" TEXT,
    "currency" TEXT,

    CONSTRAINT "gateway_change_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "send_stop" (
    "id" UUID NOT NULL,
    "reason" TEXT NOT NULL,
    "stopped_by_id" UUID,
    "stopped_by_name" TEXT NOT NULL,
    "stopped_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "in_flight" JSONB NOT NULL DEFAULT '[]',
    "released_by_id" UUID,
    "released_by_name" TEXT,
    "released_at" TIMESTAMPTZ(3),
    "release_reason" TEXT,
    "open_key" TEXT,

    CONSTRAINT "send_stop_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ask_first" (
    "id" UUID NOT NULL,
    "why" TEXT NOT NULL,
    "started_by" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_by" TEXT,
    "ended_at" TIMESTAMPTZ(3),
    "open_key" TEXT,

    CONSTRAINT "ask_first_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "history_anchor" (
    "day" DATE NOT NULL,
    "last_event_id" BIGINT NOT NULL,
    "events" BIGINT NOT NULL,
    "hash" TEXT NOT NULL,
    "made_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "history_anchor_pkey" PRIMARY KEY ("day")
);

-- CreateTable
CREATE TABLE "comparison" (
    "id" UUID NOT NULL,
    "days" INTEGER NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),
    "asked" INTEGER NOT NULL DEFAULT 0,
    "unanswered" INTEGER NOT NULL DEFAULT 0,
    "differences" INTEGER NOT NULL DEFAULT 0,
    "day" DATE,
    "done_seq" BIGINT NOT NULL DEFAULT 0,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "leased_by" TEXT,
    "lease_until" TIMESTAMPTZ(3),

    CONSTRAINT "comparison_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "settlement_open_key_key" ON "settlement"("open_key");

-- CreateIndex
CREATE INDEX "settlement_payout_id_idx" ON "settlement"("payout_id");

-- CreateIndex
CREATE UNIQUE INDEX "gateway_change_payout_id_gateway_status_key" ON "gateway_change"("payout_id", "gateway_status");

-- CreateIndex
CREATE UNIQUE INDEX "send_stop_open_key_key" ON "send_stop"("open_key");

-- CreateIndex
CREATE UNIQUE INDEX "ask_first_open_key_key" ON "ask_first"("open_key");

-- CreateIndex
CREATE UNIQUE INDEX "comparison_day_key" ON "comparison"("day");

-- CreateIndex
CREATE INDEX "comparison_started_at_idx" ON "comparison"("started_at");

-- CreateIndex
CREATE UNIQUE INDEX "payout_replaces_id_key" ON "payout"("replaces_id");

-- AddForeignKey
ALTER TABLE "payout" ADD CONSTRAINT "payout_replaces_id_fkey" FOREIGN KEY ("replaces_id") REFERENCES "payout"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "settlement" ADD CONSTRAINT "settlement_payout_id_fkey" FOREIGN KEY ("payout_id") REFERENCES "payout"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "gateway_change" ADD CONSTRAINT "gateway_change_payout_id_fkey" FOREIGN KEY ("payout_id") REFERENCES "payout"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- The history: append-only, and chained per payout, so that changing, dropping or inserting a row shows.

-- What is hashed: every column but the hash itself, as one JSON array whose text PostgreSQL writes the same way every time.
CREATE FUNCTION payout_event_material(e payout_event) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_array(
    e.prev_hash, e.id, e.payout_id, extract(epoch FROM e.at), e.kind, e.move, e.from_status, e.to_status, e.version,
    e.actor_kind, e.actor_id, e.actor_name, e.data
  )::text
$$;

CREATE FUNCTION payout_event_chain() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- One writer at a time per payout: two events must not follow the same one. The same lock as every change of the row, and no
  -- stronger: FOR UPDATE would wait for whoever holds the row by a foreign key (a callback, an item) and waits for us in turn.
  PERFORM 1 FROM payout WHERE id = NEW.payout_id FOR NO KEY UPDATE;
  NEW.prev_hash := coalesce((SELECT hash FROM payout_event WHERE payout_id = NEW.payout_id ORDER BY id DESC LIMIT 1), '');
  -- Numbers are given before the lock is held; this one is given under it, so that a chain's order is the order of its numbers.
  NEW.id := nextval(pg_get_serial_sequence('payout_event', 'id'));
  NEW.hash := encode(sha256(convert_to(payout_event_material(NEW), 'UTF8')), 'hex');
  RETURN NEW;
END $$;

-- What was written before the chain existed is chained now, once.
DROP TRIGGER payout_event_append_only ON "payout_event";
DO $$
DECLARE e payout_event; previous text; last_payout uuid;
BEGIN
  FOR e IN SELECT * FROM payout_event ORDER BY payout_id, id LOOP
    IF e.payout_id IS DISTINCT FROM last_payout THEN previous := ''; END IF;
    e.prev_hash := previous;
    UPDATE payout_event SET prev_hash = previous,
      hash = encode(sha256(convert_to(payout_event_material(e), 'UTF8')), 'hex')
      WHERE id = e.id RETURNING hash INTO previous;
    last_payout := e.payout_id;
  END LOOP;
END $$;
CREATE TRIGGER payout_event_append_only BEFORE UPDATE OR DELETE ON "payout_event" FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER payout_event_no_truncate BEFORE TRUNCATE ON "payout_event" FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER audit_event_no_truncate BEFORE TRUNCATE ON "audit_event" FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER history_anchor_append_only BEFORE UPDATE OR DELETE ON "history_anchor" FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER history_anchor_no_truncate BEFORE TRUNCATE ON "history_anchor" FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER payout_event_chain BEFORE INSERT ON "payout_event" FOR EACH ROW EXECUTE FUNCTION payout_event_chain();

-- The brake: no claim for payout-pay commits after the stop has. Claims hold the lock shared, pulling the brake holds it alone.
CREATE FUNCTION payout_claim_brake() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(734101);
  IF EXISTS (SELECT 1 FROM send_stop WHERE open_key IS NOT NULL) THEN
    RAISE EXCEPTION 'payout-pay is stopped' USING ERRCODE = 'PS001';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER payout_claim_brake BEFORE UPDATE OF status ON "payout" FOR EACH ROW
  WHEN (NEW.status = 'paying' AND OLD.status IS DISTINCT FROM 'paying') EXECUTE FUNCTION payout_claim_brake();

-- Settled by people means two different people, and only an outcome that nobody knew.
CREATE FUNCTION payout_settlement_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.status <> 'outcome_unknown' OR NEW.status NOT IN ('paid', 'failed') THEN
    RAISE EXCEPTION 'only an unknown outcome can be settled by people' USING ERRCODE = 'restrict_violation';
  END IF;
  IF jsonb_array_length(NEW.settled_by) <> 2 OR NEW.settled_by -> 0 ->> 'id' = NEW.settled_by -> 1 ->> 'id' THEN
    RAISE EXCEPTION 'an outcome is settled by two different people' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER payout_settlement_guard BEFORE UPDATE OF settled_by ON "payout" FOR EACH ROW
  WHEN (NEW.settled_by IS DISTINCT FROM OLD.settled_by) EXECUTE FUNCTION payout_settlement_guard();
