"""The demo's French: names of people, shops and streets, and what a rep writes down."""

from sync_server.demo.words import Surname, Words

_SURNAMES = """
Perrin Dubois Moreau Girard Bonnet Lambert Fontaine Rousseau Chevalier Gauthier Mercier Blanc Guérin Boyer Garnier Faure Roux Vidal
Marchal Renaud Brun Picard Gaillard Arnaud Rolland Lacroix Colin Aubert Leclercq Carpentier Berger Charpentier Meunier Fabre Poirier
Bourgeois Renard Barbier Bertrand Rivière Guichard Chapuis Thévenet Berthet Collomb Pitiot Vallet Bouvier Jacquet Le Goff Guillou
Kerbrat Le Bihan Rialland Bossard Chauvin Ollivier Hamon Leroux Bernier Cadiou Tessier Lebreton Pineau Moinard Gautron Brossard
"""
_TWO_WORDS = ("Le Goff", "Le Bihan")


def _surnames() -> tuple[Surname, ...]:
    text = _SURNAMES
    for name in _TWO_WORDS:
        text = text.replace(name, name.replace(" ", "_"))
    names = [name.replace("_", " ") for name in text.split()]
    return tuple(Surname(name, name, name) for name in names)


_MEN = "Julien Thomas Nicolas Laurent Olivier Stéphane Mathieu Antoine Rémi Yann Hugo Karim Benoît Sébastien Erwan Marc"
_WOMEN = "Claire Nathalie Sophie Émilie Hélène Léa Aurélie Camille Fatima Nadia Mathilde Inès Gaëlle Noémie Sandrine Lucie"
_HOURS_BAKERY = (
    "Tu-Sa 06:30-13:00,15:30-19:30; Su 06:30-13:00",
    "Mo-Sa 06:30-19:30",
    "Mo,Tu,Th-Sa 07:00-13:00,15:00-19:00; Su 07:00-12:30",
    "We-Su 07:00-19:00",
    "Tu-Fr 07:00-13:30,15:30-19:00; Sa 07:00-19:00",
)

FRENCH = Words(
    men=tuple(_MEN.split()),
    women=tuple(_WOMEN.split()),
    surnames=_surnames(),
    names={
        "bakery": (
            "Boulangerie {of}",
            "Maison {of}",
            "Boulangerie-Pâtisserie {of}",
            "Le Fournil {of}",
            "L'Épi d'Or",
            "Aux Blés d'Or",
            "Le Pétrin d'Antan",
            "La Croûte Dorée",
            "La Huche à Pain",
            "Pain et Levain",
            "L'Atelier du Levain",
            "Au Levain d'Autrefois",
            "La Fournée de {her_first}",
            "Le Pain de {his_first}",
            "{his_first} {his}, artisan boulanger",
            "Les Deux Fournils",
            "La Boulange du Marché",
            "Au Four Banal",
            "Le Moulin de la Place",
            "Chez {her_first} & Fils",
        ),
        "pastry": (
            "Pâtisserie {of}",
            "Chocolaterie {of}",
            "{his_first} {his}, pâtissier",
            "Les Douceurs de {her_first}",
            "Sucre & Beurre",
            "L'Entremets",
            "La Tarte de {her_first}",
            "Pâtisserie des Halles",
            "Confiserie {of}",
            "Au Chou Craquelin",
        ),
        "horeca": (
            "Hôtel de la Gare",
            "Hôtel {of}",
            "Brasserie {of}",
            "Brasserie du Commerce",
            "Restaurant {of}",
            "Café de la Mairie",
            "Auberge de {town}",
            "Traiteur {of}",
            "Crêperie chez {her_first}",
            "Table de {his_first}",
        ),
        "chain": (
            "Boulangeries {of} Frères",
            "Groupe {of} Panification",
            "Les Fournils Réunis",
            "Pains & Compagnie",
            "Grands Moulins {of}",
        ),
    },
    streets=(
        "rue de la République",
        "rue Victor-Hugo",
        "place de l'Église",
        "avenue Jean-Jaurès",
        "rue du Marché",
        "rue des Écoles",
        "place de la Mairie",
        "boulevard Pasteur",
        "rue Pierre-et-Marie-Curie",
        "rue du Four",
        "avenue de la Gare",
        "rue des Tanneurs",
        "rue Émile-Zola",
        "chemin du Moulin",
        "Grande-Rue",
        "rue Gambetta",
        "rue de la Liberté",
        "place du Général-Leclerc",
        "rue Saint-Jacques",
        "rue de la Poste",
    ),
    jobs={
        "bakery": (
            ("Gérant", "Gérante"),
            ("Boulanger", "Boulangère"),
            ("Chef de fournil", "Cheffe de fournil"),
            ("Comptable", "Comptable"),
        ),
        "pastry": (("Gérant", "Gérante"), ("Chef pâtissier", "Cheffe pâtissière"), ("Chocolatier", "Chocolatière")),
        "horeca": (("Directeur", "Directrice"), ("Chef de cuisine", "Cheffe de cuisine"), ("Responsable des achats",) * 2),
        "chain": (("Responsable des achats",) * 2, ("Directeur technique", "Directrice technique"), ("Comptable",) * 2),
    },
    hours={
        "bakery": _HOURS_BAKERY,
        "pastry": ("Tu-Sa 09:00-12:30,14:30-19:00; Su 08:30-12:30", "We-Su 09:00-19:00"),
        "horeca": ("Mo-Su 07:00-22:30", "Tu-Sa 11:30-14:30,18:30-22:30", "24/7"),
        "chain": ("Mo-Fr 08:00-12:00,13:30-17:30", "Mo-Fr 07:30-16:30"),
    },
    tags=(
        "levain",
        "bio",
        "snacking",
        "fidèle",
        "prospect",
        "livraison avant 6 h",
        "fournil neuf",
        "concurrent en place",
        "paiement comptant",
    ),
    account_notes=(
        "Livrer par la cour, avant 6 h.",
        "Four sous contrat d'entretien chez un concurrent jusqu'à l'été.",
        "Ne pas appeler entre 12 h et 14 h.",
        "Reprise par le fils prévue dans deux ans.",
        "Cherche à réduire sa facture d'électricité : parler du four à sole.",
        "Deux points de vente, un seul fournil.",
        "Se garer sur le parking de la mairie.",
        "A goûté la T65 : très satisfait de l'hydratation.",
        "Fermeture annuelle les trois premières semaines d'août.",
        "Préfère les commandes par téléphone, le mardi matin.",
    ),
    contact_notes=("Joignable avant 10 h.", "Décide des achats de matériel.", "Préfère les messages.", "En congé le mercredi."),
    purposes=(
        "Renouvellement du four",
        "Présentation des farines",
        "Suivi de la dernière commande",
        "Devis pour un pétrin",
        "Dégustation de chocolat de couverture",
        "Point sur le contrat d'entretien",
        "Prise de contact",
        "Vitrine réfrigérée",
    ),
    visit_notes={
        "order": (
            "Commande passée sur place. Livraison souhaitée la semaine prochaine.",
            "Reprend la farine de tradition, 40 sacs. Très content de la régularité.",
            "A signé pour le pétrin. Installation à caler avec l'atelier.",
        ),
        "quote": (
            "Hésite entre deux fours. Veut revoir la consommation du modèle à trois étages.",
            "Demande un devis pour remplacer la vitrine, bruyante depuis le printemps.",
            "Intéressé par la chambre de pousse. Place disponible : 2,40 m.",
        ),
        "follow_up": (
            "Le gérant était occupé, discussion courte. Je rappelle mardi.",
            "Attend l'accord de sa banque avant d'aller plus loin.",
            "A gardé l'échantillon de T150, fera un essai dimanche.",
        ),
        "no_need": ("Pas de projet cette année. Bon accueil.", "Vient de renouveler son matériel chez un concurrent."),
    },
    next_steps=("Présenter le devis", "Rappeler", "Apporter des échantillons", "Passer avec le technicien", "Envoyer la fiche technique"),
    comments=(
        "Bien vu pour le contrat d'entretien.",
        "Pensez à corriger l'adresse.",
        "Parlez-lui de la reprise de l'ancien four.",
        "Bravo.",
    ),
    quote_notes=(
        "",
        "",
        "",
        "Livraison et installation comprises.",
        "Prix valables dans la limite des stocks.",
        "Reprise de l'ancien four à déduire.",
    ),
)
