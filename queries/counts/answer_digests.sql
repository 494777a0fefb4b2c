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

-- once for each respondent rather than for each question
people as (

    select
        edition,
        municipality_code,
        pattern,
        inhabitants,
        -- in billionths: a last bit of a weight is no other weight
        ('0x' || left(sha256(concat_ws(
            '=', municipality_code, round(1e9 * weight)::bigint, inhabitants::bigint
        )), 15))::ubigint as weight_digest,
        ('0x' || left(sha256(municipality_code), 15))::ubigint as code_digest,
        ('0x' || left(sha256(municipality_code || '=answered'), 15))::ubigint as answered_digest

    from respondents

),

told as (

    select
        asked.edition,
        asked.indicator,
        people.pattern,
        sum(
            given.answer_digest
            + case
                when question_weights.weight is null then people.weight_digest
                else ('0x' || left(sha256(concat_ws(
                    '=',
                    people.municipality_code,
                    round(1e9 * question_weights.weight)::bigint,
                    people.inhabitants::bigint
                )), 15))::ubigint
            end
        ) as answer_digest,
        sum(people.code_digest) filter (where given.answer_digest is not null) as contributors,
        sum(
            case
                when given.answer_digest is not null then people.answered_digest
                else ('0x' || left(sha256(concat_ws(
                    '=', people.municipality_code, coalesce(given.reason, 'not_answered')
                )), 15))::ubigint
            end
        ) as statuses

    from people

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
