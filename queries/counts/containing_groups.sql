-- Question: which group holds all municipalities of another group?
-- Grain:    one row per edition, group and wider group of another dimension.
-- Params:   none
-- Unit:     municipalities.
-- Source:   membership.
with

sizes as (

    select
        membership.edition,
        membership.dimension,
        membership.group_code,
        count(*) as population_count

    from membership

    group by membership.edition, membership.dimension, membership.group_code

),

shared as (

    select
        inner_member.edition,
        inner_member.dimension,
        inner_member.group_code,
        outer_member.dimension as wider_dimension,
        outer_member.group_code as wider_group,
        count(*) as shared_count

    from membership as inner_member

    inner join membership as outer_member
        on
            inner_member.edition = outer_member.edition
            and inner_member.municipality_code = outer_member.municipality_code
            and inner_member.dimension != outer_member.dimension

    group by
        inner_member.edition,
        inner_member.dimension,
        inner_member.group_code,
        outer_member.dimension,
        outer_member.group_code

)

select
    shared.edition,
    shared.dimension,
    shared.group_code,
    shared.wider_dimension,
    shared.wider_group,
    wider.population_count as wider_population

from shared

inner join sizes as own
    on
        shared.edition = own.edition
        and shared.dimension = own.dimension
        and shared.group_code = own.group_code
        and shared.shared_count = own.population_count

inner join sizes as wider
    on
        shared.edition = wider.edition
        and shared.wider_dimension = wider.dimension
        and shared.wider_group = wider.group_code
        and shared.shared_count < wider.population_count

order by
    shared.edition,
    shared.dimension,
    shared.group_code,
    wider.population_count,
    shared.wider_dimension,
    shared.wider_group
