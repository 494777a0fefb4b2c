"""What describes a package to programs: Data Package, CSV on the Web, DCAT-AP-NL, schema.org."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, TypeAlias

import polars as pl

from data.survey.languages import DUTCH, LANGUAGES
from pages.words.texts import Words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pages.files.package.tables import Table
    from pages.state.releases import Facts

Described: TypeAlias = dict[str, Any]
CSV, PARQUET = "csv", "parquet"
MEDIA = {CSV: "text/csv", PARQUET: "application/vnd.apache.parquet"}
METADATA = "csv-metadata.json"
_TYPES: Mapping[pl.DataType, str] = {
    pl.String(): "string",
    pl.Int64(): "integer",
    pl.Float64(): "number",
    pl.Boolean(): "boolean",
    pl.Date(): "date",
}
_LICENCES = {"CC BY 4.0": "https://creativecommons.org/licenses/by/4.0/"}
_EUROPEAN = "http://publications.europa.eu/resource/authority"
# Government and the public sector, by the list of themes of the European Union.
_THEME = f"{_EUROPEAN}/data-theme/GOVE"


def meaning(facts: Facts, column: str, language: str = DUTCH) -> str:
    """Return what a column means."""
    step = facts.policy.rounding.count_step
    return Words(_language(language))(f"meaning.{column}", step=step)


def table_title(table: Table, language: str = DUTCH) -> str:
    """Return what a table holds."""
    return Words(_language(language))(f"package_table.{table.name}")


def _language(language: str) -> Any:  # noqa: ANN401 - one of the known languages
    return language


def datapackage(facts: Facts, tables: list[Table], contents: Mapping[str, bytes]) -> bytes:
    """Return the description by the Data Package standard, a resource for each table."""
    survey, manifest = facts.codebook.survey, facts.release.manifest
    licence = {"name": spdx(survey.licence), "title": survey.licence}
    if survey.licence in _LICENCES:
        licence["path"] = _LICENCES[survey.licence]
    return as_json(
        {
            "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
            "name": survey.id.replace("_", "-"),
            "title": survey.name.of(DUTCH),
            "titles": {language: survey.name.of(language) for language in LANGUAGES},
            "description": said(facts, DUTCH),
            "version": facts.version,
            "created": instant(manifest.created),
            "contributors": [{"title": survey.producer.of(DUTCH), "roles": ["publisher"]}],
            "licenses": [licence],
            "sources": [{"title": s.label.of(DUTCH)} for s in facts.codebook.sources],
            "resources": [_resource(facts, table, contents) for table in tables],
        }
    )


def _resource(facts: Facts, table: Table, contents: Mapping[str, bytes]) -> Described:
    """Return a table; the same rows as Parquet are an alternative of the standard's CSV."""
    schema: Described = {
        "fields": [
            {
                "name": column,
                "type": _TYPES[kind],
                "description": meaning(facts, column),
                "descriptions": {one: meaning(facts, column, one) for one in LANGUAGES},
            }
            for column, kind in table.columns.items()
        ],
        "missingValues": [""],
    }
    if table.key:
        schema["primaryKey"] = list(table.key)
    return {
        "name": table.name,
        "type": "table",
        "title": table_title(table),
        "titles": {language: table_title(table, language) for language in LANGUAGES},
        "encoding": "utf-8",
        **_file(table, CSV, contents),
        "schema": schema,
        "alternatives": [_file(table, PARQUET, contents)],
    }


def _file(table: Table, ending: str, contents: Mapping[str, bytes]) -> Described:
    """Return a file of a table: where, what, and how to know that it is whole."""
    path = f"{table.name}.{ending}"
    return {
        "path": path,
        "format": ending,
        "mediatype": MEDIA[ending],
        "bytes": len(contents[path]),
        "hash": f"sha256:{hashlib.sha256(contents[path]).hexdigest()}",
    }


def csvw(facts: Facts, table: Table) -> bytes:
    """Return the description of one CSV by the standard CSV on the Web."""
    schema: Described = {
        "columns": [
            {
                "name": column,
                "titles": column,
                "datatype": _TYPES[kind],
                "dc:description": {
                    "@value": meaning(facts, column),
                    "@language": DUTCH,
                },
            }
            for column, kind in table.columns.items()
        ]
    }
    if table.key:
        schema["primaryKey"] = list(table.key)
    return as_json(
        {
            "@context": ["http://www.w3.org/ns/csvw", {"@language": DUTCH}],
            "url": f"{table.name}.{CSV}",
            "dc:title": {"@value": table_title(table), "@language": DUTCH},
            "dc:license": {"@id": _LICENCES.get(facts.codebook.survey.licence, "")},
            "dialect": {"delimiter": ",", "encoding": "utf-8", "header": True},
            "tableSchema": schema,
        }
    )


def dcat(facts: Facts, contents: Mapping[str, bytes], home: str) -> bytes:
    """Return the description of the whole by DCAT-AP-NL, its files at their addresses.

    Args:
        facts: the version.
        contents: its files by name.
        home: the address below which they are.
    """
    survey = facts.codebook.survey
    licence = {"@id": _LICENCES.get(survey.licence, "")}
    publisher = {
        "@type": "foaf:Agent",
        "foaf:name": _tagged({one: survey.producer.of(one) for one in LANGUAGES}),
    }
    return as_json(
        {
            "@context": {
                "dcat": "http://www.w3.org/ns/dcat#",
                "dct": "http://purl.org/dc/terms/",
                "foaf": "http://xmlns.com/foaf/0.1/",
                "spdx": "http://spdx.org/rdf/terms#",
                "vcard": "http://www.w3.org/2006/vcard/ns#",
                "xsd": "http://www.w3.org/2001/XMLSchema#",
            },
            "@id": home,
            "@type": "dcat:Dataset",
            "dct:identifier": f"{survey.id}/{facts.version}",
            "dct:title": _tagged({one: survey.name.of(one) for one in LANGUAGES}),
            "dct:description": _tagged({one: said(facts, one) for one in LANGUAGES}),
            "dct:issued": _typed(instant(facts.release.manifest.created), "dateTime"),
            "dct:language": [{"@id": f"{_EUROPEAN}/language/{code}"} for code in ("NLD", "ENG")],
            "dct:publisher": publisher,
            "dct:creator": publisher,
            "dct:license": licence,
            "dct:accessRights": {"@id": f"{_EUROPEAN}/access-right/PUBLIC"},
            "dcat:version": facts.version,
            "dcat:theme": {"@id": _THEME},
            "dcat:contactPoint": {
                "@type": "vcard:Organization",
                "vcard:fn": survey.producer.of(DUTCH),
            },
            "dcat:distribution": [
                _distribution(name, content, home, licence)
                for name, content in contents.items()
                if name.rpartition(".")[2] in MEDIA
            ],
        }
    )


def _distribution(name: str, content: bytes, home: str, licence: Described) -> Described:
    """Return one file of a dataset."""
    ending = name.rpartition(".")[2]
    return {
        "@id": f"{home}/{name}",
        "@type": "dcat:Distribution",
        "dct:title": name,
        "dcat:accessURL": {"@id": f"{home}/{name}"},
        "dcat:downloadURL": {"@id": f"{home}/{name}"},
        "dct:format": {"@id": f"{_EUROPEAN}/file-type/{ending.upper()}"},
        "dct:license": licence,
        "dcat:byteSize": _typed(str(len(content)), "nonNegativeInteger"),
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
            "spdx:checksumValue": _typed(hashlib.sha256(content).hexdigest(), "hexBinary"),
        },
    }


def dataset(facts: Facts, contents: Mapping[str, bytes], home: str) -> bytes:
    """Return the description of the whole for search engines, by schema.org."""
    survey = facts.codebook.survey
    return as_json(
        {
            "@context": "https://schema.org/",
            "@type": "Dataset",
            "@id": home,
            "name": survey.name.of(DUTCH),
            "alternateName": survey.name.of("en"),
            "description": said(facts, DUTCH),
            "version": facts.version,
            "datePublished": instant(facts.release.manifest.created)[:10],
            "temporalCoverage": f"{facts.editions[0]}/{facts.editions[-1]}",
            "spatialCoverage": survey.whole.of(DUTCH),
            "inLanguage": list(LANGUAGES),
            "isAccessibleForFree": True,
            "license": _LICENCES.get(survey.licence, survey.licence),
            "creator": {"@type": "Organization", "name": survey.producer.of(DUTCH)},
            "distribution": [
                {
                    "@type": "DataDownload",
                    "contentUrl": f"{home}/{name}",
                    "encodingFormat": MEDIA[name.rpartition(".")[2]],
                    "contentSize": f"{len(content)} B",
                }
                for name, content in contents.items()
                if name.rpartition(".")[2] in MEDIA
            ],
        }
    )


def said(facts: Facts, language: str) -> str:
    """Return what the package holds, and that its answers are made up where they are."""
    words = Words(_language(language))
    about = facts.codebook.survey.about.of(_language(language))
    return f"{about} {words('mark.synthetic')}." if facts.synthetic else about


def spdx(licence: str) -> str:
    """Return a licence by its identifier: CC-BY-4.0."""
    return licence.replace(" ", "-")


def instant(created: str) -> str:
    """Return a moment as RFC 3339 has it: with a colon in its zone."""
    return created if created[-3] == ":" else f"{created[:-2]}:{created[-2:]}"


def as_json(described: Described) -> bytes:
    """Return a description as the content of a file."""
    return json.dumps(described, ensure_ascii=False, indent=1).encode()


def _tagged(texts: Mapping[str, str]) -> list[Described]:
    """Return a text in every language, each with its language."""
    return [{"@value": text, "@language": language} for language, text in texts.items()]


def _typed(value: str, kind: str) -> Described:
    """Return a value with its type."""
    return {"@value": value, "@type": f"xsd:{kind}"}
