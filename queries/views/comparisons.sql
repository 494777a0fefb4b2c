-- Question: which differences between groups, or between editions, are there in these figures?
-- Grain:    one row per tested difference; one that cannot be tested keeps its row.
-- Params:   $indicators  ids of the codebook
--           $editions    years, or null for all
--           $items       items of a question, or null for all
--           $statistics  share, mean; or null for all
--           $weightings  municipality, inhabitant; or null for all
--           $against     rest, group, edition; or null for all
--           $dimensions  dimensions, crossed ones with a colon; or null for all
--           $groups      codes of groups, or null for all; of a pair, the first
-- Unit:     shares are 0-1, amounts in the unit of the question; difference is estimate minus
--           other_estimate, with its margin at the level at which the outcome was decided, together
--           with the other groups of the dimension.
-- Source:   comparisons.
select
    comparisons.edition,
    comparisons.indicator,
    comparisons.item,
    comparisons.statistic,
    comparisons.weighting,
    comparisons.against,
    comparisons.dimension,
    comparisons.group_code,
    comparisons.other_dimension,
    comparisons.other_group,
    comparisons.other_edition,
    comparisons.estimate,
    comparisons.other_estimate,
    comparisons.difference,
    comparisons.low,
    comparisons.high,
    comparisons.p_value,
    comparisons.detectable,
    comparisons.outcome

from comparisons

where
    comparisons.indicator = any($indicators)
    and ($editions is null or comparisons.edition = any($editions))
    and ($items is null or comparisons.item = any($items))
    and ($statistics is null or comparisons.statistic = any($statistics))
    and ($weightings is null or comparisons.weighting = any($weightings))
    and ($against is null or comparisons.against = any($against))
    and ($dimensions is null or comparisons.dimension = any($dimensions))
    and ($groups is null or comparisons.group_code = any($groups))

order by
    list_position($indicators, comparisons.indicator),
    comparisons.edition,
    comparisons.item,
    comparisons.statistic,
    comparisons.weighting,
    comparisons.against,
    comparisons.dimension,
    comparisons.group_code,
    comparisons.other_group
