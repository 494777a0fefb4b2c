-- Question: how much are those who took part in an edition like all municipalities?
-- Grain:    one row per official figure that was looked at; one without where there are none.
-- Params:   $edition  year
-- Unit:     r_indicator, low and high from 0 to 1 (all alike); means in the unit of the figure;
--           difference_sd in standard deviations of all municipalities.
-- Source:   representativity, official_check.
select
    representativity.edition,
    representativity.r_indicator,
    representativity.low,
    representativity.high,
    official_check.indicator,
    official_check.population_mean,
    official_check.respondent_mean,
    official_check.difference_sd

from representativity

left join official_check
    on representativity.edition = official_check.edition

where representativity.edition = $edition

order by abs(official_check.difference_sd) desc, official_check.indicator
