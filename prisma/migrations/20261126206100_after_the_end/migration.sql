-- What Cardzo says after the end gets a list of its own, and the money equation says how much of what was paid it is about.
-- Locks: gateway_change while its few rows are read once.

-- CreateTable
CREATE TABLE "changed_sum" (
    "currency" CHAR(3) NOT NULL,
    "payouts" BIGINT NOT NULL,
    "amount_minor" BIGINT NOT NULL,

    CONSTRAINT "changed_sum_pkey" PRIMARY KEY ("currency")
);

-- CreateIndex
CREATE INDEX "gateway_change_seen_at_id_idx" ON "gateway_change"("seen_at", "id");

INSERT INTO changed_sum (currency, payouts, amount_minor)
SELECT p.currency, count(*), sum(p.amount_minor) FROM payout p
WHERE p.status = 'paid' AND p.id IN (SELECT payout_id FROM gateway_change) GROUP BY p.currency;

-- Counts a payout with the first word about it. Changes of one payout come one after the other, because each locks its row.
CREATE FUNCTION count_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO changed_sum AS kept (currency, payouts, amount_minor)
  SELECT p.currency, 1, p.amount_minor FROM payout p
  WHERE p.id = NEW.payout_id AND p.status = 'paid'
    AND NOT EXISTS (SELECT FROM gateway_change g WHERE g.payout_id = NEW.payout_id AND g.id <> NEW.id)
  ON CONFLICT (currency) DO UPDATE SET payouts = kept.payouts + 1, amount_minor = kept.amount_minor + excluded.amount_minor;
  RETURN NULL;
END $$;
CREATE TRIGGER gateway_change_counted AFTER INSERT ON gateway_change
  FOR EACH ROW EXECUTE FUNCTION count_changed();
