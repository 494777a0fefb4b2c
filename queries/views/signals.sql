-- Question: what did municipalities put in their own words about these themes?
-- Grain:    one row per open answer.
-- Params:   $editions    years, or null for all
--           $themes      ids of themes, or null for all
--           $partners    partners in the chain, or null for all, those about none included
--           $dimensions  dimensions that answers are told of, or null for all
--           $groups      codes of groups, or null for all
--           $words       words that must all be in the text, or null; case and accents do not count
-- Unit:     none.
-- Source:   signals. DuckDB's index for text search is an extension, and the database is shut off
--           from extensions; for some thousands of answers reading them all takes milliseconds.
select
    signals.edition,
    signals.signal_id,
    signals.theme,
    signals.partner,
    signals.dimension,
    signals.group_code,
    signals.text

from signals

where
    ($editions is null or signals.edition = any($editions))
    and ($themes is null or signals.theme = any($themes))
    and ($partners is null or signals.partner = any($partners))
    and ($dimensions is null or signals.dimension = any($dimensions))
    and ($groups is null or signals.group_code = any($groups))
    and not exists (
        select wanted.word
        from unnest(cast($words as varchar[])) as wanted (word)
        where not contains(strip_accents(lower(signals.text)), strip_accents(lower(wanted.word)))
    )

order by signals.edition, signals.signal_id
