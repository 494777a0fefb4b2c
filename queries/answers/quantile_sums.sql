-- Question: what part of each group's answers lies at or below a point, stratum by stratum?
-- Grain:    one row per edition, indicator, dimension, group, quantile and stratum.
-- Params:   none
-- Unit:     shares (0-1); z as in stratum_sums.
-- Source:   number_amounts, weighted_units, membership, points (see quantile_points).
with

answered as (

    select
        points.edition,
        points.indicator,
        points.dimension,
        points.group_code,
        points.quantile,
        weighted_units.stratum,
        weighted_units.population_count,
        weighted_units.respondent_count,
        weighted_units.weight,
        (amounts.amount <= points.quantile_value)::integer::double as is_below

    from points

    inner join membership
        on
            points.edition = membership.edition
            and points.dimension = membership.dimension
            and points.group_code = membership.group_code

    inner join number_amounts as amounts
        on
            points.edition = amounts.edition
            and points.indicator = amounts.indicator
            and membership.municipality_code = amounts.municipality_code

    inner join weighted_units
        on
            amounts.edition = weighted_units.edition
            and amounts.municipality_code = weighted_units.municipality_code

),

totals as (

    select
        answered.edition,
        answered.indicator,
        answered.dimension,
        answered.group_code,
        answered.quantile,
        sum(answered.weight) as size_total,
        sum(answered.weight * answered.is_below) / sum(answered.weight) as estimate

    from answered

    group by
        answered.edition,
        answered.indicator,
        answered.dimension,
        answered.group_code,
        answered.quantile

)

select
    answered.edition,
    answered.indicator,
    answered.dimension,
    answered.group_code,
    answered.quantile,
    answered.stratum,
    answered.population_count,
    answered.respondent_count,
    totals.estimate,
    totals.size_total,
    count(*) as answer_count,
    sum(answered.is_below) as amount_sum,
    sum(answered.weight * answered.weight) as size_square_sum,
    sum(
        answered.weight * (answered.is_below - totals.estimate) / totals.size_total
    ) as z_sum,
    sum(
        (answered.weight * (answered.is_below - totals.estimate) / totals.size_total) ** 2
    ) as z_square_sum

from answered

inner join totals
    on
        answered.edition = totals.edition
        and answered.indicator = totals.indicator
        and answered.dimension = totals.dimension
        and answered.group_code = totals.group_code
        and answered.quantile = totals.quantile

group by
    answered.edition,
    answered.indicator,
    answered.dimension,
    answered.group_code,
    answered.quantile,
    answered.stratum,
    answered.population_count,
    answered.respondent_count,
    totals.estimate,
    totals.size_total

order by
    answered.edition,
    answered.indicator,
    answered.dimension,
    answered.group_code,
    answered.quantile,
    answered.stratum
