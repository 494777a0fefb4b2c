-- Question: which published groups is each pattern of respondents in?
-- Grain:    one row per edition, pattern, dimension and group.
-- Params:   none
-- Unit:     none.
-- Source:   respondents (see unit_patterns), membership.
with

examples as (

    select
        respondents.edition,
        respondents.pattern,
        min(respondents.municipality_code) as municipality_code

    from respondents

    group by all

)

select
    examples.edition,
    examples.pattern,
    membership.dimension,
    membership.group_code

from examples

inner join membership using (edition, municipality_code)

order by all
