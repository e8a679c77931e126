-- Which half-days are credited (DOMAIN.md section 6, "A visit is creditable", "A date counts",
-- "Two slots a date").

CREATE TEMP TABLE window_date AS
SELECT
    day::DATE AS day,
    year(day) || '-Q' || quarter(day) AS quarter,
    strftime(day, '%Y-%m') AS month,
    isodow(day) >= 6 OR list_contains(holidays, day::DATE) AS free
FROM rule, generate_series(window_from, window_to, INTERVAL 1 DAY) AS _(day);

-- "eligible = window dates inside employment and outside leave", of every cadre.
CREATE TEMP TABLE eligible AS
SELECT cadre, window_date.*
FROM cadre
JOIN window_date ON day BETWEEN employed_from AND employed_to
WHERE NOT EXISTS (
    FROM leave WHERE leave.cadre = cadre.cadre AND day BETWEEN first_day AND last_day
);

-- "A visit is creditable iff: ... its kind has counts: true; credit.evidence is empty, or the
-- visit's evidence kind is in it and its number is not blank; unplanned: never demands that the
-- visit's own line is approved <= as_of; and credit.from is reached".
CREATE TEMP TABLE creditable AS
SELECT visit.*
FROM visit
JOIN kind USING (kind)
LEFT JOIN approved_line USING (cadre, line),
    rule
WHERE counts
    AND (
        len(rule.evidence) = 0
        OR (
            coalesce(list_contains(rule.evidence, visit.evidence), false)
            AND regexp_matches(evidence_no, '[^\s\p{Z}\x0b\x1c-\x1f\x{85}]')
        )
    )
    AND (unplanned = 'counts' OR approved_line.line IS NOT NULL)
    AND (credit_from <> 'confirmed' OR confirmed)
    AND (half_days OR portion = 'full');

-- "A date of a creditable visit counts iff it is inside window, inside the cadre's employment,
-- not inside any recorded leave and, with days: working, neither Saturday, Sunday nor a listed
-- holiday"; and with credit.from: accepted "for the period that holds the date being credited".
CREATE TEMP TABLE counting AS
SELECT creditable.*, day, eligible.quarter
FROM creditable
JOIN eligible ON eligible.cadre = creditable.cadre AND day BETWEEN first_day AND last_day,
    rule
WHERE (credit_days = 'calendar' OR NOT free)
    AND (
        credit_from <> 'accepted'
        OR EXISTS (
            FROM accepted
            WHERE paper = 'report' AND accepted.cadre = creditable.cadre
                AND about = CASE report_period
                    WHEN 'quarter' THEN eligible.quarter
                    WHEN 'month' THEN eligible.month
                    ELSE visit
                END
        )
    );

-- "A slot claimed by several creditable visits counts once, for the visit logged first
-- (logged_on, then visit id in code-point order)." One row is half a day.
CREATE TEMP TABLE credited AS
SELECT cadre, day, slot, visit, level, kind, quarter
FROM counting
JOIN (VALUES ('morning'), ('afternoon')) AS _(slot) ON portion IN ('full', slot)
QUALIFY row_number() OVER (PARTITION BY cadre, day, slot ORDER BY logged_on, visit) = 1;
