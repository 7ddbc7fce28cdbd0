"""Owns the customers that stories, pictures and browser tests count on: the stops of today's tours, in their order."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """A contact of an anchor: first and last name, whether a woman, and what she does."""

    first: str
    last: str
    woman: bool
    job: str


@dataclass(frozen=True, slots=True)
class Anchor:
    """A customer whose name, place and first visit of the day are fixed."""

    name: str
    street: str
    postcode: str
    segment: str
    lat: float
    lon: float
    purpose: str
    phone: str = ""
    people: tuple[Person, ...] = ()
    hours: str = ""
    note: str = ""


_PERRIN = (Person("Sylvie", "Perrin", True, "Gérante"), Person("Bastien", "Perrin", False, "Chef de fournil"))
_PAPADOPOULOS = (
    Person("Ελένη", "Παπαδοπούλου", True, "Ιδιοκτήτρια"),
    Person("Θεόδωρος", "Κωνσταντινίδης", False, "Αρχιτεχνίτης φούρνου"),
)

ANCHORS = {
    "lyon": (
        Anchor(
            "Maison Perrin",
            "27 rue du Bœuf",
            "69005",
            "bakery",
            45.76235,
            4.82735,
            "Renouvellement du four",
            phone="+33478281906",
            people=_PERRIN,
            hours="Tu-Sa 06:30-13:00,15:30-19:30; Su 06:30-13:00",
            note="Mme Perrin hésite entre deux fours.\nLivrer par la cour, avant 6 h.",
        ),
        Anchor("Le Pain des Pentes", "8 montée de la Grande-Côte", "69001", "bakery", 45.77021, 4.83226, "Présentation des farines"),
        Anchor(
            "Boulangerie-Pâtisserie Au Fournil de la Croix-Rousse",
            "14 rue du Mail",
            "69004",
            "bakery",
            45.77664,
            4.83047,
            "Devis pour un pétrin",
            hours="Tu-Sa 06:30-13:00,15:30-19:30",
        ),
        Anchor(
            "Pâtisserie Saint-Clair",
            "31 Grande-Rue de Saint-Clair",
            "69300",
            "pastry",
            45.78765,
            4.85284,
            "Dégustation de chocolat de couverture",
        ),
        Anchor(
            "Boulangerie Coopérative du Plateau",
            "5 avenue de l'Europe",
            "69140",
            "chain",
            45.82128,
            4.89812,
            "Suivi de la dernière commande",
        ),
        Anchor("Chez Fatima & Fils", "62 rue Émile-Zola", "69120", "bakery", 45.77781, 4.91916, "Point sur le contrat d'entretien"),
        Anchor("Moulin de la Rize", "110 rue du 4-Août-1789", "69100", "bakery", 45.76391, 4.89124, "Vitrine réfrigérée"),
    ),
    "nantes": (
        Anchor("Le Fournil de Graslin", "6 rue Crébillon", "44000", "bakery", 47.21342, -1.56094, "Suivi de la dernière commande"),
        Anchor("Maison Kerbrat", "19 rue de Strasbourg", "44000", "pastry", 47.21786, -1.55238, "Dégustation de chocolat de couverture"),
        Anchor("Boulangerie du Bouffay", "3 rue de la Juiverie", "44000", "bakery", 47.21498, -1.55311, "Renouvellement du four"),
        Anchor("La Fabrique à Pain de Trentemoult", "12 quai Marcel-Boissard", "44400", "bakery", 47.19583, -1.58194, "Prise de contact"),
        Anchor("Hôtel de la Sèvre", "28 place du Pays-de-Retz", "44400", "horeca", 47.18911, -1.55062, "Vitrine réfrigérée"),
        Anchor(
            "Les Fournils Réunis de Vertou",
            "4 rue de l'Île-de-France",
            "44120",
            "chain",
            47.16924,
            -1.47012,
            "Point sur le contrat d'entretien",
        ),
        Anchor("Boulangerie Ollivier", "9 rue du Général-Leclerc", "44230", "bakery", 47.20722, -1.50248, "Devis pour un pétrin"),
    ),
    "thessaloniki": (
        Anchor(
            "Αρτοποιείο Παπαδόπουλος & Υιοί Ο.Ε.",
            "Τσιμισκή 48",
            "54623",
            "bakery",
            40.63338,
            22.94262,
            "Αντικατάσταση φούρνου",
            phone="2310 004 218",
            people=_PAPADOPOULOS,
            hours="Mo-Sa 06:30-21:00",
            note="Ο φούρνος χάνει θερμοκρασία πάνω από τους 220 °C.\nΝα φέρουμε δείγματα αλεύρου για την κυρία Ελένη.",
        ),
        Anchor("Ο Φούρνος της Άνω Πόλης", "Ακροπόλεως 7", "54623", "bakery", 40.64152, 22.95283, "Δείγματα αλεύρων"),
        Anchor("Στάχυ", "Βενιζέλου 22", "56727", "bakery", 40.65094, 22.94391, "Παρακολούθηση παραγγελίας"),
        Anchor("Ζύμη & Χώμα", "Μεγάλου Αλεξάνδρου 61", "56224", "bakery", 40.66812, 22.91187, "Προσφορά για ζυμωτήριο"),
        Anchor(
            "Εργαστήριο Ζαχαροπλαστικής Κωνσταντίνα", "Παύλου Μελά 15", "55535", "pastry", 40.60043, 22.98516, "Παρουσίαση κουβερτούρας"
        ),
        Anchor("Αφοί Θεοδωρίδη", "Πόντου 94", "55132", "bakery", 40.58327, 22.95318, "Συμβόλαιο συντήρησης"),
        Anchor("Ξενοδοχείο Θερμαϊκός", "Λεωφόρος Νίκης 3", "57019", "horeca", 40.50012, 22.92661, "Πρώτη γνωριμία"),
    ),
}
