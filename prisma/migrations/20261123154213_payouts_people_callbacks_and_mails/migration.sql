-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "payout_status" AS ENUM ('requested', 'checking', 'awaiting_approval', 'approved', 'paying', 'action_required', 'processing', 'outcome_unknown', 'paid', 'declined', 'filtered', 'failed', 'rejected', 'cancelled', 'expired');

-- CreateEnum
CREATE TYPE "role" AS ENUM ('receiver', 'clerk', 'approver', 'admin', 'auditor');

-- CreateEnum
CREATE TYPE "payout_source" AS ENUM ('browser', 'desk', 'api');

-- CreateTable
CREATE TABLE "receiver" (
    "id" UUID NOT NULL,
    "external_id" TEXT NOT NULL,
    "email" TEXT,
    "first_name" TEXT,
    "last_name" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "receiver_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "app_user" (
    "id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "role" "role" NOT NULL,
    "password_hash" TEXT,
    "totp_secret" TEXT,
    "receiver_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "disabled_at" TIMESTAMPTZ(3),

    CONSTRAINT "app_user_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "session" (
    "id" UUID NOT NULL,
    "token_hash" TEXT NOT NULL,
    "user_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "ip" TEXT,
    "user_agent" TEXT,

    CONSTRAINT "session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sign_in_link" (
    "token_hash" TEXT NOT NULL,
    "user_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "sign_in_link_pkey" PRIMARY KEY ("token_hash")
);

-- CreateTable
CREATE TABLE "api_key" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "key_hash" TEXT NOT NULL,
    "owner_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "revoked_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_key_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "payout" (
    "id" UUID NOT NULL,
    "seq" BIGSERIAL NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "status" "payout_status" NOT NULL DEFAULT 'requested',
    "amount_minor" BIGINT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "description" TEXT,
    "metadata" JSONB NOT NULL DEFAULT '{}',
    "receiver_id" UUID NOT NULL,
    "destination" JSONB NOT NULL,
    "account_last4" TEXT,
    "ip_address" TEXT,
    "source" "payout_source" NOT NULL,
    "requested_by_id" UUID,
    "api_key_id" UUID,
    "idempotency_key" TEXT NOT NULL,
    "request_hash" TEXT NOT NULL,
    "client_order_id" TEXT NOT NULL,
    "order_id" TEXT,
    "gateway_status" TEXT,
    "gateway_stage" TEXT,
    "gateway_amount" TEXT,
    "gateway_currency" TEXT,
    "redirect_url" TEXT,
    "validated_at" TIMESTAMPTZ(3),
    "pay_claimed_at" TIMESTAMPTZ(3),
    "progress" JSONB NOT NULL DEFAULT '{}',
    "approved_by_id" UUID,
    "approved_at" TIMESTAMPTZ(3),
    "policy_note" JSONB,
    "failure_message" TEXT,
    "gateway_code" TEXT,
    "gateway_message" TEXT,
    "status_token_hash" TEXT NOT NULL,
    "return_token_hash" TEXT NOT NULL,
    "link_revoked_at" TIMESTAMPTZ(3),
    "returned_at" TIMESTAMPTZ(3),
    "stage_since" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "due_at" TIMESTAMPTZ(3) DEFAULT CURRENT_TIMESTAMP,
    "lease_until" TIMESTAMPTZ(3),
    "leased_by" TEXT,
    "lease_fence" BIGINT NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "final_at" TIMESTAMPTZ(3),

    CONSTRAINT "payout_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "payout_event" (
    "id" BIGSERIAL NOT NULL,
    "payout_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "kind" TEXT NOT NULL,
    "move" TEXT,
    "from_status" "payout_status",
    "to_status" "payout_status",
    "version" INTEGER NOT NULL,
    "actor_kind" TEXT NOT NULL,
    "actor_id" TEXT,
    "actor_name" TEXT NOT NULL,
    "data" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "payout_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "callback" (
    "id" UUID NOT NULL,
    "digest" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "type" TEXT,
    "order_id" TEXT NOT NULL,
    "client_order_id" TEXT NOT NULL,
    "params" JSONB NOT NULL,
    "deliveries" INTEGER NOT NULL DEFAULT 1,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "payout_id" UUID,
    "compared_at" TIMESTAMPTZ(3),

    CONSTRAINT "callback_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "open_item" (
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "severity" TEXT NOT NULL,
    "payout_id" UUID,
    "what" TEXT NOT NULL,
    "why" TEXT NOT NULL,
    "data" JSONB NOT NULL DEFAULT '{}',
    "opened_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "seen" INTEGER NOT NULL DEFAULT 1,
    "closed_at" TIMESTAMPTZ(3),
    "closed_by_id" UUID,
    "close_reason" TEXT,
    "open_key" TEXT,

    CONSTRAINT "open_item_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "mail" (
    "id" UUID NOT NULL,
    "dedupe_key" TEXT NOT NULL,
    "recipient" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "payout_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "sent_at" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "last_error" TEXT,

    CONSTRAINT "mail_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "policy" (
    "currency" CHAR(3) NOT NULL,
    "auto_approve_below_minor" BIGINT NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_by" TEXT NOT NULL,

    CONSTRAINT "policy_pkey" PRIMARY KEY ("currency")
);

-- CreateTable
CREATE TABLE "setting" (
    "key" TEXT NOT NULL,
    "value" JSONB NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "setting_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "gateway_state" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "refused_at" TIMESTAMPTZ(3),
    "refusal" JSONB,
    "simulator" BOOLEAN NOT NULL DEFAULT false,
    "last_ok_at" TIMESTAMPTZ(3),

    CONSTRAINT "gateway_state_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "worker_heartbeat" (
    "id" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "beat_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "worker_heartbeat_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_event" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "kind" TEXT NOT NULL,
    "actor_kind" TEXT NOT NULL,
    "actor_id" TEXT,
    "actor_name" TEXT NOT NULL,
    "subject" TEXT,
    "data" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "audit_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "rate_limit" (
    "key" VARCHAR(255) NOT NULL,
    "points" INTEGER NOT NULL DEFAULT 0,
    "expire" BIGINT,

    CONSTRAINT "rate_limit_pkey" PRIMARY KEY ("key")
);

-- CreateIndex
CREATE UNIQUE INDEX "receiver_external_id_key" ON "receiver"("external_id");

-- CreateIndex
CREATE UNIQUE INDEX "app_user_email_key" ON "app_user"("email");

-- CreateIndex
CREATE UNIQUE INDEX "app_user_receiver_id_key" ON "app_user"("receiver_id");

-- CreateIndex
CREATE UNIQUE INDEX "session_token_hash_key" ON "session"("token_hash");

-- CreateIndex
CREATE INDEX "session_user_id_idx" ON "session"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "api_key_key_hash_key" ON "api_key"("key_hash");

-- CreateIndex
CREATE UNIQUE INDEX "payout_seq_key" ON "payout"("seq");

-- CreateIndex
CREATE UNIQUE INDEX "payout_idempotency_key_key" ON "payout"("idempotency_key");

-- CreateIndex
CREATE UNIQUE INDEX "payout_client_order_id_key" ON "payout"("client_order_id");

-- CreateIndex
CREATE UNIQUE INDEX "payout_order_id_key" ON "payout"("order_id");

-- CreateIndex
CREATE UNIQUE INDEX "payout_status_token_hash_key" ON "payout"("status_token_hash");

-- CreateIndex
CREATE UNIQUE INDEX "payout_return_token_hash_key" ON "payout"("return_token_hash");

-- CreateIndex

-- CreateIndex
CREATE INDEX "payout_status_seq_idx" ON "payout"("status", "seq");

-- CreateIndex
CREATE INDEX "payout_receiver_id_seq_idx" ON "payout"("receiver_id", "seq");

-- CreateIndex
CREATE INDEX "payout_account_last4_idx" ON "payout"("account_last4");

-- CreateIndex
CREATE INDEX "payout_event_payout_id_id_idx" ON "payout_event"("payout_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "callback_digest_key" ON "callback"("digest");

-- CreateIndex
CREATE INDEX "callback_payout_id_idx" ON "callback"("payout_id");

-- CreateIndex
CREATE INDEX "callback_client_order_id_idx" ON "callback"("client_order_id");

-- CreateIndex
CREATE UNIQUE INDEX "open_item_open_key_key" ON "open_item"("open_key");

-- CreateIndex
CREATE INDEX "open_item_closed_at_idx" ON "open_item"("closed_at");

-- CreateIndex
CREATE UNIQUE INDEX "mail_dedupe_key_key" ON "mail"("dedupe_key");

-- CreateIndex
CREATE INDEX "mail_created_at_idx" ON "mail"("created_at");

-- CreateIndex
CREATE INDEX "worker_heartbeat_beat_at_idx" ON "worker_heartbeat"("beat_at");

-- CreateIndex
CREATE INDEX "audit_event_at_idx" ON "audit_event"("at");

-- AddForeignKey
ALTER TABLE "app_user" ADD CONSTRAINT "app_user_receiver_id_fkey" FOREIGN KEY ("receiver_id") REFERENCES "receiver"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "session" ADD CONSTRAINT "session_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "app_user"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sign_in_link" ADD CONSTRAINT "sign_in_link_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "app_user"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_owner_id_fkey" FOREIGN KEY ("owner_id") REFERENCES "app_user"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "payout" ADD CONSTRAINT "payout_receiver_id_fkey" FOREIGN KEY ("receiver_id") REFERENCES "receiver"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "payout" ADD CONSTRAINT "payout_api_key_id_fkey" FOREIGN KEY ("api_key_id") REFERENCES "api_key"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "payout_event" ADD CONSTRAINT "payout_event_payout_id_fkey" FOREIGN KEY ("payout_id") REFERENCES "payout"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "callback" ADD CONSTRAINT "callback_payout_id_fkey" FOREIGN KEY ("payout_id") REFERENCES "payout"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "open_item" ADD CONSTRAINT "open_item_payout_id_fkey" FOREIGN KEY ("payout_id") REFERENCES "payout"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- Guards that hold whoever writes: code may be wrong, this may not.

-- A final status is never left, what was asked never changes, and the first order id is never replaced.
CREATE FUNCTION payout_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.final_at IS NOT NULL AND (NEW.status <> OLD.status OR NEW.final_at IS DISTINCT FROM OLD.final_at) THEN
    RAISE EXCEPTION 'payout % has ended as % and stays so', OLD.id, OLD.status USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.amount_minor <> OLD.amount_minor OR NEW.currency <> OLD.currency OR NEW.receiver_id <> OLD.receiver_id
     OR NEW.destination <> OLD.destination OR NEW.client_order_id <> OLD.client_order_id
     OR NEW.idempotency_key <> OLD.idempotency_key OR NEW.request_hash <> OLD.request_hash THEN
    RAISE EXCEPTION 'what payout % asks for can not be changed', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  IF OLD.order_id IS NOT NULL AND NEW.order_id IS DISTINCT FROM OLD.order_id THEN
    RAISE EXCEPTION 'the order of payout % can not be replaced', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER payout_guard BEFORE UPDATE ON "payout" FOR EACH ROW EXECUTE FUNCTION payout_guard();

-- final_at stands exactly on final statuses.
ALTER TABLE "payout" ADD CONSTRAINT payout_final_at CHECK (
  (final_at IS NOT NULL) = (status IN ('paid', 'declined', 'filtered', 'failed', 'rejected', 'cancelled', 'expired'))
);
ALTER TABLE "payout" ADD CONSTRAINT payout_amount CHECK (amount_minor > 0);
-- Nothing is claimed for payout-pay without an order to pay.
ALTER TABLE "payout" ADD CONSTRAINT payout_claimed_order CHECK (pay_claimed_at IS NULL OR order_id IS NOT NULL);
-- Every payout that is not over has a time at which somebody looks at it again.
ALTER TABLE "payout" ADD CONSTRAINT payout_due CHECK (final_at IS NOT NULL OR due_at IS NOT NULL);

CREATE FUNCTION never_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are kept for ever', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER payout_never_deleted BEFORE DELETE ON "payout" FOR EACH ROW EXECUTE FUNCTION never_deleted();

-- The timeline and the audit trail are only ever added to.
CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER payout_event_append_only BEFORE UPDATE OR DELETE ON "payout_event" FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE ON "audit_event" FOR EACH ROW EXECUTE FUNCTION append_only();

-- Workers sleep until something is due; whoever makes it due wakes them, in his own transaction.
CREATE FUNCTION payout_due_notify() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('payout_due', '');
  RETURN NULL;
END $$;
CREATE TRIGGER payout_due_on_insert AFTER INSERT ON "payout" FOR EACH ROW EXECUTE FUNCTION payout_due_notify();
CREATE TRIGGER payout_due_on_update AFTER UPDATE OF due_at ON "payout" FOR EACH ROW
  WHEN (NEW.due_at IS DISTINCT FROM OLD.due_at AND NEW.due_at <= now()) EXECUTE FUNCTION payout_due_notify();

-- The work queue: only rows with due work.
CREATE INDEX payout_due_work ON "payout" (due_at) WHERE due_at IS NOT NULL;
