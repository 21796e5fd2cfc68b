-- How the merchant presents itself: name, ways to contact it. Every process keeps it in memory, so they are told of changes.
-- Locks: none on tables that exist already.

-- CreateTable
CREATE TABLE "brand" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "body" JSONB NOT NULL,

    CONSTRAINT "brand_pkey" PRIMARY KEY ("id")
);

ALTER TABLE "brand" ADD CONSTRAINT "brand_one_row" CHECK (id = 1);

CREATE FUNCTION brand_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('brand_changed', '');
  RETURN NULL;
END $$;

CREATE TRIGGER brand_changed AFTER INSERT OR UPDATE OR DELETE ON "brand"
  FOR EACH STATEMENT EXECUTE FUNCTION brand_changed();
