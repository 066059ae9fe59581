#!/usr/bin/env bash
# Run once by the database image: the role of the service, which owns no table.
set -euo pipefail
psql --set ON_ERROR_STOP=1 --set password="$SERVICE_PASSWORD" \
    --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
CREATE ROLE service LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'password';
SQL
