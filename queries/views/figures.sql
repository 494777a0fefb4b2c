-- Question: which figures are published for these questions, groups and editions?
-- Grain:    one row per figure; a withheld figure keeps its row.
-- Params:   $indicators  ids of the codebook
--           $editions    years, or null for all
--           $bases       enquete, begroting, jaarrekening; or null for all
--           $items       items of a question, or null for all
--           $statistics  share, mean, median, ...; or null for all
--           $weightings  municipality, inhabitant; or null for all
--           $dimensions  dimensions, crossed ones with a colon; or null for all
--           $groups      codes of groups, or null for all
-- Unit:     shares are 0-1, amounts in the unit of the question.
-- Source:   figures.
select
    figures.kind,
    figures.edition,
    figures.basis,
    figures.indicator,
    figures.item,
    figures.statistic,
    figures.weighting,
    figures.dimension,
    figures.group_code,
    figures.population_count,
    figures.respondent_count,
    figures.answer_count,
    figures.dont_know_share,
    figures.skipped_share,
    figures.estimate,
    figures.low,
    figures.high,
    figures.grade,
    figures.status,
    figures.step_up_dimension,
    figures.step_up_group,
    figures.group_rank,
    figures.item_rank

from figures

where
    figures.indicator = any($indicators)
    and ($editions is null or figures.edition = any($editions))
    and ($bases is null or figures.basis = any($bases))
    and ($items is null or figures.item = any($items))
    and ($statistics is null or figures.statistic = any($statistics))
    and ($weightings is null or figures.weighting = any($weightings))
    and ($dimensions is null or figures.dimension = any($dimensions))
    and ($groups is null or figures.group_code = any($groups))

order by
    list_position($indicators, figures.indicator),
    figures.basis,
    figures.edition,
    figures.item_rank,
    figures.statistic,
    figures.weighting,
    figures.dimension,
    figures.group_rank,
    figures.group_code
