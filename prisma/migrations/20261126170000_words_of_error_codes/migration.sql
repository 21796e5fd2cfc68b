-- What people read for a code by which Cardzo ends a payout. Web servers and workers keep it in memory, so they are told of changes.
-- Locks: none on tables that exist already.

-- CreateTable
CREATE TABLE "error_code" (
    "code" TEXT NOT NULL,
    "words" JSONB,
    "seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "error_code_pkey" PRIMARY KEY ("code")
);

ALTER TABLE "error_code" ADD CONSTRAINT "error_code_short" CHECK (length(code) BETWEEN 1 AND 100);

CREATE FUNCTION error_codes_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('error_codes_changed', '');
  RETURN NULL;
END $$;

CREATE TRIGGER error_codes_changed AFTER INSERT OR UPDATE OR DELETE ON "error_code"
  FOR EACH STATEMENT EXECUTE FUNCTION error_codes_changed();
