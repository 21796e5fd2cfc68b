-- A receiver's own phrase, by which they know our mails and our sign-in page. Sealed: a copy of the database must not be enough to write
-- mails that look like ours. Adds a column and a check that every row passes; locks app_user for a moment.
ALTER TABLE app_user ADD COLUMN phrase text,
  ADD CONSTRAINT app_user_phrase_sealed CHECK (phrase IS NULL OR starts_with(phrase, 'v1.'));
