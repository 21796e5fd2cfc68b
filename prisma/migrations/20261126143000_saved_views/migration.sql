-- Views of the list of payouts that people keep, for themselves or for all staff.

-- CreateTable
CREATE TABLE "desk_view" (
    "id" UUID NOT NULL,
    "owner_id" UUID NOT NULL,
    "owner_name" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "query" TEXT NOT NULL,
    "shared" BOOLEAN NOT NULL DEFAULT false,
    "saved_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "desk_view_pkey" PRIMARY KEY ("id"),
    CONSTRAINT desk_view_short CHECK (length(name) BETWEEN 1 AND 60 AND length(query) <= 2000)
);

-- CreateIndex
CREATE UNIQUE INDEX "desk_view_owner_id_name_key" ON "desk_view"("owner_id", "name");

-- CreateIndex
CREATE INDEX "desk_view_shared_name_idx" ON "desk_view"("shared", "name");

-- AddForeignKey
ALTER TABLE "desk_view" ADD CONSTRAINT "desk_view_owner_id_fkey" FOREIGN KEY ("owner_id") REFERENCES "app_user"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
