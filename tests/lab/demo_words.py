"""What the demonstration says, and what its people write."""

from __future__ import annotations

WORDS: dict[str, dict[str, str]] = {
    "begins": {"fr": "Le foyer et le guichet d’essai démarrent…", "en": "The test home and desk are starting…"},
    "no_lab": {
        "fr": "La démonstration construit un réseau d’essai, ce qui n’est pas possible ici",
        "en": "The demonstration builds a test network, which cannot be done here",
    },
    "open": {
        "fr": "Le guichet est ouvert : {url}\n          identifiant {login}   mot de passe {password}   "
        "code : clé {secret} dans une application d’authentification",
        "en": "The desk is open: {url}\n          login {login}   password {password}   "
        "code: key {secret} in an authenticator app",
    },
    "pc_broken": {
        "fr": "Chez Camille, un réglage DNS du PC est mauvais : plus rien ne s’ouvre.",
        "en": "At Camille’s a DNS setting of the PC is wrong: nothing opens any more.",
    },
    "pc_mended": {
        "fr": "Vérifié, réparé avec son accord, vérifié : résolu. Aucun ticket.",
        "en": "Checked, repaired with consent, checked: solved. No ticket.",
    },
    "unsure": {
        "fr": "Rien n’est prouvé (cette machine est occupée) : on ne change rien au hasard, et on regarde encore.",
        "en": "Nothing is proven (this machine is busy): nothing is changed by chance, and it is looked at again.",
    },
    "failed": {
        "fr": "La démonstration s’arrête ici : cette machine est peut-être trop occupée. Relancez-la. En détail :",
        "en": "The demonstration stops here: perhaps this machine is too busy. Start it again. In detail:",
    },
    "registered": {
        "fr": "Son PC s’est fait connaître par sa propre clé ; le code est venu par courriel.",
        "en": "The PC made itself known by its own key; the code came by mail.",
    },
    "names_dead": {
        "fr": "Le DNS de l’opérateur ne répond plus. La vérification dira de quel côté c’est.",
        "en": "The operator’s DNS no longer answers. The check will say whose side it is.",
    },
    "filed": {
        "fr": "Certain, côté opérateur : ticket {ref} déposé, rapport joint → {url}",
        "en": "Certain, on the operator’s side: ticket {ref} filed, report attached → {url}",
    },
    "asked": {"fr": "Julie demande une précision : « {question} »", "en": "Julie asks: “{question}”"},
    "answered": {"fr": "Camille répond dans l’application.", "en": "Camille answers in the program."},
    "promised": {"fr": "Julie promet : rétabli avant {at}.", "en": "Julie promises: working again before {at}."},
    "line_cut": {"fr": "Chez Élise la ligne est coupée.", "en": "At Élise’s the line is cut."},
    "waits": {
        "fr": "Sans ligne : un QR code pour le téléphone, {digits} à dicter ; le ticket attend dans la boîte d’envoi.",
        "en": "Without a line: a QR code for the phone, {digits} to say aloud; the ticket waits in the outbox.",
    },
    "street": {
        "fr": "Panne dans la rue : {count} foyers derrière {node} (joués par un seul PC, {count} dossiers et clés).",
        "en": "Trouble in the street: {count} homes behind {node} (played by one PC, {count} folders and keys).",
    },
    "likely": {
        "fr": "Le guichet voit une panne collective probable ({node}) → {url}",
        "en": "The desk sees a probable collective outage ({node}) → {url}",
    },
    "declared": {
        "fr": "Julie la déclare : {count} foyers ont la réponse, d’un seul geste.",
        "en": "Julie declares it: {count} homes have the answer, in one go.",
    },
    "flushed": {
        "fr": "La ligne revient : le ticket d’Élise part, un seul exemplaire.",
        "en": "The line is back: Élise’s ticket leaves, one copy.",
    },
    "over": {
        "fr": "L’histoire est finie. Le guichet reste ouvert : {url} (Ctrl-C pour tout fermer)",
        "en": "The story is over. The desk stays open: {url} (Ctrl-C closes everything)",
    },
    "closed": {"fr": "Tout est fermé.", "en": "Everything is closed."},
    "words_names": {"fr": "Plus d’internet depuis ce matin", "en": "No Internet since this morning"},
    "words_line": {"fr": "Plus rien ne marche", "en": "Nothing works any more"},
    "question": {
        "fr": "Les voyants de la box sont-ils tous blancs ?",
        "en": "Are all the lights of the box white?",
    },
    "answer": {"fr": "Oui, tous blancs.", "en": "Yes, all of them are white."},
    "outage": {
        "fr": "Nos serveurs de noms ont une panne dans votre secteur. Nous réparons ; rien à faire chez vous.",
        "en": "Our name servers have failed in your area. We are repairing; nothing to do at your home.",
    },
}
