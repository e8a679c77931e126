-- The verdict (DOMAIN.md section 6, "Covered", "Status"): days, not half-days.

WITH standing AS (
    SELECT
        cadre,
        -- "covered iff employment and duty are in population", and employed on a window date.
        list_contains(employments, employment) AND list_contains(duties, duty)
            AND greatest(window_from, employed_from) <= least(window_to, employed_to) AS covered,
        -- "Exempt iff some recorded leave has a kind listed ... and lasts ... at least".
        EXISTS (
            FROM leave JOIN exemption USING (kind)
            WHERE leave.cadre = cadre.cadre AND last_day - first_day + 1 >= at_least_days
        ) AS exempt
    FROM cadre, rule
),
judged AS (
    SELECT
        cadre,
        -- "fulfilled iff every condition is met; else unfulfilled iff as_of >= closes_on".
        CASE
            WHEN NOT covered THEN 'not_covered'
            WHEN exempt THEN 'exempt'
            WHEN (SELECT bool_and(met) FROM condition WHERE condition.cadre = standing.cadre)
                THEN 'fulfilled'
            WHEN as_of >= closes_on THEN 'unfulfilled'
            ELSE 'in_progress'
        END AS status,
        covered AND NOT exempt AS counted
    FROM standing, asked, rule
)
SELECT
    cadre,
    status,
    if(counted, halves, 0) / 2 AS target,
    if(counted, held, 0) / 2 AS credited,
    if(counted, greatest(0, halves - held), 0) / 2 AS shortfall
FROM judged
JOIN owed USING (cadre)
JOIN (
    SELECT cadre.cadre, count(credited.cadre) AS held
    FROM cadre LEFT JOIN credited USING (cadre)
    GROUP BY cadre.cadre
) USING (cadre)
ORDER BY cadre;
