-- webhook: read from the migrated database by "npm run db:guards", explained in docs/database.md.

ALTER TABLE webhook_mark ADD CONSTRAINT webhook_mark_one CHECK (id = 1);

ALTER TABLE webhook_target ADD CONSTRAINT webhook_target_disabled CHECK ((disabled_at IS NULL) = (disabled_why IS NULL));

ALTER TABLE webhook_target ADD CONSTRAINT webhook_target_kind CHECK ((kind = ANY (ARRAY['signed'::text, 'chat'::text])) AND (kind = 'chat'::text) = (chat IS NOT NULL));

ALTER TABLE webhook_target ADD CONSTRAINT webhook_target_previous CHECK ((previous_sealed IS NULL) = (previous_until IS NULL));

ALTER TABLE webhook_target ADD CONSTRAINT webhook_target_sealed CHECK (starts_with(address_sealed, 'v1.'::text) AND (secret_sealed IS NULL OR starts_with(secret_sealed, 'v1.'::text)) AND (previous_sealed IS NULL OR starts_with(previous_sealed, 'v1.'::text)));

CREATE OR REPLACE FUNCTION tell_webhooks()
 RETURNS trigger
 LANGUAGE plpgsql
AS $$
BEGIN
  IF TG_TABLE_NAME = 'open_item' THEN
    INSERT INTO webhook_news (type, payout_id, subject_id, data)
    VALUES (TG_ARGV[0], NEW.payout_id, NEW.id, jsonb_build_object('kind', NEW.kind, 'severity', NEW.severity));
  ELSIF TG_TABLE_NAME = 'grant_row' THEN
    INSERT INTO webhook_news (type, subject_id) VALUES (TG_ARGV[0], NEW.id);
  ELSIF TG_TABLE_NAME = 'ledger_transfer' THEN
    INSERT INTO webhook_news (type, subject_id) VALUES (TG_ARGV[0], NEW.grant_id);
  ELSE
    INSERT INTO webhook_news (type, payout_id, subject_id, data) VALUES (TG_ARGV[0], NEW.payout_id, NEW.id,
      jsonb_build_object('said', NEW.gateway_status, 'amount', NEW.amount, 'currency', NEW.currency));
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION webhook_delivery_kept()
 RETURNS trigger
 LANGUAGE plpgsql
AS $$
BEGIN
  IF OLD.due_at IS NOT NULL AND EXISTS (SELECT FROM webhook_target t WHERE t.id = OLD.target_id AND t.removed_at IS NULL) THEN
    RAISE EXCEPTION 'a webhook that is on its way stays' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN OLD;
END $$;

CREATE OR REPLACE FUNCTION webhook_event_kept()
 RETURNS trigger
 LANGUAGE plpgsql
AS $$
BEGIN
  IF OLD.at > now() - interval '7 days' THEN
    RAISE EXCEPTION 'a webhook event of this week stays' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN OLD;
END $$;

CREATE OR REPLACE FUNCTION webhook_target_guard()
 RETURNS trigger
 LANGUAGE plpgsql
AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND (NEW.id, NEW.kind, NEW.address_sealed, NEW.address_shown, NEW.events, NEW.owner_id)
       IS NOT DISTINCT FROM (OLD.id, OLD.kind, OLD.address_sealed, OLD.address_shown, OLD.events, OLD.owner_id) THEN
    RETURN NEW;
  END IF;
  -- The same address under another data key.
  IF TG_OP = 'UPDATE' AND (NEW.id, NEW.kind, NEW.address_shown, NEW.events, NEW.owner_id)
       IS NOT DISTINCT FROM (OLD.id, OLD.kind, OLD.address_shown, OLD.events, OLD.owner_id)
     AND split_part(NEW.address_sealed, '.', 2) <> split_part(OLD.address_sealed, '.', 2) THEN
    RETURN NEW;
  END IF;
  IF NOT EXISTS (
       SELECT FROM access_change c WHERE c.kind = 'webhook' AND c.subject_id = NEW.id AND c.decision IN ('confirmed', 'elapsed')
         AND c.what ->> 'addressSealed' = NEW.address_sealed AND c.what ->> 'addressShown' = NEW.address_shown
         AND c.what -> 'events' = to_jsonb(NEW.events) AND c.what ->> 'ownerId' IS NOT DISTINCT FROM NEW.owner_id::text) THEN
    RAISE EXCEPTION 'two admins agree to what a webhook target gets' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER gateway_changed AFTER INSERT ON gateway_change
  FOR EACH ROW
  EXECUTE FUNCTION tell_webhooks('payout.changed_after_end');

CREATE TRIGGER grant_made AFTER INSERT ON grant_row
  FOR EACH ROW
  EXECUTE FUNCTION tell_webhooks('grant.created');

CREATE TRIGGER grant_reversed AFTER INSERT ON ledger_transfer
  FOR EACH ROW
  WHEN (new.kind = 'grant_reversal'::ledger_kind)
  EXECUTE FUNCTION tell_webhooks('grant.reversed');

CREATE TRIGGER open_item_closed AFTER UPDATE OF closed_at ON open_item
  FOR EACH ROW
  WHEN (old.closed_at IS NULL AND new.closed_at IS NOT NULL)
  EXECUTE FUNCTION tell_webhooks('item.closed');

CREATE TRIGGER open_item_escalated AFTER UPDATE OF escalated_at ON open_item
  FOR EACH ROW
  WHEN (old.escalated_at IS NULL AND new.escalated_at IS NOT NULL)
  EXECUTE FUNCTION tell_webhooks('item.escalated');

CREATE TRIGGER open_item_opened AFTER INSERT ON open_item
  FOR EACH ROW
  EXECUTE FUNCTION tell_webhooks('item.opened');

CREATE TRIGGER webhook_delivery_kept BEFORE DELETE ON webhook_delivery
  FOR EACH ROW
  EXECUTE FUNCTION webhook_delivery_kept();

CREATE TRIGGER webhook_delivery_no_truncate BEFORE TRUNCATE ON webhook_delivery
  FOR EACH STATEMENT
  EXECUTE FUNCTION append_only();

CREATE TRIGGER webhook_event_append_only BEFORE UPDATE ON webhook_event
  FOR EACH ROW
  EXECUTE FUNCTION append_only();

CREATE TRIGGER webhook_event_kept BEFORE DELETE ON webhook_event
  FOR EACH ROW
  EXECUTE FUNCTION webhook_event_kept();

CREATE TRIGGER webhook_event_no_truncate BEFORE TRUNCATE ON webhook_event
  FOR EACH STATEMENT
  EXECUTE FUNCTION append_only();

CREATE TRIGGER webhook_target_guard BEFORE INSERT OR UPDATE ON webhook_target
  FOR EACH ROW
  EXECUTE FUNCTION webhook_target_guard();

CREATE TRIGGER webhook_target_never_deleted BEFORE DELETE ON webhook_target
  FOR EACH ROW
  EXECUTE FUNCTION never_deleted();
