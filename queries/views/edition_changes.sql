-- Question: how does the national figure of each question differ from the former edition's?
-- Grain:    one row per indicator, item and statistic that both editions asked in the same way.
-- Params:   $edition     the later edition
--           $indicators  ids of the codebook
--           $weightings  municipality, inhabitant; or null for all
--           $dimension   of the whole
-- Unit:     shares are 0-1, amounts in the unit of the question; the difference likewise.
-- Source:   comparisons.
select
    comparisons.indicator,
    comparisons.item,
    comparisons.statistic,
    comparisons.other_edition,
    comparisons.difference,
    comparisons.low,
    comparisons.high,
    comparisons.p_value,
    comparisons.standard_error

from comparisons

where
    comparisons.against = 'edition'
    and comparisons.edition = $edition
    and comparisons.dimension = $dimension
    and comparisons.indicator = any($indicators)
    and ($weightings is null or comparisons.weighting = any($weightings))

order by list_position($indicators, comparisons.indicator), comparisons.item
