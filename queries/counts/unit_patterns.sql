-- Question: which respondents are in exactly the same published groups?
-- Grain:    one row per edition and municipality that answered.
-- Params:   none
-- Unit:     pattern numbers the sets of groups of an edition; it means nothing by itself.
-- Source:   weighted_units, membership.
with

patterns as (

    select
        membership.edition,
        membership.municipality_code,
        string_agg(
            membership.dimension || '=' || membership.group_code, '|'
            order by membership.dimension
        ) as pattern_groups

    from membership

    semi join weighted_units using (edition, municipality_code)

    group by all

)

select
    weighted_units.edition,
    weighted_units.municipality_code,
    weighted_units.inhabitants,
    weighted_units.stratum,
    weighted_units.calibration_cell,
    weighted_units.population_count,
    weighted_units.respondent_count,
    weighted_units.weight,
    dense_rank() over (
        partition by weighted_units.edition
        order by patterns.pattern_groups
    ) as pattern

from weighted_units

inner join patterns using (edition, municipality_code)

order by weighted_units.edition, weighted_units.municipality_code
