"""Owns which column is which field: titles in English, French and Greek, whatever their accents, case and dots."""

from collections.abc import Iterable, Mapping

from shared.rules.folding import tokens

CONTACT = "contact."
FULL_NAME = "contact.full_name"
_TITLES: Mapping[str, str] = {
    "name": "company, company name, customer, customer name, account, account name, organisation, organization, business name, business, "
    "raison sociale, societe, entreprise, client, nom du client, nom client, nom de la societe, nom de l'entreprise, enseigne, "
    "επωνυμία, επωνυμία πελάτη, επωνυμία εταιρείας, πελάτης, όνομα πελάτη, εταιρεία, εταιρία, επιχείρηση, διακριτικός τίτλος",
    "street": "street, address, street address, address line 1, address 1, adresse, adresse 1, rue, voie, adresse postale, διεύθυνση, οδός",
    "postcode": "postcode, post code, postal code, zip, zip code, code postal, cp, τκ, τ.κ., ταχυδρομικός κώδικας, ταχ. κωδικός",
    "city": "city, town, ville, commune, localite, πόλη, περιοχή, δήμος",
    "country": "country, country code, pays, code pays, χώρα",
    "phone": "phone, telephone, tel, phone number, telephone number, business phone, work phone, landline, telephone fixe, tel fixe, fixe, "
    "numero de telephone, n° de telephone, τηλέφωνο, τηλ, τηλ., αριθμός τηλεφώνου, σταθερό, σταθερό τηλέφωνο",
    "email": "email, e-mail, mail, email address, e-mail address, courriel, adresse e-mail, adresse email, adresse mail, "
    "ηλεκτρονικό ταχυδρομείο, ηλεκτρονική διεύθυνση, διεύθυνση email, διεύθυνση e-mail",
    "website": "website, web site, web, url, site, site web, site internet, homepage, ιστοσελίδα, ιστότοπος, ιστοχώρος",
    "vat_id": "vat, vat id, vat number, vat no, tva, n° tva, no tva, numero tva, numero de tva, tva intracommunautaire, "
    "n° tva intracommunautaire, n° de tva, numero de tva intracommunautaire, αφμ, α.φ.μ.",
    "segment": "segment, category, categorie, secteur, type de client, κατηγορία, κλάδος",
    "tags": "tags, labels, keywords, etiquettes, mots-cles, ετικέτες",
    "opening_hours": "opening hours, hours, horaires, horaires d'ouverture, ωράριο, ώρες λειτουργίας",
    "note": "note, notes, comment, comments, remark, remarks, remarque, remarques, commentaire, commentaires, observations, "
    "σημείωση, σημειώσεις, παρατηρήσεις, σχόλια",
    "lat": "lat, latitude, γεωγραφικό πλάτος",
    "lon": "lon, lng, long, longitude, γεωγραφικό μήκος",
    "contact.first_name": "first name, given name, contact first name, prenom, prenom du contact, όνομα επαφής, μικρό όνομα",
    "contact.last_name": "last name, surname, family name, contact last name, nom de famille, nom du contact, επώνυμο, επίθετο",
    FULL_NAME: "contact, contact name, contact person, interlocuteur, personne de contact, επαφή, υπεύθυνος, υπεύθυνος επικοινωνίας",
    "contact.job_title": "job title, job, function, position, fonction, poste, θέση, ιδιότητα",
    "contact.phones": "mobile, mobile phone, mobile number, cell, cell phone, contact phone, portable, telephone portable, tel portable, "
    "telephone du contact, κινητό, κινητό τηλέφωνο, τηλέφωνο επαφής",
    "contact.emails": "contact email, contact e-mail, email du contact, email contact, courriel du contact, email επαφής",
    "contact.language": "language, langue, γλώσσα",
}
# A title that is the customer's name where no other column is, and otherwise a name of the contact.
_EITHER: Mapping[str, str] = {"name": "contact.last_name", "nom": "contact.last_name", "όνομα": "contact.first_name", "ονομασία": "name"}


def title_key(title: str) -> str:
    """Return what two spellings of a title have in common: "N° T.V.A." and "n tva" differ only in dots."""
    return " ".join(tokens(title))


_KNOWN: Mapping[str, str] = {title_key(title): field for field, titles in _TITLES.items() for title in titles.split(",")}
_AMBIGUOUS: Mapping[str, str] = {title_key(title): field for title, field in _EITHER.items()}


def map_columns(titles: Iterable[str]) -> tuple[dict[int, str], tuple[str, ...]]:
    """Return the field of each column by its place, and the titles that are none's. Of two columns for one field the first is taken."""
    titles = list(titles)
    mapping: dict[int, str] = {}
    taken: set[str] = set()
    for pass_ in (_KNOWN, _AMBIGUOUS):
        for place, title in enumerate(titles):
            field = pass_.get(title_key(title))
            if pass_ is _AMBIGUOUS and field is not None and "name" not in taken and not _names_a_person(field, taken):
                field = "name"
            if place not in mapping and field is not None and field not in taken:
                mapping[place] = field
                taken.add(field)
    return dict(sorted(mapping.items())), tuple(title for place, title in enumerate(titles) if place not in mapping and title.strip())


def _names_a_person(field: str, taken: set[str]) -> bool:
    """Say whether only the other half of a person's name has a column of its own, so that "nom" beside "prénom" is a surname.

    Where both have one, as beside "first name" and "last name", what is left is the customer's.
    """
    other = {"contact.last_name": "contact.first_name", "contact.first_name": "contact.last_name"}.get(field)
    return other in taken and field not in taken
