"""How charts write numbers and dates per language, as Vega wants to be told (d3-format and d3-time-format)."""

from __future__ import annotations

from typing import Any

LOCALES: dict[str, dict[str, Any]] = {
    "fi": {
        "number": {
            "decimal": ",",
            "thousands": "\u00a0",
            "grouping": [3],
            "currency": ["", "\u00a0€"],
            "percent": "\u00a0%",
            "minus": "−",
        },
        "time": {
            "dateTime": "%A, %-d. %Bta %Y klo %X",
            "date": "%-d.%-m.%Y",
            "time": "%H.%M.%S",
            "periods": ["ap.", "ip."],
            "days": ["sunnuntai", "maanantai", "tiistai", "keskiviikko", "torstai", "perjantai", "lauantai"],
            "shortDays": ["su", "ma", "ti", "ke", "to", "pe", "la"],
            "months": [
                "tammikuu",
                "helmikuu",
                "maaliskuu",
                "huhtikuu",
                "toukokuu",
                "kesäkuu",
                "heinäkuu",
                "elokuu",
                "syyskuu",
                "lokakuu",
                "marraskuu",
                "joulukuu",
            ],
            "shortMonths": [
                "tammi",
                "helmi",
                "maalis",
                "huhti",
                "touko",
                "kesä",
                "heinä",
                "elo",
                "syys",
                "loka",
                "marras",
                "joulu",
            ],
        },
    },
    "en": {
        "number": {
            "decimal": ".",
            "thousands": ",",
            "grouping": [3],
            "currency": ["€", ""],
            "percent": "%",
            "minus": "−",
        },
        "time": {
            "dateTime": "%A, %-d %B %Y, %X",
            "date": "%-d %b %Y",
            "time": "%H:%M:%S",
            "periods": ["am", "pm"],
            "days": ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"],
            "shortDays": ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"],
            "months": [
                "January",
                "February",
                "March",
                "April",
                "May",
                "June",
                "July",
                "August",
                "September",
                "October",
                "November",
                "December",
            ],
            "shortMonths": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
        },
    },
}
