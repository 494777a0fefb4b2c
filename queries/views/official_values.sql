-- Question: what is the official figure of each municipality, and in which groups is it?
-- Grain:    one row per municipality of the year; null value where nothing was filed.
-- Params:   $indicator         id of the codebook
--           $basis             begroting or jaarrekening
--           $edition           year
--           $class_dimension   dimension to class municipalities by
--           $region_dimension  dimension to place municipalities by
--           $classes           codes to keep, or null for all
--           $regions           codes to keep, or null for all
-- Unit:     that of the indicator.
-- Source:   members, official.
with

classed as (

    select
        members.municipality_code,
        members.name,
        members.group_code

    from members

    where
        members.year = $edition
        and members.dimension = $class_dimension

),

placed as (

    select
        members.municipality_code,
        members.group_code

    from members

    where
        members.year = $edition
        and members.dimension = $region_dimension

)

select
    classed.municipality_code,
    classed.name,
    classed.group_code as class_code,
    placed.group_code as region_code,
    official.status,
    official.amount

from classed

left join placed
    on classed.municipality_code = placed.municipality_code

left join official
    on
        classed.municipality_code = official.municipality_code
        and official.indicator = $indicator
        and official.basis = $basis
        and official.year = $edition

where
    ($classes is null or classed.group_code = any($classes))
    and ($regions is null or placed.group_code = any($regions))

order by classed.name
