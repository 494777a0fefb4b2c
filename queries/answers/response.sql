-- Question: how many municipalities of each group took part?
-- Grain:    one row per edition, dimension and group.
-- Params:   none
-- Unit:     municipalities.
-- Source:   membership, weighted_units.
select
    membership.edition,
    membership.dimension,
    membership.group_code,
    count(*) as population_count,
    count(weighted_units.municipality_code) as respondent_count

from membership

left join weighted_units
    on
        membership.edition = weighted_units.edition
        and membership.municipality_code = weighted_units.municipality_code

group by membership.edition, membership.dimension, membership.group_code

order by membership.edition, membership.dimension, membership.group_code
