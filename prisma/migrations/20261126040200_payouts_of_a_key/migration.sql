-- A key sees and lists what came through the keys of its owner.
CREATE INDEX "payout_api_key_id_seq_idx" ON "payout"("api_key_id", "seq");
