-- Question: how much of a group's amount comes from its largest contributors?
-- Grain:    one row per edition, indicator, dimension, group and rank, up to the third.
-- Params:   none
-- Unit:     part of the weighted sum of absolute amounts, 0-1, of this one and larger ones.
-- Source:   number_amounts, weighted_units, membership.
with

ranked as (

    select
        amounts.edition,
        amounts.indicator,
        membership.dimension,
        membership.group_code,
        row_number() over (
            by_group
            order by weighted_units.weight * abs(amounts.amount) desc, amounts.municipality_code
        ) as contributor_rank,
        sum(weighted_units.weight * abs(amounts.amount)) over (
            by_group
            order by weighted_units.weight * abs(amounts.amount) desc, amounts.municipality_code
            rows unbounded preceding
        ) as largest_sum,
        sum(weighted_units.weight * abs(amounts.amount)) over (by_group) as whole_sum

    from number_amounts as amounts

    inner join weighted_units
        on
            amounts.edition = weighted_units.edition
            and amounts.municipality_code = weighted_units.municipality_code

    inner join membership
        on
            amounts.edition = membership.edition
            and amounts.municipality_code = membership.municipality_code

    window by_group as (
        partition by
            amounts.edition, amounts.indicator, membership.dimension, membership.group_code
    )

)

select
    ranked.edition,
    ranked.indicator,
    ranked.dimension,
    ranked.group_code,
    ranked.contributor_rank as contributors,
    ranked.largest_sum / nullif(ranked.whole_sum, 0) as part

from ranked

where ranked.contributor_rank <= 3

order by
    ranked.edition,
    ranked.indicator,
    ranked.dimension,
    ranked.group_code,
    ranked.contributor_rank
