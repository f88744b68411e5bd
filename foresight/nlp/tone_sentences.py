"""Sentences with a clear tone in Finnish and English, written for foresight: customers, employees, companies, economy.

They make the direction from bad to good that tone is read along (`anchors.py`). Line i says the same in both languages.
The neutral ones set the zero: what is neither praise nor complaint.
"""

from __future__ import annotations

_GOOD_EN = """\
The service was quick and friendly, I am very happy
Finally something that works exactly as promised
Best purchase I have made in years, warmly recommended
Help came in a minute and the problem was solved at once
The staff were lovely and went out of their way for us
Easy to use, good quality and worth every cent
I enjoy my work and my manager listens to us
Our team is proud of what we achieved together
New shifts give us time to rest and see our families
I feel valued here and I have learned a lot
The best employer I have ever had
Training was excellent and colleagues are supportive
Our customers are more satisfied than ever before
We are delighted to announce a great success
An award for excellent service and innovation
Customers have welcomed the new service warmly
We are proud to make everyday life easier and better
A record year thanks to our brilliant people
Profits rose strongly and the outlook is bright
Jobs are created as the economy recovers
Sales beat all expectations and the share price soared
A breakthrough brings hope to patients
The agreement was praised as a victory for everyone
Living conditions have improved clearly
"""

_GOOD_FI = """\
Palvelu oli nopeaa ja ystävällistä, olen todella tyytyväinen
Vihdoinkin jotain, mikä toimii juuri niin kuin luvattiin
Paras ostos vuosiin, suosittelen lämpimästi
Apu tuli minuutissa ja ongelma ratkesi heti
Henkilökunta oli ihanaa ja näki vaivaa vuoksemme
Helppo käyttää, laadukas ja joka sentin arvoinen
Viihdyn työssäni ja esimies kuuntelee meitä
Tiimimme on ylpeä siitä, mitä saimme yhdessä aikaan
Uudet vuorot antavat aikaa levätä ja nähdä perhettä
Minua arvostetaan täällä, ja olen oppinut paljon
Paras työnantaja, joka minulla on koskaan ollut
Koulutus oli erinomaista, ja työkaverit tukevat
Asiakkaamme ovat tyytyväisempiä kuin koskaan
Kerromme ilolla suuresta menestyksestä
Palkinto erinomaisesta palvelusta ja uudistamisesta
Asiakkaat ovat ottaneet uuden palvelun lämpimästi vastaan
Olemme ylpeitä siitä, että teemme arjesta helpompaa ja parempaa
Ennätysvuosi loistavien ihmistemme ansiosta
Voitot kasvoivat vahvasti ja näkymät ovat valoisat
Työpaikkoja syntyy, kun talous elpyy
Myynti ylitti kaikki odotukset ja osakekurssi nousi jyrkästi
Läpimurto tuo potilaille toivoa
Sopimusta kiiteltiin kaikkien voittona
Elinolot ovat parantuneet selvästi
"""

_BAD_EN = """\
The service was slow and rude, I am very disappointed
It broke on the second day and nobody answers
The worst purchase of my life, stay away
I waited for an hour on the phone and was cut off
They charged me twice and refuse to give my money back
Difficult to use, poor quality and far too expensive
I am exhausted and my manager does not care
We are too few and the work piles up
People cry in the break room and resign one after another
Nobody asked us, and now we are blamed for it
The worst workplace I have ever been in
No training, unpaid overtime and constant hurry
Our customers are angry and leave for competitors
We regret the serious failure and apologise
The company is accused of misleading its customers
A scandal destroys the trust in the company
Dangerous product recalled after injuries
Mass lay-offs shock the workers
Profits collapsed and the outlook is gloomy
Thousands lose their jobs as the economy sinks
Sales disappointed and the share price plunged
The crisis threatens the lives of patients
The decision was condemned as a betrayal
Living conditions have worsened badly
"""

_BAD_FI = """\
Palvelu oli hidasta ja töykeää, olen todella pettynyt
Hajosi toisena päivänä, eikä kukaan vastaa
Elämäni huonoin ostos, pysykää kaukana
Odotin puhelimessa tunnin ja linja katkaistiin
Minulta veloitettiin kahdesti, eikä rahoja suostuta palauttamaan
Vaikea käyttää, huonolaatuinen ja aivan liian kallis
Olen uupunut, eikä esimies välitä
Meitä on liian vähän ja työt kasautuvat
Taukohuoneessa itketään ja väki irtisanoutuu yksi toisensa jälkeen
Kukaan ei kysynyt meiltä, ja nyt syyt kaadetaan niskaamme
Huonoin työpaikka, jossa olen koskaan ollut
Ei koulutusta, palkattomia ylitöitä ja jatkuva kiire
Asiakkaamme ovat vihaisia ja lähtevät kilpailijoille
Pahoittelemme vakavaa virhettä ja pyydämme anteeksi
Yhtiötä syytetään asiakkaiden harhauttamisesta
Skandaali tuhoaa luottamuksen yhtiöön
Vaarallinen tuote vedettiin myynnistä loukkaantumisten jälkeen
Joukkoirtisanomiset järkyttävät työntekijöitä
Voitot romahtivat ja näkymät ovat synkät
Tuhannet menettävät työnsä, kun talous sukeltaa
Myynti oli pettymys ja osakekurssi syöksyi
Kriisi uhkaa potilaiden henkeä
Päätös tuomittiin petoksena
Elinolot ovat heikentyneet pahasti
"""

_PLAIN_EN = """\
The shop is open from nine to six on weekdays
The parcel was handed over on Tuesday
The order has three items
The instructions are on the second page
The customer number is printed on the invoice
The product comes in two sizes
My shift starts at seven in the morning
The meeting was moved to Thursday afternoon
We use the same system in all stores
The holiday list is on the notice board
The team has eight members
The training takes two days
The company publishes its report on Friday
The new office is on the third floor
The service is available in five cities
The chain has two hundred stores
The company changes its name in May
The director gives a talk at the seminar
The central bank meets on Wednesday
The statistics cover the years from 2010 to 2020
The ministry sent the proposal out for comment
The committee has twelve members
The study compares three groups
The agreement is in force until the end of the year
"""

_PLAIN_FI = """\
Kauppa on auki arkisin yhdeksästä kuuteen
Paketti luovutettiin tiistaina
Tilauksessa on kolme tuotetta
Ohjeet ovat toisella sivulla
Asiakasnumero on painettu laskuun
Tuotetta on kahta kokoa
Vuoroni alkaa seitsemältä aamulla
Kokous siirrettiin torstai-iltapäivään
Käytämme samaa järjestelmää kaikissa myymälöissä
Lomalista on ilmoitustaululla
Tiimissä on kahdeksan jäsentä
Koulutus kestää kaksi päivää
Yhtiö julkaisee katsauksensa perjantaina
Uusi toimisto on kolmannessa kerroksessa
Palvelu on saatavilla viidessä kaupungissa
Ketjulla on kaksisataa myymälää
Yhtiö vaihtaa nimeään toukokuussa
Johtaja puhuu seminaarissa
Keskuspankki kokoontuu keskiviikkona
Tilasto kattaa vuodet 2010–2020
Ministeriö lähetti ehdotuksen lausunnoille
Valiokunnassa on kaksitoista jäsentä
Tutkimuksessa verrataan kolmea ryhmää
Sopimus on voimassa vuoden loppuun
"""

GOOD_SENTENCES: dict[str, tuple[str, ...]] = {"en": tuple(_GOOD_EN.splitlines()), "fi": tuple(_GOOD_FI.splitlines())}
BAD_SENTENCES: dict[str, tuple[str, ...]] = {"en": tuple(_BAD_EN.splitlines()), "fi": tuple(_BAD_FI.splitlines())}
PLAIN_SENTENCES: dict[str, tuple[str, ...]] = {"en": tuple(_PLAIN_EN.splitlines()), "fi": tuple(_PLAIN_FI.splitlines())}
