-- Question: what became of municipalities that no longer exist?
-- Grain:    one row per former municipality.
-- Params:   none
-- Unit:     the municipality that it is part of now, through every merger since.
-- Source:   mergers.
with recursive

led as (

    select
        mergers.old_code,
        mergers.old_name,
        mergers.new_code,
        mergers.new_name

    from mergers

    union

    select
        led.old_code,
        led.old_name,
        mergers.new_code,
        mergers.new_name

    from led

    inner join mergers on led.new_code = mergers.old_code

)

select
    led.old_code,
    led.new_code,
    led.old_name,
    led.new_name

from led

left join mergers on led.new_code = mergers.old_code

where mergers.old_code is null

order by led.old_code
