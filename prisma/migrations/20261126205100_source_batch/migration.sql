-- A payout can come out of a batch. The new value can't be used in the transaction that adds it, so nothing else is here.
-- Locks: none on tables.
ALTER TYPE payout_source ADD VALUE 'batch';
