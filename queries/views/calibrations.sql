-- Question: which questions are weighted by official figures, and how much does it narrow margins?
-- Grain:    one row per question of the edition that is.
-- Params:   $edition  year
-- Unit:     gain is the standard error of the whole country, as a part of what it was.
-- Source:   calibrations.
select
    calibrations.indicator,
    calibrations.auxiliaries,
    calibrations.gain

from calibrations

where calibrations.edition = $edition

order by calibrations.gain
