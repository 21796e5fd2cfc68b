-- CreateEnum
CREATE TYPE "ledger_account" AS ENUM ('granted', 'available', 'reserved', 'paid');

-- CreateEnum
CREATE TYPE "ledger_kind" AS ENUM ('grant', 'grant_reversal', 'reserve', 'release', 'capture');

-- AlterTable
ALTER TABLE "app_user" ADD COLUMN     "contact_changed_at" TIMESTAMPTZ(3),
ADD COLUMN     "person_id" UUID NOT NULL DEFAULT gen_random_uuid(),
ADD COLUMN     "totp_last_step" BIGINT;

-- AlterTable
ALTER TABLE "api_key" ADD COLUMN     "expires_at" TIMESTAMPTZ(3),
ADD COLUMN     "scopes" TEXT[] DEFAULT ARRAY['payouts:write', 'payouts:read', 'grants:write', 'balances:read']::TEXT[];

-- AlterTable
ALTER TABLE "payout" ADD COLUMN     "approvals_required" INTEGER,
ADD COLUMN     "content_hash" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "destination_id" UUID,
ADD COLUMN     "destination_print" TEXT,
ADD COLUMN     "destination_sealed" TEXT,
ADD COLUMN     "expires_at" TIMESTAMPTZ(3),
ADD COLUMN     "hold_until" TIMESTAMPTZ(3),
ADD COLUMN     "policy_version" INTEGER,
ADD COLUMN     "reserves" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "risk" JSONB,
ADD COLUMN     "send_after" TIMESTAMPTZ(3),
ALTER COLUMN "destination" DROP NOT NULL;

-- CreateTable
CREATE TABLE "recovery_code" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "code_hash" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "recovery_code_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sign_in_attempt" (
    "token_hash" TEXT NOT NULL,
    "user_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),
    "totp_secret" TEXT,

    CONSTRAINT "sign_in_attempt_pkey" PRIMARY KEY ("token_hash")
);

-- CreateTable
CREATE TABLE "invitation" (
    "token_hash" TEXT NOT NULL,
    "user_id" UUID NOT NULL,
    "invited_by_name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "invitation_pkey" PRIMARY KEY ("token_hash")
);

-- CreateTable
CREATE TABLE "approval" (
    "id" UUID NOT NULL,
    "payout_id" UUID NOT NULL,
    "content_hash" TEXT NOT NULL,
    "order_id" TEXT,
    "approver_id" UUID NOT NULL,
    "approver_name" TEXT NOT NULL,
    "person_id" UUID NOT NULL,
    "amount_minor" BIGINT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "note" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "voided_at" TIMESTAMPTZ(3),
    "void_reason" TEXT,
    "open_key" TEXT,

    CONSTRAINT "approval_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "policy_version" (
    "version" SERIAL NOT NULL,
    "body" JSONB NOT NULL,
    "reason" TEXT NOT NULL,
    "proposed_by_id" UUID,
    "proposed_by_name" TEXT NOT NULL,
    "proposed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "decided_by_id" UUID,
    "decided_by_name" TEXT,
    "decided_at" TIMESTAMPTZ(3),
    "decision" TEXT,
    "active_key" TEXT,
    "open_key" TEXT,

    CONSTRAINT "policy_version_pkey" PRIMARY KEY ("version")
);

-- CreateTable
CREATE TABLE "destination" (
    "id" UUID NOT NULL,
    "receiver_id" UUID NOT NULL,
    "label" TEXT NOT NULL,
    "sealed" TEXT NOT NULL,
    "print" TEXT NOT NULL,
    "last4" TEXT,
    "is_default" BOOLEAN NOT NULL DEFAULT false,
    "created_by_id" UUID,
    "created_by_name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "usable_from" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "released_by_id" UUID,
    "released_by_name" TEXT,
    "released_at" TIMESTAMPTZ(3),
    "release_reason" TEXT,
    "removed_at" TIMESTAMPTZ(3),

    CONSTRAINT "destination_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "grant_row" (
    "id" UUID NOT NULL,
    "receiver_id" UUID NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "amount_minor" BIGINT NOT NULL,
    "reference" TEXT NOT NULL,
    "idempotency_key" TEXT,
    "source" TEXT NOT NULL,
    "actor_kind" TEXT NOT NULL,
    "actor_id" TEXT,
    "actor_name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "payable_from" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "grant_row_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ledger_transfer" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "receiver_id" UUID NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "amount_minor" BIGINT NOT NULL,
    "debit" "ledger_account" NOT NULL,
    "credit" "ledger_account" NOT NULL,
    "kind" "ledger_kind" NOT NULL,
    "payout_id" UUID,
    "grant_id" UUID,
    "actor_name" TEXT NOT NULL,

    CONSTRAINT "ledger_transfer_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "balance" (
    "receiver_id" UUID NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "granted_minor" BIGINT NOT NULL DEFAULT 0,
    "available_minor" BIGINT NOT NULL DEFAULT 0,
    "reserved_minor" BIGINT NOT NULL DEFAULT 0,
    "paid_minor" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "balance_pkey" PRIMARY KEY ("receiver_id","currency")
);

-- CreateTable
CREATE TABLE "money_check" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "checked_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "holds" BOOLEAN NOT NULL,
    "result" JSONB NOT NULL,
    "broken_since" TIMESTAMPTZ(3),

    CONSTRAINT "money_check_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "recovery_code_code_hash_key" ON "recovery_code"("code_hash");

-- CreateIndex
CREATE INDEX "recovery_code_user_id_idx" ON "recovery_code"("user_id");

-- CreateIndex
CREATE INDEX "invitation_user_id_idx" ON "invitation"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "approval_open_key_key" ON "approval"("open_key");

-- CreateIndex
CREATE INDEX "approval_payout_id_idx" ON "approval"("payout_id");

-- CreateIndex
CREATE INDEX "approval_approver_id_at_idx" ON "approval"("approver_id", "at");

-- CreateIndex
CREATE UNIQUE INDEX "policy_version_active_key_key" ON "policy_version"("active_key");

-- CreateIndex
CREATE UNIQUE INDEX "policy_version_open_key_key" ON "policy_version"("open_key");

-- CreateIndex
CREATE INDEX "destination_print_idx" ON "destination"("print");

-- CreateIndex
CREATE UNIQUE INDEX "destination_receiver_id_print_key" ON "destination"("receiver_id", "print");

-- CreateIndex
CREATE UNIQUE INDEX "grant_row_reference_key" ON "grant_row"("reference");

-- CreateIndex
CREATE UNIQUE INDEX "grant_row_idempotency_key_key" ON "grant_row"("idempotency_key");

-- CreateIndex
CREATE INDEX "grant_row_receiver_id_created_at_idx" ON "grant_row"("receiver_id", "created_at");

-- CreateIndex
CREATE INDEX "grant_row_receiver_id_payable_from_idx" ON "grant_row"("receiver_id", "payable_from");

-- CreateIndex
CREATE INDEX "ledger_transfer_receiver_id_currency_id_idx" ON "ledger_transfer"("receiver_id", "currency", "id");

-- CreateIndex
CREATE INDEX "ledger_transfer_payout_id_idx" ON "ledger_transfer"("payout_id");

-- CreateIndex
CREATE INDEX "payout_destination_print_idx" ON "payout"("destination_print");

-- CreateIndex
CREATE INDEX "payout_destination_id_idx" ON "payout"("destination_id");

-- AddForeignKey
ALTER TABLE "recovery_code" ADD CONSTRAINT "recovery_code_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "app_user"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sign_in_attempt" ADD CONSTRAINT "sign_in_attempt_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "app_user"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "app_user"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "payout" ADD CONSTRAINT "payout_destination_id_fkey" FOREIGN KEY ("destination_id") REFERENCES "destination"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "approval" ADD CONSTRAINT "approval_payout_id_fkey" FOREIGN KEY ("payout_id") REFERENCES "payout"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "destination" ADD CONSTRAINT "destination_receiver_id_fkey" FOREIGN KEY ("receiver_id") REFERENCES "receiver"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "grant_row" ADD CONSTRAINT "grant_row_receiver_id_fkey" FOREIGN KEY ("receiver_id") REFERENCES "receiver"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ledger_transfer" ADD CONSTRAINT "ledger_transfer_receiver_id_fkey" FOREIGN KEY ("receiver_id") REFERENCES "receiver"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ledger_transfer" ADD CONSTRAINT "ledger_transfer_payout_id_fkey" FOREIGN KEY ("payout_id") REFERENCES "payout"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ledger_transfer" ADD CONSTRAINT "ledger_transfer_grant_id_fkey" FOREIGN KEY ("grant_id") REFERENCES "grant_row"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "balance" ADD CONSTRAINT "balance_receiver_id_fkey" FOREIGN KEY ("receiver_id") REFERENCES "receiver"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Hand-written: what moves over, and the guards that hold whoever writes.

-- The old policy (one amount per currency) is the first version of the new one.
INSERT INTO policy_version (body, reason, proposed_by_name, decided_by_name, decided_at, decision, active_key)
SELECT jsonb_build_object('currencies', jsonb_object_agg(currency, jsonb_build_object('autoApprove', jsonb_build_object(
         'sources', jsonb_build_array('api'),
         'below', round(auto_approve_below_minor / power(10::numeric, digits), digits)::text)))),
       'As it was set before versions existed.', 'upgrade', 'upgrade', now(), 'confirmed', 'active'
FROM (
  SELECT *, CASE
    WHEN currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF') THEN 0
    WHEN currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN 3
    WHEN currency IN ('CLF', 'UYW') THEN 4
    ELSE 2 END AS digits
  FROM policy
) AS old
HAVING count(*) > 0;
DROP TABLE "policy";

-- What was judged before keeps what it was judged by.
UPDATE payout SET policy_version = 0,
  approvals_required = CASE
    WHEN status IN ('requested', 'checking') AND policy_note IS NULL THEN NULL
    WHEN policy_note ->> 'approved' = 'true' THEN 0 ELSE 1 END;
INSERT INTO approval (id, payout_id, content_hash, order_id, approver_id, approver_name, person_id, amount_minor, currency, at, open_key)
SELECT gen_random_uuid(), p.id, p.content_hash, p.order_id, u.id, u.name, u.person_id, p.amount_minor, p.currency, p.approved_at,
       p.id || ':' || u.person_id
FROM payout p JOIN app_user u ON u.id = p.approved_by_id WHERE p.approved_at IS NOT NULL;

-- Money that receivers may ask for: double entry, immutable, never below zero.
ALTER TABLE "grant_row" ADD CONSTRAINT grant_amount CHECK (amount_minor > 0);
ALTER TABLE "ledger_transfer" ADD CONSTRAINT ledger_transfer_amount CHECK (amount_minor > 0);
ALTER TABLE "ledger_transfer" ADD CONSTRAINT ledger_transfer_shape CHECK (CASE kind
  WHEN 'grant' THEN debit = 'granted' AND credit = 'available' AND grant_id IS NOT NULL AND payout_id IS NULL
  WHEN 'grant_reversal' THEN debit = 'available' AND credit = 'granted' AND grant_id IS NOT NULL AND payout_id IS NULL
  WHEN 'reserve' THEN debit = 'available' AND credit = 'reserved' AND payout_id IS NOT NULL AND grant_id IS NULL
  WHEN 'release' THEN debit = 'reserved' AND credit = 'available' AND payout_id IS NOT NULL AND grant_id IS NULL
  WHEN 'capture' THEN debit = 'reserved' AND credit = 'paid' AND payout_id IS NOT NULL AND grant_id IS NULL
END);
CREATE UNIQUE INDEX ledger_one_grant ON "ledger_transfer" (grant_id) WHERE kind = 'grant';
CREATE UNIQUE INDEX ledger_one_reversal ON "ledger_transfer" (grant_id) WHERE kind = 'grant_reversal';
CREATE UNIQUE INDEX ledger_one_reserve ON "ledger_transfer" (payout_id) WHERE kind = 'reserve';
CREATE UNIQUE INDEX ledger_one_end ON "ledger_transfer" (payout_id) WHERE kind IN ('release', 'capture');
ALTER TABLE "balance" ADD CONSTRAINT balance_not_negative
  CHECK (granted_minor >= 0 AND available_minor >= 0 AND reserved_minor >= 0 AND paid_minor >= 0);
ALTER TABLE "balance" ADD CONSTRAINT balance_adds_up
  CHECK (granted_minor = available_minor + reserved_minor + paid_minor);

CREATE FUNCTION ledger_transfer_apply() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE available bigint; held bigint := 0; moment timestamptz;
BEGIN
  IF NEW.payout_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM payout WHERE id = NEW.payout_id AND reserves AND receiver_id = NEW.receiver_id
      AND currency = NEW.currency AND amount_minor = NEW.amount_minor) THEN
    RAISE EXCEPTION 'this transfer is not what payout % asks for', NEW.payout_id USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.grant_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM grant_row WHERE id = NEW.grant_id AND receiver_id = NEW.receiver_id
      AND currency = NEW.currency AND amount_minor = NEW.amount_minor) THEN
    RAISE EXCEPTION 'this transfer is not grant %', NEW.grant_id USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.kind IN ('release', 'capture') AND NOT EXISTS (
    SELECT 1 FROM ledger_transfer WHERE payout_id = NEW.payout_id AND kind = 'reserve') THEN
    RAISE EXCEPTION 'nothing is reserved for payout %', NEW.payout_id USING ERRCODE = 'restrict_violation';
  END IF;
  INSERT INTO balance (receiver_id, currency) VALUES (NEW.receiver_id, NEW.currency) ON CONFLICT DO NOTHING;
  -- Whoever takes from it waits here for his turn, so that no two take the same money.
  SELECT available_minor INTO available FROM balance
    WHERE receiver_id = NEW.receiver_id AND currency = NEW.currency FOR NO KEY UPDATE;
  -- Nobody asks for what is not payable yet. A statement of its own after the wait: it must see what was granted meanwhile.
  IF NEW.kind = 'reserve' THEN
    moment := clock_timestamp();
    SELECT coalesce(sum(g.amount_minor), 0) INTO held FROM grant_row g
      WHERE g.receiver_id = NEW.receiver_id AND g.currency = NEW.currency AND g.payable_from > moment
        AND NOT EXISTS (SELECT 1 FROM ledger_transfer t WHERE t.grant_id = g.id AND t.kind = 'grant_reversal');
  END IF;
  IF NEW.debit = 'available' AND available - held < NEW.amount_minor THEN
    RAISE EXCEPTION 'only % is available', greatest(available - held, 0) USING ERRCODE = 'PS003';
  END IF;
  UPDATE balance SET
    granted_minor = granted_minor + CASE 'granted' WHEN NEW.debit::text THEN NEW.amount_minor WHEN NEW.credit::text THEN -NEW.amount_minor ELSE 0 END,
    available_minor = available_minor + CASE 'available' WHEN NEW.credit::text THEN NEW.amount_minor WHEN NEW.debit::text THEN -NEW.amount_minor ELSE 0 END,
    reserved_minor = reserved_minor + CASE 'reserved' WHEN NEW.credit::text THEN NEW.amount_minor WHEN NEW.debit::text THEN -NEW.amount_minor ELSE 0 END,
    paid_minor = paid_minor + CASE 'paid' WHEN NEW.credit::text THEN NEW.amount_minor WHEN NEW.debit::text THEN -NEW.amount_minor ELSE 0 END
    WHERE receiver_id = NEW.receiver_id AND currency = NEW.currency;
  RETURN NULL;
END $$;
-- After the row is in: a trigger before it would have moved the balance also for a row that ON CONFLICT then leaves out.
CREATE TRIGGER ledger_transfer_apply AFTER INSERT ON "ledger_transfer" FOR EACH ROW EXECUTE FUNCTION ledger_transfer_apply();
CREATE TRIGGER ledger_transfer_append_only BEFORE UPDATE OR DELETE ON "ledger_transfer" FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER ledger_transfer_no_truncate BEFORE TRUNCATE ON "ledger_transfer" FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER grant_append_only BEFORE UPDATE OR DELETE ON "grant_row" FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER grant_no_truncate BEFORE TRUNCATE ON "grant_row" FOR EACH STATEMENT EXECUTE FUNCTION append_only();

-- Whoever writes a status must have moved the reserved money with it: a request reserves, paid captures, every other end releases.
CREATE FUNCTION payout_books() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM ledger_transfer WHERE payout_id = NEW.id AND kind = 'reserve') THEN
    RAISE EXCEPTION 'nothing was reserved for payout %', NEW.id USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.final_at IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM ledger_transfer WHERE payout_id = NEW.id
      AND kind = (CASE NEW.status WHEN 'paid' THEN 'capture' ELSE 'release' END)::ledger_kind) THEN
    RAISE EXCEPTION 'payout % has ended and its money still stands aside', NEW.id USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER payout_books AFTER INSERT OR UPDATE OF status ON "payout" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.reserves) EXECUTE FUNCTION payout_books();

-- An approval is one person's, for one content, never for what he asked for, entered or is paid. Only voiding changes it.
CREATE FUNCTION approval_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.voided_at IS NOT NULL OR NEW.id <> OLD.id OR NEW.payout_id <> OLD.payout_id OR NEW.approver_id <> OLD.approver_id
       OR NEW.approver_name <> OLD.approver_name OR NEW.person_id <> OLD.person_id OR NEW.at <> OLD.at
       OR NEW.amount_minor <> OLD.amount_minor OR NEW.currency <> OLD.currency OR NEW.note IS DISTINCT FROM OLD.note
       OR NEW.order_id IS DISTINCT FROM OLD.order_id OR (OLD.content_hash <> '' AND NEW.content_hash <> OLD.content_hash) THEN
      RAISE EXCEPTION 'an approval is voided, not changed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
  END IF;
  -- Whoever takes the right to approve away waits for this approval, and voids it then.
  PERFORM FROM app_user WHERE id = NEW.approver_id FOR SHARE;
  IF NOT EXISTS (SELECT 1 FROM app_user WHERE id = NEW.approver_id AND person_id = NEW.person_id
                 AND role = 'approver' AND disabled_at IS NULL) THEN
    RAISE EXCEPTION '% may not approve', NEW.approver_name USING ERRCODE = 'restrict_violation';
  END IF;
  IF NOT EXISTS (
    SELECT 1 FROM payout WHERE id = NEW.payout_id AND content_hash = NEW.content_hash AND order_id IS NOT DISTINCT FROM NEW.order_id
      AND amount_minor = NEW.amount_minor AND currency = NEW.currency AND status IN ('awaiting_approval', 'approved')) THEN
    RAISE EXCEPTION 'this is not what payout % asks for', NEW.payout_id USING ERRCODE = 'restrict_violation';
  END IF;
  IF EXISTS (
    SELECT 1 FROM payout p
    LEFT JOIN api_key k ON k.id = p.api_key_id
    LEFT JOIN destination d ON d.id = p.destination_id
    JOIN app_user u ON u.id IN (p.requested_by_id, k.owner_id, d.created_by_id) OR u.receiver_id = p.receiver_id
    WHERE p.id = NEW.payout_id AND u.person_id = NEW.person_id) THEN
    RAISE EXCEPTION 'nobody approves his own' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
-- The same person twice counts once: the key is his while his approval counts, and nobody writes another.
ALTER TABLE "approval" ADD CONSTRAINT approval_open_key CHECK (
  open_key IS NOT DISTINCT FROM CASE WHEN voided_at IS NULL THEN payout_id || ':' || person_id END);
CREATE TRIGGER approval_guard BEFORE INSERT OR UPDATE ON "approval" FOR EACH ROW EXECUTE FUNCTION approval_guard();
CREATE TRIGGER approval_never_deleted BEFORE DELETE ON "approval" FOR EACH ROW EXECUTE FUNCTION never_deleted();
CREATE TRIGGER approval_no_truncate BEFORE TRUNCATE ON "approval" FOR EACH STATEMENT EXECUTE FUNCTION append_only();

-- No claim for payout-pay before its time, or without as many valid approvals of exactly this content as were asked for.
CREATE FUNCTION payout_claim_allowed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE given int;
BEGIN
  IF NEW.send_after > clock_timestamp() OR NEW.hold_until > clock_timestamp() THEN
    RAISE EXCEPTION 'payout % is held back', NEW.id USING ERRCODE = 'PS002';
  END IF;
  IF NEW.approvals_required IS NULL OR (NEW.approvals_required = 0 AND NEW.policy_note ->> 'approved' IS DISTINCT FROM 'true') THEN
    RAISE EXCEPTION 'nobody has judged payout %', NEW.id USING ERRCODE = 'PS002';
  END IF;
  SELECT count(DISTINCT a.person_id) INTO given FROM approval a JOIN app_user u ON u.id = a.approver_id
    WHERE a.payout_id = NEW.id AND a.voided_at IS NULL AND a.content_hash = NEW.content_hash
      AND a.order_id IS NOT DISTINCT FROM NEW.order_id AND u.role = 'approver' AND u.disabled_at IS NULL;
  IF given < NEW.approvals_required THEN
    RAISE EXCEPTION 'payout % has % of % approvals', NEW.id, given, NEW.approvals_required USING ERRCODE = 'PS002';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER payout_claim_allowed BEFORE UPDATE OF status ON "payout" FOR EACH ROW
  WHEN (NEW.status = 'paying' AND OLD.status IS DISTINCT FROM 'paying') EXECUTE FUNCTION payout_claim_allowed();

-- What was asked for never changes. Sealing again under another key changes the seal, not the content: its hash stays.
CREATE OR REPLACE FUNCTION payout_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.final_at IS NOT NULL AND (NEW.status <> OLD.status OR NEW.final_at IS DISTINCT FROM OLD.final_at) THEN
    RAISE EXCEPTION 'payout % has ended as % and stays so', OLD.id, OLD.status USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.amount_minor <> OLD.amount_minor OR NEW.currency <> OLD.currency OR NEW.receiver_id <> OLD.receiver_id
     OR (NEW.destination IS NOT NULL AND NEW.destination IS DISTINCT FROM OLD.destination)
     OR (NEW.destination IS NULL AND NEW.destination_sealed IS NULL)
     OR NEW.client_order_id <> OLD.client_order_id
     OR NEW.idempotency_key <> OLD.idempotency_key OR NEW.request_hash <> OLD.request_hash
     OR (OLD.content_hash <> '' AND NEW.content_hash <> OLD.content_hash) OR NEW.reserves <> OLD.reserves
     OR NEW.requested_by_id IS DISTINCT FROM OLD.requested_by_id OR NEW.destination_id IS DISTINCT FROM OLD.destination_id THEN
    RAISE EXCEPTION 'what payout % asks for can not be changed', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  IF OLD.policy_version IS NOT NULL AND NEW.policy_version IS DISTINCT FROM OLD.policy_version THEN
    RAISE EXCEPTION 'payout % keeps the rules it started with', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  IF OLD.approvals_required IS NOT NULL AND NEW.approvals_required IS DISTINCT FROM OLD.approvals_required THEN
    RAISE EXCEPTION 'payout % was judged and stays so', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  IF OLD.order_id IS NOT NULL AND NEW.order_id IS DISTINCT FROM OLD.order_id THEN
    RAISE EXCEPTION 'the order of payout % can not be replaced', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
ALTER TABLE "payout" ADD CONSTRAINT payout_destination CHECK (destination IS NOT NULL OR destination_sealed IS NOT NULL);
ALTER TABLE "payout" ADD CONSTRAINT payout_content CHECK (destination IS NOT NULL OR content_hash <> '');

-- Rules change by two people: what was proposed stays as it was, and whoever proposed it does not confirm it. Before there is an
-- admin the operator's word is enough.
CREATE FUNCTION policy_version_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF (NEW.decision IS NOT NULL OR NEW.active_key IS NOT NULL)
       AND EXISTS (SELECT 1 FROM app_user WHERE role = 'admin' AND disabled_at IS NULL) THEN
      RAISE EXCEPTION 'rules are changed by two different people' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF NEW.body <> OLD.body OR NEW.version <> OLD.version OR NEW.reason <> OLD.reason
     OR NEW.proposed_by_id IS DISTINCT FROM OLD.proposed_by_id OR NEW.proposed_by_name <> OLD.proposed_by_name
     OR NEW.proposed_at <> OLD.proposed_at
     OR (OLD.decision IS NOT NULL AND (NEW.decision, NEW.decided_by_id, NEW.decided_by_name, NEW.decided_at, NEW.open_key)
           IS DISTINCT FROM (OLD.decision, OLD.decided_by_id, OLD.decided_by_name, OLD.decided_at, OLD.open_key)) THEN
    RAISE EXCEPTION 'a version of the rules is decided once and stays as it was proposed' USING ERRCODE = 'restrict_violation';
  END IF;
  -- In force is what is being confirmed now; what was in force once must be proposed again.
  IF NEW.active_key IS NOT NULL AND OLD.active_key IS NULL AND (OLD.decision IS NOT NULL OR NEW.decision IS DISTINCT FROM 'confirmed') THEN
    RAISE EXCEPTION 'only rules that are confirmed now come into force' USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.decision = 'confirmed' AND OLD.decision IS NULL AND NOT EXISTS (
       SELECT 1 FROM app_user b WHERE b.id = NEW.decided_by_id AND b.role = 'admin' AND b.disabled_at IS NULL
         AND NOT EXISTS (SELECT 1 FROM app_user a WHERE a.id = NEW.proposed_by_id AND a.person_id = b.person_id)) THEN
    RAISE EXCEPTION 'rules are changed by two different people' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER policy_version_guard BEFORE INSERT OR UPDATE ON "policy_version" FOR EACH ROW EXECUTE FUNCTION policy_version_guard();
-- Rules that are in force give way to others, never to none.
CREATE FUNCTION policy_version_active() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM policy_version WHERE active_key = 'active') THEN
    RAISE EXCEPTION 'some version of the rules must be in force' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER policy_version_active AFTER UPDATE OF active_key ON "policy_version" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (OLD.active_key IS NOT NULL AND NEW.active_key IS NULL) EXECUTE FUNCTION policy_version_active();
CREATE TRIGGER policy_version_never_deleted BEFORE DELETE ON "policy_version" FOR EACH ROW EXECUTE FUNCTION never_deleted();
CREATE TRIGGER policy_version_no_truncate BEFORE TRUNCATE ON "policy_version" FOR EACH STATEMENT EXECUTE FUNCTION append_only();
