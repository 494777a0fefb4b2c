-- Question: along which dimensions are figures published?
-- Grain:    one row per dimension.
-- Params:   none
-- Unit:     none.
-- Source:   figures.
select distinct
    figures.kind,
    figures.dimension

from figures

order by figures.kind, figures.dimension
