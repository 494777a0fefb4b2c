-- Question: below which value does a given part of a group's answers lie?
-- Grain:    one row per row of probabilities: edition, indicator, dimension, group, quantile.
-- Params:   none
-- Unit:     that of the answers. The smallest value whose cumulative share of the weight
--           reaches the probability; a tie within 1e-9 goes to the lower value.
-- Source:   number_amounts, weighted_units, membership, probabilities.
with

value_weights as (

    select
        amounts.edition,
        amounts.indicator,
        membership.dimension,
        membership.group_code,
        amounts.amount,
        sum(weighted_units.weight) as weight

    from number_amounts as amounts

    inner join weighted_units
        on
            amounts.edition = weighted_units.edition
            and amounts.municipality_code = weighted_units.municipality_code

    inner join membership
        on
            amounts.edition = membership.edition
            and amounts.municipality_code = membership.municipality_code

    group by
        amounts.edition,
        amounts.indicator,
        membership.dimension,
        membership.group_code,
        amounts.amount

),

ranked as (

    select
        value_weights.*,
        sum(value_weights.weight) over running
        / sum(value_weights.weight) over whole as cumulative_share

    from value_weights

    window
        whole as (
            partition by
                value_weights.edition,
                value_weights.indicator,
                value_weights.dimension,
                value_weights.group_code
        ),
        running as (
            partition by
                value_weights.edition,
                value_weights.indicator,
                value_weights.dimension,
                value_weights.group_code
            order by value_weights.amount
            rows between unbounded preceding and current row
        )

)

select
    probabilities.edition,
    probabilities.indicator,
    probabilities.dimension,
    probabilities.group_code,
    probabilities.quantile,
    min(ranked.amount) filter (
        where ranked.cumulative_share >= probabilities.probability - 1e-9
    ) as quantile_value

from probabilities

left join ranked
    on
        probabilities.edition = ranked.edition
        and probabilities.indicator = ranked.indicator
        and probabilities.dimension = ranked.dimension
        and probabilities.group_code = ranked.group_code

group by
    probabilities.edition,
    probabilities.indicator,
    probabilities.dimension,
    probabilities.group_code,
    probabilities.quantile

order by
    probabilities.edition,
    probabilities.indicator,
    probabilities.dimension,
    probabilities.group_code,
    probabilities.quantile
