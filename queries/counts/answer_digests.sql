-- Question: what identifies the answers of a group to a question with their weights, and its
--           silences?
-- Grain:    one row per edition, indicator, dimension and group.
-- Params:   none
-- Unit:     whole numbers, as text: sums over the respondents of a group, so that their order
--           does not count. answers: of who answered what, and what they weigh; contributors:
--           of who answered; statuses: of who took part, and why there was no answer.
-- Source:   answers, respondents, question_weights (of calibrated questions), asked (from the
--           codebook), pattern_groups.
with

given as (

    select
        answers.edition,
        answers.indicator,
        answers.municipality_code,
        sum(
            ('0x' || left(sha256(concat_ws(
                '=', answers.municipality_code, answers.choice, answers.answer::varchar
            )), 15))::ubigint
        ) filter (where answers.answer is not null) as answer_digest,
        min(answers.reason) as reason

    from answers

    group by all

),

told as (

    select
        asked.edition,
        asked.indicator,
        respondents.pattern,
        sum(
            given.answer_digest
            + ('0x' || left(sha256(concat_ws(
                '=',
                respondents.municipality_code,
                -- in billionths: a last bit of a weight is no other weight
                round(1e9 * coalesce(question_weights.weight, respondents.weight))::bigint,
                respondents.inhabitants::bigint
            )), 15))::ubigint
        ) as answer_digest,
        sum(
            ('0x' || left(sha256(respondents.municipality_code), 15))::ubigint
        ) filter (where given.answer_digest is not null) as contributors,
        sum(
            ('0x' || left(sha256(concat_ws(
                '=',
                respondents.municipality_code,
                case
                    when given.answer_digest is not null then 'answered'
                    else coalesce(given.reason, 'not_answered')
                end
            )), 15))::ubigint
        ) as statuses

    from respondents

    inner join asked using (edition)

    left join given using (edition, indicator, municipality_code)

    left join question_weights using (edition, indicator, municipality_code)

    group by all

)

select
    told.edition,
    told.indicator,
    pattern_groups.dimension,
    pattern_groups.group_code,
    coalesce(sum(told.answer_digest), 0)::varchar as answers,
    coalesce(sum(told.contributors), 0)::varchar as contributors,
    sum(told.statuses)::varchar as statuses

from told

inner join pattern_groups using (edition, pattern)

group by all

order by all
