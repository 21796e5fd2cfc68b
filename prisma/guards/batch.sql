-- batch: read from the migrated database by "npm run db:guards", explained in docs/database.md.

ALTER TABLE batch ADD CONSTRAINT batch_cancelled CHECK ((num_nonnulls(cancelled_at, cancelled_by_name) = ANY (ARRAY[0, 2])) AND num_nonnulls(cancelled_by_id, cancelled_by_key_id) = (cancelled_at IS NOT NULL)::integer AND (cancel_ended_at IS NULL OR cancelled_at IS NOT NULL));

ALTER TABLE batch ADD CONSTRAINT batch_format CHECK (format = ANY (ARRAY['csv'::text, 'xlsx'::text, 'api'::text]));

ALTER TABLE batch ADD CONSTRAINT batch_maker CHECK ((made_by_id IS NULL) <> (api_key_id IS NULL));

ALTER TABLE batch_decision ADD CONSTRAINT batch_decision_kind CHECK (kind = 'approve'::text AND reason IS NULL OR kind = 'reject'::text AND reason IS NOT NULL);

ALTER TABLE batch_decision ADD CONSTRAINT batch_decision_proven CHECK ((num_nonnulls(decided_at, proof) = ANY (ARRAY[0, 2])) AND (ended_at IS NULL OR decided_at IS NOT NULL));

ALTER TABLE batch_decision_row ADD CONSTRAINT batch_decision_row_outcome CHECK (outcome = ANY (ARRAY['done'::text, 'skipped'::text, 'left_out'::text, 'excluded'::text]));

ALTER TABLE batch_row ADD CONSTRAINT batch_row_end CHECK (num_nonnulls(problems, payout_id, refused) <= 1);

ALTER TABLE batch_row ADD CONSTRAINT batch_row_sealed CHECK (sealed IS NULL OR starts_with(sealed, 'v1.'::text));

CREATE UNIQUE INDEX batch_file_once ON batch USING btree (file_hash) WHERE (submitted_at IS NOT NULL);

CREATE OR REPLACE FUNCTION batch_decision_row_stays()
 RETURNS trigger
 LANGUAGE plpgsql
AS $$
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

CREATE OR REPLACE FUNCTION batch_decision_stays()
 RETURNS trigger
 LANGUAGE plpgsql
AS $$
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

CREATE OR REPLACE FUNCTION batch_row_stays()
 RETURNS trigger
 LANGUAGE plpgsql
AS $$
BEGIN
  IF (NEW.batch_id, NEW.line, NEW.key, NEW.amount_minor, NEW.currency, NEW.problems)
     IS DISTINCT FROM (OLD.batch_id, OLD.line, OLD.key, OLD.amount_minor, OLD.currency, OLD.problems)
     OR (NEW.receiver <> OLD.receiver
         AND NOT EXISTS (SELECT FROM payout p JOIN receiver r ON r.id = p.receiver_id
                         WHERE p.id = OLD.payout_id AND r.erase_asked_at IS NOT NULL AND NEW.receiver = r.external_id))
     OR (OLD.payout_id IS NOT NULL AND NEW.payout_id IS DISTINCT FROM OLD.payout_id) OR (OLD.sealed IS NULL AND NEW.sealed IS NOT NULL) THEN
    RAISE EXCEPTION 'row % of batch % stays what it is', OLD.line, OLD.batch_id USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION batch_stays()
 RETURNS trigger
 LANGUAGE plpgsql
AS $$
BEGIN
  IF (NEW.id, NEW.seq, NEW.file_hash, NEW.made_by_id, NEW.api_key_id, NEW.made_at, NEW.rows, NEW.wrong, NEW.sums)
     IS DISTINCT FROM (OLD.id, OLD.seq, OLD.file_hash, OLD.made_by_id, OLD.api_key_id, OLD.made_at, OLD.rows, OLD.wrong, OLD.sums)
     OR (OLD.submitted_at IS NOT NULL AND NEW.submitted_at IS DISTINCT FROM OLD.submitted_at)
     OR (OLD.ended_at IS NOT NULL AND (NEW.ended_at IS DISTINCT FROM OLD.ended_at OR NEW.submitted_at IS DISTINCT FROM OLD.submitted_at))
     OR (OLD.cancelled_at IS NOT NULL AND (NEW.cancelled_at, NEW.cancelled_by_id, NEW.cancelled_by_key_id, NEW.cancelled_by_name, NEW.submitted_at)
       IS DISTINCT FROM (OLD.cancelled_at, OLD.cancelled_by_id, OLD.cancelled_by_key_id, OLD.cancelled_by_name, OLD.submitted_at))
     OR (OLD.cancel_ended_at IS NOT NULL AND NEW.cancel_ended_at IS DISTINCT FROM OLD.cancel_ended_at) THEN
    RAISE EXCEPTION 'batch % stays what it is', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER batch_never_deleted BEFORE DELETE ON batch
  FOR EACH ROW
  EXECUTE FUNCTION never_deleted();

CREATE TRIGGER batch_stays BEFORE UPDATE ON batch
  FOR EACH ROW
  EXECUTE FUNCTION batch_stays();

CREATE TRIGGER batch_decision_stays BEFORE DELETE OR UPDATE ON batch_decision
  FOR EACH ROW
  EXECUTE FUNCTION batch_decision_stays();

CREATE TRIGGER batch_decision_row_stays BEFORE INSERT OR DELETE OR UPDATE ON batch_decision_row
  FOR EACH ROW
  EXECUTE FUNCTION batch_decision_row_stays();

CREATE TRIGGER batch_row_never_deleted BEFORE DELETE ON batch_row
  FOR EACH ROW
  EXECUTE FUNCTION never_deleted();

CREATE TRIGGER batch_row_stays BEFORE UPDATE ON batch_row
  FOR EACH ROW
  EXECUTE FUNCTION batch_row_stays();
