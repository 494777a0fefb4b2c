-- Question: how many municipalities are in each group, took part, and answered each question?
-- Grain:    one row per edition, indicator asked in it, dimension and group; empty groups too.
-- Params:   none
-- Unit:     municipalities.
-- Source:   membership, asked (from the codebook), answers, respondents, pattern_groups. A
--           multiple choice counts once.
with

status as (

    select
        answers.edition,
        answers.municipality_code,
        answers.indicator,
        bool_or(answers.answer is not null) as is_answered,
        bool_or(answers.reason = 'dont_know') as is_dont_know

    from answers

    group by all

),

counted as (

    select
        respondents.edition,
        asked.indicator,
        respondents.pattern,
        count(*) as respondent_count,
        count(*) filter (where status.is_answered) as answer_count,
        count(*) filter (where not status.is_answered and status.is_dont_know) as dont_know_count

    from respondents

    inner join asked using (edition)

    left join status using (edition, municipality_code, indicator)

    group by all

),

populations as (

    select
        membership.edition,
        membership.dimension,
        membership.group_code,
        count(*) as population_count

    from membership

    group by all

),

grouped as (

    select
        counted.edition,
        counted.indicator,
        pattern_groups.dimension,
        pattern_groups.group_code,
        sum(counted.respondent_count) as respondent_count,
        sum(counted.answer_count) as answer_count,
        sum(counted.dont_know_count) as dont_know_count

    from counted

    inner join pattern_groups using (edition, pattern)

    group by all

)

select
    populations.edition,
    asked.indicator,
    populations.dimension,
    populations.group_code,
    populations.population_count,
    coalesce(grouped.respondent_count, 0)::bigint as respondent_count,
    coalesce(grouped.answer_count, 0)::bigint as answer_count,
    coalesce(grouped.dont_know_count, 0)::bigint as dont_know_count

from populations

inner join asked using (edition)

left join grouped using (edition, indicator, dimension, group_code)

order by all
