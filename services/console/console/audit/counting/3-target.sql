-- How many days a cadre owes (DOMAIN.md section 6, "Target"), in half-days.

-- "days -> base x eligible / window days"; "months -> base x m / n, n = calendar months that hold
-- a date of the window, m = those with at least 15 eligible dates".
CREATE TEMP TABLE share AS
SELECT
    cadre,
    CASE proration
        WHEN 'none' THEN 1
        WHEN 'days' THEN (SELECT count(*) FROM eligible WHERE eligible.cadre = cadre.cadre)
        ELSE (
            SELECT count(*)
            FROM (
                SELECT month FROM eligible WHERE eligible.cadre = cadre.cadre
                GROUP BY month HAVING count(*) >= 15
            )
        )
    END AS part,
    CASE proration
        WHEN 'none' THEN 1
        WHEN 'days' THEN (SELECT count(*) FROM window_date)
        ELSE (SELECT count(DISTINCT month) FROM window_date)
    END AS whole
FROM cadre, rule;

-- "Round up to a multiple of 0.5": in whole half-days, x / y rounded up is (x + y - 1) // y.
CREATE TEMP TABLE owed AS
SELECT cadre, (base * part + whole - 1) // whole AS halves
FROM share, rule;

-- "by_level quotas are prorated and rounded the same way, each by itself."
-- Upward surplus "may fill a higher level's shortfall": going up, what is over waits for the next
-- shortfall. So before a level there wait S - min(0, least S of any level below), S being the sum
-- of (days - quota) so far; the quota is met iff that and its own days reach it.
CREATE TEMP TABLE level_met AS
WITH held AS (
    SELECT
        cadre, rank, level, has_quota,
        (SELECT count(*) FROM credited
            WHERE credited.cadre = share.cadre AND credited.level = level.level)
        - (quota * part + whole - 1) // whole AS over
    FROM share, level
),
summed AS (
    SELECT *, sum(over) OVER (PARTITION BY cadre ORDER BY rank) AS total FROM held
)
SELECT
    cadre, level,
    over >= 0 OR (
        surplus = 'upward'
        AND total >= least(0, coalesce(min(total) OVER (
            PARTITION BY cadre ORDER BY rank ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ), 0))
    ) AS met
FROM summed, rule
WHERE surplus <> 'any'
QUALIFY has_quota;
