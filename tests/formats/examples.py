"""Rows as the data sets have them, of events that never were."""

from __future__ import annotations

from pathlib import Path

from dragoman import Coded, Rejected
from dragoman.formats import gdelt, icews, phoenix, polecat, read_events

POLECAT = dict.fromkeys(polecat.COLUMNS, "None") | {
    "Event ID": "20190801-2309-4e081644904c_CONSULT_R",
    "Event Date": "2019-08-01",
    "Event Type": "CONSULT",
    "Event Mode": "visit",
    "Intensity": "4.0",
    "Quad Code": "VERBAL COOPERATION",
    "Contexts": "diplomatic; economic",
    "Actor Name": "Ana Example; Ministry of Trade of Peru",
    "Actor Country": "PER; PER",
    "Actor COW": "135; 135",
    "Primary Actor Sector": "GOV; GOV",
    "Actor Sectors": "GOV; GOV",
    "Actor Name Raw": "President Example; trade officials",
    "Recipient Name": "Chile",
    "Recipient Country": "CHL",
    "Recipient COW": "155",
    "Primary Recipient Sector": "GOV",
    "Recipient Sectors": "GOV",
    "Recipient Name Raw": "Chilean hosts",
    "Placename": "Valparaíso",
    "City": "Valparaíso",
    "Province": "Valparaíso",
    "Country": "CHL",
    "Latitude": "-33.036",
    "Longitude": "-71.62963",
    "GeoNames ID": "3868626",
    "Raw Placename": "the port of Valparaíso",
    "Feature Type": "PPLA",
    "Source": "Example Wire",
    "Publication Date": "2019-08-02",
    "Language": "Spanish",
    "Version": "NGEC-1",
}
GDELT = dict.fromkeys(gdelt.COLUMNS, "") | {
    "GLOBALEVENTID": "410412347",
    "SQLDATE": "20150218",
    "MonthYear": "201502",
    "Year": "2015",
    "FractionDate": "2015.1315",
    "Actor1Code": "KENCOP",
    "Actor1Name": "POLICE",
    "Actor1CountryCode": "KEN",
    "Actor1Type1Code": "COP",
    "Actor2Code": "IGOUNO",
    "Actor2Name": "UNITED NATIONS",
    "Actor2KnownGroupCode": "UNO",
    "Actor2Type1Code": "IGO",
    "IsRootEvent": "1",
    "EventCode": "042",
    "EventBaseCode": "042",
    "EventRootCode": "04",
    "QuadClass": "1",
    "GoldsteinScale": "1.9",
    "NumMentions": "4",
    "NumSources": "1",
    "NumArticles": "4",
    "AvgTone": "-2.24719101123595",
    "Actor1Geo_Type": "0",
    "Actor2Geo_Type": "0",
    "ActionGeo_Type": "4",
    "ActionGeo_FullName": "Mombasa, Coast, Kenya",
    "ActionGeo_CountryCode": "KE",
    "ActionGeo_ADM1Code": "KE02",
    "ActionGeo_Lat": "-4.05",
    "ActionGeo_Long": "39.6667",
    "ActionGeo_FeatureID": "-2256921",
    "DATEADDED": "20150218230000",
    "SOURCEURL": "https://news.example.org/mombasa",
}
ICEWS = dict.fromkeys(icews.COLUMNS, "") | {
    "Event ID": "20718170",
    "Event Date": "2014-01-03",
    "Source Name": "Police (Kenya)",
    "Source Sectors": "Police,Government",
    "Source Country": "Kenya",
    "Event Text": "Arrest, detain, or charge with legal action",
    "CAMEO Code": "173",
    "Intensity": "-5.0",
    "Target Name": "Citizen (Kenya)",
    "Target Sectors": "General Population / Civilian / Social,Social",
    "Target Country": "Kenya",
    "Story ID": "34201234",
    "Sentence Number": "2",
    "Publisher": "Example Wire",
    "City": "Mombasa",
    "Province": "Coast",
    "Country": "Kenya",
    "Latitude": "-4.05466",
    "Longitude": "39.66359",
}
PHOENIX = dict.fromkeys(phoenix.COLUMNS, "") | {
    "id": "1241_v0.3.0",
    "date": "20140620",
    "year": "2014",
    "month": "06",
    "day": "20",
    "source": "PHLMIL",
    "source_root": "PHL",
    "source_agent": "MIL",
    "target": "PHLREBSEP",
    "target_root": "PHL",
    "target_agent": "REB",
    "target_others": "SEP",
    "code": "190",
    "root_code": "19",
    "quad_class": "4",
    "goldstein": "-10.0",
    "issues": "TERRORISM,2;NAMED_TERROR_GROUP,1",
    "lat": "7.07306",
    "lon": "125.61278",
    "placeName": "Davao City",
    "stateName": "Davao",
    "countryName": "Philippines",
    "ids": "53a3f4a2_1",
    "urls": "https://news.example.org/davao",
    "sources": "example",
}
HEADED = {"polecat", "icews"}
ROWS = {"polecat": POLECAT, "gdelt": GDELT, "icews": ICEWS, "phoenix": PHOENIX}


def lines(name: str, *rows: dict[str, str]) -> str:
    """A file of such rows."""
    head = ["\t".join(ROWS[name])] if name in HEADED else []
    return "\n".join([*head, *("\t".join(row.values()) for row in rows)]) + "\n"


def read(path: Path, text: str | bytes, format: str | None = None) -> tuple[list[Coded], list[Rejected]]:
    """What is read from a file of this text, and what is set aside."""
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    items = list(read_events(path, format))
    return [i for i in items if isinstance(i, Coded)], [i for i in items if isinstance(i, Rejected)]
