-- A whole e-mail address finds its receivers at once: its letters are those of everybody at the same provider, so the index by letters
-- reads a lot for it.
-- Locks: keeps writers of receiver out while the index is built, about a second for a million receivers.
CREATE INDEX receiver_address ON "receiver" (lower(email));
