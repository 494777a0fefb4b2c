-- Question: how many municipalities of each group took part, and what identifies them?
-- Grain:    one row per edition, dimension and group.
-- Params:   none
-- Unit:     municipalities; who: a whole number, as text, of who took part.
-- Source:   membership, weighted_units.
select
    membership.edition,
    membership.dimension,
    membership.group_code,
    count(*) as population_count,
    count(weighted_units.municipality_code) as respondent_count,
    coalesce(sum(
        ('0x' || left(sha256(weighted_units.municipality_code), 15))::ubigint
    ), 0)::varchar as who

from membership

left join weighted_units
    on
        membership.edition = weighted_units.edition
        and membership.municipality_code = weighted_units.municipality_code

group by membership.edition, membership.dimension, membership.group_code

order by membership.edition, membership.dimension, membership.group_code
