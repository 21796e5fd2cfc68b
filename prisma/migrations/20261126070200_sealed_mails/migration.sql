-- Mails hold links that let people in: their texts are sealed, and blank once the mail is sent or given up. The start of a worker seals and
-- blanks what older versions left, and reads only what still has a text.
CREATE INDEX mail_with_text ON "mail" (id) WHERE text <> '';
