-- Question: how many municipalities are in each group, took part, and answered each question?
-- Grain:    one row per edition, indicator asked in it, dimension and group; empty groups too.
-- Params:   none
-- Unit:     municipalities.
-- Source:   membership, asked (from the codebook), answers. A multiple choice counts once.
with

status as (

    select
        answers.edition,
        answers.municipality_code,
        answers.indicator,
        bool_or(answers.answer is not null) as is_answered,
        bool_or(answers.reason = 'dont_know') as is_dont_know,
        bool_or(answers.reason = 'not_applicable') as is_not_applicable

    from answers

    group by answers.edition, answers.municipality_code, answers.indicator

)

select
    membership.edition,
    asked.indicator,
    membership.dimension,
    membership.group_code,
    count(*) as population_count,
    count(weighted_units.municipality_code) as respondent_count,
    count(*) filter (where status.is_answered) as answer_count,
    count(*) filter (where not status.is_answered and status.is_dont_know) as dont_know_count,
    count(*) filter (
        where not status.is_answered and status.is_not_applicable
    ) as not_applicable_count

from membership

inner join asked
    on membership.edition = asked.edition

left join weighted_units
    on
        membership.edition = weighted_units.edition
        and membership.municipality_code = weighted_units.municipality_code

left join status
    on
        membership.edition = status.edition
        and membership.municipality_code = status.municipality_code
        and asked.indicator = status.indicator

group by membership.edition, asked.indicator, membership.dimension, membership.group_code

order by membership.edition, asked.indicator, membership.dimension, membership.group_code
