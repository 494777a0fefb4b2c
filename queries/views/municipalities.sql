-- Question: what are municipalities called?
-- Grain:    one row per municipality that exists in the latest year of the register.
-- Params:   none
-- Unit:     none.
-- Source:   register.
select
    register.municipality_code,
    register.name

from register

where register.year = (select max(latest.year) from register as latest)

order by register.name
