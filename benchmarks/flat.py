"""The floor's tables: the same people and stories as ours, in flat rows, made once after the hospital was filled."""

import psycopg2

SCHEMA = "floor"

TABLES = f"""
CREATE SCHEMA {SCHEMA};
SET search_path = {SCHEMA}, public;
CREATE FUNCTION {SCHEMA}.pieces(s text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT array(SELECT DISTINCT substr(s, i, n) FROM generate_series(1, length(s)) i, generate_series(1, 2) n
               WHERE i + n - 1 <= length(s)) $$;
CREATE TABLE patient AS
  SELECT p.id, p.name, coalesce(f.digits, '') AS phone, p.sex, p.birth_date AS birth,
         coalesce(p.department_id, 0) AS dept, p.registered_at AS created, p.last_contact_at AS last_contact
  FROM patients_patient p LEFT JOIN patients_phone f ON f.patient_id = p.id AND f.is_primary;
CREATE TABLE timeline AS
  SELECT id, patient_id, kind, occurred_at AS at, left(params::text, 60) AS summary
  FROM patients_timelineentry WHERE patient_id IS NOT NULL;
ALTER TABLE patient ADD PRIMARY KEY (id), ALTER name SET NOT NULL;
ALTER TABLE timeline ADD PRIMARY KEY (id);
CREATE SEQUENCE patient_id_seq OWNED BY patient.id;
SELECT setval('patient_id_seq', (SELECT max(id) FROM patient));
ALTER TABLE patient ALTER id SET DEFAULT nextval('patient_id_seq');
CREATE INDEX ON patient (phone);
CREATE INDEX ON patient USING gin ({SCHEMA}.pieces(name));
CREATE INDEX ON patient (dept, created DESC, id DESC);
CREATE INDEX ON patient (last_contact DESC, id DESC);
CREATE INDEX ON timeline (patient_id, at DESC);
"""


def make_flat(connection: psycopg2.extensions.connection) -> None:
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
