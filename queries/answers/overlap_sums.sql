-- Question: how do the answers of those that took part in two editions go together?
-- Grain:    one row per later edition, earlier one, indicator, item, weighting, dimension, group
--           and stratum that both editions have; strata that lie outside the group left out.
-- Params:   $indicator  one question: the rows of all at once would not fit in memory
-- Unit:     influence sums (z) as in stratum_sums; overlap_count is the municipalities of the
--           stratum that took part in both; pair_* are sums over those that answered in both.
-- Source:   amounts, weighted_units, unit_sizes, membership, group_means (of stratum_sums),
--           edition_pairs (from the codebook). Design: Tam (1984), covariance of overlapping
--           samples.
with

both_units as (

    select
        later.edition,
        earlier.edition as other_edition,
        later.municipality_code,
        later.stratum,
        later.weight,
        earlier.weight as other_weight,
        later.respondent_count,
        earlier.respondent_count as other_respondent_count,
        greatest(later.population_count, earlier.population_count) as population_count,
        count(*) over (
            partition by later.edition, earlier.edition, later.stratum
        ) as overlap_count

    from weighted_units as later

    inner join weighted_units as earlier
        on
            later.municipality_code = earlier.municipality_code
            and later.stratum = earlier.stratum
            and later.edition > earlier.edition

),

-- null where it did not answer in that edition
answered as (

    select
        both_units.edition,
        both_units.other_edition,
        both_units.municipality_code,
        amounts.item,
        sum(amounts.amount) filter (where amounts.edition = both_units.edition) as amount,
        sum(amounts.amount) filter (
            where amounts.edition = both_units.other_edition
        ) as other_amount

    from amounts

    inner join both_units
        on
            amounts.municipality_code = both_units.municipality_code
            and amounts.edition in (both_units.edition, both_units.other_edition)

    inner join edition_pairs
        on
            amounts.indicator = edition_pairs.indicator
            and both_units.edition = edition_pairs.edition
            and both_units.other_edition = edition_pairs.other_edition

    where amounts.indicator = $indicator

    group by
        both_units.edition,
        both_units.other_edition,
        both_units.municipality_code,
        amounts.item

),

places as (

    select
        both_units.edition,
        both_units.other_edition,
        both_units.municipality_code,
        membership.dimension,
        membership.group_code,
        bool_or(membership.edition = both_units.edition) as is_in,
        bool_or(membership.edition = both_units.other_edition) as was_in

    from both_units

    inner join membership
        on
            both_units.municipality_code = membership.municipality_code
            and membership.edition in (both_units.edition, both_units.other_edition)

    group by
        both_units.edition,
        both_units.other_edition,
        both_units.municipality_code,
        membership.dimension,
        membership.group_code

),

paired as (

    select
        both_units.edition,
        both_units.other_edition,
        both_units.stratum,
        both_units.population_count,
        both_units.respondent_count,
        both_units.other_respondent_count,
        both_units.overlap_count,
        answered.item,
        sizes.weighting,
        places.dimension,
        places.group_code,
        case when places.is_in then answered.amount end as amount,
        case when places.was_in then answered.other_amount end as other_amount,
        both_units.weight * both_units.other_weight as weight_product,
        case
            when places.is_in
                then
                    sizes.size
                    * (answered.amount - means.estimate)
                    / means.size_total
        end as z,
        case
            when places.was_in
                then
                    other_sizes.size
                    * (answered.other_amount - other_means.estimate)
                    / other_means.size_total
        end as other_z

    from answered

    inner join both_units
        on
            answered.edition = both_units.edition
            and answered.other_edition = both_units.other_edition
            and answered.municipality_code = both_units.municipality_code

    inner join places
        on
            answered.edition = places.edition
            and answered.other_edition = places.other_edition
            and answered.municipality_code = places.municipality_code

    inner join unit_sizes as sizes
        on
            answered.edition = sizes.edition
            and answered.municipality_code = sizes.municipality_code

    inner join unit_sizes as other_sizes
        on
            answered.other_edition = other_sizes.edition
            and answered.municipality_code = other_sizes.municipality_code
            and sizes.weighting = other_sizes.weighting

    left join group_means as means
        on
            answered.edition = means.edition
            and means.indicator = $indicator
            and answered.item = means.item
            and sizes.weighting = means.weighting
            and places.dimension = means.dimension
            and places.group_code = means.group_code

    left join group_means as other_means
        on
            answered.other_edition = other_means.edition
            and other_means.indicator = $indicator
            and answered.item = other_means.item
            and sizes.weighting = other_means.weighting
            and places.dimension = other_means.dimension
            and places.group_code = other_means.group_code

)

select
    paired.edition,
    paired.other_edition,
    $indicator as indicator,
    paired.item,
    paired.weighting,
    paired.dimension,
    paired.group_code,
    paired.stratum,
    any_value(paired.population_count) as population_count,
    any_value(paired.respondent_count) as respondent_count,
    any_value(paired.other_respondent_count) as other_respondent_count,
    any_value(paired.overlap_count) as overlap_count,
    sum(coalesce(paired.z, 0)) as z_sum,
    sum(coalesce(paired.other_z, 0)) as other_z_sum,
    coalesce(sum(paired.z * paired.other_z), 0) as z_product_sum,
    count(paired.z * paired.other_z) as pair_count,
    coalesce(
        sum(paired.weight_product) filter (
            where paired.z is not null and paired.other_z is not null
        ),
        0
    ) as pair_weight_sum,
    coalesce(sum(paired.amount * paired.other_amount), 0) as pair_product_sum,
    coalesce(
        sum(paired.amount) filter (where paired.other_amount is not null), 0
    ) as pair_sum,
    coalesce(
        sum(paired.other_amount) filter (where paired.amount is not null), 0
    ) as other_pair_sum

from paired

where paired.z is not null or paired.other_z is not null

group by
    paired.edition,
    paired.other_edition,
    paired.item,
    paired.weighting,
    paired.dimension,
    paired.group_code,
    paired.stratum

order by
    paired.edition,
    paired.other_edition,
    paired.item,
    paired.weighting,
    paired.dimension,
    paired.group_code,
    paired.stratum
