-- Question: which groups hold all municipalities of a group?
-- Grain:    one row per wider group, the narrowest first.
-- Params:   $edition    year
--           $dimension  of the group
--           $group      code of the group
-- Unit:     municipalities.
-- Source:   containing.
select
    containing.wider_dimension,
    containing.wider_group,
    containing.wider_population

from containing

where
    containing.edition = $edition
    and containing.dimension = $dimension
    and containing.group_code = $group

order by containing.wider_population, containing.wider_dimension
