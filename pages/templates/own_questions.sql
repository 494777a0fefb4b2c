{# Questions to begin with, from the codebook: a title after each dash, the question below it. #}
-- {{ words("sql.example_figures") }}
select group_code, estimate, low, high, answer_count, status
from figures
where indicator = '{{ question.id }}' and item = '{{ question.headline }}' and edition = {{ edition }}
  and dimension = '{{ dimension }}' and weighting = 'municipality'

-- {{ words("sql.example_differences") }}
select i.label_{{ words.language }} as question, c.item, c.group_code, c.difference, c.low, c.high
from comparisons c join indicators i using (indicator)
where c.edition = {{ edition }} and c.against = 'rest' and c.outcome in ('higher', 'lower')
order by abs(c.difference) desc
limit 20

-- {{ words("sql.example_response") }}
select dimension, group_code, respondent_count, population_count
from response
where edition = {{ edition }}
{% if official %}

-- {{ words("sql.example_official") }}
select name, amount, inhabitants
from official
where indicator = '{{ official.id }}' and basis = 'jaarrekening'
qualify year = max(year) over ()
order by amount desc
limit 20
{% endif %}
