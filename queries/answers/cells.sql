-- Question: which respondents count alike in everything that is published?
-- Grain:    one row per edition and municipality that answered.
-- Params:   $single: a cell for each municipality; else one for all of the same groups and weight.
-- Unit:     cell is a name; weight as in weighted_units.
-- Source:   weighted_units, membership.
with

patterns as (

    select
        membership.edition,
        membership.municipality_code,
        string_agg(
            membership.dimension || '=' || membership.group_code, '|'
            order by membership.dimension
        ) as pattern

    from membership

    group by membership.edition, membership.municipality_code

)

select
    weighted_units.edition,
    weighted_units.municipality_code,
    weighted_units.weight,
    case when $single then weighted_units.inhabitants end as inhabitants,
    case
        when $single then weighted_units.municipality_code
        else patterns.pattern || '*' || weighted_units.weight
    end as cell

from weighted_units

inner join patterns
    on
        weighted_units.edition = patterns.edition
        and weighted_units.municipality_code = patterns.municipality_code

order by weighted_units.edition, weighted_units.municipality_code
