-- Question: for which years, and on which basis, is there a figure for each indicator?
-- Grain:    one row per indicator, basis and year that has at least one figure.
-- Params:   none
-- Unit:     years.
-- Source:   figures.
select distinct
    figures.indicator,
    figures.basis,
    figures.edition

from figures

where figures.estimate is not null

order by figures.indicator, figures.basis, figures.edition
