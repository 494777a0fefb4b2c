-- Question: between which values do the figures of an indicator lie, groups and editions alike?
-- Grain:    one row; nulls where nothing is published.
-- Params:   $indicator   id of the codebook
--           $statistics  the statistics that are drawn
-- Unit:     as kept: shares 0-1, amounts in the unit of the indicator.
-- Source:   figures. Figures too uncertain to be drawn do not stretch the axis.
select
    min(least(figures.low, figures.estimate)) as lowest,
    max(greatest(figures.high, figures.estimate)) as highest

from figures

where
    figures.indicator = $indicator
    and figures.statistic = any($statistics)
    and (figures.grade is null or figures.grade != 'uncertain')
