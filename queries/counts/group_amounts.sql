-- Question: which amounts were answered in each group?
-- Grain:    one row per group and municipality that answered, from small to large.
-- Params:   $edition    year
--           $indicator  a question with amounts
-- Unit:     amount in that of the question; weight in municipalities it stands for.
-- Source:   amounts, respondents, question_weights (of calibrated questions), pattern_groups.
select
    pattern_groups.dimension,
    pattern_groups.group_code,
    amounts.amount,
    respondents.inhabitants,
    coalesce(question_weights.weight, respondents.weight) as weight

from amounts

inner join respondents using (edition, municipality_code)

left join question_weights using (edition, indicator, municipality_code)

inner join pattern_groups using (edition, pattern)

where
    amounts.edition = $edition
    and amounts.indicator = $indicator

order by
    pattern_groups.dimension,
    pattern_groups.group_code,
    amounts.amount,
    weight,
    respondents.inhabitants
