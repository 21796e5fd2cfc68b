-- Receivers, saved destinations and past payouts of another product, or of an older installation. What is to be imported is kept sealed until a
-- second admin confirms it; a worker then applies it part by part. Past payouts are rows of their own, beside the payouts of this portal.
-- Locks: destination for a moment, for its new column and foreign key (every row has null there); none else but the new tables'.

-- CreateTable
CREATE TABLE "import" (
    "id" UUID NOT NULL,
    "seq" BIGSERIAL NOT NULL,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "source" TEXT,
    "at_once" BOOLEAN NOT NULL DEFAULT false,
    "rows" INTEGER NOT NULL,
    "wrong" INTEGER NOT NULL,
    "known" INTEGER NOT NULL,
    "parts" INTEGER NOT NULL,
    "sums" JSONB NOT NULL DEFAULT '[]',
    "proposed_by_id" UUID,
    "proposed_by_name" TEXT NOT NULL,
    "proposed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "decision" TEXT,
    "decided_by_id" UUID,
    "decided_by_name" TEXT,
    "decided_at" TIMESTAMPTZ(3),
    "done" INTEGER NOT NULL DEFAULT 0,
    "made" INTEGER NOT NULL DEFAULT 0,
    "left_out" INTEGER NOT NULL DEFAULT 0,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "import_pkey" PRIMARY KEY ("id"),
    CONSTRAINT import_kind CHECK (kind IN ('receivers', 'destinations', 'history')),
    CONSTRAINT import_source CHECK ((kind = 'history') = (source IS NOT NULL)),
    CONSTRAINT import_decision CHECK (decision IN ('confirmed', 'rejected', 'withdrawn', 'expired'))
);

-- CreateTable
CREATE TABLE "import_part" (
    "import_id" UUID NOT NULL,
    "what" TEXT NOT NULL,
    "part" INTEGER NOT NULL,
    "sealed" TEXT NOT NULL,

    CONSTRAINT "import_part_pkey" PRIMARY KEY ("import_id","what","part"),
    CONSTRAINT import_part_what CHECK (what IN ('rows', 'problems', 'left_out')),
    CONSTRAINT import_part_sealed CHECK (starts_with(sealed, 'v1.'))
);

-- CreateTable
CREATE TABLE "imported_payout" (
    "id" UUID NOT NULL,
    "import_id" UUID NOT NULL,
    "source" TEXT NOT NULL,
    "reference" TEXT NOT NULL,
    "receiver_id" UUID NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "amount_minor" BIGINT NOT NULL,
    "status" "payout_status" NOT NULL,
    "ended_at" TIMESTAMPTZ(3) NOT NULL,
    "account_last4" TEXT,
    "order_id" TEXT,
    "note" TEXT,

    CONSTRAINT "imported_payout_pkey" PRIMARY KEY ("id"),
    CONSTRAINT imported_payout_amount CHECK (amount_minor > 0),
    CONSTRAINT imported_payout_ended CHECK (status IN ('paid', 'declined', 'filtered', 'failed', 'rejected', 'cancelled', 'expired')),
    CONSTRAINT imported_payout_last4 CHECK (length(account_last4) <= 4)
);

-- AlterTable
ALTER TABLE "destination" ADD COLUMN "import_id" UUID;

-- CreateIndex
CREATE UNIQUE INDEX "import_seq_key" ON "import"("seq");
CREATE INDEX import_open ON import (seq) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX "imported_payout_source_reference_key" ON "imported_payout"("source", "reference");
CREATE INDEX "imported_payout_receiver_id_ended_at_id_idx" ON "imported_payout"("receiver_id", "ended_at", "id");
CREATE INDEX "imported_payout_ended_at_id_idx" ON "imported_payout"("ended_at", "id");
CREATE INDEX "imported_payout_reference_idx" ON "imported_payout"("reference");
CREATE INDEX "imported_payout_order_id_idx" ON "imported_payout"("order_id");

-- AddForeignKey
ALTER TABLE "import_part" ADD CONSTRAINT "import_part_import_id_fkey" FOREIGN KEY ("import_id") REFERENCES "import"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "imported_payout" ADD CONSTRAINT "imported_payout_import_id_fkey" FOREIGN KEY ("import_id") REFERENCES "import"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "imported_payout" ADD CONSTRAINT "imported_payout_receiver_id_fkey" FOREIGN KEY ("receiver_id") REFERENCES "receiver"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "destination" ADD CONSTRAINT "destination_import_id_fkey" FOREIGN KEY ("import_id") REFERENCES "import"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- As settings_change_guard. The operator alone may confirm their own import only while there is no admin: nobody else could.
CREATE FUNCTION import_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.decision IS NOT NULL OR NEW.done <> 0 OR (NEW.wrong = 0) <> (NEW.ended_at IS NULL) THEN
      RAISE EXCEPTION 'an import begins as a proposal' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF (NEW.id, NEW.seq, NEW.kind, NEW.source, NEW.at_once, NEW.rows, NEW.wrong, NEW.parts, NEW.sums, NEW.proposed_by_id, NEW.proposed_by_name, NEW.proposed_at)
       IS DISTINCT FROM (OLD.id, OLD.seq, OLD.kind, OLD.source, OLD.at_once, OLD.rows, OLD.wrong, OLD.parts, OLD.sums, OLD.proposed_by_id, OLD.proposed_by_name, OLD.proposed_at)
     OR OLD.ended_at IS NOT NULL OR NEW.done < OLD.done
     OR (OLD.decision IS NOT NULL AND (NEW.decision, NEW.decided_by_id, NEW.decided_at) IS DISTINCT FROM (OLD.decision, OLD.decided_by_id, OLD.decided_at)) THEN
    RAISE EXCEPTION 'import % is decided once and stays as it was proposed', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.done > OLD.done AND OLD.decision IS DISTINCT FROM 'confirmed' THEN
    RAISE EXCEPTION 'import % was not confirmed', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.decision = 'confirmed' AND OLD.decision IS NULL AND NOT EXISTS (
       SELECT FROM app_user b WHERE b.id = NEW.decided_by_id AND b.role = 'admin' AND b.disabled_at IS NULL
         AND NOT EXISTS (SELECT FROM app_user a WHERE a.id = NEW.proposed_by_id AND b.person_id IN (SELECT one_hand(a.person_id))))
     AND (NEW.decided_by_id IS NOT NULL OR NEW.proposed_by_id IS NOT NULL
       OR EXISTS (SELECT FROM app_user WHERE role = 'admin' AND disabled_at IS NULL)) THEN
    RAISE EXCEPTION 'an import takes two different people' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER import_guard BEFORE INSERT OR UPDATE ON "import" FOR EACH ROW EXECUTE FUNCTION import_guard();
CREATE TRIGGER import_never_deleted BEFORE DELETE ON "import" FOR EACH ROW EXECUTE FUNCTION never_deleted();
CREATE TRIGGER import_no_truncate BEFORE TRUNCATE ON "import" FOR EACH STATEMENT EXECUTE FUNCTION append_only();

-- Only what two people agreed to says that it was imported, and never for a receiver who is paid, asks or signs in here.
CREATE FUNCTION destination_imported() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    RAISE EXCEPTION 'how destination % came in stays', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  IF NOT EXISTS (SELECT FROM import WHERE id = NEW.import_id AND kind = 'destinations' AND decision = 'confirmed' AND ended_at IS NULL)
     OR EXISTS (SELECT FROM payout WHERE receiver_id = NEW.receiver_id) OR EXISTS (SELECT FROM app_user WHERE receiver_id = NEW.receiver_id)
     OR EXISTS (SELECT FROM destination WHERE receiver_id = NEW.receiver_id AND import_id IS NULL) THEN
    RAISE EXCEPTION 'a destination is imported only as two people agreed, and only for a receiver who is new here' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER destination_imported BEFORE INSERT ON "destination" FOR EACH ROW WHEN (NEW.import_id IS NOT NULL) EXECUTE FUNCTION destination_imported();
CREATE TRIGGER destination_import_stays BEFORE UPDATE OF import_id ON "destination" FOR EACH ROW
  WHEN (NEW.import_id IS DISTINCT FROM OLD.import_id) EXECUTE FUNCTION destination_imported();

-- Past payouts are records: nothing sends, changes or deletes them.
CREATE TRIGGER imported_payout_append_only BEFORE UPDATE OR DELETE ON "imported_payout" FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER imported_payout_no_truncate BEFORE TRUNCATE ON "imported_payout" FOR EACH STATEMENT EXECUTE FUNCTION append_only();
