-- Webhook events and deliveries go when they are older than the settings say and nothing of them is on its way any more. Each delivery is
-- found by its event too, and the comparison that runs by its own index.
-- Locks: webhook_delivery and comparison while they are read once for an index; webhook_event and webhook_mark for a moment.

-- AlterTable
ALTER TABLE "webhook_mark" ADD COLUMN "gone_until" TIMESTAMPTZ(3);

-- CreateIndex
CREATE INDEX "webhook_delivery_event_id_idx" ON "webhook_delivery"("event_id");

CREATE INDEX comparison_open ON "comparison" (started_at) WHERE finished_at IS NULL;

-- Events are never changed. One that is a week old may go once nothing of it is on its way.
DROP TRIGGER webhook_event_append_only ON webhook_event;
CREATE TRIGGER webhook_event_append_only BEFORE UPDATE ON webhook_event
  FOR EACH ROW EXECUTE FUNCTION append_only();

CREATE FUNCTION webhook_event_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.at > now() - interval '7 days' THEN
    RAISE EXCEPTION 'a webhook event of this week stays' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN OLD;
END $$;
CREATE TRIGGER webhook_event_kept BEFORE DELETE ON webhook_event
  FOR EACH ROW EXECUTE FUNCTION webhook_event_kept();

-- What is still to be sent stays, unless its target was removed for good.
CREATE FUNCTION webhook_delivery_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.due_at IS NOT NULL AND EXISTS (SELECT FROM webhook_target t WHERE t.id = OLD.target_id AND t.removed_at IS NULL) THEN
    RAISE EXCEPTION 'a webhook that is on its way stays' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN OLD;
END $$;
CREATE TRIGGER webhook_delivery_kept BEFORE DELETE ON webhook_delivery
  FOR EACH ROW EXECUTE FUNCTION webhook_delivery_kept();
CREATE TRIGGER webhook_delivery_no_truncate BEFORE TRUNCATE ON webhook_delivery
  FOR EACH STATEMENT EXECUTE FUNCTION append_only();
