-- Question: what do the answers of each group add up to, stratum by stratum?
-- Grain:    one row per edition, indicator, item, dimension, group, stratum, calibration cell
--           ('' unless weights are made to add up to the register) and weight.
-- Params:   none
-- Unit:     moments of the amount (y) and of the inhabitants (x) of those who answered, without
--           weights: whole numbers stay whole, and the first moments are exact in any order.
--           population_count, respondent_count and item_count are of the stratum: how many there
--           are, took part, and answered the question.
-- Source:   amounts, respondents, question_weights (of calibrated questions), pattern_groups.
with

answered as (

    select
        amounts.edition,
        amounts.indicator,
        amounts.item,
        respondents.pattern,
        respondents.stratum,
        respondents.calibration_cell,
        respondents.population_count,
        respondents.respondent_count,
        coalesce(question_weights.weight, respondents.weight) as weight,
        count(*) as answer_count,
        sum(amounts.amount::decimal(38, 18)) as y,
        sum(amounts.amount ** 2) as yy,
        count(*) filter (where respondents.inhabitants > 0) as inhabited_count,
        sum(respondents.inhabitants) as x,
        sum(respondents.inhabitants ** 2) as xx,
        sum((respondents.inhabitants * amounts.amount)::decimal(38, 18)) as xy,
        sum(respondents.inhabitants ** 2 * amounts.amount) as xxy,
        sum((respondents.inhabitants * amounts.amount) ** 2) as xxyy,
        max(respondents.inhabitants) as largest_x

    from amounts

    inner join respondents using (edition, municipality_code)

    left join question_weights using (edition, indicator, municipality_code)

    group by all

),

counted as (

    select
        answered.*,
        sum(answered.answer_count) over (
            partition by
                answered.edition, answered.indicator, answered.item, answered.stratum
        ) as item_count

    from answered

)

select
    counted.edition,
    counted.indicator,
    counted.item,
    pattern_groups.dimension,
    pattern_groups.group_code,
    counted.stratum,
    counted.calibration_cell,
    counted.weight,
    counted.population_count,
    counted.respondent_count,
    counted.item_count::bigint as item_count,
    sum(counted.answer_count)::bigint as answer_count,
    sum(counted.y)::double as y,
    sum(counted.yy) as yy,
    sum(counted.inhabited_count)::bigint as inhabited_count,
    sum(counted.x) as x,
    sum(counted.xx) as xx,
    sum(counted.xy)::double as xy,
    sum(counted.xxy) as xxy,
    sum(counted.xxyy) as xxyy,
    max(counted.largest_x) as largest_x

from counted

inner join pattern_groups using (edition, pattern)

group by all

order by all
