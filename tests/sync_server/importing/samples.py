"""Owns the vCards of the tests: what a Nokia, an iPhone and a current address book write."""

OLD_PHONE = (
    "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:March=C3=A9;=C3=89lodie\r\n"
    "FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C3=89lodie=20March=\r\n=C3=A9\r\n"
    "ORG;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Caf=C3=A9 de la Gare\r\nTEL;CELL:06 39 98 00 01\r\nTEL;WORK;VOICE:04 65 71 12 34\r\n"
    "ADR;WORK;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:;;1 rue de l=27=C3=89glise;Lyon;;69001;France\r\n"
    "EMAIL;INTERNET:elodie@cafe.example\r\nEND:VCARD\r\n"
)
PHONE = (
    "BEGIN:VCARD\nVERSION:3.0\nPRODID:-//Apple Inc.//iPhone OS 17.5//EN\nN:Perrin;Sylvie;;;\nFN:Sylvie Perrin\nORG:Maison Perrin;Achats\n"
    "TITLE:Gérante\n"
    "EMAIL;type=INTERNET;type=WORK;type=pref:contact@perrin.example\nTEL;type=WORK;type=VOICE:+33 4 65 71 00 01\n"
    "item1.ADR;type=WORK;type=pref:;;27 rue du Bœuf;Lyon;;69005;France\nitem1.X-ABADR:fr\nitem2.URL;type=pref:https://www.perrin.example\n"
    "NOTE:Livrer par la cour\\, avant 6 h.\\nDemander Bastien.\nCATEGORIES:levain,bio\nEND:VCARD\n"
)
CURRENT = (
    "BEGIN:VCARD\r\nVERSION:4.0\r\nKIND:individual\r\nFN:Ελένη Παπαδοπούλου\r\nN:Παπαδοπούλου;Ελένη;;;\r\n"
    "ORG:Αρτοποιείο Παπαδόπουλος & Υιοί\\, Ο.Ε.;Αγορές\r\n"
    'TEL;VALUE=uri;TYPE="voice,work":tel:+30-2310-004218\r\nTEL;VALUE=uri;TYPE="cell,voice":tel:+30-6900001234\r\n'
    "ADR;TYPE=work:;;Τσιμισκή 48;Θεσσαλονίκη;;54623;Ελλάδα\r\nEMAIL;TYPE=work:info@artos.example\r\n"
    "GEO:geo:40.63338,22.94262\r\nLANG;TYPE=work;PREF=1:el\r\nNOTE:Ένας πολύ μακρύς λόγος που σπάει σε δύ\r\n ο γραμμές\r\nEND:VCARD\r\n"
)
COMPANY = (
    "BEGIN:VCARD\r\nVERSION:4.0\r\nKIND:org\r\nFN:Moulin de la Rize\r\nTEL:04 65 71 22 22\r\nADR:;;;Villeurbanne;;69100;FR\r\nEND:VCARD\r\n"
)
BROKEN = "BEGIN:VCARD\r\nVERSION:3.0\r\nthis is no property\r\nEND:VCARD\r\n"
