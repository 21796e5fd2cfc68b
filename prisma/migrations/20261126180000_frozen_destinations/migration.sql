-- A receiver can freeze an account of theirs that somebody else may have added. Adds a column; locks destination for a moment.
ALTER TABLE destination ADD COLUMN frozen_at timestamptz(3);
