-- Question: how much does each municipality that answered count for?
-- Grain:    one row per edition, municipality and weighting.
-- Params:   none
-- Unit:     size is municipalities, or inhabitants when those are counted, that it stands for.
-- Source:   weighted_units, weightings.
select
    weighted_units.edition,
    weighted_units.municipality_code,
    weightings.weighting,
    weighted_units.weight
    * case
        when weightings.weighting = 'inhabitant' then weighted_units.inhabitants
        else 1
    end as size

from weighted_units

cross join weightings

order by weighted_units.edition, weighted_units.municipality_code, weightings.weighting
