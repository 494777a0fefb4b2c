-- Question: what else are municipalities called?
-- Grain:    one row per spelling, former and colloquial names included.
-- Params:   none
-- Unit:     none.
-- Source:   names.
select distinct
    names.municipality_code,
    names.variant

from names

order by names.municipality_code, names.variant
