-- Several endpoints of Cardzo. Number 1 is the one that the environment variables name: every payout so far was sent there.
-- Locks payout and payout_work against everything until it commits: columns with a constant default rewrite nothing, and the index of due
-- work is made again, a second for a million rows. Every process is stopped before a migration (docs/operations.md), so nobody waits.

-- CreateTable
CREATE TABLE "endpoint" (
    "id" SMALLINT NOT NULL,
    "name" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "cardzo_id" TEXT NOT NULL,
    "base_url" TEXT NOT NULL,
    "login" TEXT NOT NULL,
    "key_sealed" TEXT,
    "next_key_sealed" TEXT,
    "control_sealed" TEXT,
    "next_control_sealed" TEXT,
    "currencies" TEXT[],
    "fields" JSONB NOT NULL DEFAULT '[]',
    "redirect_hosts" TEXT[],
    "max_requests_per_s" INTEGER NOT NULL,
    "active" BOOLEAN NOT NULL DEFAULT true,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "endpoint_pkey" PRIMARY KEY ("id")
);

ALTER TABLE "endpoint"
  ADD CONSTRAINT endpoint_number CHECK (id > 0),
  ADD CONSTRAINT endpoint_source CHECK ((id = 1) = (source = 'environment') AND source IN ('environment', 'desk')),
  ADD CONSTRAINT endpoint_kind CHECK (kind IN ('endpoint', 'group')),
  -- The secrets of number 1 stay in the environment.
  ADD CONSTRAINT endpoint_secrets CHECK ((id = 1) = (key_sealed IS NULL) AND (id = 1) = (control_sealed IS NULL)
    AND (id <> 1 OR (next_key_sealed IS NULL AND next_control_sealed IS NULL))),
  ADD CONSTRAINT endpoint_sealed CHECK (
    starts_with(coalesce(key_sealed, 'v1.'), 'v1.') AND starts_with(coalesce(next_key_sealed, 'v1.'), 'v1.')
    AND starts_with(coalesce(control_sealed, 'v1.'), 'v1.') AND starts_with(coalesce(next_control_sealed, 'v1.'), 'v1.')),
  ADD CONSTRAINT endpoint_ceiling CHECK (max_requests_per_s BETWEEN 1 AND 10000);

-- Numbers of endpoints that admins add. One that was only proposed keeps its number.
CREATE SEQUENCE endpoint_numbers AS SMALLINT START 2;

-- Where an order was sent is never forgotten: what Cardzo is asked about it goes to the same gateway and terminal. The environment may
-- name another one only while nothing is on its way there, or between two simulators on one machine (http is for those alone).
CREATE FUNCTION endpoint_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.id <> OLD.id OR NEW.source <> OLD.source THEN
    RAISE EXCEPTION 'endpoint % keeps its number and its source', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  IF (NEW.base_url, NEW.kind, NEW.cardzo_id) IS DISTINCT FROM (OLD.base_url, OLD.kind, OLD.cardzo_id)
     AND NOT (OLD.id = 1 AND starts_with(OLD.base_url, 'http://') AND starts_with(NEW.base_url, 'http://'))
     AND (OLD.id <> 1 OR EXISTS (
       SELECT FROM payout WHERE endpoint_id = OLD.id
         AND status IN ('requested', 'checking', 'awaiting_approval', 'approved', 'paying', 'action_required', 'processing', 'outcome_unknown'))) THEN
    RAISE EXCEPTION 'endpoint % keeps its gateway and its number there: make a new endpoint', OLD.id USING ERRCODE = 'PS005';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER endpoint_stays BEFORE UPDATE ON "endpoint" FOR EACH ROW EXECUTE FUNCTION endpoint_stays();
CREATE TRIGGER endpoint_never_deleted BEFORE DELETE ON "endpoint" FOR EACH ROW EXECUTE FUNCTION never_deleted();
CREATE TRIGGER endpoint_no_truncate BEFORE TRUNCATE ON "endpoint" FOR EACH STATEMENT EXECUTE FUNCTION append_only();

-- CreateTable
CREATE TABLE "endpoint_route" (
    "position" SMALLINT NOT NULL,
    "currency" CHAR(3),
    "source" "payout_source",
    "endpoint_id" SMALLINT NOT NULL,

    CONSTRAINT "endpoint_route_pkey" PRIMARY KEY ("position")
);

-- AddForeignKey
ALTER TABLE "endpoint_route" ADD CONSTRAINT "endpoint_route_endpoint_id_fkey" FOREIGN KEY ("endpoint_id") REFERENCES "endpoint"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Every process keeps endpoints and routes in memory, and is told of changes.
CREATE FUNCTION endpoints_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('endpoints_changed', '');
  RETURN NULL;
END $$;
CREATE TRIGGER endpoints_changed AFTER INSERT OR UPDATE ON "endpoint" FOR EACH STATEMENT EXECUTE FUNCTION endpoints_changed();
CREATE TRIGGER endpoints_changed AFTER INSERT OR UPDATE OR DELETE ON "endpoint_route" FOR EACH STATEMENT EXECUTE FUNCTION endpoints_changed();

-- Whose endpoint a payout is sent to is settled when it is made.
ALTER TABLE "payout" ADD COLUMN "endpoint_id" SMALLINT NOT NULL DEFAULT 1;
ALTER TABLE "payout_work" ADD COLUMN "endpoint_id" SMALLINT NOT NULL DEFAULT 1;

-- No foreign key: each payout would lock the row of its endpoint. Endpoints are never deleted, so looking once is enough.
CREATE FUNCTION payout_endpoint_exists() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM endpoint WHERE id = NEW.endpoint_id) THEN
    RAISE EXCEPTION 'there is no endpoint %', NEW.endpoint_id USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER payout_endpoint_exists BEFORE INSERT ON "payout" FOR EACH ROW
  WHEN (NEW.endpoint_id <> 1) EXECUTE FUNCTION payout_endpoint_exists();

CREATE FUNCTION payout_endpoint_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'payout % stays with its endpoint', OLD.id USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER payout_endpoint_stays BEFORE UPDATE OF endpoint_id ON "payout" FOR EACH ROW
  WHEN (NEW.endpoint_id IS DISTINCT FROM OLD.endpoint_id) EXECUTE FUNCTION payout_endpoint_stays();

CREATE OR REPLACE FUNCTION payout_work_begins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO payout_work (payout_id, due_at, endpoint_id)
    VALUES (NEW.id, CASE WHEN NEW.final_at IS NULL THEN date_trunc('milliseconds', now()) END, NEW.endpoint_id);
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION payout_work_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.payout_id <> OLD.payout_id OR NEW.endpoint_id <> OLD.endpoint_id THEN
    RAISE EXCEPTION 'the work of payout % stays with it', OLD.payout_id USING ERRCODE = 'restrict_violation';
  END IF;
  -- A worker that has taken over a lease must stay ahead.
  RAISE EXCEPTION 'the fence of payout % only grows', OLD.payout_id USING ERRCODE = 'restrict_violation';
END $$;
DROP TRIGGER payout_work_stays ON "payout_work";
CREATE TRIGGER payout_work_stays BEFORE UPDATE ON "payout_work" FOR EACH ROW
  WHEN (NEW.payout_id <> OLD.payout_id OR NEW.endpoint_id <> OLD.endpoint_id OR NEW.fence < OLD.fence) EXECUTE FUNCTION payout_work_stays();

-- A claim reads each endpoint's part of it, so that what waits for a silent one is in nobody's way.
DROP INDEX payout_work_due;
CREATE INDEX payout_work_due ON "payout_work" (endpoint_id, priority, due_at) WHERE due_at IS NOT NULL;

-- One row for each endpoint: its ceiling of requests, its breaker, its condition.
ALTER TABLE "gateway_gate" DROP CONSTRAINT gateway_gate_one;
ALTER TABLE "gateway_gate" ALTER COLUMN "id" SET DATA TYPE SMALLINT;
ALTER TABLE "gateway_state" ALTER COLUMN "id" SET DATA TYPE SMALLINT;

-- Claims go from gate to gate, so an endpoint without one would be forgotten.
INSERT INTO "gateway_gate" DEFAULT VALUES ON CONFLICT DO NOTHING;
CREATE FUNCTION endpoint_has_gate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO gateway_gate (id) VALUES (NEW.id) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER endpoint_has_gate AFTER INSERT ON "endpoint" FOR EACH ROW EXECUTE FUNCTION endpoint_has_gate();
CREATE TRIGGER gateway_gate_never_deleted BEFORE DELETE ON "gateway_gate" FOR EACH ROW EXECUTE FUNCTION never_deleted();
CREATE TRIGGER gateway_gate_no_truncate BEFORE TRUNCATE ON "gateway_gate" FOR EACH STATEMENT EXECUTE FUNCTION append_only();

-- Null: all payments are stopped. A stop of one endpoint has the open key "stop:7".
ALTER TABLE "send_stop" ADD COLUMN "endpoint_id" SMALLINT;
ALTER TABLE "send_stop" ADD CONSTRAINT send_stop_key CHECK (open_key IS NULL OR open_key = coalesce('stop:' || endpoint_id, 'stop'));

CREATE OR REPLACE FUNCTION payout_claim_during_stop() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(734101);
  IF EXISTS (SELECT 1 FROM send_stop WHERE open_key IN ('stop', 'stop:' || NEW.endpoint_id)) THEN
    RAISE EXCEPTION 'payout-pay is stopped' USING ERRCODE = 'PS001';
  END IF;
  RETURN NEW;
END $$;
