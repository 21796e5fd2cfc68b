-- AlterTable
ALTER TABLE "api_key" ADD COLUMN     "refused_at" TIMESTAMPTZ(3),
ADD COLUMN     "reminded_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "auto_approval" (
    "payout_id" UUID NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "api_key_id" UUID,
    "amount_minor" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "auto_approval_pkey" PRIMARY KEY ("payout_id")
);

-- CreateIndex
CREATE INDEX "auto_approval_currency_at_idx" ON "auto_approval"("currency", "at");

-- CreateIndex
CREATE INDEX "api_key_expires_at_idx" ON "api_key"("expires_at");

-- Hand-written: what was approved without people is counted and stays counted.
CREATE TRIGGER auto_approval_append_only BEFORE UPDATE OR DELETE ON "auto_approval" FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER auto_approval_no_truncate BEFORE TRUNCATE ON "auto_approval" FOR EACH STATEMENT EXECUTE FUNCTION append_only();

-- Nothing is approved without people and without being counted.
CREATE FUNCTION payout_auto_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM auto_approval WHERE payout_id = NEW.id) THEN
    RAISE EXCEPTION 'the automatic approval of payout % was not counted', NEW.id USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER payout_auto_counted AFTER UPDATE OF status ON "payout" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (NEW.status = 'approved' AND OLD.approvals_required IS NULL AND NEW.approvals_required = 0) EXECUTE FUNCTION payout_auto_counted();
