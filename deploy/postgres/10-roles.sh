#!/bin/sh
# Runs once, when the database is made: a schema and a role for each service. Ledgers are owned
# by POSTGRES_USER, who migrates. A service reads, adds and moves on in its own schema; it cannot
# delete there, change tables, or see the schema of another service. Its views, which are made
# anew from the ledger at any time, stand in a schema that it owns. The key store (schema keys) is
# made by migrate, with what each role may do there (shared/shared/postgres_keys.py). The portal
# owns the schema of its accounts and sees no ledger.
set -eu

psql="psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username $POSTGRES_USER --dbname $POSTGRES_DB"

$psql <<'SQL'
REVOKE ALL ON SCHEMA public FROM PUBLIC;
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database()) \gexec
SQL

for service in planning visits appraisal; do
    $psql --set service="$service" --set views="${service}_views" --set variable="$(echo "$service" | tr a-z A-Z)_PASSWORD" <<'SQL'
\getenv password :variable
CREATE ROLE :"service" LOGIN PASSWORD :'password';
SELECT format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), :'service') \gexec
CREATE SCHEMA :"service";
GRANT USAGE ON SCHEMA :"service" TO :"service";
CREATE SCHEMA :"views" AUTHORIZATION :"service";
ALTER DEFAULT PRIVILEGES IN SCHEMA :"service" GRANT SELECT, INSERT, UPDATE ON TABLES TO :"service";
ALTER DEFAULT PRIVILEGES IN SCHEMA :"service" GRANT USAGE ON SEQUENCES TO :"service";
SQL
done

$psql <<'SQL'
\getenv password PORTAL_PASSWORD
CREATE ROLE portal LOGIN PASSWORD :'password';
SELECT format('GRANT CONNECT ON DATABASE %I TO portal', current_database()) \gexec
CREATE SCHEMA portal AUTHORIZATION portal;
SQL
