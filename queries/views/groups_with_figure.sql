-- Question: of which groups is a figure shown, or a bound in its place?
-- Grain:    one row per group, crossed ones too.
-- Params:   $indicator  id of the codebook
--           $edition    year
--           $item       answer, or empty
--           $statistic  share, mean, median, ...
--           $weighting  municipality, inhabitant
-- Unit:     none.
-- Source:   figures.
select
    figures.dimension,
    figures.group_code

from figures

where
    figures.indicator = $indicator
    and figures.edition = $edition
    and figures.item = $item
    and figures.statistic = $statistic
    and figures.weighting = $weighting
    and figures.status in ('shown', 'bound')
    and figures.grade is distinct from 'uncertain'

order by figures.dimension, figures.group_code
