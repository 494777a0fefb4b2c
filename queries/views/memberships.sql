-- Question: in which groups is a municipality, year by year?
-- Grain:    one row per year and dimension; none for years in which it did not exist.
-- Params:   $municipality  code
-- Unit:     none.
-- Source:   members.
select
    members.year,
    members.dimension,
    members.group_code,
    members.name

from members

where members.municipality_code = $municipality

order by members.year, members.dimension
