-- What the entries say (DOMAIN.md section 6: "Only acts dated <= as_of exist").
--
-- Given: table `entry` (service, position, stream, type, recorded_at, fact: JSON) and
-- table `asked` (year, as_of, known_at). Each table below is the facts of one kind, laid flat;
-- `position` is the order of recording. Nothing here has been folded by dicoso.

-- An entry is known from its recording on, and no sooner than those before it in its stream.
CREATE TEMP TABLE known AS
SELECT * EXCLUDE (known_from)
FROM (
    SELECT *, max(recorded_at) OVER (
        PARTITION BY service, stream ORDER BY position
    ) AS known_from
    FROM entry
)
WHERE (SELECT known_at FROM asked) IS NULL OR known_from <= (SELECT known_at FROM asked);

-- The regime in force: the last amendment dated until then; enactment holds since ever.
CREATE TEMP TABLE regime AS
SELECT coalesce((SELECT regime FROM other_regime), fact->'regime') AS r
FROM known, asked
WHERE type IN ('planning.regime-enacted.v1', 'planning.regime-amended.v1')
    AND stream = 'regime/' || year
    AND coalesce((fact->>'on')::DATE, DATE '0001-01-01') <= as_of
ORDER BY coalesce((fact->>'on')::DATE, DATE '0001-01-01') DESC, position DESC
LIMIT 1;

-- Its keys, by name.
CREATE TEMP TABLE rule AS
SELECT
    (r->>'$.window.from')::DATE AS window_from,
    (r->>'$.window.to')::DATE AS window_to,
    (r->>'$.closes_on')::DATE AS closes_on,
    (r->>'$.year')::INTEGER AS year,
    (r->'$.holidays')::DATE[] AS holidays,
    (r->'$.population.employment')::VARCHAR[] AS employments,
    (r->'$.population.duty')::VARCHAR[] AS duties,
    ((r->>'$.target.days')::DECIMAL(18, 1) * 2)::BIGINT AS base,
    r->>'$.target.surplus' AS surplus,
    r->>'$.target.proration' AS proration,
    r->>'$.credit.from' AS credit_from,
    r->>'$.credit.days' AS credit_days,
    (r->>'$.credit.half_days')::BOOLEAN AS half_days,
    r->>'$.credit.unplanned' AS unplanned,
    (r->'$.credit.evidence')::VARCHAR[] AS evidence,
    (r->>'$.planning.required')::BOOLEAN AS plans_required,
    r->>'$.reports.period' AS report_period,
    r->>'$.reports.required' AS report_required,
    (r->>'$.reports.due_days')::BIGINT AS report_due_days,
    r->>'$.reports.late' AS report_late
FROM regime;

CREATE TEMP TABLE kind AS
SELECT
    k->>'id' AS kind,
    (k->>'counts')::BOOLEAN AS counts,
    (k->>'product')::BOOLEAN AS product,
    (k->>'product_due_days')::BIGINT AS product_due_days
FROM (SELECT unnest((r->'$.kinds')::JSON[]) AS k FROM regime);

CREATE TEMP TABLE exemption AS
SELECT e->>'leave' AS kind, (e->>'at_least_days')::BIGINT AS at_least_days
FROM (SELECT unnest((r->'$.target.exempt')::JSON[]) AS e FROM regime);

-- "Levels, lowest to highest"; a level without a quota has quota 0 (and no condition).
CREATE TEMP TABLE level AS
SELECT
    rank, level,
    (r->('$.target.by_level.' || level)) IS NOT NULL AS has_quota,
    (coalesce((r->>('$.target.by_level.' || level))::DECIMAL(18, 1), 0) * 2)::BIGINT AS quota
FROM (VALUES (1, 'branch'), (2, 'commune'), (3, 'district'), (4, 'province')) AS _(rank, level),
    regime;

-- The roster. Appointment and departure carry no act date and hold as of every day.
CREATE TEMP TABLE cadre AS
SELECT
    fact->>'cadre' AS cadre,
    fact->>'employment' AS employment,
    fact->>'duty' AS duty,
    coalesce((fact->>'from')::DATE, DATE '0001-01-01') AS employed_from,
    coalesce(departed_on, (fact->>'to')::DATE, DATE '9999-12-31') AS employed_to
FROM known
LEFT JOIN (
    SELECT stream, arg_max((fact->>'to')::DATE, position) AS departed_on
    FROM known
    WHERE type = 'planning.cadre-departed.v1'
    GROUP BY stream
) USING (stream)
WHERE type = 'planning.cadre-appointed.v1';

-- "recorded leave", as corrected until then. It concerns the year if it was filed under it or
-- reaches into it. Of two versions of one day the one recorded later stands.
CREATE TEMP TABLE leave AS
WITH version AS (
    SELECT
        fact->>'cadre' AS cadre, fact->>'leave' AS leave, fact->>'kind' AS kind,
        (fact->>'from')::DATE AS first_day, (fact->>'to')::DATE AS last_day,
        coalesce(fact->>'recorded_on', fact->>'on')::DATE AS acted_on, position,
        first_value((fact->>'year')::INTEGER) OVER (
            PARTITION BY stream, fact->>'leave' ORDER BY position
        ) AS filed
    FROM known
    WHERE type IN ('planning.leave-recorded.v1', 'planning.leave-corrected.v1')
)
SELECT version.* EXCLUDE (acted_on, position, filed)
FROM version, rule, asked
WHERE acted_on <= as_of
QUALIFY row_number() OVER (
        PARTITION BY cadre, leave ORDER BY acted_on DESC, position DESC
    ) = 1
    AND (
        filed = rule.year
        OR (
            first_day <= greatest(window_to, make_date(rule.year, 12, 31))
            AND last_day >= least(window_from, make_date(rule.year, 1, 1))
        )
    );

-- Plan lines that stand approved. Dropping a draft ends it at once; dropping an approved line
-- stands once the chain has approved it.
CREATE TEMP TABLE approved_line AS
WITH touched AS (
    SELECT stream, fact, position, type, unnest(
        CASE type
            WHEN 'planning.plan-approved.v1' THEN (fact->'lines')::VARCHAR[]
            ELSE [fact->>'line']
        END
    ) AS line
    FROM known, asked
    WHERE starts_with(stream, 'plan/' || year || '/')
        AND type IN (
            'planning.line-drafted.v1', 'planning.line-amended.v1',
            'planning.line-dropped.v1', 'planning.plan-approved.v1'
        )
),
told AS (
    SELECT
        *,
        (fact->>'on')::DATE AS acted_on,
        type = 'planning.plan-approved.v1' AS is_approval,
        lag(type) OVER one_line = 'planning.line-dropped.v1' AS of_dropping,
        count(*) FILTER (type = 'planning.plan-approved.v1') OVER (
            one_line ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS approved_before
    FROM touched
    WINDOW one_line AS (PARTITION BY stream, line ORDER BY position)
)
SELECT
    line,
    any_value(fact->>'cadre') AS cadre,
    any_value(fact->>'quarter') AS quarter,
    min(acted_on) FILTER (is_approval AND NOT coalesce(of_dropping, false)) AS approved_on
FROM told, asked
GROUP BY line, as_of
HAVING approved_on <= as_of
    AND coalesce(bool_or(type = 'planning.line-drafted.v1'), false)
    AND NOT coalesce(bool_or(type = 'planning.line-dropped.v1' AND approved_before = 0), false)
    AND coalesce(
        arg_max(acted_on, position) FILTER (is_approval AND of_dropping) > as_of, true
    );

-- Visits as logged, or as corrected, until then ("not voided"). A confirmation confirms the
-- version recorded last before it; a corrected visit needs confirming again.
CREATE TEMP TABLE visit AS
WITH told AS (
    SELECT known.*, count(*) FILTER (
        type IN ('visits.visit-logged.v1', 'visits.visit-corrected.v1')
    ) OVER (PARTITION BY stream, fact->>'visit' ORDER BY position) AS number
    FROM known, asked
    WHERE starts_with(stream, 'diary/' || year || '/')
),
version AS (
    SELECT
        fact->>'visit' AS visit, fact->>'cadre' AS cadre, fact->>'level' AS level,
        fact->>'kind' AS kind, fact->>'line' AS line,
        (fact->>'from')::DATE AS first_day, (fact->>'to')::DATE AS last_day,
        fact->>'portion' AS portion, fact->>'evidence' AS evidence,
        fact->>'evidence_no' AS evidence_no,
        coalesce(fact->>'logged_on', fact->>'on')::DATE AS logged_on, position, number
    FROM told
    WHERE type IN ('visits.visit-logged.v1', 'visits.visit-corrected.v1')
),
confirmed AS (
    SELECT fact->>'visit' AS visit, number, min((fact->>'confirmed_on')::DATE) AS confirmed_on
    FROM told
    WHERE type = 'visits.visit-confirmed.v1'
    GROUP BY ALL
),
voided AS (
    SELECT
        fact->>'visit' AS visit,
        arg_max((fact->>'voided_on')::DATE, position) AS voided_on
    FROM told
    WHERE type = 'visits.visit-voided.v1'
    GROUP BY ALL
)
SELECT version.* EXCLUDE (position, number), coalesce(confirmed_on <= as_of, false) AS confirmed
FROM version
LEFT JOIN confirmed USING (visit, number)
LEFT JOIN voided USING (visit),
    asked
WHERE logged_on <= as_of AND coalesce(voided_on > as_of, true)
QUALIFY row_number() OVER (PARTITION BY visit ORDER BY logged_on DESC, position DESC) = 1;

-- Submissions that are accepted until then: of a report about its period (or visit), of a
-- product about its visit. An acceptance is of the submission before it.
CREATE TEMP TABLE accepted AS
WITH told AS (
    SELECT known.*, count(*) FILTER (
        type IN ('visits.report-submitted.v1', 'visits.product-submitted.v1')
    ) OVER (PARTITION BY stream ORDER BY position) AS number
    FROM known, asked
    WHERE service = 'visits' AND (fact->>'year')::INTEGER = year
        AND (starts_with(stream, 'report/') OR starts_with(stream, 'product/'))
)
SELECT
    split_part(stream, '/', 1) AS paper,
    any_value(fact->>'cadre') AS cadre,
    coalesce(any_value(fact->>'period'), any_value(fact->>'visit')) AS about,
    min((fact->>'submitted_on')::DATE) AS submitted_on
FROM told, asked
GROUP BY stream, number, as_of
HAVING arg_max((fact->>'accepted_on')::DATE, position)
    FILTER (fact->>'accepted_on' IS NOT NULL) <= as_of;
