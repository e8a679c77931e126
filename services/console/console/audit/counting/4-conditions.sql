-- What the year must fulfil (DOMAIN.md section 6, "Conditions"): one row each, met or not.

-- "A quarter or month is judged only if it holds at least one eligible date."
-- "required: active drops quarters and months that hold no date of a logged, non-voided visit."
CREATE TEMP TABLE period AS
SELECT DISTINCT cadre, if(report_period = 'month', month, quarter) AS period
FROM eligible, rule
WHERE report_period <> 'visit'
    AND (
        report_required = 'always'
        OR EXISTS (
            FROM visit
            WHERE visit.cadre = eligible.cadre
                AND CASE report_period
                    WHEN 'month' THEN date_trunc('month', first_day) <= day
                        AND last_day >= date_trunc('month', day)
                    ELSE date_trunc('quarter', first_day) <= day
                        AND last_day >= date_trunc('quarter', day)
                END
        )
    );

-- What is owed, about what, and until when: "Due = period's (or visit's) last day + due_days".
CREATE TEMP TABLE owed_paper AS
SELECT
    'report' AS paper, cadre, period AS about, report_late AS late,
    CASE report_period
        WHEN 'month' THEN last_day((period || '-01')::DATE)
        ELSE last_day(make_date(period[:4]::INTEGER, period[-1:]::INTEGER * 3, 1))
    END + report_due_days::INTEGER AS due
FROM period, rule
UNION ALL
SELECT 'report', cadre, visit, report_late, last_day + report_due_days::INTEGER
FROM visit, rule
WHERE report_period = 'visit'
UNION ALL
SELECT 'product', cadre, visit, 'counts', last_day + product_due_days::INTEGER
FROM visit JOIN kind USING (kind)
WHERE product;

CREATE TEMP TABLE condition AS
-- "days: credited >= target."
SELECT
    cadre, 'days' AS id,
    (SELECT count(*) FROM credited WHERE credited.cadre = owed.cadre) >= halves AS met
FROM owed
UNION ALL
-- "level:<level> for each quota unless surplus: any."
SELECT cadre, 'level:' || level, met FROM level_met
UNION ALL
-- "plan:<quarter> ...: met iff the cadre has at least one line of that quarter approved <= as_of".
SELECT DISTINCT eligible.cadre, 'plan:' || eligible.quarter, approved_line.line IS NOT NULL
FROM eligible
LEFT JOIN approved_line USING (cadre, quarter),
    rule
WHERE plans_required
UNION ALL
-- "Met iff accepted <= as_of and (late: counts or submitted <= due)"; "any one suffices".
SELECT
    cadre, paper || ':' || about,
    EXISTS (
        FROM accepted
        WHERE accepted.paper = owed_paper.paper AND accepted.cadre = owed_paper.cadre
            AND accepted.about = owed_paper.about
            AND (late = 'counts' OR submitted_on <= due)
    )
FROM owed_paper;
