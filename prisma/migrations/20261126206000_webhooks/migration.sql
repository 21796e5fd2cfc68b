-- Outgoing webhooks: where events are sent, the events in one order, and each one's way to each target. Events start with this migration:
-- what happened before is not told.
-- Locks: open_item for a moment, and while it is read once for an index; grant_row, ledger_transfer and gateway_change for a moment, for
-- a trigger each.

-- AlterTable
ALTER TABLE "open_item" ADD COLUMN "escalated_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "webhook_target" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "address_sealed" TEXT NOT NULL,
    "address_shown" TEXT NOT NULL,
    "events" TEXT[],
    "owner_id" UUID,
    "chat" JSONB,
    "secret_sealed" TEXT,
    "secret_since" TIMESTAMPTZ(3),
    "previous_sealed" TEXT,
    "previous_until" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "failing_since" TIMESTAMPTZ(3),
    "disabled_at" TIMESTAMPTZ(3),
    "disabled_why" TEXT,
    "removed_at" TIMESTAMPTZ(3),

    CONSTRAINT "webhook_target_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "webhook_event" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "type" TEXT NOT NULL,
    "payout_id" UUID,
    "version" INTEGER,
    "subject_id" UUID,
    "owner_id" UUID,
    "data" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "webhook_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "webhook_delivery" (
    "target_id" UUID NOT NULL,
    "event_id" BIGINT NOT NULL,
    "due_at" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "tries" INTEGER NOT NULL DEFAULT 0,
    "attempted_at" TIMESTAMPTZ(3),
    "delivered_at" TIMESTAMPTZ(3),
    "status" INTEGER,
    "duration_ms" INTEGER,
    "answer" TEXT,
    "error" TEXT,

    CONSTRAINT "webhook_delivery_pkey" PRIMARY KEY ("target_id","event_id")
);

-- CreateTable
CREATE TABLE "webhook_news" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "type" TEXT NOT NULL,
    "payout_id" UUID,
    "subject_id" UUID,
    "data" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "webhook_news_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "webhook_mark" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "last_event_id" BIGINT NOT NULL DEFAULT 0,
    "seen_event_id" BIGINT NOT NULL DEFAULT 0,
    "seen_xid" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "webhook_mark_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "webhook_event_owner_id_id_idx" ON "webhook_event"("owner_id", "id");

-- AddForeignKey
ALTER TABLE "webhook_target" ADD CONSTRAINT "webhook_target_owner_id_fkey" FOREIGN KEY ("owner_id") REFERENCES "app_user"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "webhook_delivery" ADD CONSTRAINT "webhook_delivery_target_id_fkey" FOREIGN KEY ("target_id") REFERENCES "webhook_target"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "webhook_delivery" ADD CONSTRAINT "webhook_delivery_event_id_fkey" FOREIGN KEY ("event_id") REFERENCES "webhook_event"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE webhook_mark ADD CONSTRAINT webhook_mark_one CHECK (id = 1);
INSERT INTO webhook_mark (last_event_id, seen_event_id) SELECT coalesce(max(id), 0), coalesce(max(id), 0) FROM payout_event;

ALTER TABLE webhook_target
  ADD CONSTRAINT webhook_target_kind CHECK (kind IN ('signed', 'chat') AND (kind = 'chat') = (chat IS NOT NULL)),
  ADD CONSTRAINT webhook_target_sealed CHECK (starts_with(address_sealed, 'v1.')
    AND (secret_sealed IS NULL OR starts_with(secret_sealed, 'v1.'))
    AND (previous_sealed IS NULL OR starts_with(previous_sealed, 'v1.'))),
  ADD CONSTRAINT webhook_target_previous CHECK ((previous_sealed IS NULL) = (previous_until IS NULL)),
  ADD CONSTRAINT webhook_target_disabled CHECK ((disabled_at IS NULL) = (disabled_why IS NULL));

-- What is due to one target, the earliest first. Those that arrived are not in it, so looking costs the same however many there are.
CREATE INDEX webhook_delivery_due ON webhook_delivery (target_id, due_at, event_id) WHERE due_at IS NOT NULL;
-- Open items that nobody was told of a second time.
CREATE INDEX open_item_not_escalated ON open_item (opened_at) WHERE closed_at IS NULL AND escalated_at IS NULL;

-- What a target gets, and where, is what two admins agreed to: it changes only in the transaction that carries out their proposal.
CREATE FUNCTION webhook_target_guard() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER webhook_target_guard BEFORE INSERT OR UPDATE ON webhook_target
  FOR EACH ROW EXECUTE FUNCTION webhook_target_guard();
CREATE TRIGGER webhook_target_never_deleted BEFORE DELETE ON webhook_target
  FOR EACH ROW EXECUTE FUNCTION never_deleted();

CREATE TRIGGER webhook_event_append_only BEFORE DELETE OR UPDATE ON webhook_event
  FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER webhook_event_no_truncate BEFORE TRUNCATE ON webhook_event
  FOR EACH STATEMENT EXECUTE FUNCTION append_only();

-- What is not in a payout's history becomes news in the statement that makes it so.
CREATE FUNCTION tell_webhooks() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER open_item_opened AFTER INSERT ON open_item
  FOR EACH ROW EXECUTE FUNCTION tell_webhooks('item.opened');
CREATE TRIGGER open_item_closed AFTER UPDATE OF closed_at ON open_item
  FOR EACH ROW WHEN (OLD.closed_at IS NULL AND NEW.closed_at IS NOT NULL) EXECUTE FUNCTION tell_webhooks('item.closed');
CREATE TRIGGER open_item_escalated AFTER UPDATE OF escalated_at ON open_item
  FOR EACH ROW WHEN (OLD.escalated_at IS NULL AND NEW.escalated_at IS NOT NULL) EXECUTE FUNCTION tell_webhooks('item.escalated');
CREATE TRIGGER grant_made AFTER INSERT ON grant_row
  FOR EACH ROW EXECUTE FUNCTION tell_webhooks('grant.created');
CREATE TRIGGER grant_reversed AFTER INSERT ON ledger_transfer
  FOR EACH ROW WHEN (NEW.kind = 'grant_reversal') EXECUTE FUNCTION tell_webhooks('grant.reversed');
CREATE TRIGGER gateway_changed AFTER INSERT ON gateway_change
  FOR EACH ROW EXECUTE FUNCTION tell_webhooks('payout.changed_after_end');
