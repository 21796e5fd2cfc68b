-- The page of a payout and its evidence pack show the mails about it.
-- Locks: keeps writers of mail out while the index is built, about a second for a million mails.
CREATE INDEX "mail_payout_id_idx" ON "mail"("payout_id");
