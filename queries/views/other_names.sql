-- Question: by which spellings are the municipalities of today known?
-- Grain:    one row per municipality and spelling other than its name.
-- Params:   none
-- Unit:     none.
-- Source:   names, register.
select
    names.municipality_code,
    names.variant,
    register.name

from names

inner join register
    on
        names.municipality_code = register.municipality_code
        and register.year = (select max(latest.year) from register as latest)

where names.variant != register.name

order by names.municipality_code, names.variant
